//! Errors of buffers.

use std::fmt;

/// A buffer that could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMemory {
    /// Size of the buffer that was asked for, in bytes.
    pub(super) size: usize,
    /// Number of bytes that were given to fill it.
    pub(super) given: usize,
}

impl fmt::Display for NoMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NoMemory { size, given } = self;
        if given > size {
            write!(f, "expected at most {size} bytes to fill the buffer with, found {given}; make the buffer larger")
        } else {
            write!(f, "expected a buffer of {size} bytes, found no memory for it; ask for less")
        }
    }
}

impl std::error::Error for NoMemory {}

/// A range of bytes that is not inside the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutsideBuffer {
    /// Address of the range.
    pub(super) address: usize,
    /// Length of the range in bytes.
    pub(super) length: usize,
    /// Address of the buffer.
    pub(super) buffer: usize,
    /// Size of the buffer in bytes.
    pub(super) size: usize,
}

impl fmt::Display for OutsideBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OutsideBuffer { address, length, buffer, size } = self;
        write!(
            f,
            "expected a range inside the {size} bytes at {buffer:#x}, found {length} bytes at {address:#x}; check index, \
             offset and type"
        )
    }
}

impl std::error::Error for OutsideBuffer {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_that_is_filled_to_the_last_byte_has_too_little_memory_not_too_many_bytes() {
        assert!(NoMemory { size: 2, given: 2 }.to_string().contains("found no memory"));
    }
}
