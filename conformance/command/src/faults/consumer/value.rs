//! Faults of the values that a consumer sees.

use super::scene::{Scene, another, change_seen};
use crate::faults::answers::fortran_strides;
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::dtype::{Kind, Plain};
use array_ctypes_conformance::spec::layout::c_strides;
use array_ctypes_conformance::spec::platform::ByteOrder;
use array_ctypes_conformance::spec::rules::consumer as rules;
use array_ctypes_conformance::spec::{Answer, Consumer, Feature, Rule};

/// The features that have rules of their own, in the order in which the rules are chosen.
const ORDER: [Feature; 14] = [
    Feature::NoValue,
    Feature::OtherType,
    Feature::Standard,
    Feature::Descr,
    Feature::NoStrides,
    Feature::Offset,
    Feature::Memory,
    Feature::Swapped,
    Feature::OddStrides,
    Feature::Unaligned,
    Feature::Overlap,
    Feature::Negative,
    Feature::Strided,
    Feature::NoAxes,
];

/// Changes values of arrays whose first feature is this; `None` for those without any. Values that were written, or read after
/// the producer let go, are left alone.
fn values(
    faults: &mut Faults,
    name: &'static str,
    of: &'static [Option<Feature>],
    change: impl Fn(&Scene, &[u64], &Answer) -> Option<Answer> + Send + Sync + 'static,
) {
    faults.script(name, move |about, answers| {
        change_seen(about, answers, |scene, step, answer| {
            let first = ORDER.into_iter().find(|feature| scene.has(*feature));
            let is_mapped = first.is_none() && scene.about.array().map.is_some();
            if let Consumer::Value(index) = step
                && of.contains(&first)
                && !is_mapped
                && scene.written.is_none()
                && !scene.left
                && !matches!(answer, Answer::Raises(_))
                && let Some(other) = change(scene, index, answer)
            {
                *answer = other;
            }
        });
    });
}

/// The value that the bytes at an element have in another type.
fn as_type(scene: &Scene, index: &[u64], other: impl Fn(&Plain) -> Plain) -> Option<Answer> {
    let plain = other(scene.layout().dtype.plain()?);
    plain.value(&scene.about.bytes(scene.layout().element(index), u64::from(plain.size))?)
}

pub(crate) fn value(faults: &mut Faults) {
    values(faults, "signed numbers are read without a sign", &[None], |scene, index, _| {
        let is_signed = scene.layout().dtype.plain()?.kind == Kind::Int;
        is_signed.then(|| as_type(scene, index, |plain| Plain { kind: Kind::UInt, ..*plain })).flatten()
    });
    values(faults, "floats are read as integers", &[None], |scene, index, _| {
        let is_float = scene.layout().dtype.plain()?.kind == Kind::Float;
        is_float.then(|| as_type(scene, index, |plain| Plain { kind: Kind::Int, ..*plain })).flatten()
    });
    values(faults, "the element after is read", &[None], |scene, index, _| {
        scene.at(scene.layout().element(index) + i128::from(scene.about.item_size()))
    });
    values(faults, "the parts of a complex number are swapped", &[None], |_, _, answer| match answer {
        Answer::Complex([real, imaginary]) => Some(Answer::Complex([*imaginary, *real])),
        _ => None,
    });
}

pub(crate) fn value_strided(faults: &mut Faults) {
    const OF: &[Option<Feature>] = &[Some(Feature::Strided)];
    values(faults, "elements are read in C order", OF, |scene, index, _| {
        scene.in_layout(&c_strides(&scene.layout().shape, scene.layout().dtype.item_size()), index)
    });
    values(faults, "elements are read in Fortran order", OF, |scene, index, _| {
        scene.in_layout(&fortran_strides(&scene.layout().shape, scene.layout().dtype.item_size()), index)
    });
    values(faults, "elements are read by the strides of the axes in reverse", OF, |scene, index, _| {
        let strides: Vec<i64> = scene.layout().strides.iter().rev().copied().collect();
        scene.in_layout(&strides, index)
    });
}

pub(crate) fn value_negative(faults: &mut Faults) {
    const OF: &[Option<Feature>] = &[Some(Feature::Negative)];
    values(faults, "elements are read by strides without a sign", OF, |scene, index, _| {
        let strides: Vec<i64> = scene.layout().strides.iter().map(|stride| stride.wrapping_abs()).collect();
        scene.in_layout(&strides, index)
    });
    values(faults, "a reversed axis is read from its low end", OF, |scene, index, _| {
        let mut index = index.to_vec();
        for ((at, length), stride) in index.iter_mut().zip(&scene.layout().shape).zip(&scene.layout().strides) {
            if *stride < 0 {
                *at = length - 1 - *at;
            }
        }
        scene.at(scene.layout().element(&index))
    });
}

pub(crate) fn value_odd_strides(faults: &mut Faults) {
    const OF: &[Option<Feature>] = &[Some(Feature::OddStrides)];
    let rounded = |scene: &Scene, up: i64| -> Vec<i64> {
        let size = scene.about.item_size().max(1);
        scene.layout().strides.iter().map(|stride| (stride + up * (size - 1)).div_euclid(size) * size).collect()
    };
    values(faults, "strides are rounded down to whole elements", OF, move |scene, index, _| {
        scene.in_layout(&rounded(scene, 0), index)
    });
    values(faults, "strides are rounded up to whole elements", OF, move |scene, index, _| {
        scene.in_layout(&rounded(scene, 1), index)
    });
}

pub(crate) fn value_overlap(faults: &mut Faults) {
    const OF: &[Option<Feature>] = &[Some(Feature::Overlap)];
    values(faults, "strides of 0 are those of C order", OF, |scene, index, _| {
        let packed = c_strides(&scene.layout().shape, scene.layout().dtype.item_size());
        let strides = scene.layout().strides.iter().zip(packed);
        let strides: Vec<i64> = strides.map(|(stride, packed)| if *stride == 0 { packed } else { *stride }).collect();
        scene.in_layout(&strides, index)
    });
    values(faults, "an element that is repeated is read once", OF, |_, index, answer| {
        index.iter().any(|at| *at > 0).then(|| another(answer))
    });
}

pub(crate) fn value_swapped(faults: &mut Faults) {
    const OF: &[Option<Feature>] = &[Some(Feature::Swapped)];
    let other = |plain: &Plain| Plain {
        order: if plain.order == ByteOrder::Little { ByteOrder::Big } else { ByteOrder::Little },
        ..*plain
    };
    values(faults, "swapped bytes are taken as native ones", OF, move |scene, index, _| as_type(scene, index, other));
    values(faults, "swapped bytes of large numbers are taken as native ones", OF, move |scene, index, _| {
        if scene.layout().dtype.item_size() > 4 { as_type(scene, index, other) } else { None }
    });
}

pub(crate) fn value_unaligned(faults: &mut Faults) {
    const OF: &[Option<Feature>] = &[Some(Feature::Unaligned)];
    values(faults, "an address is rounded down to the alignment", OF, |scene, index, _| {
        let align = i128::from(scene.layout().dtype.alignment(&scene.about.platform));
        let start = scene.layout().element(index);
        let at = i128::from(scene.about.array().at()) + start;
        scene.at(start - at.rem_euclid(align))
    });
    values(faults, "an element that is not aligned is not read", OF, |_, _, answer| Some(another(answer)));
}

pub(crate) fn value_no_axes(faults: &mut Faults) {
    const OF: &[Option<Feature>] = &[Some(Feature::NoAxes)];
    values(faults, "the value without axes is not read", OF, |_, _, answer| Some(another(answer)));
    values(faults, "the value without axes is read behind the element", OF, |scene, index, _| {
        scene.at(scene.layout().element(index) + 1)
    });
}

pub(crate) fn value_no_strides(faults: &mut Faults) {
    const OF: &[Option<Feature>] = &[Some(Feature::NoStrides)];
    values(faults, "missing strides count bytes", OF, |scene, index, answer| {
        let strides: Vec<i64> =
            scene.layout().strides.iter().map(|stride| stride / scene.about.item_size().max(1)).collect();
        let is_first = index.iter().all(|at| *at == 0);
        if is_first { None } else { scene.in_layout(&strides, index).or_else(|| Some(another(answer))) }
    });
    values(faults, "missing strides are 0", OF, |scene, index, _| scene.in_layout(&vec![0; index.len()], index));
}

pub(crate) fn value_offset(faults: &mut Faults) {
    const OF: &[Option<Feature>] = &[Some(Feature::Offset), Some(Feature::Memory)];
    values(faults, "the offset to the first element is ignored", OF, |_, _, answer| Some(another(answer)));
    values(faults, "the offset counts elements", &[Some(Feature::Offset)], |_, _, answer| Some(another(answer)));
}

pub(crate) fn value_described(faults: &mut Faults) {
    const OF: &[Option<Feature>] = &[Some(Feature::Standard), Some(Feature::Descr)];
    values(faults, "a second description of the type is taken for another type", OF, |_, _, answer| {
        Some(another(answer))
    });
    values(
        faults,
        "the value of a type that is described twice is that of the element after",
        OF,
        |scene, index, answer| {
            let after = scene.at(scene.layout().element(index) + i128::from(scene.about.item_size()));
            Some(after.unwrap_or_else(|| another(answer)))
        },
    );
}

pub(crate) fn value_mapped(faults: &mut Faults) {
    let mapped = |faults: &mut Faults, name, bytes: fn(&Scene) -> i64| {
        faults.script(name, move |about, answers| {
            change_seen(about, answers, |scene, step, answer| {
                let is_plain = ORDER.into_iter().all(|feature| !scene.has(feature));
                if let Consumer::Value(index) = step
                    && scene.about.array().map.is_some()
                    && is_plain
                    && scene.written.is_none()
                    && !scene.left
                {
                    let other = scene.at(scene.layout().element(index) - i128::from(bytes(scene)));
                    *answer = other.unwrap_or_else(|| another(answer));
                }
            });
        });
    };
    mapped(faults, "a file is read from its start", |scene| scene.layout().offset);
    mapped(faults, "a file is read one byte late", |_| -1);
}

pub(crate) fn value_other_type(faults: &mut Faults) {
    const OF: &[Option<Feature>] = &[Some(Feature::OtherType)];
    values(faults, "an unknown type is read as the nearest", OF, |_, _, answer| Some(another(answer)));
    values(faults, "an unknown type of few bytes is read as the nearest", OF, |scene, _, answer| {
        (scene.layout().dtype.item_size() <= 8).then(|| another(answer))
    });
}

pub(crate) fn bytes(faults: &mut Faults) {
    let seen = |faults: &mut Faults, name, change: fn(&mut Vec<u8>)| {
        faults.script(name, move |about, answers| {
            change_seen(about, answers, |_, step, answer| {
                if let (Consumer::Bytes(_), Answer::Bytes(bytes)) = (step, answer) {
                    change(bytes);
                }
            });
        });
    };
    seen(faults, "text ends at its first zero", |bytes| {
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        bytes[end..].fill(0);
    });
    seen(faults, "the bytes of an element are in the other order", |bytes| bytes.reverse());
    seen(faults, "the last byte of an element is cut off", |bytes| bytes.truncate(bytes.len().saturating_sub(1)));
}

/// The rules that speak of booleans, too.
const BOOLEANS: &[Rule] = &[rules::write, rules::sees_writes, rules::memory, rules::copy_kept];

pub(crate) fn no_value(faults: &mut Faults) {
    faults.also(BOOLEANS);
    values(faults, "a boolean is its byte", &[Some(Feature::NoValue)], |scene, index, _| {
        let byte = scene.about.byte(scene.layout().element(index))?;
        Some(Answer::Integer(i128::from(byte)))
    });
    values(faults, "a boolean is true if its byte is 1", &[Some(Feature::NoValue)], |scene, index, _| {
        let byte = scene.about.byte(scene.layout().element(index))?;
        Some(Answer::Bool(byte == 1))
    });
}
