//! The calls to the system: the one place of the chapter that maps, unmaps and asks for it.
//!
//! Offsets and sizes of files have 64 bits everywhere: where C's own calls have 32, their variants for large files are
//! called.
//!
//! What is sound: a mapping is memory of this process's own choosing that nothing else uses, and its end is unmapped once,
//! when [`Mapped`] is dropped. What no type can promise: that the file stays as long as it was, and its bytes as they were.
//! Whoever cuts the file ends every process that touches what was cut (SIGBUS); whoever writes to a page that is mapped for
//! reading only ends it too (SIGSEGV). Neither makes up a value nor touches other memory.
#![expect(unsafe_code, reason = "calls to the system")]

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::ptr::NonNull;

// The variants for large files, where C has them; elsewhere its own have 64 bits.
#[cfg(all(
    not(all(target_os = "linux", target_env = "gnu")),
    any(target_os = "linux", target_os = "android", target_os = "freebsd")
))]
use libc::posix_fallocate;
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
use libc::{fstat, ftruncate, mmap, off_t, stat};
#[cfg(all(target_os = "linux", target_env = "gnu"))]
use libc::{
    fstat64 as fstat, ftruncate64 as ftruncate, mmap64 as mmap, off64_t as off_t, posix_fallocate64 as posix_fallocate,
    stat64 as stat,
};

/// The allocation granularity in bytes: what the offset of a mapping is a multiple of.
pub(crate) fn granularity() -> usize {
    // SAFETY: asks for a number that every system has, and touches no memory.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}

/// Memory that is mapped from a file.
#[derive(Debug)]
pub(crate) struct Mapped {
    /// What `mmap` returned for `length` bytes, and nobody else unmaps.
    address: NonNull<u8>,
    length: usize,
}

impl Mapped {
    /// Maps that many bytes of a file, at least 1, from a multiple of the granularity on: for reading, or also for
    /// writing; shared with the file, or private.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn new(file: &File, start: u64, length: usize, write: bool, shared: bool) -> io::Result<Mapped> {
        let protection = if write { libc::PROT_READ | libc::PROT_WRITE } else { libc::PROT_READ };
        let sharing = if shared { libc::MAP_SHARED } else { libc::MAP_PRIVATE };
        let start = offset(start)?;
        let nowhere = std::ptr::null_mut();
        // SAFETY: a mapping at an address of the system's choice replaces no memory in use.
        let address = unsafe { mmap(nowhere, length, protection, sharing, file.as_raw_fd(), start) };
        if address == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let address = NonNull::new(address.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Mapped { address, length })
    }

    pub(crate) fn address(&self) -> NonNull<u8> {
        self.address
    }

    /// Waits until what was written has reached the file's device.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn flush(&self) -> io::Result<()> {
        // SAFETY: these bytes are mapped while `self` lives; they are written out, not changed.
        done(unsafe { libc::msync(self.address.as_ptr().cast(), self.length, libc::MS_SYNC) })
    }
}

impl Drop for Mapped {
    fn drop(&mut self) {
        // SAFETY: `new` mapped these bytes; this is their only unmapping, and no pointer into them is used after it: arrays
        // own the mapping, and what they lend borrows them.
        unsafe { libc::munmap(self.address.as_ptr().cast(), self.length) };
    }
}

/// The size of a file in bytes, and whether it is a directory.
///
/// # Errors
/// What the system says.
pub(crate) fn size(file: &File) -> io::Result<(u64, bool)> {
    let mut told = std::mem::MaybeUninit::<stat>::uninit();
    // SAFETY: `told` is room for the structure, which the call fills in.
    done(unsafe { fstat(file.as_raw_fd(), told.as_mut_ptr()) })?;
    // SAFETY: the call has succeeded, and so filled it in.
    let told = unsafe { told.assume_init() };
    Ok((u64::try_from(told.st_size).unwrap_or(0), told.st_mode & libc::S_IFMT == libc::S_IFDIR))
}

/// Makes a file that large, sparsely: no room on the disk is taken.
///
/// # Errors
/// What the system says.
pub(crate) fn resize(file: &File, size: u64) -> io::Result<()> {
    // SAFETY: takes a descriptor and a number, and touches no memory.
    done(unsafe { ftruncate(file.as_raw_fd(), offset(size)?) })
}

/// Reserves room on the disk for the first bytes of a file, and makes it that large.
///
/// # Errors
/// What the system says: that the disk is full, or that it cannot reserve.
pub(crate) fn reserve(file: &File, size: u64) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
    {
        // SAFETY: takes a descriptor and two numbers, and touches no memory.
        match unsafe { posix_fallocate(file.as_raw_fd(), 0, offset(size)?) } {
            0 => Ok(()),
            error => Err(io::Error::from_raw_os_error(error)),
        }
    }
    #[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
    {
        let _ = (file, size);
        Err(io::ErrorKind::Unsupported.into())
    }
}

fn offset(bytes: u64) -> io::Result<off_t> {
    off_t::try_from(bytes).map_err(|_| io::ErrorKind::FileTooLarge.into())
}

fn done(status: libc::c_int) -> io::Result<()> {
    if status == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
