//! Draws views that do not exist, one for each mistake that a caller can make.

use crate::draw::Draw;
use array_ctypes_spec::View;
use array_ctypes_spec::dtype::{Dtype, Kind, Plain};
use array_ctypes_spec::layout::Layout;
use array_ctypes_spec::platform::{ByteOrder, Platform};

/// Declares the mistakes, and lists them in the order in which they are drawn.
macro_rules! mistakes {
    ($($(#[$doc:meta])* $Mistake:ident,)*) => {
        /// A mistake in a view.
        #[derive(Clone, Copy, PartialEq, Eq)]
        enum Mistake { $($(#[$doc])* $Mistake,)* }

        impl Mistake {
            const ALL: &[Mistake] = &[$(Mistake::$Mistake),*];
        }
    };
}

mistakes! {
    /// An index just past either end of an axis.
    IndexOutside,
    IndexOnMissingAxis,
    ReverseOfMissingAxis,
    /// A new axis that would leave a gap behind the last.
    NewAxisTooFar,
    TransposeOfMissingAxis,
    TransposeWithRepeatedAxis,
    BroadcastToFewerAxes,
    /// A broadcast of an axis that is longer than 1.
    BroadcastOfLongAxis,
    AbsentField,
    SliceWithStepZero,
    /// An item size that the last axis is no multiple of.
    ReinterpretAsUnevenSize,
    /// One axis for all elements, which strides with gaps cannot express.
    ReshapeOfGaps,
    SliceOfMissingAxis,
    /// A broadcast of an axis that is longer than 1, with an axis before it.
    BroadcastOfLongAxisWithNewAxis,
    /// A broadcast to more bytes than an intp counts, though the strides reach no further.
    BroadcastToTooManyBytes,
    /// Half the item size, which a last axis with gaps does not allow.
    ReinterpretAsHalfSize,
    /// References as raw bytes.
    ReinterpretOfReferences,
}

/// A view that does not exist.
pub(crate) fn impossible(draw: &mut Draw, platform: &Platform, layout: &Layout) -> View {
    let missing_axis = layout.shape.len() + draw.below(3) as usize;
    // Mistakes that only few arrays allow are drawn more often if the array allows them.
    let few = [
        (Mistake::AbsentField, matches!(layout.dtype, Dtype::Record(_))),
        (Mistake::ReinterpretAsUnevenSize, layout.shape.is_empty()),
        (Mistake::ReinterpretOfReferences, layout.dtype.has_objects()),
    ];
    let possible: Vec<Mistake> = few.iter().filter(|(_, is_possible)| *is_possible).map(|(one, _)| *one).collect();
    let mistake = if !possible.is_empty() && draw.one_in(2) { draw.pick(&possible) } else { draw.pick(Mistake::ALL) };
    let view = mistake.view(draw, platform, layout, missing_axis);
    view.unwrap_or_else(|| View::Reshape { shape: vec![layout.elements() + 1] })
}

impl Mistake {
    /// A view with this mistake; `None` if the array has no such view.
    fn view(self, draw: &mut Draw, platform: &Platform, layout: &Layout, missing_axis: usize) -> Option<View> {
        let Layout { shape, dtype, .. } = layout;
        let (dimensions, size) = (shape.len(), dtype.item_size());
        let some_axis = |draw: &mut Draw| draw.below(dimensions as u32) as usize;
        let has_long_axis = shape.iter().any(|length| *length > 1);
        let longer = || shape.iter().map(|length| length + u64::from(*length > 1));
        Some(match self {
            Mistake::IndexOutside if dimensions > 0 => {
                let axis = some_axis(draw);
                let length = shape[axis] as i64;
                View::Index { axis, at: if draw.one_in(2) { length } else { -length - 1 } }
            }
            Mistake::IndexOnMissingAxis => View::Index { axis: missing_axis, at: 0 },
            Mistake::ReverseOfMissingAxis => View::Reverse { axis: missing_axis },
            Mistake::NewAxisTooFar => View::NewAxis { axis: missing_axis + 1 },
            Mistake::TransposeOfMissingAxis => View::Transpose { axes: (1..=dimensions.max(1)).collect() },
            Mistake::TransposeWithRepeatedAxis if dimensions > 1 => View::Transpose { axes: vec![0; dimensions] },
            Mistake::BroadcastToFewerAxes if dimensions > 1 => View::Broadcast { shape: shape[1..].to_vec() },
            Mistake::BroadcastOfLongAxis if has_long_axis => View::Broadcast { shape: longer().collect() },
            Mistake::AbsentField => View::Field { name: "absent".to_owned() },
            Mistake::SliceWithStepZero if dimensions > 0 => {
                View::Slice { axis: some_axis(draw), start: None, stop: None, step: 0 }
            }
            // 7 is a multiple of no item size but 1 and 7, and few item sizes are multiples of it.
            Mistake::ReinterpretAsUnevenSize if !(shape.last().unwrap_or(&1) * size).is_multiple_of(7) => raw_bytes(7),
            // Few elements, in case an implementation copies.
            Mistake::ReshapeOfGaps if dimensions > 1 && layout.elements() <= 1 << 12 => {
                View::Reshape { shape: vec![layout.elements()] }
            }
            Mistake::SliceOfMissingAxis => View::Slice { axis: missing_axis, start: None, stop: None, step: 1 },
            Mistake::BroadcastOfLongAxisWithNewAxis if has_long_axis => {
                View::Broadcast { shape: [2].into_iter().chain(longer()).collect() }
            }
            Mistake::BroadcastToTooManyBytes => {
                let most = platform.intp_max() as u64 / size.max(1);
                View::Broadcast { shape: [most + 1].into_iter().chain(shape.iter().copied()).collect() }
            }
            Mistake::ReinterpretAsHalfSize if size.is_multiple_of(2) && size > 0 => raw_bytes(size / 2),
            Mistake::ReinterpretOfReferences if dtype.has_objects() => raw_bytes(size),
            _ => return None,
        })
    }
}

/// The view as raw bytes of that item size.
fn raw_bytes(size: u64) -> View {
    let plain = Plain { kind: Kind::Void, size: size as u32, order: ByteOrder::Little, unit: None };
    View::Reinterpret { dtype: Dtype::Plain(plain) }
}
