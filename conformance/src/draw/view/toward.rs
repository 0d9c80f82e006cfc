//! Views that bring an array nearer to what its case aims at.
//!
//! An array in a file, or one that owns its memory, has the strides of C or Fortran; a view gives it others.

use super::Chain;
use crate::draw::Draw;
use crate::draw::aim::{Aim, Aims, OPERATIONS};
use array_ctypes_spec::View;
use array_ctypes_spec::layout::{Layout, c_strides};

/// The aims that the description of an array with contiguous elements can be drawn towards. Views do the rest.
pub(crate) fn of_contiguous(aims: &Aims) -> Aims {
    const BY_VIEWS: &[Aim] = &[Aim::LongAxis, Aim::LongSpan, Aim::Large];
    aims.without(BY_VIEWS)
}

/// Returns true if a length needs more than 31 bits, or a stride that reaches an element.
fn is_large(layout: &Layout) -> bool {
    let mut axes = layout.shape.iter().zip(&layout.strides);
    axes.any(|(length, stride)| *length >= 1 << 31 || *length > 1 && stride.unsigned_abs() >= 1 << 31)
}

impl Chain<'_> {
    /// Adds the views that are aims themselves.
    pub(super) fn add_aimed(&mut self, draw: &mut Draw) {
        for aim in self.aims.iter().filter(|aim| OPERATIONS.iter().any(|(known, _)| known == aim)) {
            let needs_axis = matches!(aim, Aim::Index | Aim::Slice | Aim::Reverse | Aim::Transpose);
            if needs_axis && self.layout.shape.is_empty() {
                self.add(View::NewAxis { axis: 0 });
            }
            if aim == Aim::Slice && self.aims.has(Aim::NoAxes) {
                // Of an empty slice no index would be left.
                self.add(View::Slice { axis: 0, start: None, stop: None, step: draw.pick(&[1, -1, 2]) });
                continue;
            }
            let is_added = (0..super::TRIES).any(|_| self.add_operation(draw, aim));
            if !is_added && aim == Aim::Slice && !self.layout.shape.is_empty() {
                self.add(View::Slice { axis: 0, start: None, stop: None, step: 1 });
            }
        }
    }

    /// Adds views for the aims that the array does not meet yet.
    pub(super) fn approach(&mut self, draw: &mut Draw) {
        for aim in self.aims.iter() {
            self.approach_one(draw, aim);
        }
        // The number of axes comes last, because other views change it.
        for aim in self.aims.iter() {
            self.approach_axes(draw, aim);
        }
    }

    fn approach_one(&mut self, draw: &mut Draw, aim: Aim) {
        let Layout { dtype, shape, strides, .. } = &*self.layout;
        let dimensions = shape.len();
        let item = dtype.item_size() as i64;
        let longest = (0..dimensions).max_by_key(|axis| shape[*axis]);
        let leading =
            |length: u64| View::Broadcast { shape: [length].into_iter().chain(shape.iter().copied()).collect() };
        let end = |axis: usize| i64::try_from(shape[axis]).ok();
        let view = match aim {
            Aim::NegativeStrides if strides.iter().all(|stride| *stride >= 0) => {
                let Some(axis) = (0..dimensions).find(|axis| strides[*axis] > 0 && shape[*axis] > 0) else { return };
                View::Reverse { axis }
            }
            Aim::ZeroStrides if !strides.contains(&0) => {
                View::NewAxis { axis: draw.below(dimensions as u32 + 1) as usize }
            }
            Aim::SingleLength if !shape.contains(&1) => {
                View::NewAxis { axis: draw.below(dimensions as u32 + 1) as usize }
            }
            Aim::Gaps if strides == &c_strides(shape, dtype.item_size()) => {
                let Some(axis) = longest.filter(|axis| shape[*axis] > 2) else { return };
                View::Slice { axis, start: None, stop: None, step: 2 }
            }
            Aim::OddStrides if strides.iter().all(|stride| stride % item.max(1) == 0) => {
                self.add_operation(draw, Aim::Field);
                return;
            }
            Aim::Misaligned if !self.layout.is_empty() && self.layout.is_aligned(self.domain.platform, self.at) => {
                self.add_operation(draw, Aim::Field);
                return;
            }
            Aim::FortranOrder if !self.layout.is_f_contiguous() && self.layout.is_c_contiguous() => {
                View::Transpose { axes: (0..dimensions).rev().collect() }
            }
            Aim::Overlap if !self.layout.may_overlap() => leading(2),
            Aim::Empty if !self.layout.is_empty() => {
                let Some((axis, stop)) = longest.and_then(|axis| Some((axis, end(axis)?))) else { return };
                let stop = if self.domain.limits.allow_index(stop) { stop } else { 0 };
                View::Slice { axis, start: Some(stop), stop: Some(stop), step: 1 }
            }
            Aim::LongAxis if shape.iter().all(|length| *length < 128) => leading(draw.pick(&[128, 129, 255, 256, 257])),
            Aim::Large if !is_large(self.layout) => leading((1 << 31) + u64::from(draw.below(2))),
            _ => return,
        };
        self.add(view);
    }

    fn approach_axes(&mut self, draw: &mut Draw, aim: Aim) {
        let (low, high) = match aim {
            Aim::NoAxes => (0, 0),
            Aim::OneAxis => (1, 1),
            Aim::TwoAxes => (2, 2),
            Aim::SomeAxes => (3, 8),
            Aim::ManyAxes => (9, 32),
            Aim::VeryManyAxes => (33, 64),
            _ => return,
        };
        for _ in 0..8 {
            let dimensions = self.layout.shape.len();
            let is_done = if dimensions > high {
                !self.add_operation(draw, Aim::Index)
            } else {
                dimensions >= low || !self.add(View::NewAxis { axis: draw.below(dimensions as u32 + 1) as usize })
            };
            if is_done {
                return;
            }
        }
    }
}
