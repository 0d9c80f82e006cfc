//! Where elements are, by arithmetic over the layout: which of them touch some bytes, and where the next one begins.
//!
//! Nothing here goes through all elements, of which there may be 2^63. Axes are sorted by their strides, the longest first, so
//! that a search enters only indices behind which an element can be. Where elements overlap without end, a search gives up
//! after so many steps, and says so.

use array_ctypes_spec::layout::Layout;

/// The most steps of one search.
const MAX_STEPS: u32 = 4096;

/// The most elements that one search returns.
const MAX_ELEMENTS: usize = 64;

/// The elements of an array.
pub(super) struct Grid {
    /// The axes along which elements move, the longest stride first.
    axes: Vec<Axis>,
    /// The lowest byte.
    pub(super) low: i128,
    /// The size of an element in bytes.
    pub(super) item: i128,
    /// The index of the elements that do not move: 0, or every index of an axis with the stride 0.
    still: Vec<Option<u64>>,
    is_empty: bool,
}

/// An axis, turned so that its stride is positive.
struct Axis {
    number: usize,
    length: i128,
    stride: i128,
    is_turned: bool,
    /// How far the axes behind this one reach.
    reach: i128,
}

/// An element, or those that lie at the same place because an axis has the stride 0.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Element {
    /// The offset of its first byte.
    pub(super) start: i128,
    /// The index on each axis; `None` for every index.
    pub(super) index: Vec<Option<u64>>,
}

/// The elements that touch some bytes.
pub(super) struct Touching {
    /// The elements, by their place.
    pub(super) elements: Vec<Element>,
    /// False if there may be more.
    pub(super) is_complete: bool,
}

/// The first byte from some offset on that belongs to an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    At(i128),
    Nowhere,
    /// The search took too long.
    Unknown,
}

impl Grid {
    pub(super) fn of(layout: &Layout) -> Grid {
        let is_empty = layout.is_empty() || layout.dtype.item_size() == 0;
        let lengths = layout.shape.iter().zip(&layout.strides).enumerate();
        let still = lengths.clone().map(|(_, (length, stride))| (*length <= 1 || *stride != 0).then_some(0)).collect();
        let moving = lengths.filter(|(_, (length, stride))| **length > 1 && **stride != 0);
        let mut axes: Vec<Axis> = moving
            .map(|(number, (length, stride))| Axis {
                number,
                length: i128::from(*length),
                stride: i128::from(*stride).abs(),
                is_turned: *stride < 0,
                reach: 0,
            })
            .collect();
        axes.sort_by_key(|axis| -axis.stride);
        let mut reach = 0i128;
        for axis in axes.iter_mut().rev() {
            axis.reach = reach;
            reach = reach.saturating_add(axis.stride.saturating_mul(axis.length - 1));
        }
        let item = i128::from(layout.dtype.item_size());
        Grid { axes, low: layout.extent().0, item, still, is_empty }
    }

    /// The strides, the longest first, each with how many bytes lie behind one step: those of the shorter strides.
    pub(super) fn strides(&self) -> impl Iterator<Item = (i128, i128)> {
        self.axes.iter().map(|axis| (axis.stride, axis.reach.saturating_add(self.item)))
    }

    /// The elements that touch the bytes from one offset until before another.
    pub(super) fn touching(&self, from: i128, until: i128) -> Touching {
        let mut search = Search {
            range: (from.saturating_sub(self.item).saturating_add(1), until.saturating_sub(1)),
            index: self.still.clone(),
            steps: MAX_STEPS,
            found: Touching { elements: Vec::new(), is_complete: true },
        };
        if !self.is_empty && from < until {
            search.enter(&self.axes, self.low);
        }
        search.found.elements.sort();
        search.found
    }

    /// The first byte from that offset on that belongs to an element.
    pub(super) fn next(&self, from: i128) -> Next {
        if self.is_empty {
            return Next::Nowhere;
        }
        let mut steps = MAX_STEPS;
        let start = least(&self.axes, self.low, from.saturating_sub(self.item).saturating_add(1), &mut steps);
        match start {
            _ if steps == 0 => Next::Unknown,
            Some(start) => Next::At(start.max(from)),
            None => Next::Nowhere,
        }
    }
}

/// A search for all elements that begin in a range of offsets, its end included.
struct Search {
    range: (i128, i128),
    index: Vec<Option<u64>>,
    steps: u32,
    found: Touching,
}

impl Search {
    fn enter(&mut self, axes: &[Axis], base: i128) {
        if self.steps == 0 {
            self.found.is_complete = false;
            return;
        }
        self.steps -= 1;
        let (low, high) = self.range;
        let Some((axis, behind)) = axes.split_first() else {
            if (low..=high).contains(&base) {
                self.add(base);
            }
            return;
        };
        let mut at = first_step(axis, base, low);
        let last = high.saturating_sub(base).div_euclid(axis.stride).min(axis.length - 1);
        while at <= last && self.found.is_complete {
            if let Some(index) = self.index.get_mut(axis.number) {
                *index = u64::try_from(if axis.is_turned { axis.length - 1 - at } else { at }).ok();
            }
            self.enter(behind, base.saturating_add(at.saturating_mul(axis.stride)));
            at += 1;
        }
    }

    fn add(&mut self, start: i128) {
        if self.found.elements.len() == MAX_ELEMENTS {
            self.found.is_complete = false;
        } else {
            self.found.elements.push(Element { start, index: self.index.clone() });
        }
    }
}

/// The first step along an axis from which the axes behind reach an offset.
fn first_step(axis: &Axis, base: i128, offset: i128) -> i128 {
    let missing = offset.saturating_sub(axis.reach).saturating_sub(base);
    if missing <= 0 { 0 } else { (missing - 1) / axis.stride + 1 }
}

/// The least start of an element that is not below an offset. There are no steps left if it was not found in time.
fn least(axes: &[Axis], base: i128, offset: i128, steps: &mut u32) -> Option<i128> {
    if base >= offset || *steps == 0 {
        return Some(base);
    }
    *steps -= 1;
    let (axis, behind) = axes.split_first()?;
    let mut best: Option<i128> = None;
    let mut at = first_step(axis, base, offset);
    while at < axis.length && *steps > 0 {
        let here = base.saturating_add(at.saturating_mul(axis.stride));
        if best.is_some_and(|best| best <= here) {
            break;
        }
        if let Some(start) = least(behind, here, offset, steps) {
            best = Some(best.map_or(start, |best| best.min(start)));
        }
        if here >= offset {
            break;
        }
        at += 1;
    }
    best
}
