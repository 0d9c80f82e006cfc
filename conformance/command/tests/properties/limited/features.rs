//! The limit `records`: no structured type has a feature that the list leaves out.

use super::{Made, assert_obeyed, made, sent};
use array_ctypes_conformance::spec::dtype::{Dtype, Field, Record};
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Array, View};
use array_ctypes_conformance::{Case, Limits, RecordFeature, Records};

/// Returns the structured types that a type is made of.
fn records(dtype: &Dtype) -> Vec<&Record> {
    match dtype {
        Dtype::Plain(_) => Vec::new(),
        Dtype::Record(record) => {
            let nested = record.fields.iter().flat_map(|field| records(&field.dtype));
            [&**record].into_iter().chain(nested).collect()
        }
    }
}

/// Returns true if a structured type has the feature.
fn has(record: &Record, feature: RecordFeature, platform: &Platform) -> bool {
    let any = |is_so: &dyn Fn(&Field) -> bool| record.fields.iter().any(is_so);
    // For each byte, the number of the fields that it belongs to.
    let mut owners = vec![0; record.size as usize];
    for field in &record.fields {
        owners[field.offset as usize..][..field.size() as usize].iter_mut().for_each(|count| *count += 1);
    }
    let offsets: Vec<u64> = record.fields.iter().map(|field| field.offset).collect();
    match feature {
        RecordFeature::Nested => any(&|field| matches!(field.dtype, Dtype::Record(_))),
        RecordFeature::SubArrays => any(&|field| !field.shape.is_empty()),
        RecordFeature::Padded => owners.contains(&0),
        RecordFeature::Unaligned => any(&|field| {
            field.dtype.alignment(platform) > Dtype::from(record.clone()).alignment(platform)
                || field.offset % field.dtype.alignment(platform) != 0
        }),
        RecordFeature::Overlap => owners.iter().any(|count| *count > 1),
        RecordFeature::Unordered => !offsets.is_sorted(),
        RecordFeature::Titles => any(&|field| field.title.is_some()),
    }
}

fn limits(features: Vec<RecordFeature>) -> Limits {
    Limits { records: Records::Only(features), ..Limits::with_all_abilities() }
}

fn has_no(case: &Case, features: &[RecordFeature], platform: &Platform) -> bool {
    let Case { array: Array { dtype, views, .. }, .. } = case;
    let viewed =
        views.iter().filter_map(|view| if let View::Reinterpret { dtype } = view { Some(dtype) } else { None });
    let made = made(case, platform);
    let all = made.iter().map(|Made { layout, .. }| &layout.dtype).chain([dtype]).chain(viewed);
    all.flat_map(records).all(|record| features.iter().all(|feature| !has(record, *feature, platform)))
}

#[test]
fn no_structured_type_has_a_feature_that_the_limit_leaves_out() {
    let platform = Platform::host();
    let all = RecordFeature::ALL;
    for feature in all {
        let others = all.iter().copied().filter(|other| other != feature).collect();
        assert_obeyed(feature.word(), limits(others), |case| has_no(case, &[*feature], &platform));
    }
    assert_obeyed("flat", limits(Vec::new()), |case| has_no(case, all, &platform));
}

#[test]
fn structured_types_with_a_feature_are_drawn_if_the_limit_lists_no_other() {
    let platform = Platform::host();
    for feature in RecordFeature::ALL {
        let sent = sent(limits(vec![*feature]));
        assert!(sent.iter().any(|case| !has_no(case, &[*feature], &platform)), "{}: none is drawn", feature.word());
    }
}
