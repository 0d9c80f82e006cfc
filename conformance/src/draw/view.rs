//! Draws chains of views of an array.
//!
//! A view is drawn from the layout it applies to, and kept if the specification says that it exists. Views that do not
//! exist are in `mistake`.

use crate::draw::Draw;
use crate::draw::dtype::plain;
use array_ctypes_spec::View;
use array_ctypes_spec::dtype::{Dtype, Kind};
use array_ctypes_spec::layout::Layout;
use array_ctypes_spec::platform::Platform;

/// The most axes of a view that is drawn.
const MAX_AXES: usize = 64;

/// A chain of views that exist, each of the array before it. The layout becomes that of the last.
pub(crate) fn chain(draw: &mut Draw, platform: &Platform, layout: &mut Layout) -> Vec<View> {
    let count = match draw.below(8) {
        0..=2 => 0,
        3..=5 => 1,
        6 => 2,
        _ => 3 + draw.below(2),
    };
    let mut views = Vec::new();
    for _ in 0..count {
        let Some(view) = view(draw, platform, layout) else { continue };
        let before = layout.clone();
        if layout.view(platform, &view).is_ok() && layout.shape.len() <= MAX_AXES {
            views.push(view);
        } else {
            *layout = before;
        }
    }
    views
}

/// A view that probably exists; `None` if the array has no view of the kind that was drawn.
fn view(draw: &mut Draw, platform: &Platform, layout: &Layout) -> Option<View> {
    let dimensions = layout.shape.len();
    let fields = matches!(layout.dtype, Dtype::Record(_));
    let kind = if fields && draw.one_in(2) { 8 } else { draw.below(8) };
    let any_axis = |draw: &mut Draw| draw.below(dimensions as u32) as usize;
    if dimensions == 0 && kind < 4 {
        return Some(View::NewAxis { axis: 0 });
    }
    Some(match kind {
        0 => {
            let axis = any_axis(draw);
            let length = layout.shape[axis] as i64;
            if length == 0 {
                return None;
            }
            View::Index { axis, at: draw.between(-length, length - 1) }
        }
        1 => {
            let axis = any_axis(draw);
            slice(draw, layout, axis)
        }
        2 => View::Reverse { axis: any_axis(draw) },
        3 => {
            let mut axes: Vec<usize> = (0..dimensions).collect();
            (1..dimensions).for_each(|last| axes.swap(last, draw.below(last as u32 + 1) as usize));
            View::Transpose { axes }
        }
        4 => View::NewAxis { axis: draw.below(dimensions as u32 + 1) as usize },
        5 => broadcast(draw, layout),
        6 => reshape(draw, layout)?,
        7 => View::Reinterpret { dtype: reinterpretation(draw, platform, layout)? },
        _ => {
            let Dtype::Record(record) = &layout.dtype else { return None };
            let field = &record.fields[draw.below(record.fields.len() as u32) as usize];
            View::Field { name: field.name.clone() }
        }
    })
}

fn slice(draw: &mut Draw, layout: &Layout, axis: usize) -> View {
    let length = layout.shape[axis].min(1 << 40) as i64;
    let bound = |draw: &mut Draw| match draw.below(8) {
        0..=2 => None,
        3 => Some(draw.pick(&[i64::MIN, i64::MAX, -length - 3, length + 3])),
        _ => Some(draw.between(-length - 1, length + 1)),
    };
    let (start, stop) = (bound(draw), bound(draw));
    let step = match draw.below(16) {
        0 => draw.pick(&[i64::MAX, -i64::MAX, 1 << 62, 1 << 33]),
        1..=7 => draw.pick(&[1, 1, 2, 3]),
        _ => draw.pick(&[-1, -2, 2, 3]),
    };
    View::Slice { axis, start, stop, step }
}

fn broadcast(draw: &mut Draw, layout: &Layout) -> View {
    // Rarely more elements than memory could hold: zero strides do not reach further.
    let huge = draw.one_in(12);
    let long = |draw: &mut Draw| match draw.below(4) {
        _ if huge => (1 << 31) + u64::from(draw.below(1000)),
        0 => 0,
        1 => 1,
        _ => 2 + u64::from(draw.below(3)),
    };
    let mut once = false;
    let mut lengths: Vec<u64> = layout.shape.clone();
    for length in &mut lengths {
        if *length == 1 && draw.one_in(2) && !(huge && once) {
            *length = long(draw);
            once = true;
        }
    }
    if huge && !once || draw.one_in(2) {
        lengths.insert(0, if huge && once { 1 } else { long(draw) });
    }
    View::Broadcast { shape: lengths }
}

/// The same elements under another shape: axes merged, split, or with axes of length 1.
fn reshape(draw: &mut Draw, layout: &Layout) -> Option<View> {
    let mut shape = layout.shape.clone();
    for _ in 0..=draw.below(2) {
        let axes = shape.len() as u32;
        match draw.below(3) {
            0 if axes > 1 => {
                let axis = draw.below(axes - 1) as usize;
                let next = shape.remove(axis + 1);
                shape[axis] = shape[axis].checked_mul(next)?;
            }
            1 if axes > 0 => {
                let axis = draw.below(axes) as usize;
                let factor = draw.pick(&[2, 3, 4]);
                if shape[axis].is_multiple_of(factor) {
                    shape[axis] /= factor;
                    shape.insert(axis, factor);
                }
            }
            _ => shape.insert(draw.below(axes + 1) as usize, 1),
        }
    }
    Some(View::Reshape { shape })
}

/// An element type that the array can be reinterpreted as; `None` if none was found in a few tries.
fn reinterpretation(draw: &mut Draw, platform: &Platform, layout: &Layout) -> Option<Dtype> {
    if layout.dtype.has_objects() {
        return None;
    }
    for _ in 0..8 {
        let dtype = Dtype::Plain(plain(draw, platform));
        let mut after = layout.clone();
        if dtype.plain().is_some_and(|plain| plain.kind != Kind::Object)
            && after.view(platform, &View::Reinterpret { dtype: dtype.clone() }).is_ok()
        {
            return Some(dtype);
        }
    }
    None
}
