//! The weight of a case: the measure that every shrinking step lowers, which is why shrinking ends.
//!
//! Members are compared from first to last, so a simplification may raise what comes after the member that it lowers.
//! What people find hardest to read comes first.

use crate::Case;
use array_ctypes_spec::dtype::{Dtype, Kind};
use array_ctypes_spec::layout::c_strides;
use array_ctypes_spec::memmap::{Handle, Map, Mode};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Buffer, View};

/// The weight of a case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Weight {
    steps: usize,
    views: usize,
    /// The length of all views as text.
    view_text: usize,
    /// The sum of the numbers in all views.
    view_numbers: u128,
    axes: usize,
    /// The sum of all lengths.
    lengths: u128,
    dtype: TypeWeight,
    /// `None` if the array lies in a buffer.
    map: Option<MapWeight>,
    /// 0 if the array does not own its memory; otherwise one more than the position in the list of owners.
    owner: usize,
    strides: StridesWeight,
    read_only: bool,
    /// The address of the buffer modulo 4096.
    at: u32,
    offset: OffsetWeight,
    /// The size of the buffer or file.
    size: u64,
    bytes: BytesWeight,
    script: ScriptWeight,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct MapWeight {
    /// True if the size of the file decides the shape.
    deduced: bool,
    /// The position in the list of modes.
    mode: usize,
    /// The position in the list of what is handed over.
    file: usize,
    /// True if the case gives the file its name.
    is_named: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct StridesWeight {
    /// How many are not those of C order.
    not_in_c_order: usize,
    /// The sum of their absolute values.
    sum: u128,
    negative: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct OffsetWeight {
    absolute: u64,
    is_negative: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct BytesWeight {
    given: usize,
    content: Content,
}

/// What the given bytes are, the simplest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Content {
    /// 0, 1, 2, … in order.
    Counted,
    Zeros,
    Arbitrary,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct ScriptWeight {
    /// The length of all steps as text.
    length: usize,
    text: Vec<String>,
}

impl Weight {
    pub(crate) fn of(case: &Case, platform: &Platform) -> Weight {
        let Array { buffer, map, owner, writeable, dtype, offset, shape, strides, views } = &case.array;
        let packed = c_strides(shape, dtype.item_size());
        let script: Vec<String> = case.script.iter().map(ToString::to_string).collect();
        Weight {
            steps: case.script.len(),
            views: views.len(),
            view_text: views.iter().map(|view| view.to_string().len()).sum(),
            view_numbers: views.iter().map(numbers).fold(0, u128::saturating_add),
            axes: shape.len(),
            lengths: shape.iter().map(|length| u128::from(*length)).sum(),
            dtype: TypeWeight::of(dtype, platform),
            map: map.as_ref().map(|Map { mode, deduced, file, name }| MapWeight {
                deduced: *deduced,
                mode: Mode::ALL.iter().position(|other| other == mode).unwrap_or(0),
                file: Handle::ALL.iter().position(|other| other == file).unwrap_or(0),
                is_named: name.is_some(),
            }),
            owner: owner.map_or(0, |owner| 1 + owner as usize),
            strides: StridesWeight {
                not_in_c_order: strides.iter().zip(packed).filter(|(stride, packed)| *stride != packed).count(),
                sum: strides.iter().map(|stride| u128::from(stride.unsigned_abs())).sum(),
                negative: strides.iter().filter(|stride| **stride < 0).count(),
            },
            read_only: !writeable,
            at: buffer.at,
            offset: OffsetWeight { absolute: offset.unsigned_abs(), is_negative: *offset < 0 },
            size: buffer.size,
            bytes: BytesWeight { given: buffer.bytes.len(), content: content(buffer) },
            script: ScriptWeight { length: script.iter().map(String::len).sum(), text: script },
        }
    }
}

/// The sum of the numbers in a view. What a slice leaves out counts as nothing.
fn numbers(view: &View) -> u128 {
    let sum = |numbers: &[u128]| numbers.iter().fold(0, |sum: u128, number| sum.saturating_add(*number));
    // A bound that is given is heavier than none, also the bound 0.
    let bound = |bound: &Option<i64>| bound.map_or(0, |bound| 1 + u128::from(bound.unsigned_abs()));
    match view {
        View::Index { axis, at } => sum(&[*axis as u128, at.unsigned_abs().into(), u128::from(*at < 0)]),
        View::Slice { axis, start, stop, step } => {
            sum(&[*axis as u128, bound(start), bound(stop), step.unsigned_abs().into(), u128::from(*step < 0)])
        }
        View::Reverse { axis } | View::NewAxis { axis } => *axis as u128,
        View::Transpose { axes } => axes.iter().map(|axis| *axis as u128).sum(),
        View::Broadcast { shape } | View::Reshape { shape } => {
            shape.iter().fold(0, |sum: u128, length| sum.saturating_add((*length).into()))
        }
        View::Reinterpret { dtype } => dtype.item_size().into(),
        View::Field { .. } => 0,
    }
}

fn content(buffer: &Buffer) -> Content {
    let mut bytes = buffer.bytes.iter().enumerate();
    if bytes.clone().all(|(at, byte)| *byte == at as u8) {
        Content::Counted
    } else if bytes.all(|(_, byte)| *byte == 0) {
        Content::Zeros
    } else {
        Content::Arbitrary
    }
}

/// The weight of an element type.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TypeWeight {
    /// How many types it is made of. A record counts as two.
    types: usize,
    /// How many titles, dimensions of fields and `aligned` it has.
    extras: usize,
    /// Bytes of its plain types.
    plain_bytes: u64,
    /// Its item size and all sizes and offsets in it.
    size: u64,
    /// A penalty for unusual kinds, for the other byte order and for units.
    unusual: usize,
}

impl TypeWeight {
    pub(super) fn of(dtype: &Dtype, platform: &Platform) -> TypeWeight {
        match dtype {
            Dtype::Plain(plain) => {
                let kind = match plain.kind {
                    Kind::UInt if plain.size == 1 => 0,
                    Kind::Int => 1,
                    Kind::Void => 2,
                    _ => 3,
                };
                let is_swapped = plain.has_order() && plain.order != platform.byte_order;
                let size = u64::from(plain.size);
                TypeWeight {
                    types: 1,
                    extras: 0,
                    plain_bytes: size,
                    size,
                    unusual: kind + 3 * usize::from(is_swapped) + usize::from(plain.unit.is_some()),
                }
            }
            Dtype::Record(record) => {
                let extras = usize::from(record.aligned);
                let mut weight = TypeWeight { types: 2, extras, size: record.size, ..TypeWeight::default() };
                for field in &record.fields {
                    let inner = TypeWeight::of(&field.dtype, platform);
                    weight.types += inner.types;
                    weight.extras += inner.extras + field.shape.len() + usize::from(field.title.is_some());
                    weight.plain_bytes += inner.plain_bytes;
                    weight.size += inner.size + field.offset;
                    weight.unusual += inner.unusual;
                }
                weight
            }
        }
    }
}
