//! Simpler views of the same array.

use array_ctypes_spec::View;
use array_ctypes_spec::dtype::Dtype;

/// Chains of as many views in which one is simpler.
pub(super) fn simpler(views: &[View]) -> Vec<Vec<View>> {
    let mut chains = Vec::new();
    for (at, view) in views.iter().enumerate() {
        chains.extend(simpler_views(view).into_iter().map(|view| {
            let mut chain = views.to_vec();
            chain[at] = view;
            chain
        }));
    }
    chains
}

fn simpler_views(view: &View) -> Vec<View> {
    match view {
        View::Index { axis, at } => [0, at / 2].map(|at| View::Index { axis: *axis, at }).into(),
        View::Slice { axis, start, stop, step } => {
            let slice = |start, stop, step| View::Slice { axis: *axis, start, stop, step };
            let unit = step.signum();
            vec![
                slice(None, None, unit),
                slice(None, None, *step),
                slice(None, *stop, *step),
                slice(*start, None, *step),
                slice(*start, *stop, unit),
                slice(start.map(|start| start / 2), *stop, *step),
                slice(*start, stop.map(|stop| stop / 2), *step),
                slice(*start, *stop, step / 2),
            ]
        }
        View::NewAxis { .. } => vec![View::NewAxis { axis: 0 }],
        View::Broadcast { shape } => simpler_shapes(shape).into_iter().map(|shape| View::Broadcast { shape }).collect(),
        View::Reshape { shape } => simpler_shapes(shape).into_iter().map(|shape| View::Reshape { shape }).collect(),
        View::Reinterpret { .. } => {
            let types = ["|u1", "|V2", "<i2"].iter().filter_map(|text| Dtype::from_typestr(text).ok());
            types.map(|dtype| View::Reinterpret { dtype }).collect()
        }
        View::Reverse { .. } | View::Transpose { .. } | View::Field { .. } => Vec::new(),
    }
}

/// Shapes without one axis, and shapes with one shorter axis.
fn simpler_shapes(shape: &[u64]) -> Vec<Vec<u64>> {
    let without = |axis: usize| [&shape[..axis], &shape[axis + 1..]].concat();
    let mut shapes: Vec<Vec<u64>> = (0..shape.len()).map(without).collect();
    for (axis, length) in shape.iter().enumerate() {
        for shorter in [1, 2, length / 2, length.saturating_sub(1)] {
            let mut shape = shape.to_vec();
            shape[axis] = shorter;
            shapes.push(shape);
        }
    }
    shapes
}
