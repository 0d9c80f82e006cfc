//! What Unix has of its own.
//!
//! # Invariants
//! The comments in the code refer to these by number.
//!
//! 1. The call takes descriptors and numbers only, and touches no memory of this process.
//! 2. The system chooses the address of memory that is reserved, so it replaces no memory in use. Only the drop of its buffer
//!    releases it, once.
#![expect(unsafe_code, reason = "calls to the system")]

use std::alloc::Layout;
use std::fs::File;
use std::io;
use std::ptr::NonNull;

/// Allocation granularity in bytes: offsets of mappings are multiples of it.
pub(crate) fn granularity() -> usize {
    // SAFETY: 1: the call takes the name of a number that every system has.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}

/// Reserves memory that is zero. A page takes memory when it is touched.
pub(crate) fn reserve(block: Layout) -> Option<NonNull<u8>> {
    let read_write = libc::PROT_READ | libc::PROT_WRITE;
    let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: 2: the null pointer lets the system choose the address.
    let address = unsafe { libc::mmap(std::ptr::null_mut(), block.size(), read_write, kind, -1, 0) };
    if address == libc::MAP_FAILED { None } else { NonNull::new(address.cast()) }
}

/// Releases memory that [`reserve`] returned for that block.
pub(crate) fn release(base: NonNull<u8>, block: Layout) {
    // SAFETY: 2: `reserve` mapped these bytes, and only the drop of their buffer calls this, once.
    unsafe { libc::munmap(base.as_ptr().cast(), block.size()) };
}

/// Reserves space on the disk for the first `size` bytes of a file, and extends the file to that size.
///
/// # Errors
/// The system's error, such as a full disk, or a file system that cannot reserve.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
pub(crate) fn reserve_space(file: &File, size: u64) -> io::Result<()> {
    // The variant for large files, where C has one. Elsewhere the default call has 64 bits.
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    use libc::posix_fallocate;
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    use libc::posix_fallocate64 as posix_fallocate;
    use std::os::fd::AsRawFd;
    let size = size.try_into().map_err(|_| io::ErrorKind::FileTooLarge)?;
    // SAFETY: 1: the call takes a descriptor and two numbers.
    match unsafe { posix_fallocate(file.as_raw_fd(), 0, size) } {
        0 => Ok(()),
        error => Err(io::Error::from_raw_os_error(error)),
    }
}

/// This system reserves no space.
///
/// # Errors
/// Always.
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
pub(crate) fn reserve_space(_: &File, _: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
