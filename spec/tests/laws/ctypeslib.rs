//! Laws of the C types that element types have, and of arrays as importers see them.

use crate::arrays::{PLATFORM, last_predicted, pair, record, typestr, with_view};
use crate::memmap::mapped;
use array_ctypes_spec::ctypeslib::ctype_rule;
use array_ctypes_spec::dtype::{Dtype, Field, Record};
use array_ctypes_spec::memmap::Mode;
use array_ctypes_spec::{Array, Rule};

fn of(dtype: Dtype) -> Array {
    Array::contiguous(vec![0; dtype.item_size() as usize * 2], dtype, &[2])
}

fn ctype(dtype: Dtype) -> Option<(&'static str, String)> {
    last_predicted(&of(dtype), &["ctypeslib as_ctypes_type"])
}

/// Two fields, the second with a shape.
fn with_shape(second: u64) -> Dtype {
    let field = |name: &str, shape: &[u64], offset| Field {
        name: name.to_owned(),
        title: None,
        dtype: typestr("<i2"),
        shape: shape.to_vec(),
        offset,
    };
    Dtype::from(Record { fields: vec![field("a", &[], 0), field("b", &[2, 3], second)], size: 16, aligned: false })
}

#[test]
fn fields_side_by_side_are_a_structure_and_fields_at_the_start_a_union() {
    let structure = "ctypeslib.ctype-of-structure";
    assert_eq!(
        ctype(record(&[("<i4", 0), ("<i2", 4)], 8, false)),
        Some(pair(structure, "\"Structure(8, f0=c_int@0, f1=c_short@4)\""))
    );
    assert_eq!(ctype(record(&[("<i4", 0)], 4, false)), Some(pair(structure, "\"Structure(4, f0=c_int@0)\"")));
    // In the order of their offsets.
    assert_eq!(
        ctype(record(&[("<i4", 4), ("<f4", 0)], 8, false)),
        Some(pair(structure, "\"Structure(8, f1=c_float@0, f0=c_int@4)\""))
    );
    assert_eq!(
        ctype(record(&[("<i4", 0), ("<f4", 0)], 4, false)),
        Some(pair("ctypeslib.ctype-of-union", "\"Union(4, f0=c_int@0, f1=c_float@0)\""))
    );
}

#[test]
fn fields_that_overlap_elsewhere_have_no_type() {
    let refused = Some(pair("ctypeslib.ctype-of-overlap", "raises NotImplementedError"));
    assert_eq!(ctype(record(&[("<i4", 0), ("<i2", 3)], 8, false)), refused);
    assert_eq!(ctype(record(&[("<i2", 2), ("<u2", 2)], 8, false)), refused);
    assert_eq!(ctype(record(&[("<i2", 0), ("<u2", 0), ("<u2", 1)], 8, false)), refused);
    let refused = Some(pair("ctypeslib.ctype-refused", "raises NotImplementedError"));
    assert_eq!(ctype(record(&[("<i4", 0), ("<c8", 4)], 12, false)), refused, "a field without a type");
}

#[test]
fn the_rule_of_a_type_can_be_asked_for() {
    let rule = |dtype: Dtype| ctype_rule(&PLATFORM, &dtype).map(Rule::id);
    assert_eq!(rule(typestr("<i4")), Some("ctypeslib.ctype-of-number"));
    assert_eq!(rule(typestr("<c8")), Some("ctypeslib.ctype-refused"));
    assert_eq!(rule(record(&[("<i4", 0), ("<i2", 3)], 8, false)), Some("ctypeslib.ctype-of-overlap"));
    assert_eq!(rule(record(&[], 4, false)), None);
}

#[test]
fn nothing_is_predicted_for_fields_without_a_byte() {
    assert_eq!(ctype(record(&[], 4, false)), None);
    let nothing = Field { name: "n".into(), title: None, dtype: typestr("<i4"), shape: vec![0], offset: 0 };
    assert_eq!(ctype(Dtype::from(Record { fields: vec![nothing], size: 4, aligned: false })), None);
}

#[test]
fn a_field_with_a_shape_is_an_array_of_arrays() {
    let text = "\"Structure(16, a=c_short@0, b=c_short * 3 * 2@4)\"";
    assert_eq!(ctype(with_shape(4)), Some(pair("ctypeslib.ctype-of-sub-array", text)));
    let text = "\"Union(16, a=c_short@0, b=c_short * 3 * 2@0)\"";
    assert_eq!(ctype(with_shape(0)), Some(pair("ctypeslib.ctype-of-union", text)));
    let nested = Field { name: "r".into(), title: None, dtype: with_shape(4), shape: vec![], offset: 0 };
    let nested = Dtype::from(Record { fields: vec![nested], size: 16, aligned: false });
    let text = "\"Structure(16, r=Structure(16, a=c_short@0, b=c_short * 3 * 2@4)@0)\"";
    assert_eq!(ctype(nested), Some(pair("ctypeslib.ctype-of-structure", text)));
}

#[test]
fn a_structured_array_is_an_object_of_ctypes_or_is_refused() {
    let (_, prediction) = last_predicted(&of(record(&[("<i4", 0)], 4, false)), &["ctypeslib as_ctypes-type"]).unwrap();
    assert_eq!(prediction, "\"Structure(4, f0=c_int@0) * 2\" or raises NotImplementedError");
}

#[test]
fn an_object_of_as_ctypes_is_predicted_to_keep_the_array_only_where_it_certainly_exists() {
    let kept = |array: &Array| last_predicted(array, &["export 0 as_ctypes"]).is_some();
    let plain = || of(typestr("<i4"));
    let with = |view: &str| with_view(plain(), view);
    assert!(kept(&plain()) && kept(&with("slice 0 1 _ 1")));
    assert!(!kept(&of(typestr("<c8"))), "no type");
    assert!(!kept(&of(record(&[("<i4", 0)], 4, false))), "perhaps no type");
    assert!(!kept(&Array { writeable: false, ..plain() }), "read-only");
    assert!(!kept(&with("slice 0 _ _ -1")), "strided");
    assert!(!kept(&with("broadcast 1 2")), "broadcast");
    assert!(!kept(&with("slice 0 0 0 1")), "no address");
}

#[test]
fn an_array_of_a_pointer_is_seen_where_all_of_it_is_in_memory_that_may_be_written_to() {
    let asked = |array: &Array, shape: u64| {
        last_predicted(array, &[&format!("ctypeslib as_array pointer shape={shape} c_short")]).is_some()
    };
    let map = |mode| mapped(mode, 8192, 4096, &[4], &[2]);
    assert!(asked(&map(Mode::RPlus), 4) && !asked(&map(Mode::RPlus), 5), "past the end");
    assert!(!asked(&map(Mode::R), 4), "protected");
    let behind = |view: &str| with_view(map(Mode::RPlus), view);
    assert!(asked(&behind("slice 0 1 _ 1"), 3) && !asked(&behind("slice 0 0 0 1"), 3), "no address");
}

#[test]
fn a_returned_array_is_large_where_its_bytes_pass_32_bits() {
    let mut array = of(typestr("<i4"));
    array.buffer.size = 1 << 40;
    let rule = |shape: &str, dtype: &str| {
        last_predicted(&array, &[&format!("ctypeslib ndpointer result dtype={dtype} shape={shape}")])
            .map(|prediction| prediction.0)
    };
    assert_eq!(rule("2147483647", "|u1"), Some("ctypeslib.ndpointer-result"));
    assert_eq!(rule("0,2147483648", "|u1"), Some("ctypeslib.ndpointer-result-empty"));
    assert_eq!(rule("2147483648", "|u1"), Some("ctypeslib.ndpointer-result-large"));
    assert_eq!(rule("1073741824", "<i2"), Some("ctypeslib.ndpointer-result-large"));
}

#[test]
fn a_mapped_array_is_aligned_by_its_offset_whatever_the_alignment_of_the_buffer() {
    let aligned =
        |offset| last_predicted(&mapped(Mode::R, 64, offset, &[4], &[2]), &["ctypeslib ndpointer from_param flags=A"]);
    assert_eq!(aligned(2).map(|prediction| prediction.0), Some("ctypeslib.ndpointer-accepts"));
    assert_eq!(aligned(3).map(|prediction| prediction.0), Some("ctypeslib.ndpointer-flags"));
    let lent = |offset| last_predicted(&mapped(Mode::RPlus, 64, offset, &[4], &[2]), &["dlpack versioned device"]);
    assert!(lent(2).is_some() && lent(2) != lent(3));
}

#[test]
fn a_structured_type_is_itself_and_is_returned_where_it_has_a_byte() {
    let asked = |dtype: Dtype, text: &str| {
        last_predicted(&of(dtype), &[&format!("ctypeslib ndpointer {text}")]).map(|prediction| prediction.0)
    };
    let pair = || record(&[("<i4", 0), ("<i2", 4)], 8, false);
    assert_eq!(asked(pair(), "from_param dtype=own"), Some("ctypeslib.ndpointer-accepts"));
    assert_eq!(asked(pair(), "from_param dtype=<i8"), Some("ctypeslib.ndpointer-dtype"));
    assert_eq!(asked(pair(), "result dtype=own shape=2"), Some("ctypeslib.ndpointer-result"));
    assert_eq!(asked(record(&[], 0, false), "result dtype=own shape=2"), None);
}
