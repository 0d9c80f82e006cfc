//! The memory of a case in this process, for crates that make arrays over given memory.
//!
//! It is a buffer of the reference, so that memory is allocated, reserved and freed in one place. That lends the crate
//! under test no answer of the reference: the address of the buffer is a fact, and only the specification judges what
//! the crate does with it.
//!
//! # Invariants
//! 1. All bytes of the buffer are initialised: the reference fills them, or the system does with zeros.
//! 2. The buffer stays where it is, and allocated, as long as the `Memory` exists.
//! 3. Nothing writes to the bytes while a slice borrows them. Safe code cannot; the documentation of [`Memory::as_ptr`]
//!    demands it of code that writes through the pointer.
#![expect(unsafe_code, reason = "lending a buffer's bytes as a slice")]

use array_ctypes_spec::Buffer;
use array_ctypes_spec::memmap::Mode;
use std::fmt;
use std::path::Path;
use std::rc::Rc;

/// A buffer of a case, as real memory.
///
/// ```
/// use array_ctypes_conformance::{Memory, spec::Buffer};
/// let memory = Memory::of(&Buffer { at: 8, size: 4, bytes: vec![1, 2] })?;
/// assert_eq!(memory.bytes(), [1, 2, 0, 0]);
/// assert_eq!(memory.address() % 4096, 8);
/// # Ok::<(), array_ctypes_conformance::NoMemory>(())
/// ```
#[derive(Debug)]
pub struct Memory(Rc<array_ctypes::Buffer>);

/// The error for memory that the system does not give.
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
    /// Allocates memory for a buffer. Its first bytes are those that are given, all others are 0.
    ///
    /// # Errors
    /// [`NoMemory`] if the system does not give so much.
    pub fn of(buffer: &Buffer) -> Result<Memory, NoMemory> {
        let fail = || NoMemory { size: buffer.size };
        let size = usize::try_from(buffer.size).map_err(|_| fail())?;
        let bytes = &buffer.bytes[..buffer.bytes.len().min(size)];
        array_ctypes::Buffer::new(size, buffer.at as usize, bytes)
            .map(|buffer| Memory(Rc::new(buffer)))
            .map_err(|_| fail())
    }

    /// Maps a file from its start on, in that mode.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn of_file(path: &Path, mode: Mode, size: u64) -> Result<Memory, String> {
        let bytes = array_ctypes::dtype::parse("|u1").map_err(|error| error.to_string())?;
        let mapped = array_ctypes::Memmap::options(mode, bytes).shape(&[size as usize]).open(path);
        mapped.map(|mapped| Memory(Rc::clone(mapped.memory()))).map_err(|error| error.to_string())
    }

    /// Copies bytes that begin at an offset: none, unless all of them are there.
    pub(crate) fn read(&self, offset: usize, length: usize) -> Vec<u8> {
        self.0.read(self.as_ptr().wrapping_add(offset), length).unwrap_or_default()
    }

    /// Writes bytes from an offset on: none, unless there is room for all of them.
    pub(crate) fn write(&self, offset: usize, bytes: &[u8]) {
        let _ = self.0.write(self.as_ptr().wrapping_add(offset), bytes);
    }

    /// Never frees it.
    pub(crate) fn leak(&self) {
        std::mem::forget(Rc::clone(&self.0));
    }

    /// Address of the first byte.
    pub fn address(&self) -> usize {
        self.0.address()
    }

    /// Pointer to the first of [`Memory::size`] bytes, which can be read and written as long as `self` exists. They
    /// must not be written while the slice of [`Memory::bytes`] is borrowed.
    pub fn as_ptr(&self) -> *mut u8 {
        self.0.as_ptr()
    }

    /// Size in bytes.
    pub fn size(&self) -> usize {
        self.0.size()
    }

    /// All bytes. While they are borrowed, nothing may write through [`Memory::as_ptr`].
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: 1: each byte is a valid `u8`; 2: the slice borrows `self`; 3.
        unsafe { std::slice::from_raw_parts(self.as_ptr(), self.size()) }
    }
}
