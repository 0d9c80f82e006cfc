//! The memory of a case in this process: the one place of the suite that allocates and maps by hand.
//!
//! Small buffers are allocated; large ones, of which only the first bytes are ever touched, are reserved without backing
//! where the system can do that. Every byte is initialised, so reading any of them is sound.
#![expect(unsafe_code, reason = "allocating at a prescribed alignment, and reserving address space")]

use array_ctypes_spec::Buffer;
use std::alloc::{Layout, alloc, dealloc};
use std::fmt;
use std::ptr::NonNull;

/// What the position of a buffer is prescribed within, in bytes.
const PAGE: usize = Buffer::PAGE as usize;

/// Buffers larger than this are reserved.
const RESERVE: u64 = 1 << 20;

/// A buffer of a case, as real memory.
#[derive(Debug)]
pub struct Memory {
    /// Start of the allocation or mapping.
    base: NonNull<u8>,
    /// From `base` to the buffer, in bytes: less than a page.
    lead: usize,
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
        let reserved = buffer.size > RESERVE;
        let block = block(size).ok_or_else(fail)?;
        let base = if reserved { reserve(block) } else { allocate(block) }.ok_or_else(fail)?;
        let lead = (buffer.at as usize).wrapping_sub(base.addr().get()) % PAGE;
        let memory = Memory { base, lead, size, reserved };
        if !reserved {
            // SAFETY: a block has a page more than the buffer, of which `lead` is less, and nobody else knows it yet.
            unsafe { memory.as_ptr().write_bytes(0, size) };
        }
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
        self.base.as_ptr().wrapping_add(self.lead)
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
}

impl Drop for Memory {
    fn drop(&mut self) {
        if let Some(block) = block(self.size) {
            if self.reserved { release(self.base, block) } else { free(self.base, block) }
        }
    }
}

/// The block that holds a buffer of so many bytes, wherever in a page it begins; `None` where it passes what an `isize` counts.
/// Asking the allocator for a page's alignment instead is slower.
fn block(size: usize) -> Option<Layout> {
    Layout::from_size_align(size.checked_add(PAGE)?, 1).ok()
}

fn allocate(block: Layout) -> Option<NonNull<u8>> {
    // SAFETY: the size of a block is at least a page.
    NonNull::new(unsafe { alloc(block) })
}

fn free(base: NonNull<u8>, block: Layout) {
    // SAFETY: `allocate` returned `base` for this very layout, and `Memory` releases it once, when it is dropped.
    unsafe { dealloc(base.as_ptr(), block) };
}

#[cfg(unix)]
fn reserve(block: Layout) -> Option<NonNull<u8>> {
    let (read_write, private) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    // SAFETY: a new anonymous mapping at an address of the kernel's choice touches no memory that is in use.
    let address =
        unsafe { libc::mmap(std::ptr::null_mut(), block.size(), read_write, private | libc::MAP_NORESERVE, -1, 0) };
    if address == libc::MAP_FAILED { None } else { NonNull::new(address.cast()) }
}

#[cfg(unix)]
fn release(base: NonNull<u8>, block: Layout) {
    // SAFETY: `reserve` mapped these bytes, and this is their only release.
    unsafe { libc::munmap(base.as_ptr().cast(), block.size()) };
}

#[cfg(not(unix))]
fn reserve(block: Layout) -> Option<NonNull<u8>> {
    // SAFETY: the size of a block is at least a page.
    NonNull::new(unsafe { std::alloc::alloc_zeroed(block) })
}

#[cfg(not(unix))]
use free as release;
