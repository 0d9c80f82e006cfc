//! The memory of a case in this process: the one place of the suite that allocates and maps by hand.
//!
//! Small buffers are allocated; large ones, of which only the first bytes are ever touched, are reserved without backing
//! where the system can do that. Every byte is initialised, so reading any of them is sound.
#![expect(unsafe_code, reason = "allocating at a prescribed alignment, and reserving address space")]

use array_ctypes_spec::Buffer;
use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::fmt;
use std::ptr::NonNull;

/// Buffers larger than this are reserved.
const RESERVE: u64 = 1 << 20;

/// A buffer of a case, as real memory.
#[derive(Debug)]
pub struct Memory {
    /// Start of the allocation or mapping, aligned to [`Buffer::PAGE`].
    base: NonNull<u8>,
    /// From `base` to the buffer, in bytes.
    at: usize,
    /// Size of the buffer in bytes.
    size: usize,
    reserved: bool,
}

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
        let at = buffer.at as usize % Buffer::PAGE as usize;
        let reserved = buffer.size > RESERVE;
        let whole = size.checked_add(at).filter(|whole| isize::try_from(*whole).is_ok()).ok_or_else(fail)?.max(1);
        let base = if reserved { reserve(whole) } else { allocate(whole) }.ok_or_else(fail)?;
        let memory = Memory { base, at, size, reserved };
        let count = buffer.bytes.len().min(size);
        // SAFETY: `count` bytes at the buffer are inside the block, which nobody else knows yet.
        unsafe { std::ptr::copy_nonoverlapping(buffer.bytes.as_ptr(), memory.as_ptr(), count) };
        Ok(memory)
    }

    /// Address of the first byte.
    pub fn address(&self) -> usize {
        self.as_ptr() as usize
    }

    /// Pointer to the first byte. It and [`Memory::size`] bytes from it on are readable and writable while `self` lives.
    pub fn as_ptr(&self) -> *mut u8 {
        self.base.as_ptr().wrapping_add(self.at)
    }

    /// Size in bytes.
    pub fn size(&self) -> usize {
        self.size
    }

    /// All bytes. Nobody writes through [`Memory::as_ptr`] while they are borrowed; whoever does must see to that.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: these bytes are initialised, live as long as `self`, and nobody writes to them while they are borrowed:
        // whoever writes through the raw pointer has to see to that.
        unsafe { std::slice::from_raw_parts(self.as_ptr(), self.size) }
    }

    fn whole(&self) -> usize {
        (self.at + self.size).max(1)
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if self.reserved {
            release(self.base, self.whole());
        } else {
            free(self.base, self.whole());
        }
    }
}

/// The layout of so many bytes, at least 1; `None` where rounding up to a page passes the address space.
fn block(whole: usize) -> Option<Layout> {
    Layout::from_size_align(whole.max(1), Buffer::PAGE as usize).ok()
}

fn allocate(whole: usize) -> Option<NonNull<u8>> {
    // SAFETY: the layout is of the size asked for, and not of size 0.
    NonNull::new(unsafe { alloc_zeroed(block(whole)?) })
}

/// Releases what [`allocate`] returned for that size.
fn free(base: NonNull<u8>, whole: usize) {
    if let Some(layout) = block(whole) {
        // SAFETY: `allocate` returned this block for this very layout, and `Memory` releases it once, when it is dropped.
        unsafe { dealloc(base.as_ptr(), layout) };
    }
}

#[cfg(unix)]
fn reserve(whole: usize) -> Option<NonNull<u8>> {
    let (read_write, private) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    // SAFETY: a new anonymous mapping at an address of the kernel's choice touches no memory that is in use.
    let address = unsafe { libc::mmap(std::ptr::null_mut(), whole, read_write, private | libc::MAP_NORESERVE, -1, 0) };
    if address == libc::MAP_FAILED { None } else { NonNull::new(address.cast()) }
}

#[cfg(unix)]
fn release(base: NonNull<u8>, whole: usize) {
    // SAFETY: `reserve` mapped these bytes, and this is their only release.
    unsafe { libc::munmap(base.as_ptr().cast(), whole) };
}

#[cfg(not(unix))]
fn reserve(whole: usize) -> Option<NonNull<u8>> {
    allocate(whole)
}

#[cfg(not(unix))]
fn release(base: NonNull<u8>, whole: usize) {
    free(base, whole);
}
