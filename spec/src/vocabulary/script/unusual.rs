//! Finds the features of an array that is handed over.

use super::door::{Door, Take};
use super::feature::Feature;
use crate::vocabulary::array::Array;
use crate::vocabulary::dtype::{Dtype, Kind};
use crate::vocabulary::layout::Layout;
use crate::vocabulary::platform::Platform;

impl Door {
    /// Returns true if it takes elements of that type.
    pub fn takes_type(&self, dtype: &Dtype) -> bool {
        dtype.plain().is_some_and(|plain| {
            let is_taken = |size: Option<u32>| size.is_none_or(|size| size == plain.size);
            self.types.iter().any(|taken| taken.kind == plain.kind && is_taken(taken.size))
        })
    }
}

impl Take {
    /// What is unusual about that array and about how it is handed over, in the order of the features.
    pub fn features(&self, platform: &Platform, array: &Array, layout: &Layout) -> Vec<Feature> {
        let is = |feature: &Feature| has(*feature, platform, array, layout, &self.door) || self.with.contains(feature);
        Feature::ALL.iter().copied().filter(is).collect()
    }
}

/// Returns true if the array has it.
fn has(feature: Feature, platform: &Platform, array: &Array, layout: &Layout, door: &Door) -> bool {
    let counts = layout.strides_that_matter();
    let any =
        |is: &dyn Fn(i64) -> bool| layout.strides.iter().zip(&counts).any(|(stride, counts)| *counts && is(*stride));
    let size = i64::try_from(layout.dtype.item_size()).unwrap_or(i64::MAX).max(1);
    match feature {
        Feature::Strided => !layout.is_c_contiguous(),
        Feature::Negative => any(&|stride| stride < 0),
        Feature::OddStrides => any(&|stride| stride % size != 0),
        Feature::Overlap => layout.may_overlap(),
        Feature::Swapped => layout.dtype.is_swapped(platform),
        Feature::Unaligned => !layout.is_aligned(platform, array.at()),
        Feature::ReadOnly => !array.is_writeable(),
        Feature::Empty => layout.is_empty(),
        Feature::NoAxes => layout.shape.is_empty(),
        Feature::Record => layout.dtype.plain().is_none(),
        Feature::OtherType => layout.dtype.plain().is_some() && !door.takes_type(&layout.dtype),
        // Any byte of the memory may be one of an element.
        Feature::NoValue => {
            let is_boolean = layout.dtype.plain().is_some_and(|plain| plain.kind == Kind::Bool);
            is_boolean && array.memory().bytes.iter().any(|byte| *byte > 1)
        }
        _ => false,
    }
}
