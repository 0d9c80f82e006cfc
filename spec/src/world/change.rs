//! What a write changed.

/// What the last write changed, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// An element, through the array itself.
    Element,
    /// Memory, through the pointer.
    Pointed,
    /// Memory, from outside of the implementation's process.
    Outside,
    /// A C array that `shape` or `strides` had yielded.
    Copy,
    /// The file of a mapped array, through a descriptor of its own.
    File,
    /// Nothing: what was written to the mapping was flushed to the file.
    Flushed,
    /// The size of the file of a mapped array, or the mapping itself.
    Mapping,
}
