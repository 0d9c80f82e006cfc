//! The array of a case: its memory, an element type, a shape, byte strides, and the views taken of it.
//!
//! An array is plain data and may be invalid (elements outside the buffer, a size past the address space, a view that
//! does not exist); [`crate::layout::resolve`] returns why.

use super::dtype::Dtype;
use super::layout::c_strides;
use super::memmap::Map;
use super::owner::Owner;
use super::view::View;

/// The memory that the array lies in; of a mapped array, the file as it is before it is opened; of an array that owns its
/// memory, what that holds once the array is made.
///
/// Its own address is not part of the case: an implementation reports it, found by other means than the interface under
/// test. Only its remainder modulo [`Buffer::PAGE`] is prescribed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buffer {
    /// Size in bytes. A buffer much larger than its `bytes` is reserved, never touched as a whole.
    pub size: u64,
    /// The first bytes; all others are zero. At most `size` long.
    pub bytes: Vec<u8>,
    /// The address of the first byte modulo [`Buffer::PAGE`], 0 to 4095: what it is aligned to.
    /// A file ignores it.
    pub at: u32,
}

impl Buffer {
    /// The modulus of `at`, in bytes.
    pub const PAGE: u32 = 4096;

    /// The byte at that offset; zero past the given ones.
    pub fn byte(&self, offset: u64) -> u8 {
        usize::try_from(offset).ok().and_then(|at| self.bytes.get(at).copied()).unwrap_or(0)
    }
}

/// An array: one described directly over a buffer, then a chain of views of it.
///
/// ```
/// use array_ctypes_spec::{Array, dtype::Dtype};
/// let bytes = [0i32, 1, 2, 3].iter().flat_map(|x| x.to_le_bytes()).collect();
/// let array = Array::contiguous(bytes, Dtype::from_typestr("<i4").unwrap(), &[2, 2]);
/// assert_eq!(array.strides, [8, 4]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Array {
    /// The memory.
    pub buffer: Buffer,
    /// How the file that the array lies in is mapped; `None` if it lies over a buffer.
    pub map: Option<Map>,
    /// How the library makes the array in memory of its own; `None` if it is given a buffer or a file. Such an array is
    /// described as [`Array::owned`] does; if it is described otherwise, it is taken to lie over a buffer.
    pub owner: Option<Owner>,
    /// True if the flag of the array that lies directly over the buffer allows writes. A mapped array ignores this: its mode
    /// decides.
    pub writeable: bool,
    /// Element type before any view.
    pub dtype: Dtype,
    /// Offset of the first element from the first byte of the buffer or file, in bytes.
    pub offset: i64,
    /// Lengths of the axes before any view, in elements.
    pub shape: Vec<u64>,
    /// Byte strides before any view, one for each axis. For a mapped array they give only the order: Fortran's if they are
    /// Fortran's strides, C's otherwise.
    pub strides: Vec<i64>,
    /// Views taken one of the other, in order. The array that is asked about is the last.
    pub views: Vec<View>,
}

impl Array {
    /// Returns true if a view of the chain broadcasts.
    pub fn is_broadcast(&self) -> bool {
        self.views.iter().any(|view| matches!(view, View::Broadcast { .. }))
    }

    /// A writeable C-contiguous array that fills a page-aligned buffer of these bytes.
    pub fn contiguous(bytes: Vec<u8>, dtype: Dtype, shape: &[u64]) -> Array {
        let strides = c_strides(shape, dtype.item_size());
        Array {
            buffer: Buffer { size: bytes.len() as u64, bytes, at: 0 },
            map: None,
            owner: None,
            writeable: true,
            dtype,
            offset: 0,
            shape: shape.to_vec(),
            strides,
            views: Vec::new(),
        }
    }

    /// An array that owns its memory: one with these bytes, C-contiguous and writeable.
    pub fn owned(owner: Owner, bytes: Vec<u8>, dtype: Dtype, shape: &[u64]) -> Array {
        Array { owner: Some(owner), ..Array::contiguous(bytes, dtype, shape) }
    }

    /// Returns true if the array has no owner, or is described as [`Array::owned`] describes it, with zeros if it is made of
    /// zeros.
    pub fn fits_owner(&self) -> bool {
        let Some(owner) = self.owner else { return true };
        let item = self.dtype.item_size();
        let elements = self.shape.iter().try_fold(item, |bytes, length| bytes.checked_mul(*length));
        let is_whole = self.buffer.bytes.len() as u64 == self.buffer.size && elements == Some(self.buffer.size);
        let is_first = self.offset == 0 && self.buffer.at == 0;
        let has_bytes = owner != Owner::Zeros || self.buffer.bytes.iter().all(|byte| *byte == 0);
        let is_plain = self.map.is_none() && self.writeable && self.strides == c_strides(&self.shape, item);
        is_whole && is_first && has_bytes && is_plain
    }
}
