//! What makes a case heavy: the measure that shrinking lowers, and so the reason that it ends.

use crate::Case;
use array_ctypes_spec::dtype::{Dtype, Kind};
use array_ctypes_spec::layout::c_strides;
use array_ctypes_spec::memmap::{Handle, Map, Mode};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Buffer};

/// The weight of a case. Members are compared from first to last: what lowers one may raise those after it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Weight {
    steps: usize,
    views: usize,
    view_text: usize,
    axes: usize,
    lengths: u128,
    dtype: TypeWeight,
    /// Whether it lies in a file, whose shape it has, the mode, and what is handed over.
    map: Option<(bool, usize, usize)>,
    /// Strides other than those of C order, all strides, negative ones.
    strides: (usize, u128, usize),
    read_only: bool,
    at: u32,
    offset: (u64, bool),
    size: u64,
    /// How many bytes are given, and whether they are 0, 1, 2, …; or all 0; or anything.
    bytes: (usize, u8),
    /// Length of the script as text, and the text.
    script: (usize, Vec<String>),
}

impl Weight {
    pub(super) fn of(case: &Case, platform: &Platform) -> Weight {
        let Array { buffer, map, writeable, dtype, offset, shape, strides, views } = &case.array;
        let packed = c_strides(shape, dtype.item_size());
        let script: Vec<String> = case.script.iter().map(ToString::to_string).collect();
        Weight {
            steps: case.script.len(),
            views: views.len(),
            view_text: views.iter().map(|view| view.to_string().len()).sum(),
            axes: shape.len(),
            lengths: shape.iter().map(|length| u128::from(*length)).sum(),
            dtype: of_type(dtype, platform),
            map: map.map(|Map { mode, deduced, file }| {
                let mode = Mode::ALL.iter().position(|other| *other == mode).unwrap_or(0);
                let file = Handle::ALL.iter().position(|other| *other == file).unwrap_or(0);
                (deduced, mode, file)
            }),
            strides: (
                strides.iter().zip(packed).filter(|(stride, packed)| *stride != packed).count(),
                strides.iter().map(|stride| u128::from(stride.unsigned_abs())).sum(),
                strides.iter().filter(|stride| **stride < 0).count(),
            ),
            read_only: !writeable,
            at: buffer.at,
            offset: (offset.unsigned_abs(), *offset < 0),
            size: buffer.size,
            bytes: (buffer.bytes.len(), content(buffer)),
            script: (script.iter().map(String::len).sum(), script),
        }
    }
}

fn content(buffer: &Buffer) -> u8 {
    let mut bytes = buffer.bytes.iter().enumerate();
    if bytes.clone().all(|(at, byte)| *byte == at as u8) { 0 } else { 1 + u8::from(!bytes.all(|(_, byte)| *byte == 0)) }
}

/// Types in it, what adorns its fields, bytes of its leaves and of itself, and what is unusual.
pub(super) type TypeWeight = (usize, usize, u64, u64, usize);

/// The weight of an element type.
pub(super) fn of_type(dtype: &Dtype, platform: &Platform) -> TypeWeight {
    match dtype {
        Dtype::Plain(plain) => {
            let unusual = match plain.kind {
                Kind::UInt if plain.size == 1 => 0,
                Kind::Int => 1,
                Kind::Void => 2,
                _ => 3,
            };
            let swapped = plain.has_order() && plain.order != platform.byte_order;
            let size = u64::from(plain.size);
            (1, 0, size, size, unusual + 3 * usize::from(swapped) + usize::from(plain.unit.is_some()))
        }
        Dtype::Record(record) => {
            let mut weight = (2, usize::from(record.aligned), 0, record.size, 0);
            for field in &record.fields {
                let (types, adorned, leaves, size, unusual) = of_type(&field.dtype, platform);
                weight.0 += types;
                weight.1 += adorned + field.shape.len() + usize::from(field.title.is_some());
                weight.2 += leaves;
                weight.3 += size + field.offset;
                weight.4 += unusual;
            }
            weight
        }
    }
}
