//! Draws shapes.

use crate::draw::Draw;
use crate::draw::aim::{Aim, Aims};
use crate::draw::domain::Domain;

/// The most elements that a shape has before it is stretched.
const MAX_ELEMENTS: u64 = 64;

/// A shape inside the limits: no axes, few, or up to 64; with lengths 0, 1 and others; few elements altogether.
pub(crate) fn shape(draw: &mut Draw, domain: &Domain, aims: &Aims, item_size: u64) -> Vec<u64> {
    let dimensions = dimensions(draw, domain, aims);
    let zero_at = zero_at(draw, domain, aims, dimensions);
    let mut room = (domain.limits.max_bytes.min(domain.max_span()) / item_size.max(1)).min(MAX_ELEMENTS);
    let is_single = aims.has(Aim::SingleLength);
    let single_at = draw.below(dimensions);
    (0..dimensions)
        .map(|axis| {
            let length = match draw.below(8) {
                _ if is_single && axis == single_at => 1,
                0 => 1,
                _ if dimensions > 6 => 1 + u64::from(draw.one_in(3)),
                1..=3 => 2,
                4..=5 => 3,
                6 => 4,
                _ => 1 + u64::from(draw.below(12)),
            };
            let length = if length <= room { length } else { 1 };
            room /= length;
            if zero_at == Some(axis) { 0 } else { length }
        })
        .collect()
}

/// The numbers of axes that aims ask for.
const AXES: &[(Aim, (u32, u32))] = &[
    (Aim::NoAxes, (0, 0)),
    (Aim::OneAxis, (1, 1)),
    (Aim::TwoAxes, (2, 2)),
    (Aim::SomeAxes, (3, 8)),
    (Aim::ManyAxes, (9, 32)),
    (Aim::VeryManyAxes, (33, 64)),
];

/// What needs an axis to be seen.
const NEEDS_AXES: &[Aim] = &[
    Aim::NegativeStrides,
    Aim::ZeroStrides,
    Aim::Gaps,
    Aim::OddStrides,
    Aim::Overlap,
    Aim::Empty,
    Aim::SingleLength,
    Aim::LongAxis,
    Aim::LongSpan,
    Aim::Large,
    Aim::Index,
    Aim::Slice,
    Aim::Reverse,
    Aim::Transpose,
];

fn dimensions(draw: &mut Draw, domain: &Domain, aims: &Aims) -> u32 {
    let drawn = match draw.below(64) {
        0..=3 => 0,
        4..=18 => 1,
        19..=33 => 2,
        34..=45 => 3,
        46..=55 => 4 + draw.below(5),
        56..=61 => 9 + draw.below(8),
        62 => 17 + draw.below(16),
        _ => 30 + draw.below(35),
    };
    let drawn = match aims.find(AXES) {
        // An index may take an axis away, and a new axis adds one.
        Some((low, high)) => low + draw.below(high - low + 1),
        None if drawn == 0 && aims.has_any(NEEDS_AXES) => 1 + draw.below(3),
        None => drawn,
    };
    let (low, high) = (domain.limits.min_dimensions.min(64) as u32, domain.limits.max_dimensions.min(64) as u32);
    if (low..=high).contains(&drawn) { drawn } else { low + draw.below(high.saturating_sub(low).min(4) + 1) }
}

/// The axis of length 0, if there is one.
fn zero_at(draw: &mut Draw, domain: &Domain, aims: &Aims, dimensions: u32) -> Option<u32> {
    let axis = draw.below(dimensions);
    // An array that aims at something else about its elements should have some.
    let is_empty = aims.has(Aim::Empty) || draw.one_in(if aims.is_empty() { 12 } else { 40 });
    (is_empty && dimensions > 0 && domain.limits.empty).then_some(axis)
}
