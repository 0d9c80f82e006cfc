//! What is unusual about an array that is handed over, or about how it is handed over.

use super::door::{Door, Protocol, Take};
use crate::vocabulary::array::Array;
use crate::vocabulary::dtype::{Dtype, Kind};
use crate::vocabulary::layout::Layout;
use crate::vocabulary::platform::Platform;
use crate::vocabulary::words::words;

words! {
    /// What is unusual about an array that is handed over, or about how it is handed over.
    ///
    /// The first ones are found by looking at the array. The others are asked of the producer: see [`Take::with`].
    Feature {
        /// It is not C-contiguous.
        Strided "strided",
        /// A byte stride is negative, on an axis with more than one element.
        Negative "negative",
        /// A byte stride is no multiple of the item size.
        OddStrides "odd-strides",
        /// Elements share bytes, or may.
        Overlap "overlap",
        /// Elements are in the other byte order.
        Swapped "swapped",
        /// Elements are not aligned.
        Unaligned "unaligned",
        /// The memory must not be written to.
        ReadOnly "read-only",
        /// There are no elements.
        Empty "empty",
        /// There are no axes.
        NoAxes "no-axes",
        /// The element type is none that the door declares.
        OtherType "other-type",
        /// The element type has fields.
        Record "record",
        /// Bytes of an element are no value of its type, such as the 2 in a boolean.
        NoValue "no-value",
        /// C order is told by leaving the strides out.
        NoStrides "no-strides",
        /// The address is that of the memory, and an offset leads to the first element.
        Offset "offset",
        /// There is no function to let go of the memory with, so nothing needs to be done.
        NoDeleter "no-deleter",
        /// A later minor version.
        Minor "minor",
        /// The flag for a copy is set: no other object shares the memory.
        Copied "copied",
        /// A flag that no version knows is set.
        UnknownFlag "unknown-flag",
        /// Another major version.
        Major "major",
        /// Elements of two lanes.
        Lanes "lanes",
        /// Elements of four bits.
        SubByte "sub-byte",
        /// The memory of another device.
        Device "device",
        /// The type is described twice, also by `descr`.
        Descr "descr",
        /// An object that exposes its memory stands for the address.
        Memory "memory",
        /// A mask hides some elements.
        Mask "mask",
        /// The format spells the byte order and standard sizes, as in `<i` or `=i`.
        Standard "standard",
        /// The memory holds pointers to the rows.
        Suboffsets "suboffsets",
    }
}

/// What the protocols that describe memory by `DLPack` have in common.
const DLPACK: &[Protocol] = &[Protocol::Dlpack, Protocol::DlpackVersioned];

/// The most rows that are reached by pointers.
const MOST_ROWS: u64 = 1 << 12;

impl Feature {
    /// The protocols in which the producer can be asked for it; none if it is found by looking at the array.
    pub fn protocols(self) -> &'static [Protocol] {
        match self {
            Feature::NoStrides => &[Protocol::Interface, Protocol::Dlpack, Protocol::DlpackVersioned],
            Feature::Offset | Feature::NoDeleter | Feature::Lanes | Feature::SubByte | Feature::Device => DLPACK,
            Feature::Minor | Feature::Copied | Feature::UnknownFlag | Feature::Major => &[Protocol::DlpackVersioned],
            Feature::Descr | Feature::Memory | Feature::Mask => &[Protocol::Interface],
            Feature::Standard | Feature::Suboffsets => &[Protocol::Buffer],
            _ => &[],
        }
    }

    /// Returns true if every door accepts it that takes arrays by such a protocol: the protocol says that it means no more
    /// than its absence.
    pub fn is_harmless(self) -> bool {
        matches!(
            self,
            Feature::NoStrides
                | Feature::Offset
                | Feature::NoDeleter
                | Feature::Minor
                | Feature::Copied
                | Feature::Descr
        )
    }

    /// Returns true if such an array can be handed over so.
    pub fn fits(self, layout: &Layout) -> bool {
        match self {
            Feature::NoStrides => layout.is_c_contiguous(),
            // The producer has a pointer for each row.
            Feature::Suboffsets => layout.shape.len() > 1 && !layout.is_empty() && layout.shape[0] <= MOST_ROWS,
            Feature::Memory | Feature::Lanes | Feature::SubByte => !layout.is_empty(),
            _ => true,
        }
    }
}

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
