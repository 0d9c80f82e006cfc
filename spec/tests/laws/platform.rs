//! What the specification takes as given about C, held against the compiler at hand.

use array_ctypes_spec::ctype::{CType, MemoryLayout, Simple};
use array_ctypes_spec::platform::{ByteOrder, LongDouble, Platform};
use std::ffi::{
    c_char, c_double, c_float, c_int, c_long, c_longlong, c_short, c_uint, c_ulong, c_ulonglong, c_ushort, c_void,
};

/// Size and alignment inside a structure, as the compiler says: the offset of a field that follows a single byte.
macro_rules! of_compiler {
    ($type:ty) => {{
        #[repr(C)]
        struct AfterByte(u8, $type);
        let alignment = std::mem::offset_of!(AfterByte, 1) as u64;
        MemoryLayout { size: size_of::<$type>() as u64, alignment }
    }};
}

/// Declares a structure or union in C's representation, and holds the prediction for the same type of ctypes against it.
macro_rules! assert_composite {
    ($text:literal struct { $($field:ident: $type:ty),* }) => {{
        #[repr(C)]
        struct Composite { $($field: $type),* }
        assert_layout($text, of_compiler!(Composite));
    }};
    ($text:literal union { $($field:ident: $type:ty),* }) => {{
        #[repr(C)]
        union Composite { $($field: $type),* }
        assert_layout($text, of_compiler!(Composite));
    }};
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Inner(i8, c_longlong, i8);

#[track_caller]
fn assert_layout(text: &str, of_compiler: MemoryLayout) {
    let ctype: CType = text.parse().unwrap();
    assert_eq!(ctype.layout(&Platform::host()), Some(of_compiler), "{text}");
}

#[test]
fn the_host_platform_matches_the_compiler() {
    let host = Platform::host();
    let first_byte = 1u16.to_ne_bytes()[0];
    assert_eq!(host.byte_order, if first_byte == 1 { ByteOrder::Little } else { ByteOrder::Big });
    assert_eq!(host.pointer_size(), size_of::<usize>() as u64);
    assert_eq!(host.long_size(), size_of::<c_long>() as u64);
    assert_eq!(host.intp_max(), isize::MAX as i64);
    assert!(host.granularity.is_power_of_two());
    assert!(Platform::ALL.iter().any(|(_, platform)| *platform == host));
}

#[test]
fn simple_types_have_the_size_and_alignment_that_the_compiler_gives_them() {
    assert_layout("c_byte", of_compiler!(i8));
    assert_layout("c_char", of_compiler!(c_char));
    assert_layout("c_bool", of_compiler!(bool));
    assert_layout("c_short", of_compiler!(c_short));
    assert_layout("c_ushort", of_compiler!(c_ushort));
    assert_layout("c_int", of_compiler!(c_int));
    assert_layout("c_uint", of_compiler!(c_uint));
    assert_layout("c_long", of_compiler!(c_long));
    assert_layout("c_ulong", of_compiler!(c_ulong));
    assert_layout("c_longlong", of_compiler!(c_longlong));
    assert_layout("c_ulonglong", of_compiler!(c_ulonglong));
    assert_layout("c_int8", of_compiler!(i8));
    assert_layout("c_int16", of_compiler!(i16));
    assert_layout("c_int32", of_compiler!(i32));
    assert_layout("c_uint64", of_compiler!(u64));
    assert_layout("c_size_t", of_compiler!(usize));
    assert_layout("c_intp", of_compiler!(isize));
    assert_layout("c_float", of_compiler!(c_float));
    assert_layout("c_double", of_compiler!(c_double));
    assert_layout("c_void_p", of_compiler!(*const c_void));
    assert_layout("POINTER(c_double)", of_compiler!(*const c_double));
    assert_layout("CFUNCTYPE(None)", of_compiler!(extern "C" fn()));
}

#[test]
fn composite_types_have_the_layout_that_the_compiler_gives_them() {
    assert_layout("c_short * 3", of_compiler!([c_short; 3]));
    assert_layout("c_short * 3 * 5", of_compiler!([[c_short; 3]; 5]));
    assert_composite!("Structure(c_byte, c_double)" struct { a: i8, b: c_double });
    assert_composite!("Structure(c_double, c_byte)" struct { a: c_double, b: i8 });
    assert_composite!("Structure(c_byte, c_short, c_byte)" struct { a: i8, b: c_short, c: i8 });
    assert_composite!("Structure(c_char * 3, c_int)" struct { a: [c_char; 3], b: c_int });
    assert_composite!("Structure(c_long, c_byte, POINTER(c_int))" struct { a: c_long, b: i8, c: *const c_int });
    assert_composite!("Union(c_byte, c_longlong)" union { a: i8, b: c_longlong });
    assert_composite!("Union(c_char * 5, c_short)" union { a: [c_char; 5], b: c_short });

    assert_composite!("Structure(c_byte, Structure(c_byte, c_longlong, c_byte))" struct { a: i8, b: Inner });
    assert_composite!("Structure(c_byte, Structure(c_byte, c_longlong, c_byte) * 2)" struct { a: i8, b: [Inner; 2] });
    assert_composite!(
        "Union(Structure(c_byte, c_longlong, c_byte), c_char * 25)" union { a: Inner, b: [c_char; 25] }
    );
}

#[test]
fn an_intp_is_as_wide_as_a_pointer_and_has_the_name_of_a_signed_type_everywhere() {
    let names = Platform::ALL.map(|(name, platform)| {
        assert_eq!(Simple::IntP.size(&platform), platform.pointer_size());
        (name, Simple::IntP.canonical(&platform).name())
    });
    let expected = [
        ("x86_64-linux", "c_long"),
        ("aarch64-linux", "c_long"),
        ("s390x-linux", "c_long"),
        ("i686-linux", "c_long"),
        ("powerpc-linux", "c_long"),
        ("x86_64-windows", "c_longlong"),
    ];
    assert_eq!(names, expected);
}

#[test]
fn a_long_double_matches_the_manuals_of_the_platforms() {
    let predicted = Platform::ALL.map(|(name, platform)| (name, platform.long_double, platform.long_double_align));
    let expected = [
        ("x86_64-linux", LongDouble::X87In16, 16),
        ("aarch64-linux", LongDouble::Binary128, 16),
        ("s390x-linux", LongDouble::Binary128, 8),
        ("i686-linux", LongDouble::X87In12, 4),
        ("powerpc-linux", LongDouble::DoubleDouble, 16),
        ("x86_64-windows", LongDouble::Binary64, 8),
    ];
    assert_eq!(predicted, expected);
}
