//! The memory of a case in this process, for crates that make arrays over memory of others.
//!
//! It is a buffer of the reference, which allocates, or reserves what is large, and initialises every byte. That is no
//! loan of its answers: where the buffer lies is a fact, and what a crate makes of it is judged by the specification.
#![expect(unsafe_code, reason = "lending a buffer's bytes as a slice")]

use array_ctypes_spec::Buffer;
use std::fmt;

/// A buffer of a case, as real memory.
#[derive(Debug)]
pub struct Memory(array_ctypes::Buffer);

/// Memory that could not be had.
#[derive(Debug)]
pub struct NoMemory {
    size: u64,
}

impl fmt::Display for NoMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected a buffer of {} bytes, found no memory for it", self.size)
    }
}

impl std::error::Error for NoMemory {}

impl Memory {
    /// Memory for a buffer, with its first bytes filled in and all others zero.
    ///
    /// # Errors
    /// [`NoMemory`].
    pub fn of(buffer: &Buffer) -> Result<Memory, NoMemory> {
        let fail = || NoMemory { size: buffer.size };
        let size = usize::try_from(buffer.size).map_err(|_| fail())?;
        let bytes = &buffer.bytes[..buffer.bytes.len().min(size)];
        array_ctypes::Buffer::new(size, buffer.at as usize, bytes).map(Memory).map_err(|_| fail())
    }

    /// Address of the first byte.
    pub fn address(&self) -> usize {
        self.0.address()
    }

    /// Pointer to the first byte. It and [`Memory::size`] bytes from it on are readable and writable while `self` lives.
    pub fn as_ptr(&self) -> *mut u8 {
        self.0.as_ptr()
    }

    /// Size in bytes.
    pub fn size(&self) -> usize {
        self.0.size()
    }

    /// All bytes. Nobody writes through [`Memory::as_ptr`] while they are borrowed; whoever does must see to that.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: these bytes are initialised, live as long as `self`, and nobody writes to them while they are borrowed:
        // whoever writes through the raw pointer has to see to that.
        unsafe { std::slice::from_raw_parts(self.as_ptr(), self.size()) }
    }
}
