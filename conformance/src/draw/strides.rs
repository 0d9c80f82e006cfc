//! Draws byte strides.

use crate::adapter::limits::Order;
use crate::draw::Draw;
use crate::draw::aim::{Aim, Aims};
use crate::draw::domain::Domain;
use array_ctypes_spec::layout::{c_strides, f_strides};

/// What strides may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manners {
    negative: bool,
    overlap: bool,
    /// The number that every stride is a multiple of.
    unit: u64,
}

impl Manners {
    /// The manners that the limits leave, if every stride must be a multiple of `unit`.
    pub(crate) fn of(domain: &Domain, unit: u64) -> Manners {
        let limits = domain.limits;
        Manners { negative: limits.negative_strides, overlap: limits.overlap, unit: unit.max(1) }
    }

    /// Every manner.
    #[cfg(feature = "strategies")]
    pub(crate) const ANY: Manners = Manners { negative: true, overlap: true, unit: 1 };
}

/// Byte strides for a shape: in C order, Fortran order or any order of the axes; with gaps, odd, overlapping, zero or
/// negative; any number for an axis of length 1.
pub(crate) fn strides(draw: &mut Draw, manners: Manners, aims: &Aims, shape: &[u64], item_size: u64) -> Vec<i64> {
    let order = manner(draw, aims);
    if order == Manner::C {
        return c_strides(shape, item_size);
    }
    if order == Manner::Fortran && aims.has(Aim::FortranOrder) {
        return f_strides(shape, item_size);
    }
    let mut strides = packed(draw, manners, shape, item_size, order);
    let turns = if aims.has(Aim::NegativeStrides) { 2 } else { 4 };
    let zeros = if aims.has(Aim::ZeroStrides) { 2 } else { 12 };
    for (stride, length) in strides.iter_mut().zip(shape) {
        if draw.one_in(turns) && manners.negative {
            *stride = -*stride;
        }
        if draw.one_in(zeros) && (manners.overlap || *length == 1) {
            *stride = 0;
        }
        if *length == 1 && draw.one_in(3) && manners.unit == 1 {
            // Such a stride reaches nothing, so it may be any number, also one that floats round and narrow integers
            // wrap.
            let any = if draw.one_in(3) { edge(draw) } else { draw.between(-4096, 4096) };
            *stride = if manners.negative { any } else { any.checked_abs().unwrap_or(i64::MAX) };
        }
    }
    strides
}

/// Byte strides without gaps, in an order that the limits leave.
pub(crate) fn contiguous(draw: &mut Draw, domain: &Domain, aims: &Aims, shape: &[u64], item_size: u64) -> Vec<i64> {
    let wanted = match manner(draw, aims) {
        Manner::C | Manner::COrder => Order::C,
        _ => Order::F,
    };
    domain.packed(wanted, shape, item_size)
}

/// How strides are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    C,
    Fortran,
    /// Any order of the axes.
    Permuted,
    /// Any order, with gaps of some bytes.
    OddGaps,
    /// Any order, with gaps of whole items.
    Gaps,
    /// Less than the faster axes reach, so that elements overlap.
    Overlap,
    /// The order of C, but with zeros and signs.
    COrder,
}

/// The manners that aims ask for.
const AIMED: &[(Aim, Manner)] = &[
    (Aim::COrder, Manner::C),
    (Aim::FortranOrder, Manner::Fortran),
    (Aim::Gaps, Manner::Gaps),
    (Aim::OddStrides, Manner::OddGaps),
    (Aim::Overlap, Manner::Overlap),
];

fn manner(draw: &mut Draw, aims: &Aims) -> Manner {
    let drawn = match draw.below(16) {
        0..=2 => Manner::C,
        3 | 4 => Manner::Fortran,
        5 => Manner::Permuted,
        6 | 7 => Manner::OddGaps,
        8 | 9 => Manner::Gaps,
        10 | 11 => Manner::Overlap,
        _ => Manner::COrder,
    };
    match aims.find(AIMED) {
        Some(aimed) => aimed,
        None if drawn == Manner::C && aims.has_any(&[Aim::NegativeStrides, Aim::ZeroStrides]) => Manner::COrder,
        None => drawn,
    }
}

/// A number near which conversions change: binary32 and binary64 start to round there, or an integer type ends.
fn edge(draw: &mut Draw) -> i64 {
    let power = draw.pick(&[7, 8, 15, 16, 24, 31, 32, 53, 63]);
    let near = (1i64 << (power % 63)).wrapping_add(draw.between(-1, 1));
    // Next to the middle between two neighbours among binary32 numbers, or among binary64 numbers: a conversion that rounds
    // twice, or towards zero, goes wrong there.
    let bits = draw.pick(&[24, 24, 53]);
    let power = bits + 1 + draw.below(62 - bits);
    let middle = (1i64 << power) + (1 << (power - bits)) + draw.between(-1, 1);
    let number = draw.pick(&[near, middle, middle, i64::MAX, i64::MIN]);
    if draw.one_in(2) { number } else { number.wrapping_neg() }
}

/// Positive strides for the axes in some order, with gaps or overlap.
fn packed(draw: &mut Draw, manners: Manners, shape: &[u64], item_size: u64, manner: Manner) -> Vec<i64> {
    let mut order: Vec<usize> = (0..shape.len()).rev().collect();
    match manner {
        Manner::Fortran => order.reverse(),
        Manner::C | Manner::COrder => {}
        _ => (1..order.len()).for_each(|last| order.swap(last, draw.below(last as u32 + 1) as usize)),
    }
    let unit = manners.unit;
    let mut next = item_size.next_multiple_of(unit);
    let mut strides = vec![0; shape.len()];
    for axis in order {
        let gap = match manner {
            Manner::OddGaps => unit * u64::from(draw.below(8)),
            Manner::Gaps => item_size.next_multiple_of(unit) * u64::from(draw.below(3)),
            _ => 0,
        };
        let stride = match manner {
            Manner::Overlap if manners.overlap && draw.one_in(2) => {
                let units = 1 + (next / unit).min(1 << 20) as u32;
                unit * u64::from(draw.below(units))
            }
            _ => next + gap,
        };
        strides[axis] = stride as i64;
        next = stride * shape[axis].max(1);
        if manners.overlap {
            // Gaps on many axes multiply, so there are none past this size.
            next = next.clamp(1, 1 << 12).next_multiple_of(unit);
        }
    }
    strides
}
