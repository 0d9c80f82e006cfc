//! Laws of arrays that own their memory.

use crate::arrays::{PLATFORM, arrays, last_predicted, pair, predicted, typestr, with_view};
use crate::cases;
use crate::total::acts;
use crate::types::plains;
use array_ctypes_spec::dtype::{Dtype, Field, Record};
use array_ctypes_spec::memmap::{Handle, Map, Mode};
use array_ctypes_spec::platform::ByteOrder;
use array_ctypes_spec::{Act, Array, Buffer, Expectation, Level, Owner, Prediction, Rule, Step, expect};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// An array over a buffer that it fills, in C order.
fn filling() -> impl Strategy<Value = Array> {
    arrays().prop_map(|Array { dtype, shape, .. }| {
        let size = shape.iter().product::<u64>() * dtype.item_size();
        Array::contiguous((0..size).map(|at| at as u8).collect(), dtype, &shape)
    })
}

/// The predictions, without those that compare with an earlier answer.
fn absolute(array: &Array, script: &[Step]) -> Vec<Prediction> {
    let mut predictions = expect(&PLATFORM, array, script);
    // Where an array without elements is, and its strides, are the library's choice.
    let is_advice = |rule: Rule| rule.level() == Level::Should;
    predictions
        .retain(|prediction| !matches!(prediction.expectation, Expectation::SameAs(_)) && !is_advice(prediction.rule));
    predictions
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn who_owns_the_memory_decides_nothing_about_address_shape_elements_and_lifetimes(
        array in filling(), owner in select(Owner::ALL), acts in vec(acts(), 0..12)
    ) {
        let questions = ["data", "itemsize", "shape", "data_as c_void_p", "_as_parameter_", "flag c_contiguous", "item 0",
            "contents c_int", "index 1 c_short", "write-pointer 0 ff", "item 0", "interface data", "buffer full address"];
        let questions = questions.map(|step| step.parse().unwrap()).into_iter();
        let script: Vec<Step> = questions.chain(acts.into_iter().map(Step::Act)).collect();
        let owned = Array { owner: Some(owner), ..array.clone() };
        prop_assert_eq!(absolute(&owned, &script), absolute(&array, &script));
    }

    #[test]
    fn an_owner_fits_the_description_of_an_array_that_it_owns(array in filling(), owner in select(Owner::ALL)) {
        let Array { buffer, dtype, shape, .. } = array;
        let bytes = if owner == Owner::Zeros { vec![0; buffer.bytes.len()] } else { buffer.bytes };
        prop_assert!(Array::owned(owner, bytes, dtype, &shape).fits_owner());
    }

    #[test]
    fn sums_are_of_integers_in_the_order_of_the_platform(plain in plains()) {
        let dtype = Dtype::Plain(plain);
        let is_integer = matches!(plain.kind.code(), 'i' | 'u');
        let is_native = plain.size == 1 || plain.order == ByteOrder::Little;
        prop_assert_eq!(Owner::Sum.makes(&PLATFORM, &dtype), is_integer && is_native);
        prop_assert_eq!(Owner::Copy.makes(&PLATFORM, &dtype), !dtype.has_objects() && plain.size > 0);
    }
}

#[test]
fn no_owner_fits_another_description() {
    let array = || Array::owned(Owner::Copy, vec![1; 8], typestr("<i4"), &[2]);
    let map = Some(Map { mode: Mode::C, deduced: false, file: Handle::Path, name: None });
    let buffer = |size, bytes: &[u8], at| Buffer { size, bytes: bytes.to_vec(), at };
    let others = [
        Array { offset: 4, shape: vec![1], ..array() },
        Array { strides: vec![-4], ..array() },
        Array { writeable: false, ..array() },
        Array { map, ..array() },
        Array { buffer: buffer(12, &[1; 12], 0), ..array() },
        Array { buffer: buffer(8, &[1; 4], 0), ..array() },
        Array { buffer: buffer(8, &[1; 8], 16), ..array() },
        Array { owner: Some(Owner::Zeros), ..array() },
    ];
    for other in others {
        assert!(!other.fits_owner(), "{other:?}");
        assert!(Array { owner: None, ..other }.fits_owner());
    }
}

#[test]
fn an_address_of_owned_memory_is_also_that_of_data() {
    let array = Array::owned(Owner::Copy, vec![0; 8], typestr("<i4"), &[2]);
    for (step, rule) in
        [("data_as c_void_p", "cast.address"), ("_as_parameter_", "cast.as-parameter"), ("pass c_void_p", "cast.pass")]
    {
        let expected = [pair(rule, "buffer+0"), pair(rule, "the answer to step 0")];
        assert_eq!(predicted(&array, &["data", step]), expected);
        assert_eq!(predicted(&array, &[step]), expected[..1]);
        assert_eq!(predicted(&Array { owner: None, ..array.clone() }, &["data", step]), expected[..1]);
    }
}

#[test]
fn the_library_chooses_the_strides_of_an_array_without_elements() {
    let array = |owner| Array { owner, ..Array::contiguous(Vec::new(), typestr("<i4"), &[0, 2]) };
    assert_eq!(last_predicted(&array(Some(Owner::Sum)), &["strides"]), Some(pair("shape.strides", "[any, any]")));
    assert_eq!(last_predicted(&array(None), &["strides"]), Some(pair("shape.strides-kept", "[8, 4]")));
    assert_eq!(last_predicted(&with_view(array(Some(Owner::Sum)), "reverse 1"), &["data"]), None);
    assert!(last_predicted(&with_view(array(None), "reverse 1"), &["data"]).is_some());
}

#[test]
fn padding_is_not_copied_and_a_time_without_a_unit_has_no_zeros() {
    let field = Field { name: "x".into(), title: None, dtype: typestr("<i2"), shape: vec![], offset: 0 };
    let record = |size| Dtype::from(Record { fields: vec![field.clone()], size, aligned: false });
    assert!(Owner::Copy.makes(&PLATFORM, &record(2)) && !Owner::Copy.makes(&PLATFORM, &record(3)));
    assert!(Owner::Zeros.makes(&PLATFORM, &record(3)) && Owner::Zeros.makes(&PLATFORM, &typestr(">M8[s]")));
    assert!(!Owner::Zeros.makes(&PLATFORM, &typestr(">M8")) && Owner::Copy.makes(&PLATFORM, &typestr(">M8")));
}

#[test]
fn nothing_is_imported_from_owned_memory_and_no_other_process_has_it() {
    let array = Array::owned(Owner::Copy, vec![0; 8], typestr("<i4"), &[2]);
    for step in ["import data=at:0 read_only=0 shape=2 typestr=<i4 version=3", "absent data", "absent shape"] {
        assert_eq!(last_predicted(&array, &[step]), None, "{step}");
    }
    let drop = Step::Act(Act::DropArray);
    assert_eq!(expect(&PLATFORM, &array, &[drop]).len(), 1);
}
