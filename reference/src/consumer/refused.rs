//! Why a view is not made, or an element not written.

use std::fmt;

/// The reason why no view is made, or why an element is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The structure is of a version that is not known.
    Version,
    /// The memory belongs to another device.
    Device,
    /// The elements are of a type that no view has.
    Type,
    /// A length is negative, or the lengths make more bytes than an `isize` can count.
    Shape,
    /// The array is not of the plain form that was promised.
    Layout,
    /// An element is not aligned.
    Unaligned,
    /// Elements share bytes, or may.
    Overlap,
    /// An exclusive view of the memory exists.
    Twice,
    /// The memory can only be read.
    ReadOnly,
    /// There is no memory for a copy.
    NoMemory,
    /// A mask hides elements.
    Mask,
    /// Elements lie outside the memory that is exposed.
    Outside,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refused::Version => "expected a tensor of major version 1, found another; ask the producer for one",
            Refused::Device => "expected memory of the CPU, found another device's; copy the array to the CPU",
            Refused::Type => "expected elements of one number, text or record each, found others; convert the array",
            Refused::Shape => "expected lengths from 0 up, for bytes that can be counted, found others; check the shape",
            Refused::Layout => {
                "expected a C-contiguous array with elements, in the machine's byte order, found another; copy the array"
            }
            Refused::Unaligned => "expected aligned elements, found others; copy the array",
            Refused::Overlap => "expected elements that share no bytes, found some that may; copy the array",
            Refused::NoMemory => "expected memory for a copy, found none; take the array without a copy",
            Refused::Mask => "expected no mask, found one; take the mask as an array of its own",
            Refused::Outside => "expected all elements in the memory that is exposed, found some outside; check `offset`",
            Refused::Twice => "expected an array that nobody else may write to, found one that is taken; drop the other view",
            Refused::ReadOnly => "expected an element that can be written to, found memory that is read-only, or no such element",
        })
    }
}

impl std::error::Error for Refused {}
