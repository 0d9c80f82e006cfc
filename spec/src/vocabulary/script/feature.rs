//! What is unusual about an array that is handed over, or about how it is handed over.

use super::protocol::Protocol;
use crate::vocabulary::layout::Layout;
use crate::vocabulary::words::words;

words! {
    /// What is unusual about an array that is handed over, or about how it is handed over.
    ///
    /// The first ones are found by looking at the array. The others are asked of the producer: see [`Take::with`](crate::Take::with).
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
        /// Elements are numbers that only `DLPack` has codes for: bfloat16 of two bytes, floats of one.
        Bfloat "bfloat",
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
            Feature::Offset | Feature::NoDeleter | Feature::Lanes | Feature::SubByte => DLPACK,
            Feature::Bfloat | Feature::Device => DLPACK,
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
            Feature::Bfloat => !layout.is_empty() && matches!(layout.dtype.item_size(), 1 | 2),
            Feature::Memory | Feature::Lanes | Feature::SubByte => !layout.is_empty(),
            _ => true,
        }
    }
}
