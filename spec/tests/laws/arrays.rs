//! Draws small valid arrays, enumerates where their elements are, and predicts scripts about them.

use array_ctypes_spec::dtype::{Dtype, Field, Record};
use array_ctypes_spec::layout::{Invalid, Layout, resolve};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Buffer, Step, View, expect};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// The platform of laws that hold on all of them alike.
pub(crate) const PLATFORM: Platform = Platform::X86_64_LINUX;

pub(crate) fn platforms() -> impl Strategy<Value = Platform> {
    select(&Platform::ALL[..]).prop_map(|(_, platform)| platform)
}

pub(crate) fn typestr(text: &str) -> Dtype {
    Dtype::from_typestr(text).unwrap()
}

/// A structured type with fields of these type strings at these offsets, named f0, f1 and so on.
pub(crate) fn record(fields: &[(&str, u64)], size: u64, aligned: bool) -> Dtype {
    let field = |(at, (text, offset)): (usize, &(&str, u64))| {
        let dtype = typestr(text);
        Field { name: format!("f{at}"), title: None, dtype, shape: Vec::new(), offset: *offset }
    };
    Dtype::from(Record { fields: fields.iter().enumerate().map(field).collect(), size, aligned })
}

/// Every index, last axis fastest.
pub(crate) fn indices(shape: &[u64]) -> Vec<Vec<u64>> {
    shape.iter().fold(vec![vec![]], |indices, length| {
        let longer = |index: Vec<u64>| (0..*length).map(move |at| [&index[..], &[at]].concat());
        indices.into_iter().flat_map(longer).collect()
    })
}

/// The address of every element, in C order, by the formula.
pub(crate) fn addresses(layout: &Layout) -> Vec<i128> {
    let address = |index: Vec<u64>| -> i128 {
        let steps = index.iter().zip(&layout.strides).map(|(at, stride)| i128::from(*at) * i128::from(*stride));
        i128::from(layout.offset) + steps.sum::<i128>()
    };
    indices(&layout.shape).into_iter().map(address).collect()
}

/// The address of every byte of every element, in C order.
pub(crate) fn byte_addresses(layout: &Layout) -> Vec<i128> {
    let item = i128::from(layout.dtype.item_size());
    addresses(layout).into_iter().flat_map(|start| start..start + item).collect()
}

/// An array over a buffer that it fits into with this many bytes to spare on each side.
pub(crate) fn array(dtype: Dtype, shape: Vec<u64>, strides: Vec<i64>, spare: u32) -> Array {
    let item = dtype.item_size() as i64;
    let reached =
        addresses(&Layout { dtype: dtype.clone(), offset: 0, shape: shape.clone(), strides: strides.clone() });
    let low = reached.iter().copied().min().unwrap_or(0) as i64;
    let high = reached.iter().copied().max().map_or(0, |last| last as i64 + item);
    let size = (high - low) as u64 + 2 * u64::from(spare);
    let bytes = (0..size).map(|at| (at * 37 + 11) as u8).collect();
    let offset = i64::from(spare) - low;
    let buffer = Buffer { size, bytes, at: 0 };
    Array { buffer, map: None, owner: None, writeable: true, dtype, offset, shape, strides, views: vec![] }
}

/// The layout after these views.
pub(crate) fn viewed(array: &Array, views: &[View]) -> Result<Layout, Invalid> {
    resolve(&PLATFORM, &Array { views: views.to_vec(), ..array.clone() })
}

/// Returns true if a view was refused.
pub(crate) fn refused(result: &Result<Layout, Invalid>) -> bool {
    matches!(result, Err(Invalid::View { .. }))
}

pub(crate) fn lengths() -> impl Strategy<Value = Vec<u64>> {
    vec(prop_oneof![1 => Just(0u64), 3 => Just(1u64), 12 => 2u64..5], 0..4)
}

/// Byte strides without gaps, with the axes in any order of nesting and in either direction; or gaps; or anything.
fn strides(shape: Vec<u64>, item_size: u64) -> BoxedStrategy<Vec<i64>> {
    let dimensions = shape.len();
    let nested = (Just((0..dimensions).collect::<Vec<_>>()).prop_shuffle(), vec(any::<(bool, bool)>(), dimensions));
    let nested = (nested, select(&[0i64, 0, 0, 0, 1, 4][..])).prop_map(move |((order, turns), gap)| {
        let mut strides = vec![0; dimensions];
        let mut next = item_size as i64;
        for axis in order {
            strides[axis] = if turns[axis] == (true, true) { -next } else { next };
            next = next * shape[axis].max(1) as i64 + gap;
        }
        strides
    });
    let any_stride = prop_oneof![Just(0i64), -9i64..10, select(&[-16i64, -8, -4, 4, 8, 12, 16, 24][..])];
    prop_oneof![3 => nested, 2 => vec(any_stride, dimensions)].boxed()
}

/// Small arrays of plain types, with every kind of stride.
pub(crate) fn arrays() -> impl Strategy<Value = Array> {
    let dtypes = select(&["|i1", "<i2", ">i2", "|V3", "<i4", "<f8", ">c16"][..]).prop_map(typestr);
    (dtypes, lengths())
        .prop_flat_map(|(dtype, shape)| {
            let strides = prop_oneof![
                1 => Just(array_ctypes_spec::layout::c_strides(&shape, dtype.item_size())),
                4 => strides(shape.clone(), dtype.item_size()),
            ];
            (Just(dtype), Just(shape), strides, 0u32..5)
        })
        .prop_map(|(dtype, shape, strides, spare)| array(dtype, shape, strides, spare))
}

/// What is expected of the last step of a script: rules and expectations.
pub(crate) fn predicted(array: &Array, script: &[&str]) -> Vec<(&'static str, String)> {
    let script: Vec<Step> = script.iter().map(|step| step.parse().unwrap()).collect();
    let predictions = expect(&PLATFORM, array, &script).into_iter();
    let last = predictions.filter(|prediction| prediction.step == script.len() - 1);
    last.map(|prediction| pair(prediction.rule.id(), &prediction.expectation.to_string())).collect()
}

/// The last of them.
pub(crate) fn last_predicted(array: &Array, script: &[&str]) -> Option<(&'static str, String)> {
    predicted(array, script).pop()
}

pub(crate) fn pair(rule: &'static str, expectation: &str) -> (&'static str, String) {
    (rule, expectation.to_owned())
}

/// The array with a view.
pub(crate) fn with_view(array: Array, view: &str) -> Array {
    Array { views: vec![view.parse().unwrap()], ..array }
}
