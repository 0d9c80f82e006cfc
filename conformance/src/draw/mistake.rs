//! Draws views that do not exist, one for each mistake that a caller can make.

use crate::draw::Draw;
use crate::draw::aim::Aims;
use crate::draw::domain::Domain;
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
    /// One element more or less.
    ReshapeToOtherCount,
    /// References as raw bytes.
    ReinterpretOfReferences,
}

/// How often a mistake is drawn until the array allows it and the limits have the view.
const TRIES: u32 = 24;

/// A view that does not exist; `None` if the limits leave none.
pub(crate) fn impossible(draw: &mut Draw, domain: &Domain, aims: &Aims, layout: &Layout) -> Option<View> {
    // Most often the axis right behind the last.
    let missing_axis = layout.shape.len() + if draw.one_in(4) { 1 + draw.below(2) as usize } else { 0 };
    // Mistakes that only few arrays allow are drawn more often if the array allows them.
    let few = [
        (Mistake::AbsentField, matches!(layout.dtype, Dtype::Record(_))),
        (Mistake::ReinterpretAsUnevenSize, layout.shape.is_empty()),
        (Mistake::ReinterpretOfReferences, layout.dtype.has_objects()),
        (Mistake::TransposeWithRepeatedAxis, layout.shape.len() == 2),
        (Mistake::ReshapeOfGaps, layout.shape.len() > 1 && !layout.is_c_contiguous()),
    ];
    let mut possible = few.iter().filter(|(_, is_possible)| *is_possible).map(|(one, _)| *one);
    let rare = possible.next().filter(|_| draw.one_in(3));
    let wrong = |view: &View| {
        let is_allowed = domain.limits.allow_view(domain.platform, view, layout.shape.len());
        is_allowed && layout.clone().view(domain.platform, view).is_err()
    };
    let aimed: Vec<&str> = aims.operations().collect();
    let is_aimed = |attempt: u32, view: &View| attempt >= TRIES / 2 || aimed.is_empty() || aimed.contains(&view.word());
    (0..TRIES).find_map(|attempt| {
        let mistake = rare.filter(|_| attempt == 0).unwrap_or_else(|| draw.pick(Mistake::ALL));
        mistake.view(draw, domain.platform, layout, missing_axis).filter(|view| is_aimed(attempt, view) && wrong(view))
    })
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
            Mistake::AbsentField if !dtype.has_objects() => View::Field { name: near_name(draw, dtype) },
            Mistake::SliceWithStepZero if dimensions > 0 => {
                View::Slice { axis: some_axis(draw), start: None, stop: None, step: 0 }
            }
            // 7 is a multiple of no item size but 1 and 7, and few item sizes are multiples of it.
            Mistake::ReinterpretAsUnevenSize if !(shape.last().unwrap_or(&1) * size).is_multiple_of(7) => raw_bytes(7),
            // Few elements, in case an implementation copies.
            Mistake::ReshapeOfGaps if dimensions > 1 && layout.elements() <= 1 << 12 => {
                View::Reshape { shape: vec![layout.elements()] }
            }
            Mistake::ReshapeToOtherCount => {
                let elements = layout.elements();
                let other = if draw.one_in(2) { elements.checked_add(1)? } else { elements.checked_sub(1)? };
                View::Reshape { shape: vec![other] }
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

/// A name that no field has: that of a field in capitals or with one character more, or another.
fn near_name(draw: &mut Draw, dtype: &Dtype) -> String {
    let Dtype::Record(record) = dtype else { return "a".to_owned() };
    let Some(field) = record.fields.first() else { return "absent".to_owned() };
    let near = match draw.below(3) {
        0 => field.name.to_uppercase(),
        1 => format!("{}_", field.name),
        _ => "absent".to_owned(),
    };
    if record.fields.iter().any(|field| field.name == near || field.title.as_ref() == Some(&near)) {
        "absent".to_owned()
    } else {
        near
    }
}

/// The view as raw bytes of that item size.
fn raw_bytes(size: u64) -> View {
    let plain = Plain { kind: Kind::Void, size: size as u32, order: ByteOrder::Little, unit: None };
    View::Reinterpret { dtype: Dtype::Plain(plain) }
}
