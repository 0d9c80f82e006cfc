//! Files mapped to memory: by hand, and by the `memmap2` crate.
//!
//! The benchmark makes the files itself; nobody else writes to them or truncates them.
#![expect(unsafe_code, reason = "the caller of `mmap` must guarantee that nobody truncates the file")]

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::os::fd::AsRawFd;
use std::path::Path;

/// A file mapped for reading, with the calls that C makes.
#[derive(Debug)]
pub struct ByHand {
    address: *const u8,
    length: usize,
}

impl ByHand {
    /// Maps a whole file, which must not be empty. The map is shared, as that of `Mode::R` is.
    ///
    /// # Errors
    /// The error of the system.
    pub fn open(path: &Path) -> io::Result<ByHand> {
        let file = File::open(path)?;
        let length = file.metadata()?.len() as usize;
        let nowhere = std::ptr::null_mut();
        // SAFETY: a mapping at an address of the system's choice replaces no memory in use.
        let address = unsafe { libc::mmap(nowhere, length, libc::PROT_READ, libc::MAP_SHARED, file.as_raw_fd(), 0) };
        if address == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(ByHand { address: address.cast_const().cast(), length })
    }
}

impl Deref for ByHand {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: these bytes are mapped while `self` lives, and nobody writes to the file.
        unsafe { std::slice::from_raw_parts(self.address, self.length) }
    }
}

impl Drop for ByHand {
    fn drop(&mut self) {
        // SAFETY: `open` mapped these bytes, and what `deref` lends borrows them.
        unsafe { libc::munmap(self.address.cast_mut().cast(), self.length) };
    }
}

/// Maps a whole file for reading with the crate `memmap2`.
///
/// # Errors
/// The error of the system.
pub fn memmap2(path: &Path) -> io::Result<memmap2::Mmap> {
    let file = File::open(path)?;
    // SAFETY: nobody writes to the file or truncates it.
    unsafe { memmap2::Mmap::map(&file) }
}
