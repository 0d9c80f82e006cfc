//! Mapped files, and what each system has of its own: the granularity of mappings, memory that is reserved, space on a disk.
//!
//! Mappings are those of the crate `memmap2`, on every system the same: it knows the calls of each, and maps at offsets of 64
//! bits everywhere. They are read and written through a pointer, never through the slices that the crate offers too, since
//! other processes may write to the file at any time. Files are sized by the standard library.
//!
//! # Invariants
//! The comments in the code refer to these by number. For each [`Mapped`]:
//!
//! 1. `map` has `length` bytes from `address` on, or more. The system chose the place, so the mapping replaced no memory in use.
//! 2. Only the drop of `map` unmaps these bytes, once.
//! 3. Nobody uses a pointer into the bytes after that: buffers own the mapping, arrays share the buffer, and pointers
//!    borrow the array.
//! 4. Its buffer reads and writes only bytes that it checked to be among these, and nobody has a reference to them. Other
//!    processes may write to them at any time: each byte is read or written once, and any value is valid.
//!
//! No type can promise that the file keeps its length and its bytes. If somebody truncates the file, every process that
//! touches the missing part ends (SIGBUS); Windows does not let anybody truncate it. A process that writes to a page mapped
//! for reading only ends too (SIGSEGV, an access violation). In neither case is other memory touched or a value invented.
#![expect(unsafe_code, reason = "reading and writing mapped bytes")]

#[cfg(not(unix))]
mod elsewhere;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
use elsewhere as native;
#[cfg(unix)]
use unix as native;

pub(crate) use native::{granularity, reserve_space};
#[cfg(unix)]
pub(super) use unix::{release, reserve};

use memmap2::{MmapOptions, MmapRaw};
use std::fs::File;
use std::io;
use std::ptr::NonNull;

/// Memory that is mapped from a file.
#[derive(Debug)]
pub(super) struct Mapped {
    /// Invariants 1 and 2.
    map: MmapRaw,
    address: NonNull<u8>,
}

impl Mapped {
    /// Maps `length` bytes of a file, from `start` on, a multiple of the granularity. The mapping can be read, and written
    /// if `write`; what is written reaches the file if `shared`. If `length` is 0, the system may map nothing.
    ///
    /// # Errors
    /// The system's error.
    pub(super) fn new(file: &File, start: u64, length: usize, write: bool, shared: bool) -> io::Result<Mapped> {
        let mut options = MmapOptions::new();
        options.offset(start).len(length);
        let map = match (write, shared) {
            (true, true) => options.map_raw(file)?,
            (false, _) => options.map_raw_read_only(file)?,
            // SAFETY: 4: the slices of the value are never taken; only its address is.
            (true, false) => unsafe { options.map_copy(file)? }.into(),
        };
        let address = NonNull::new(map.as_mut_ptr()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Mapped { map, address })
    }

    pub(super) fn address(&self) -> NonNull<u8> {
        self.address
    }

    /// Copies bytes that begin `offset` bytes after the first. All of them are in the mapping.
    pub(super) fn read(&self, offset: usize, bytes: &mut [u8]) {
        let from = self.address.as_ptr().wrapping_add(offset);
        for (at, byte) in bytes.iter_mut().enumerate() {
            // SAFETY: 1 and 2: these bytes are mapped while `self` is alive. 4: the buffer checked the bounds.
            *byte = unsafe { from.wrapping_add(at).read_volatile() };
        }
    }

    /// Writes bytes that begin `offset` bytes after the first. All of them are in the mapping.
    pub(super) fn write(&self, offset: usize, bytes: &[u8]) {
        let to = self.address.as_ptr().wrapping_add(offset);
        for (at, byte) in bytes.iter().enumerate() {
            // SAFETY: 1 and 2: these bytes are mapped while `self` is alive. 4: the buffer checked the bounds. If the
            // page is protected, the system ends the process before anything is written.
            unsafe { to.wrapping_add(at).write_volatile(*byte) };
        }
    }

    /// Waits until everything written has reached the file's device.
    ///
    /// # Errors
    /// The system's error.
    pub(super) fn flush(&self) -> io::Result<()> {
        self.map.flush()
    }
}

/// Returns the size of a file in bytes, and true if it is a directory.
///
/// # Errors
/// The system's error.
pub(crate) fn size(file: &File) -> io::Result<(u64, bool)> {
    let found = file.metadata()?;
    Ok((found.len(), found.is_dir()))
}

/// Sets the size of a file in bytes. A file that grows is sparse where the system has such files: it takes no space on the disk.
///
/// # Errors
/// The system's error.
pub(crate) fn resize(file: &File, size: u64) -> io::Result<()> {
    file.set_len(size)
}
