//! Structured types and other platforms, which the examples lack.

use crate::arrays::{record, typestr};
use array_ctypes_spec::dtype::{Dtype, Field, Record};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Answer, Array, Buffer, Expectation, expect};

/// What is expected of a question about an array of one element.
fn expected(platform: &Platform, dtype: Dtype, question: &str) -> Vec<Expectation> {
    let size = dtype.item_size() as usize;
    let array = Array::contiguous((0..size).map(|at| at as u8).collect(), dtype, &[1]);
    let script = [question.parse().expect("a question")];
    expect(platform, &array, &script).into_iter().map(|prediction| prediction.expectation).collect()
}

fn integer(value: i128) -> Vec<Expectation> {
    vec![Expectation::Is(Answer::Integer(value))]
}

#[test]
fn a_structured_type_that_claims_alignment_is_aligned_as_its_fields() {
    let asked = |dtype: Dtype| expected(&Platform::X86_64_LINUX, dtype, "alignment");
    assert_eq!(asked(record(&[("<i4", 0), ("<i2", 4)], 8, true)), integer(4));
    assert_eq!(asked(record(&[("<i4", 0), ("<i2", 4)], 8, false)), integer(1));
    assert_eq!(expected(&Platform::I686_LINUX, Dtype::object(4), "alignment"), integer(4));
}

/// The flag 0x800 says that there is a description.
#[test]
fn fields_that_overlap_have_no_description() {
    // The first expectation is NumPy's; by the published text flags may be left out.
    let flags = |dtype: Dtype| expected(&Platform::X86_64_LINUX, dtype, "struct flags")[..1].to_vec();
    assert_eq!(flags(record(&[("<i4", 0), ("<i4", 4)], 8, false)), integer(0xF03));
    assert_eq!(flags(record(&[("<i4", 0), ("<i4", 2)], 8, false)), integer(0x703));
    assert_eq!(flags(typestr("<i8")), integer(0x703));
    assert_eq!(flags(typestr(">i8")), integer(0x503));
}

#[test]
fn a_description_falls_under_the_rule_of_its_hardest_part() {
    let rule = |dtype: &Dtype| array_ctypes_spec::dtype::descr_rule(dtype).id();
    assert_eq!(rule(&typestr("<i4")), "dtype.descr-plain");
    assert_eq!(rule(&record(&[("<i4", 0), ("<i4", 4)], 8, false)), "dtype.descr-fields");
    assert_eq!(rule(&record(&[("<i4", 0), ("<i4", 4)], 9, false)), "dtype.descr-padding");
    assert_eq!(rule(&record(&[("<i4", 0), ("<i4", 2)], 8, false)), "dtype.descr-overlap");
}

/// Where a long double is no number of the processor's, DLPack may have none.
#[test]
fn numbers_of_128_bits_may_be_handed_out_or_not() {
    let asked = |text: &str| expected(&Platform::AARCH64_LINUX, typestr(text), "dlpack versioned dtype");
    for wide in ["<f16", "<c32"] {
        assert!(matches!(asked(wide)[..], [Expectation::AnyOf(_)]), "{wide}: {:?}", asked(wide));
    }
    for plain in ["<f8", "<c16"] {
        assert!(matches!(asked(plain)[..], [Expectation::Is(_)]), "{plain}: {:?}", asked(plain));
    }
}

#[test]
fn a_format_is_predicted_up_to_the_largest_answer() {
    let asked = |text: &str| expected(&Platform::X86_64_LINUX, typestr(text), "buffer full_ro format").len();
    assert_eq!([asked("|S1048576"), asked("|S1048577")], [2, 0]);
}

#[test]
fn padding_has_no_value_and_fields_that_overlap_have_one() {
    let mask = |fields: &[(&str, u64)], size: u64| record(fields, size, false).value_mask(&Platform::X86_64_LINUX);
    let counts = |text: &str| text.bytes().map(|byte| byte == b'1').collect::<Vec<_>>();
    assert_eq!(mask(&[("<i2", 1)], 4), counts("0110"));
    assert_eq!(mask(&[("<i2", 0), ("<i4", 1)], 6), counts("111110"));
    assert_eq!(mask(&[("<f16", 0)], 16), counts("1111111111000000"));
}

#[test]
fn references_in_fields_are_as_wide_as_pointers() {
    let of = |object: &Dtype| {
        let field = Field { name: "f0".to_owned(), title: None, dtype: object.clone(), shape: Vec::new(), offset: 0 };
        Dtype::from(Record { fields: vec![field], size: 8, aligned: false })
    };
    assert_eq!(of(&Dtype::object(8)).with_pointers(4), of(&Dtype::object(4)));
}

#[test]
fn memory_past_the_given_bytes_is_zero() {
    let buffer = Buffer { size: 12, bytes: vec![1, 2, 3, 4, 5, 6, 7], at: 0 };
    let array = Array { buffer, ..Array::contiguous(vec![0; 12], typestr("<i4"), &[3]) };
    let script = ["item 0", "item 1", "item 2"].map(|step| step.parse().expect("a step"));
    let predicted: Vec<_> =
        expect(&Platform::X86_64_LINUX, &array, &script).into_iter().map(|prediction| prediction.expectation).collect();
    let bytes = |bytes: [u8; 4]| Expectation::Is(Answer::Bytes(bytes.to_vec()));
    assert_eq!(predicted, [bytes([1, 2, 3, 4]), bytes([5, 6, 7, 0]), bytes([0; 4])]);
}

#[test]
fn a_format_falls_under_the_rule_of_what_it_describes() {
    let asked = |dtype: Dtype| {
        let array = Array::contiguous(vec![0; dtype.item_size() as usize], dtype, &[1]);
        let predictions = expect(&Platform::X86_64_LINUX, &array, &["buffer full_ro format".parse().unwrap()]);
        predictions.first().map(|prediction| prediction.rule.id())
    };
    let inside = |inner: Dtype| {
        let field = Field { name: "r".into(), title: None, shape: vec![], offset: 0, dtype: inner };
        Dtype::from(Record { fields: vec![field], size: 4, aligned: false })
    };
    assert_eq!(asked(typestr("<i4")), Some("interface.buffer-format"));
    assert_eq!(asked(inside(typestr("<i4"))), Some("interface.buffer-format-fields"));
    assert_eq!(asked(inside(inside(typestr("<i4")))), Some("interface.buffer-format-nested"));
}

#[test]
fn a_buffer_has_zeros_past_the_given_bytes() {
    let buffer = Buffer { size: 4, bytes: vec![1, 7], at: 0 };
    assert_eq!([0, 1, 2, 9].map(|at| buffer.byte(at)), [1, 7, 0, 0]);
}
