//! Draws chains of views of an array.
//!
//! A view is drawn from the layout it applies to, and kept if the specification says that it exists and the limits allow
//! what it makes. Views that do not exist are in `mistake`; those that bring an array nearer to an aim are in `toward`.

mod toward;

use crate::draw::Draw;
use crate::draw::aim::{Aim, Aims, OPERATIONS};
use crate::draw::domain::Domain;
use crate::draw::dtype;
use array_ctypes_spec::View;
use array_ctypes_spec::dtype::{Dtype, Kind, Plain};
use array_ctypes_spec::layout::Layout;
use array_ctypes_spec::platform::ByteOrder;
pub(crate) use toward::of_contiguous;

/// The most axes of a view that is drawn.
const MAX_AXES: usize = 64;

/// How often a view is drawn until one exists inside the limits.
const TRIES: u32 = 4;

/// Views while they are added to an array.
struct Chain<'a> {
    domain: &'a Domain<'a>,
    aims: &'a Aims,
    /// The address of the buffer modulo 4096.
    at: u32,
    layout: &'a mut Layout,
    views: Vec<View>,
}

/// A chain of views that exist, each of the array before it. The layout becomes that of the last.
pub(crate) fn chain(draw: &mut Draw, domain: &Domain, aims: &Aims, at: u32, layout: &mut Layout) -> Vec<View> {
    let count = match draw.below(8) {
        0..=2 => 0,
        _ if !aims.is_empty() && draw.one_in(2) => 0,
        3..=5 => 1,
        6 => 2,
        _ => 3 + draw.below(2),
    };
    let mut chain = Chain { domain, aims, at, layout, views: Vec::new() };
    chain.add_aimed(draw);
    let allowed = OPERATIONS.iter().filter(|(_, word)| domain.limits.views.any(|known| known == word));
    let allowed: Vec<Aim> = allowed.map(|(aim, _)| *aim).collect();
    for _ in 0..if allowed.is_empty() { 0 } else { count } {
        let is_record = matches!(chain.layout.dtype, Dtype::Record(_)) && allowed.contains(&Aim::Field);
        let operation = if is_record && draw.one_in(2) { Aim::Field } else { draw.pick(&allowed) };
        (0..TRIES).any(|_| chain.add_operation(draw, operation));
    }
    chain.approach(draw);
    chain.views
}

impl Chain<'_> {
    /// Adds a view, if it exists and is inside the limits.
    fn add(&mut self, view: View) -> bool {
        let grows =
            matches!(view, View::NewAxis { .. } | View::Broadcast { .. } | View::Reshape { .. } | View::Field { .. });
        if grows && self.layout.shape.len() >= MAX_AXES || !self.domain.apply(self.at, &view, self.layout) {
            return false;
        }
        self.views.push(view);
        true
    }

    /// Draws a view by that operation, and adds it if it exists and is inside the limits.
    fn add_operation(&mut self, draw: &mut Draw, operation: Aim) -> bool {
        view(draw, self.domain, self.aims, self.layout, operation).is_some_and(|view| self.add(view))
    }
}

/// An axis that views of one axis exist on; `None` if there is none.
fn axis(draw: &mut Draw, domain: &Domain, dimensions: usize) -> Option<usize> {
    let start = draw.below(dimensions as u32) as usize;
    (start..dimensions).chain(0..start).find(|axis| domain.limits.allow_axis(*axis, dimensions))
}

/// A view by that operation, which probably exists; `None` if the array has no such view.
fn view(draw: &mut Draw, domain: &Domain, aims: &Aims, layout: &Layout, operation: Aim) -> Option<View> {
    let dimensions = layout.shape.len();
    Some(match operation {
        Aim::Index => {
            let axis = axis(draw, domain, dimensions)?;
            let length = i64::try_from(layout.shape[axis]).ok().filter(|length| *length > 0)?;
            let most = domain.limits.max_index.min(i64::MAX as u64) as i64;
            View::Index { axis, at: draw.between((-length).max(-most), (length - 1).min(most)) }
        }
        Aim::Slice => {
            let axis = axis(draw, domain, dimensions)?;
            slice(draw, domain, layout, axis)
        }
        Aim::Reverse => View::Reverse { axis: axis(draw, domain, dimensions)? },
        Aim::Transpose => {
            let mut axes: Vec<usize> = (0..dimensions).collect();
            (1..dimensions).for_each(|last| axes.swap(last, draw.below(last as u32 + 1) as usize));
            View::Transpose { axes }
        }
        Aim::NewAxis => View::NewAxis { axis: axis(draw, domain, dimensions + 1)? },
        Aim::Broadcast => broadcast(draw, domain, layout),
        Aim::Reshape => reshape(draw, layout)?,
        Aim::Reinterpret => View::Reinterpret { dtype: reinterpretation(draw, domain, aims, layout)? },
        _ => {
            let Dtype::Record(record) = &layout.dtype else { return None };
            let is_odd = |size: u64| size > 0 && record.size % size != 0;
            let meets = |at: &usize| {
                let dtype = &record.fields[*at].dtype;
                dtype::meets_kind(dtype, domain.platform, aims)
                    && (!aims.has(Aim::OddStrides) || is_odd(dtype.item_size()))
            };
            let start = draw.below(record.fields.len() as u32) as usize;
            let mut fields = (start..record.fields.len()).chain(0..start);
            let at = if aims.is_empty() { start } else { fields.find(meets).unwrap_or(start) };
            let name = &record.fields.get(at)?.name;
            // Protocol 1 did not say that a name may have a space, and its first adapters split the text of a view at each.
            (!name.contains(' ')).then(|| View::Field { name: name.clone() })?
        }
    })
}

fn slice(draw: &mut Draw, domain: &Domain, layout: &Layout, axis: usize) -> View {
    let length = layout.shape[axis].min(1 << 40) as i64;
    let most = domain.limits.max_index.min(i64::MAX as u64) as i64;
    let bound = |draw: &mut Draw| match draw.below(8) {
        0..=2 => None,
        3 | 4 => Some(draw.pick(&[i64::MIN, i64::MAX, -length - 3, length + 3, length + 1])),
        _ => Some(draw.between(-length - 1, length + 1)),
    };
    let inside = |number: i64| number.clamp(-most, most);
    let (start, stop) = (bound(draw).map(inside), bound(draw).map(inside));
    // What people write to take the first elements, or all of fewer than they think.
    let (start, stop) = if draw.one_in(8) { (None, Some(inside(length + 1))) } else { (start, stop) };
    let step = match draw.below(16) {
        0 => draw.pick(&[i64::MAX, -i64::MAX, 1 << 62, 1 << 33]),
        1..=7 => draw.pick(&[1, 1, 2, 3]),
        _ => draw.pick(&[-1, -2, 2, 3]),
    };
    let step = if domain.limits.negative_steps { step } else { step.abs() };
    View::Slice { axis, start, stop, step: inside(step) }
}

fn broadcast(draw: &mut Draw, domain: &Domain, layout: &Layout) -> View {
    // Rarely more elements than memory could hold: zero strides do not reach further.
    let huge = draw.one_in(12);
    let is_wide = domain.platform.pointer_size() == 8 && draw.one_in(3);
    let long = |draw: &mut Draw| match draw.below(4) {
        _ if huge && is_wide => (1u64 << draw.pick(&[32, 53])) - 1 + u64::from(draw.below(3)),
        _ if huge => (1 << 31) - 1 + u64::from(draw.below(3)),
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

/// An element type that the array can be reinterpreted as; at worst its own, or raw bytes of the same size. `None` if its
/// elements are references.
fn reinterpretation(draw: &mut Draw, domain: &Domain, aims: &Aims, layout: &Layout) -> Option<Dtype> {
    if layout.dtype.has_objects() {
        return None;
    }
    for _ in 0..8 {
        let dtype = Dtype::Plain(dtype::without_objects(draw, domain)?);
        let mut after = layout.clone();
        if (aims.is_empty() || dtype::meets_kind(&dtype, domain.platform, aims))
            && after.view(domain.platform, &View::Reinterpret { dtype: dtype.clone() }).is_ok()
        {
            return Some(dtype);
        }
    }
    let size = u32::try_from(layout.dtype.item_size()).ok()?;
    let raw = Plain { kind: Kind::Void, size, order: ByteOrder::Little, unit: None };
    Some(Dtype::Plain(layout.dtype.plain().copied().unwrap_or(raw)))
}
