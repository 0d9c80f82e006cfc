//! Raw memory: allocates it, and reads and writes it at addresses.
//!
//! A [`Buffer`] owns its bytes. The arrays over it share it. They read and write through the buffer's pointer, never
//! through references, so C may write behind an address while arrays look at the same bytes.
//!
//! With the feature `memmap` a buffer may also lie in a mapped file, and large buffers are reserved where the system
//! supports it: only touched pages take memory. The feature `slices` has the one exception to the rule above: its
//! `Array::as_slice` returns a reference to elements, and its caller promises that nobody writes to them.
//!
//! # Invariants
//! The comments in the code refer to these by number. For each [`Buffer`]:
//!
//! 1. `base` is the start of memory that only this buffer uses: a block of `size + PAGE` bytes, or, if `mapping` is
//!    set, a mapping of at least `size` bytes, which `Mapping` reads and writes.
//! 2. `lead` is less than `PAGE`, and 0 in a mapping. So the `size` bytes from `base + lead` on lie in that memory.
//! 3. These `size` bytes are initialised.
//! 4. The memory is freed once, when the buffer is dropped, in the way in which it was obtained.
//! 5. The only references into the memory are slices of `Array::as_slice`. Nobody writes while such a slice is in use.
//!
//! For each block of a buffer, as `block` describes it:
//!
//! 6. It has at least `PAGE` bytes.
#![expect(unsafe_code, reason = "memory at a given address modulo the page size is read and written through pointers")]

mod error;
#[cfg(feature = "memmap")]
mod mapping;
#[cfg(feature = "memmap")]
pub(crate) mod system;

pub use error::{NoMemory, OutsideBuffer};
#[cfg(feature = "memmap")]
pub use mapping::Mapping;

use std::alloc::{Layout, alloc, dealloc};
use std::ptr::NonNull;

/// The position of a buffer is given modulo this many bytes.
const PAGE: usize = 4096;

/// The allocator returns zeros for buffers with more bytes than this, since it may have pages that are zero already.
/// Filling smaller ones is faster.
const MAX_FILLED: usize = 1 << 20;

/// Memory that holds the elements of arrays.
///
/// ```
/// use array_ctypes::Buffer;
/// let buffer = Buffer::new(8, 3, &[1, 2])?;
/// assert_eq!(buffer.address() % 4096, 3);
/// buffer.write(buffer.as_ptr().wrapping_add(7), &[9])?;
/// assert_eq!(buffer.read(buffer.as_ptr(), 8)?, [1, 2, 0, 0, 0, 0, 0, 9]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Buffer {
    /// Invariant 1.
    base: NonNull<u8>,
    /// Bytes from `base` to the first byte of the buffer. Invariant 2.
    lead: usize,
    /// Bytes from the first one on. Invariant 3.
    size: usize,
    /// The mapping that `base` belongs to; `None` if it belongs to a block.
    #[cfg(feature = "memmap")]
    mapping: Option<Mapping>,
}

impl Buffer {
    /// Makes a buffer of `size` bytes, whose address is `at` modulo 4096. It begins with `bytes`; all other bytes are
    /// zero.
    ///
    /// # Errors
    /// [`NoMemory`] if there is not enough memory, or if `bytes` are more than `size`.
    pub fn new(size: usize, at: usize, bytes: &[u8]) -> Result<Buffer, NoMemory> {
        let error = NoMemory { size, given: bytes.len() };
        let block = block(size).filter(|_| bytes.len() <= size).ok_or(error)?;
        let base = if is_filled(size) { allocate(block) } else { allocate_zeroed(block) }.ok_or(error)?;
        let lead = at.wrapping_sub(base.addr().get()) % PAGE;
        let buffer = Buffer {
            base,
            lead,
            size,
            #[cfg(feature = "memmap")]
            mapping: None,
        };
        if is_filled(size) {
            // SAFETY: 1 and 2: the block has room for `size` bytes after `lead`. 5: no other code knows the block yet.
            // This makes 3 true; `allocate_zeroed` returns memory in which it is.
            unsafe { buffer.as_ptr().write_bytes(0, size) };
        }
        buffer.write(buffer.as_ptr(), bytes).map_err(|_| error)?;
        Ok(buffer)
    }

    /// Address of the first byte.
    pub fn address(&self) -> usize {
        self.as_ptr().expose_provenance()
    }

    /// Pointer to the first byte. It may be used to read and write [`Buffer::size`] bytes while `self` is alive.
    pub fn as_ptr(&self) -> *mut u8 {
        self.base.as_ptr().wrapping_add(self.lead)
    }

    /// Size in bytes.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Copies `length` bytes from an address on.
    ///
    /// # Errors
    /// [`OutsideBuffer`] unless all of them are in the buffer.
    pub fn read(&self, from: *const u8, length: usize) -> Result<Vec<u8>, OutsideBuffer> {
        let from = self.inside(from, length)?;
        let mut bytes = vec![0; length];
        #[cfg(feature = "memmap")]
        if let Some(mapping) = &self.mapping {
            mapping.read(from, &mut bytes);
            return Ok(bytes);
        }
        // SAFETY: 1 to 3: `inside` returned the address of `length` initialised bytes. `bytes` is a new block of that
        // length.
        unsafe { from.copy_to_nonoverlapping(bytes.as_mut_ptr(), length) };
        Ok(bytes)
    }

    /// Writes bytes from an address on.
    ///
    /// # Errors
    /// [`OutsideBuffer`] unless the buffer has room for all of them; then nothing is written.
    pub fn write(&self, to: *const u8, bytes: &[u8]) -> Result<(), OutsideBuffer> {
        let to = self.inside(to, bytes.len())?;
        #[cfg(feature = "memmap")]
        if let Some(mapping) = &self.mapping {
            mapping.write(to, bytes);
            return Ok(());
        }
        // SAFETY: 1 and 2: `inside` returned the address of this many bytes. 5: nobody has a reference to them, so
        // `bytes` lie elsewhere.
        unsafe { to.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        Ok(())
    }

    /// Returns the address as a pointer derived from `base`, if `length` bytes from there on are in the buffer.
    pub(crate) fn inside(&self, address: *const u8, length: usize) -> Result<*mut u8, OutsideBuffer> {
        address
            .addr()
            .checked_sub(self.address())
            .filter(|offset| offset.checked_add(length).is_some_and(|end| end <= self.size))
            .map(|offset| self.as_ptr().wrapping_add(offset))
            .ok_or(OutsideBuffer { address: address.addr(), length, buffer: self.address(), size: self.size })
    }
}

#[cfg(feature = "memmap")]
impl Buffer {
    /// Makes a buffer of the first `size` bytes of a mapping. All of them are in the file.
    pub(crate) fn mapped(mapping: Mapping, size: usize) -> Buffer {
        let base = mapping.first_byte();
        Buffer { base, lead: 0, size, mapping: Some(mapping) }
    }

    /// Returns the mapping that the buffer lies in, if it lies in one.
    pub fn mapping(&self) -> Option<&Mapping> {
        self.mapping.as_ref()
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        #[cfg(feature = "memmap")]
        if self.mapping.is_some() {
            return; // The mapping unmaps itself.
        }
        if let Some(block) = block(self.size) {
            if is_filled(self.size) { free(self.base, block) } else { free_zeroed(self.base, block) }
        }
    }
}

/// The block that holds a buffer of `size` bytes at any position in a page; `None` if it has more bytes than an `isize`
/// can count. Asking the allocator for the alignment of a page instead is slower.
fn block(size: usize) -> Option<Layout> {
    Layout::from_size_align(size.checked_add(PAGE)?, 1).ok()
}

/// Returns true if a buffer of `size` bytes is filled with zeros after it was allocated.
fn is_filled(size: usize) -> bool {
    size <= MAX_FILLED
}

fn allocate(block: Layout) -> Option<NonNull<u8>> {
    // SAFETY: 6: the size of the block is not 0.
    NonNull::new(unsafe { alloc(block) })
}

fn free(base: NonNull<u8>, block: Layout) {
    // SAFETY: 1: `allocate` returned `base` for this layout. 4: only `Drop` calls this, once.
    unsafe { dealloc(base.as_ptr(), block) };
}

#[cfg(all(unix, feature = "memmap"))]
use system::{release as free_zeroed, reserve as allocate_zeroed};

#[cfg(not(all(unix, feature = "memmap")))]
use free as free_zeroed;

#[cfg(not(all(unix, feature = "memmap")))]
fn allocate_zeroed(block: Layout) -> Option<NonNull<u8>> {
    // SAFETY: 6: the size of the block is not 0.
    NonNull::new(unsafe { std::alloc::alloc_zeroed(block) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_of_any_size_is_zero_behind_the_bytes_that_it_begins_with() {
        for size in [8, MAX_FILLED, MAX_FILLED + 1] {
            let buffer = Buffer::new(size, 17, b"begin").unwrap();
            assert_eq!(buffer.address() % PAGE, 17);
            let bytes = buffer.read(buffer.as_ptr(), size).unwrap();
            assert!(bytes.starts_with(b"begin") && bytes[5..].iter().all(|byte| *byte == 0), "{size} bytes");
        }
    }

    #[test]
    #[cfg(all(unix, feature = "memmap", not(miri)))]
    fn a_large_buffer_is_reserved_and_takes_no_memory() {
        let size = if cfg!(target_pointer_width = "64") { 1 << 36 } else { 1 << 28 };
        let buffer = Buffer::new(size, 17, b"begin").unwrap();
        assert_eq!(buffer.address() % PAGE, 17);
        let end = buffer.as_ptr().wrapping_add(size - 3);
        buffer.write(end, b"end").unwrap();
        assert_eq!(buffer.read(end, 3).unwrap(), b"end");
    }

    /// All of them together have more bytes than there are addresses. Emulators of other processors keep a record of
    /// every page, and have too little memory for that.
    #[test]
    #[cfg(all(target_os = "linux", feature = "memmap", not(miri), any(target_arch = "x86_64", target_arch = "x86")))]
    fn a_dropped_buffer_releases_its_reserved_memory() {
        let (size, count) = if cfg!(target_pointer_width = "64") { (1 << 40, 1 << 8) } else { (1 << 28, 1 << 4) };
        for _ in 0..=count {
            assert!(Buffer::new(size, 0, &[]).is_ok());
        }
    }

    #[test]
    fn no_byte_outside_the_buffer_is_read_or_written() {
        let buffer = Buffer::new(4, 0, &[]).unwrap();
        let end = buffer.as_ptr().wrapping_add(4);
        assert_eq!(buffer.read(end, 0), Ok(Vec::new()));
        assert!(buffer.read(end, 1).is_err());
        assert!(buffer.read(buffer.as_ptr().wrapping_sub(1), 1).is_err());
        assert!(buffer.read(buffer.as_ptr(), usize::MAX).is_err());
        assert!(buffer.write(end.wrapping_sub(1), &[1, 2]).is_err());
    }

    #[test]
    fn a_buffer_without_enough_memory_or_room_is_an_error() {
        let message = |size, given| Buffer::new(size, 0, given).unwrap_err().to_string();
        assert!(message(usize::MAX, &[]).contains("found no memory"));
        assert!(message(1, &[1, 2]).contains("at most 1 bytes to fill the buffer with, found 2"));
        assert!(Buffer::new(0, 4095, &[]).is_ok());
    }
}
