//! Raw memory: the one place that allocates, maps, and reads and writes at addresses.
//!
//! A [`Buffer`] owns its bytes, allocated, reserved or mapped from a file, and is shared by the arrays over it. They are
//! read and written through its own pointer, never through references, so that C may write behind an address while arrays
//! look at the same bytes. Every byte is initialised, so reading any of them is sound. Large buffers are reserved where the
//! system can do that: only what is touched takes memory.
//!
//! [`Array::as_slice`] is the one exception: a reference to elements, which the caller vouches for.
#![expect(unsafe_code, reason = "memory at a prescribed address modulo the page size, read and written at addresses")]

use crate::dtype::Element;
use crate::layout::{Array, SliceError};
#[cfg(unix)]
use crate::memmap::Mapping;
use std::alloc::{Layout, alloc, dealloc};
use std::fmt;
use std::ptr::NonNull;

/// What a buffer's position is prescribed within, in bytes.
const PAGE: usize = 4096;

/// Buffers of more bytes are reserved.
const RESERVE: usize = 1 << 20;

/// Memory that arrays lie in.
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
    /// Start of the [`block`].
    base: NonNull<u8>,
    /// From there to the first byte: less than [`PAGE`].
    lead: usize,
    /// So many bytes from the first one on are in the block, and initialised.
    size: usize,
    /// What `base` is the start of, where it is no block of this module's own. Then `lead` is 0.
    #[cfg(unix)]
    mapping: Option<Mapping>,
}

impl Buffer {
    /// Memory of `size` bytes, whose address is `at` modulo 4096. Its first bytes are `bytes`, all others are zero.
    ///
    /// # Errors
    /// [`NoMemory`] where there is not that much, or `bytes` are more than `size`.
    pub fn new(size: usize, at: usize, bytes: &[u8]) -> Result<Buffer, NoMemory> {
        let fail = NoMemory { size, given: bytes.len() };
        let block = block(size).filter(|_| bytes.len() <= size).ok_or(fail)?;
        let base = if is_reserved(size) { reserve(block) } else { allocate(block) }.ok_or(fail)?;
        let lead = at.wrapping_sub(base.addr().get()) % PAGE;
        let buffer = Buffer {
            base,
            lead,
            size,
            #[cfg(unix)]
            mapping: None,
        };
        if !is_reserved(size) {
            // SAFETY: a block has `PAGE` bytes more than its buffer, of which `lead` is less, and nobody else knows it yet.
            unsafe { buffer.as_ptr().write_bytes(0, size) };
        }
        buffer.write(buffer.as_ptr(), bytes).map_err(|_| fail)?;
        Ok(buffer)
    }

    /// The first bytes of a mapping, all of them in the file.
    #[cfg(unix)]
    pub(crate) fn mapped(mapping: Mapping, size: usize) -> Buffer {
        let base = mapping.first_byte();
        Buffer { base, lead: 0, size, mapping: Some(mapping) }
    }

    /// The mapping that the memory is, if it is one.
    #[cfg(unix)]
    pub fn mapping(&self) -> Option<&Mapping> {
        self.mapping.as_ref()
    }

    fn is_mapped(&self) -> bool {
        #[cfg(unix)]
        return self.mapping.is_some();
        #[cfg(not(unix))]
        false
    }

    /// Address of the first byte.
    pub fn address(&self) -> usize {
        self.as_ptr().addr()
    }

    /// Pointer to the first byte. It may be read and written through, for [`Buffer::size`] bytes, while `self` lives.
    pub fn as_ptr(&self) -> *mut u8 {
        self.base.as_ptr().wrapping_add(self.lead)
    }

    /// Size in bytes.
    pub fn size(&self) -> usize {
        self.size
    }

    /// A copy of `length` bytes from an address on.
    ///
    /// # Errors
    /// [`OutsideBuffer`] unless all of them are in the buffer.
    pub fn read(&self, from: *const u8, length: usize) -> Result<Vec<u8>, OutsideBuffer> {
        let from = self.inside(from, length)?;
        let mut bytes = vec![0; length];
        if self.is_mapped() {
            for (at, byte) in bytes.iter_mut().enumerate() {
                // SAFETY: `inside` vouches for these bytes of the mapping, which others may write to at any time: each is
                // read once, and any value will do.
                *byte = unsafe { from.wrapping_add(at).read_volatile() };
            }
            return Ok(bytes);
        }
        // SAFETY: `inside` vouches for `length` initialised bytes at `from`; `bytes` is another block of that length.
        unsafe { from.copy_to_nonoverlapping(bytes.as_mut_ptr(), length) };
        Ok(bytes)
    }

    /// Writes bytes from an address on. To memory that is mapped for reading only that ends the process, as it does in C.
    ///
    /// # Errors
    /// [`OutsideBuffer`] unless there is room for all of them in the buffer; then nothing is written.
    pub fn write(&self, to: *const u8, bytes: &[u8]) -> Result<(), OutsideBuffer> {
        let to = self.inside(to, bytes.len())?;
        if self.is_mapped() {
            for (at, byte) in bytes.iter().enumerate() {
                // SAFETY: `inside` vouches for this byte of the mapping. Where the page is protected, the system ends the
                // process before anything is written.
                unsafe { to.wrapping_add(at).write_volatile(*byte) };
            }
            return Ok(());
        }
        // SAFETY: `inside` vouches for as many bytes at `to`. Nobody has a reference into the buffer, `bytes` neither.
        unsafe { to.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        Ok(())
    }

    /// The same address as a pointer into the buffer's own block, if `length` bytes from there on are in the buffer.
    fn inside(&self, address: *const u8, length: usize) -> Result<*mut u8, OutsideBuffer> {
        address
            .addr()
            .checked_sub(self.address())
            .filter(|offset| offset.checked_add(length).is_some_and(|end| end <= self.size))
            .map(|offset| self.as_ptr().wrapping_add(offset))
            .ok_or(OutsideBuffer { address: address.addr(), length, buffer: self.address(), size: self.size })
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if self.is_mapped() {
            return; // the mapping unmaps itself
        }
        if let Some(block) = block(self.size) {
            if is_reserved(self.size) { release(self.base, block) } else { free(self.base, block) }
        }
    }
}

impl Array {
    /// The elements where they are, as a slice: of an array of that type in the machine's byte order, C-contiguous and
    /// aligned. It allocates nothing.
    ///
    /// Arrays share their memory, and some of it is shared with C and with other processes. The compiler relies on it that
    /// a slice does not change, and cannot know who else writes; that is why this is `unsafe`. A copy is safe:
    /// [`Array::copy`], [`Array::item`].
    ///
    /// ```
    /// use array_ctypes::{Array, SliceError};
    /// let array = Array::from_slice(&[1i32, 2, 3, 4, 5, 6], &[2, 3])?;
    /// let row = array.view(&"index 0 1".parse()?)?;
    /// // SAFETY: nobody writes to these elements.
    /// assert_eq!(unsafe { row.as_slice::<i32>() }?, [4, 5, 6]);
    ///
    /// let column = array.view(&"index 1 1".parse()?)?;
    /// // SAFETY: likewise.
    /// let refused = unsafe { column.as_slice::<i32>() };
    /// assert_eq!(refused, Err(SliceError::Gaps { shape: vec![2], strides: vec![12] }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`SliceError`] for the first of these that does not hold: type, byte order, contiguity, alignment.
    ///
    /// # Safety
    /// While the slice is in use nobody writes to its elements: no array over the same memory, no pointer, no C code; of a
    /// mapped file no other mapping and no other process either, and nobody cuts the file.
    pub unsafe fn as_slice<T: Element>(&self) -> Result<&[T], SliceError> {
        let length = self.slice_length::<T>()?;
        if length == 0 {
            return Ok(&[]);
        }
        // No overflow: an array has no more bytes than an isize counts.
        let first = self.buffer.inside(self.data, length * size_of::<T>()).map_err(SliceError::Memory)?;
        // SAFETY: `inside` vouches for the bytes, which live as long as the buffer that `self` holds and are initialised;
        // any bytes are a `T`, since `Element` is sealed; `slice_length` vouches for the alignment, the caller for writes.
        Ok(unsafe { std::slice::from_raw_parts(first.cast(), length) })
    }
}

/// The block that holds a buffer, wherever in a page it begins; `None` where it passes what an `isize` counts. Asking the
/// allocator for a page's alignment instead is slower.
fn block(size: usize) -> Option<Layout> {
    Layout::from_size_align(size.checked_add(PAGE)?, 1).ok()
}

/// Whether a buffer of so many bytes is reserved, not allocated.
fn is_reserved(size: usize) -> bool {
    size > RESERVE
}

fn allocate(block: Layout) -> Option<NonNull<u8>> {
    // SAFETY: the size of a block is at least [`PAGE`].
    NonNull::new(unsafe { alloc(block) })
}

fn free(base: NonNull<u8>, block: Layout) {
    // SAFETY: `allocate` returned `base` for this layout, and only `Drop` comes here, once.
    unsafe { dealloc(base.as_ptr(), block) };
}

#[cfg(unix)]
fn reserve(block: Layout) -> Option<NonNull<u8>> {
    let read_write = libc::PROT_READ | libc::PROT_WRITE;
    let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: an anonymous mapping at an address of the system's choice replaces no memory in use.
    let address = unsafe { libc::mmap(std::ptr::null_mut(), block.size(), read_write, kind, -1, 0) };
    if address == libc::MAP_FAILED { None } else { NonNull::new(address.cast()) }
}

#[cfg(unix)]
fn release(base: NonNull<u8>, block: Layout) {
    // SAFETY: `reserve` mapped these bytes, and only `Drop` comes here, once.
    unsafe { libc::munmap(base.as_ptr().cast(), block.size()) };
}

#[cfg(not(unix))]
use {allocate_zeroed as reserve, free as release};

#[cfg(not(unix))]
fn allocate_zeroed(block: Layout) -> Option<NonNull<u8>> {
    // SAFETY: the size of a block is at least [`PAGE`].
    NonNull::new(unsafe { std::alloc::alloc_zeroed(block) })
}

/// There is no memory for a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMemory {
    size: usize,
    given: usize,
}

impl fmt::Display for NoMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NoMemory { size, given } = self;
        if given > size {
            write!(f, "expected at most {size} bytes to fill the buffer with, found {given}; make the buffer larger")
        } else {
            write!(f, "expected a buffer of {size} bytes, found no memory for it; ask for less")
        }
    }
}

impl std::error::Error for NoMemory {}

/// Bytes that are not in the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutsideBuffer {
    address: usize,
    length: usize,
    buffer: usize,
    size: usize,
}

impl fmt::Display for OutsideBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OutsideBuffer { address, length, buffer, size } = self;
        write!(
            f,
            "expected bytes in the {size} at {buffer:#x}, found {length} at {address:#x}; check index, offset and type"
        )
    }
}

impl std::error::Error for OutsideBuffer {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_buffer_is_reserved_and_takes_no_memory() {
        let size = if cfg!(target_pointer_width = "64") { 1 << 36 } else { 1 << 28 };
        if cfg!(all(unix, not(miri))) {
            let buffer = Buffer::new(size, 17, b"begin").unwrap();
            assert_eq!(buffer.address() % PAGE, 17);
            let end = buffer.as_ptr().wrapping_add(size - 3);
            buffer.write(end, b"end").unwrap();
            assert_eq!(buffer.read(end, 3).unwrap(), b"end");
        }
    }

    /// All of them together have more bytes than there are addresses. Emulators of other processors keep a record of every
    /// page, and have no memory for those.
    #[test]
    #[cfg(all(target_os = "linux", not(miri), any(target_arch = "x86_64", target_arch = "x86")))]
    fn what_was_reserved_is_given_back() {
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
    fn what_cannot_be_had_is_an_error() {
        let said = |size, given| Buffer::new(size, 0, given).unwrap_err().to_string();
        assert!(said(usize::MAX, &[]).contains("found no memory"));
        assert!(said(1, &[1, 2]).contains("at most 1 bytes to fill the buffer with, found 2"));
        assert!(NoMemory { size: 2, given: 2 }.to_string().contains("found no memory"));
        assert!(Buffer::new(0, 4095, &[]).is_ok());
    }
}
