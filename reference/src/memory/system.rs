//! Calls to the system that map files, resize them, and ask about them; and those that reserve memory.
//!
//! Offsets and sizes of files have 64 bits on every platform. Where C's default calls have 32, the variants for large
//! files are called.
//!
//! # Invariants
//! The comments in the code refer to these by number. For each [`Mapped`]:
//!
//! 1. `address` is what `mmap` returned for `length` bytes. The system chose it, so the mapping replaced no memory in
//!    use.
//! 2. Only `Drop` unmaps these bytes, once.
//! 3. Nobody uses a pointer into the bytes after that: buffers own the mapping, arrays share the buffer, and pointers
//!    borrow the array.
//! 4. Its buffer reads and writes only bytes that it checked to be among these, and nobody has a reference to them. Other
//!    processes may write to them at any time: each byte is read or written once, and any value is valid.
//!
//! For each other call to the system:
//!
//! 5. It takes descriptors and numbers only, and touches no memory of this process.
//! 6. The one exception fills in a structure, whose address it is given. If it returns 0, the structure is complete.
//!
//! For memory that is reserved:
//!
//! 7. The system chooses its address, so it replaces no memory in use. Only the drop of its buffer releases it, once.
//!
//! No type can promise that the file keeps its length and its bytes. If somebody truncates the file, every process that
//! touches the missing part ends (SIGBUS). A process that writes to a page mapped for reading only ends too (SIGSEGV).
//! In neither case is other memory touched or a value invented.
#![expect(unsafe_code, reason = "calls to the system")]

use std::alloc::Layout;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::ptr::NonNull;

// The variants for large files, where C has them. Elsewhere the default calls have 64 bits.
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

/// Allocation granularity in bytes: offsets of mappings are multiples of it.
pub(crate) fn granularity() -> usize {
    // SAFETY: 5: the call takes the name of a number that every system has.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}

/// Memory that is mapped from a file.
#[derive(Debug)]
pub(super) struct Mapped {
    /// Invariants 1 and 2.
    address: NonNull<u8>,
    /// In bytes, at least 1.
    length: usize,
}

impl Mapped {
    /// Maps `length` bytes of a file, at least 1, from `start` on, a multiple of the granularity. The mapping can be
    /// read, and written if `write`; what is written reaches the file if `shared`.
    ///
    /// # Errors
    /// The system's error.
    pub(super) fn new(file: &File, start: u64, length: usize, write: bool, shared: bool) -> io::Result<Mapped> {
        let protection = if write { libc::PROT_READ | libc::PROT_WRITE } else { libc::PROT_READ };
        let sharing = if shared { libc::MAP_SHARED } else { libc::MAP_PRIVATE };
        let start = offset(start)?;
        let nowhere = std::ptr::null_mut();
        // SAFETY: 1: the null pointer lets the system choose the address.
        let address = unsafe { mmap(nowhere, length, protection, sharing, file.as_raw_fd(), start) };
        if address == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let address = NonNull::new(address.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Mapped { address, length })
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
        // SAFETY: 1 and 2: these bytes are mapped while `self` is alive. The call writes them out and does not change
        // them.
        check(unsafe { libc::msync(self.address.as_ptr().cast(), self.length, libc::MS_SYNC) })
    }
}

impl Drop for Mapped {
    fn drop(&mut self) {
        // SAFETY: 1: these bytes are mapped. 2: this is the only place that unmaps them. 3: nobody uses them
        // afterwards.
        unsafe { libc::munmap(self.address.as_ptr().cast(), self.length) };
    }
}

/// Reserves memory that is zero. A page takes memory when it is touched.
pub(super) fn reserve(block: Layout) -> Option<NonNull<u8>> {
    let read_write = libc::PROT_READ | libc::PROT_WRITE;
    let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: 7: the null pointer lets the system choose the address.
    let address = unsafe { libc::mmap(std::ptr::null_mut(), block.size(), read_write, kind, -1, 0) };
    if address == libc::MAP_FAILED { None } else { NonNull::new(address.cast()) }
}

/// Releases memory that [`reserve`] returned for that block.
pub(super) fn release(base: NonNull<u8>, block: Layout) {
    // SAFETY: 7: `reserve` mapped these bytes, and only the drop of their buffer calls this, once.
    unsafe { libc::munmap(base.as_ptr().cast(), block.size()) };
}

/// Returns the size of a file in bytes, and true if it is a directory.
///
/// # Errors
/// The system's error.
pub(crate) fn size(file: &File) -> io::Result<(u64, bool)> {
    let mut status = std::mem::MaybeUninit::<stat>::uninit();
    // SAFETY: 6: `status` has room for the structure that the call fills in.
    check(unsafe { fstat(file.as_raw_fd(), status.as_mut_ptr()) })?;
    // SAFETY: 6: the call returned 0, so the structure is complete.
    let status = unsafe { status.assume_init() };
    Ok((u64::try_from(status.st_size).unwrap_or(0), status.st_mode & libc::S_IFMT == libc::S_IFDIR))
}

/// Sets the size of a file in bytes. A file that grows is sparse: it takes no space on the disk.
///
/// # Errors
/// The system's error.
pub(crate) fn resize(file: &File, size: u64) -> io::Result<()> {
    let size = offset(size)?;
    // SAFETY: 5: the call takes a descriptor and a number.
    check(unsafe { ftruncate(file.as_raw_fd(), size) })
}

/// Reserves space on the disk for the first `size` bytes of a file, and extends the file to that size.
///
/// # Errors
/// The system's error, such as a full disk, or a file system that cannot reserve.
pub(crate) fn reserve_space(file: &File, size: u64) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
    {
        let size = offset(size)?;
        // SAFETY: 5: the call takes a descriptor and two numbers.
        match unsafe { posix_fallocate(file.as_raw_fd(), 0, size) } {
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

/// Turns the status that a call returned into a result.
fn check(status: libc::c_int) -> io::Result<()> {
    if status == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
