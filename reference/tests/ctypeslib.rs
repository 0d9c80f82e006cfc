//! C types of element types and back, arrays made from addresses, and parameters that take arrays.

mod record;

use array_ctypes::ctypeslib::{
    AsArrayError, AsCtypesError, NdFlag, NdPointer, NoCType, NotAccepted, as_array, as_ctypes, as_ctypes_type, element,
};
use array_ctypes::spec::dtype::{Dtype, Kind, Plain};
use array_ctypes::spec::platform::ByteOrder;
use array_ctypes::{Array, ArrayError};
use record::record;

const NATIVE: char = if cfg!(target_endian = "big") { '>' } else { '<' };

/// The name of a type on this machine: if `long` is as wide as `int`, ctypes names both `long`.
fn here(text: &str) -> String {
    let is_long = size_of::<std::ffi::c_long>() == 4;
    if is_long { text.replace("c_int", "c_long").replace("c_uint", "c_ulong") } else { text.to_owned() }
}

fn typestr(text: &str) -> Dtype {
    Dtype::from_typestr(text).unwrap()
}

fn native(rest: &str) -> Dtype {
    typestr(&format!("{NATIVE}{rest}"))
}

fn named(dtype: &Dtype) -> String {
    as_ctypes_type(dtype).map_or_else(|error| error.to_string(), |ctype| ctype.to_string())
}

#[test]
fn a_number_has_the_c_type_of_its_kind_and_size() {
    for (text, expected) in [
        ("i2", "c_short"),
        ("i4", "c_int"),
        ("u2", "c_ushort"),
        ("u4", "c_uint"),
        ("f4", "c_float"),
        ("f8", "c_double"),
    ] {
        assert_eq!(named(&native(text)), here(expected), "{text}");
    }
    let wide = if size_of::<std::ffi::c_long>() == 8 { ["c_long", "c_ulong"] } else { ["c_longlong", "c_ulonglong"] };
    assert_eq!([named(&native("i8")), named(&native("u8"))], wide);
    assert_eq!(["|b1", "|i1", "|u1"].map(|text| named(&typestr(text))), ["c_bool", "c_byte", "c_ubyte"]);
    let swapped = if NATIVE == '<' { ">i4" } else { "<i4" };
    assert!(named(&typestr(swapped)).starts_with(&here("c_int.__ctype_")));
    for none in [native("c8"), typestr("|S1"), native("f2")] {
        assert_eq!(as_ctypes_type(&none), Err(NoCType::Kind { typestr: none.typestr() }));
        assert!(named(&none).starts_with("expected ") && named(&none).contains(&none.typestr()));
    }
}

#[test]
fn fields_form_a_structure_or_a_union_unless_they_overlap_otherwise() {
    let (i2, i4) = (|| native("i2"), || native("i4"));
    let of = |fields: &[(&str, Dtype, &[u64], u64)], size| named(&record(fields, size));
    assert_eq!(of(&[("a", i4(), &[], 0), ("b", i2(), &[], 4)], 8), here("Structure(8, a=c_int@0, b=c_short@4)"));
    assert_eq!(
        of(&[("a", i4(), &[], 4), ("b", i2(), &[2, 3], 12)], 24),
        here("Structure(24, a=c_int@4, b=c_short * 3 * 2@12)")
    );
    assert_eq!(of(&[("a", i4(), &[], 4), ("b", i4(), &[], 0)], 8), here("Structure(8, b=c_int@0, a=c_int@4)"));
    assert_eq!(of(&[("a", i4(), &[], 0), ("b", i2(), &[], 0)], 4), here("Union(4, a=c_int@0, b=c_short@0)"));
    assert_eq!(of(&[("a", i4(), &[], 0)], 4), here("Structure(4, a=c_int@0)"), "one field is a structure, not a union");
    let overlap = record(&[("a", i4(), &[], 0), ("b", i2(), &[], 3)], 8);
    assert_eq!(as_ctypes_type(&overlap), Err(NoCType::Overlap { field: "b".to_owned() }));
    let array = record(&[("a", i2(), &[3], 0), ("b", i2(), &[], 4)], 8);
    assert_eq!(
        as_ctypes_type(&array),
        Err(NoCType::Overlap { field: "b".to_owned() }),
        "the last item of a overlaps b"
    );
    assert!(as_ctypes_type(&record(&[], 4)).is_err());
    let nested = record(&[("r", record(&[("a", i4(), &[], 0)], 4), &[], 0), ("b", i2(), &[], 4)], 6);
    assert_eq!(named(&nested), here("Structure(6, r=Structure(4, a=c_int@0)@0, b=c_short@4)"));
}

#[test]
fn a_c_type_has_the_element_type_with_the_same_memory() {
    let of = |text: &str| element(&text.parse().unwrap());
    let plain = |text: &str| Some((typestr(text), vec![]));
    assert_eq!(of("c_bool"), plain("|b1"));
    assert_eq!(of("c_byte"), plain("|i1"));
    assert_eq!(of("c_char"), plain("|S1"));
    assert_eq!(of("c_byte.__ctype_be__"), plain("|i1"), "one byte has no byte order");
    assert_eq!(of("c_short.__ctype_be__"), plain(">i2"));
    assert_eq!(of("c_short.__ctype_le__"), plain("<i2"));
    assert_eq!(of("c_double"), Some((native("f8"), vec![])));
    assert_eq!(of("c_ushort * 3 * 2"), Some((native("u2"), vec![2, 3])));
    let pair = |offset, size| record(&[("f0", native("i2"), &[], 0), ("f1", native("i4"), &[2], offset)], size);
    assert_eq!(element(&"Structure(c_short, c_int * 2)".parse().unwrap()).unwrap().0, pair(4, 12));
    assert_eq!(element(&"Union(c_short, c_int * 2)".parse().unwrap()).unwrap().0, pair(0, 8));
    for none in ["c_void_p", "c_wchar", "py_object", "POINTER(c_int)", "Structure()", "Structure(c_void_p)", "int"] {
        assert_eq!(of(none), None, "{none}");
    }
}

#[test]
fn an_array_is_a_c_object_at_its_address_and_an_address_is_an_array_again() {
    let array = Array::from_slice(&[1i32, 2, 3, 4, 5, 6], &[2, 3]).unwrap();
    let object = as_ctypes(&array).unwrap();
    assert_eq!((object.address(), object.to_string()), (array.ctypes().data(), here("c_int * 3 * 2")));
    let turned = array.view(&"transpose 1 0".parse().unwrap()).unwrap();
    assert_eq!(as_ctypes(&turned).unwrap_err(), AsCtypesError::Strided);
    assert_eq!(
        as_ctypes(&turned).unwrap_err().to_string(),
        "expected a C-contiguous array, found other strides; copy it"
    );

    let at = |address, ctype: &str, shape: &[usize]| as_array(array.memory(), address, &ctype.parse().unwrap(), shape);
    let back = at(array.ctypes().data() + 4, "c_int * 2", &[2]).unwrap();
    assert_eq!((back.shape(), back.item(&[1, 1]).unwrap()), (&[2usize, 2][..], 5i32.to_ne_bytes().to_vec()));
    assert_eq!(at(0, "c_int", &[2]).unwrap_err(), AsArrayError::Null);
    assert!(matches!(at(array.ctypes().data(), "py_object", &[2]).unwrap_err(), AsArrayError::NoElement { .. }));
    let outside = at(array.ctypes().data(), "c_int", &[7]).unwrap_err();
    assert!(matches!(outside, AsArrayError::Array(ArrayError::OutOfBounds { low: 0, high: 28, size: 24 })));
    for error in [outside, AsArrayError::Null] {
        assert!(error.to_string().starts_with("expected "), "{error}");
    }
}

#[test]
fn a_parameter_accepts_only_arrays_that_meet_its_requirements() {
    let array = Array::from_slice(&[1i32, 2, 3, 4, 5, 6], &[2, 3]).unwrap();
    let asks = |pointer: NdPointer| pointer.from_param(&array).map(|pointer| pointer.address());
    let any = NdPointer::default;
    let taken = Ok(array.ctypes().data());
    assert_eq!(asks(any()), taken);
    assert_eq!(asks(NdPointer { dtype: Some(native("i4")), ndim: Some(2), shape: Some(vec![2, 3]), ..any() }), taken);
    let dtype = asks(NdPointer { dtype: Some(native("u4")), ..any() });
    assert_eq!(dtype, Err(NotAccepted::Dtype { found: native("i4").typestr() }));
    assert_eq!(asks(NdPointer { ndim: Some(1), ..any() }), Err(NotAccepted::Dimensions { found: 2 }));
    assert_eq!(asks(NdPointer { shape: Some(vec![3, 2]), ..any() }), Err(NotAccepted::Shape { found: vec![2, 3] }));
    let holds = |flag| asks(NdPointer { flags: [flag].into(), ..any() });
    for flag in [NdFlag::CContiguous, NdFlag::Aligned, NdFlag::Writeable] {
        assert_eq!(holds(flag), taken);
    }
    for flag in [NdFlag::FContiguous, NdFlag::OwnData, NdFlag::WriteBackIfCopy] {
        assert_eq!(holds(flag), Err(NotAccepted::Flag { flag }));
    }
    let both = NdPointer { flags: [NdFlag::CContiguous, NdFlag::FContiguous].into(), ..any() };
    let refused = both.from_param(&array).unwrap_err();
    assert!(refused.to_string().contains("FContiguous"), "{refused}");
}

#[test]
fn a_structured_type_equals_only_itself() {
    let pair = |offset| record(&[("a", native("i2"), &[], 0), ("b", native("i2"), &[], offset)], 8);
    let bytes = Array::from_slice(&[0u8; 16], &[16]).unwrap();
    let array = Array::new(bytes.memory(), pair(4), 0, &[2], &[8], true).unwrap();
    let asks = |dtype| NdPointer { dtype: Some(dtype), ..NdPointer::default() }.from_param(&array).is_ok();
    assert!(asks(pair(4)) && !asks(pair(2)) && !asks(typestr("|V8")));
}

#[test]
fn a_byte_order_that_the_type_string_does_not_show_does_not_count() {
    let of = |order| NdPointer {
        dtype: Some(Dtype::Plain(Plain { kind: Kind::UInt, size: 1, order, unit: None })),
        ..NdPointer::default()
    };
    let bytes = Array::from_slice(&[0u8; 2], &[2]).unwrap();
    assert_eq!(bytes.dtype(), &typestr("|u1"));
    for order in [ByteOrder::Little, ByteOrder::Big] {
        assert!(of(order).from_param(&bytes).is_ok());
    }
}

/// The folder of the C library holds other libraries of the system. Nothing else in this program loads `libanl`.
#[test]
#[cfg(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64"))]
#[expect(unsafe_code, reason = "a library runs code while it is loaded")]
fn a_library_is_loaded_from_the_folder_of_a_file_and_unloaded_when_dropped() {
    use array_ctypes::ctypeslib::{LoadError, load_library};
    let maps = || std::fs::read_to_string("/proc/self/maps").unwrap();
    let loaded = maps();
    let libc =
        loaded.lines().find(|line| line.contains("/libc.so")).and_then(|line| line.find('/').map(|at| &line[at..]));
    let libc = libc.expect("a C library");
    // SAFETY: this library of the system runs no code while it is loaded and unloaded.
    let load = |name: &str| unsafe { load_library(name, libc) };
    let library = load("libanl.so.1").unwrap();
    assert!(maps().contains("/libanl.so.1") && library.path().ends_with("libanl.so.1"));
    drop(library);
    assert!(!maps().contains("/libanl.so.1"));
    let missing = load("no such").unwrap_err();
    assert!(matches!(missing, LoadError::Missing { .. }) && missing.to_string().contains("no such.so"), "{missing}");
}

#[test]
fn flags_have_the_names_that_numpy_gives_them() {
    for (names, flag) in [
        (&["C_CONTIGUOUS", "CONTIGUOUS", "C", "c", " contiguous "][..], NdFlag::CContiguous),
        (&["F_CONTIGUOUS", "FORTRAN", "F"][..], NdFlag::FContiguous),
        (&["ALIGNED", "A"][..], NdFlag::Aligned),
        (&["WRITEABLE", "W"][..], NdFlag::Writeable),
        (&["OWNDATA", "O"][..], NdFlag::OwnData),
        (&["WRITEBACKIFCOPY", "X"][..], NdFlag::WriteBackIfCopy),
    ] {
        for name in names {
            assert_eq!(name.parse(), Ok(flag), "{name}");
        }
    }
    let unknown = "D".parse::<NdFlag>().unwrap_err();
    assert!(unknown.to_string().contains("\"D\""), "{unknown}");
}

#[test]
fn a_result_is_an_array_if_type_and_shape_are_given() {
    let array = Array::from_slice(&[1i32, 2, 3, 4], &[4]).unwrap();
    let returned = |dtype, shape| {
        let pointer = NdPointer { dtype, shape, ..NdPointer::default() };
        pointer.returned(array.memory(), array.ctypes().data() + 4).unwrap()
    };
    let whole = returned(Some(native("i4")), Some(vec![3])).unwrap();
    assert_eq!(whole.item(&[2]).unwrap(), 4i32.to_ne_bytes());
    assert!(returned(Some(native("i4")), None).is_none() && returned(None, Some(vec![3])).is_none());
}
