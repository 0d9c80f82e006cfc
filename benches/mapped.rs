//! Files mapped to memory: by hand, and by the `memmap2` crate.
//!
//! Both are given files of the benchmark's own, which nobody else writes to or cuts.
#![expect(unsafe_code, reason = "whoever maps a file has to vouch for it")]

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::os::fd::AsRawFd;
use std::path::Path;

/// A file that is mapped for reading, with the calls that C makes.
#[derive(Debug)]
pub struct ByHand {
    address: *const u8,
    length: usize,
}

impl ByHand {
    /// Maps all of a file that is not empty. It is shared, as `Mode::R` maps it.
    ///
    /// # Errors
    /// What the system says.
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

/// The same with the `memmap2` crate.
///
/// # Errors
/// What the system says.
pub fn memmap2(path: &Path) -> io::Result<memmap2::Mmap> {
    let file = File::open(path)?;
    // SAFETY: nobody writes to the file or cuts it.
    unsafe { memmap2::Mmap::map(&file) }
}
