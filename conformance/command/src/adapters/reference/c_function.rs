//! Functions as C has them: they receive pointers and numbers, and know nothing of arrays.
//!
//! # Invariants
//! The comments in the code refer to these by number.
//!
//! 1. Each pointer to items, and each pointer to room, is that of a slice that lives during the call, with as many bytes as
//!    the function is told.
//! 2. The function that walks is called with the address of an array that lives during the call, and with its lengths and
//!    strides; only a stride that is never multiplied by more than 0 may be another. So what it reads are elements.
#![expect(unsafe_code, reason = "functions that read memory at the pointers that they receive")]

use array_ctypes::Array;
use std::ffi::c_int;

/// A C array of integers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Items<'a> {
    /// Of `intptr_t`.
    IntP(&'a [isize]),
    /// Of integers of that many bytes, a negative number for signed ones.
    Memory(&'a [u8], c_int),
}

impl Items<'_> {
    fn pointer(self) -> *const u8 {
        match self {
            Items::IntP(items) => items.as_ptr().cast(),
            Items::Memory(memory, _) => memory.as_ptr(),
        }
    }

    fn size(self) -> usize {
        match self {
            Items::IntP(items) => size_of_val(items),
            Items::Memory(memory, _) => memory.len(),
        }
    }

    fn width(self) -> c_int {
        match self {
            Items::IntP(_) => -(size_of::<isize>() as c_int),
            Items::Memory(_, width) => width,
        }
    }

    fn len(self) -> usize {
        self.size() / self.width().unsigned_abs().max(1) as usize
    }

    /// Returns the integers.
    fn numbers(self) -> Vec<i64> {
        // SAFETY: 1: the slice has that many items.
        (0..self.len()).map(|at| unsafe { number(self.pointer(), self.width(), at) }).collect()
    }
}

/// Reads one item of a C array: a number of that many bytes, a negative number for a signed one.
///
/// # Safety
/// Invariant 1 of this module.
unsafe extern "C" fn number(items: *const u8, width: c_int, at: usize) -> i64 {
    let size = width.unsigned_abs() as usize;
    let mut bytes = [0; 8];
    // SAFETY: 1: the array has the item, whose size is at most 8.
    unsafe { items.wrapping_add(at * size).copy_to_nonoverlapping(bytes.as_mut_ptr(), size.min(8)) };
    if cfg!(target_endian = "big") {
        bytes.rotate_right(8 - size.min(8));
    }
    let (value, unused) = (i64::from_ne_bytes(bytes), 64 - 8 * size.clamp(1, 8));
    if width < 0 { value << unused >> unused } else { value }
}

/// Copies `size` bytes from the pointer that it receives to `copy`, and returns the pointer.
///
/// # Safety
/// Invariant 1 of this module.
unsafe extern "C" fn received(pointer: *const u8, copy: *mut u8, size: usize) -> *const u8 {
    if !pointer.is_null() {
        // SAFETY: 1: both have that many bytes.
        unsafe { copy.copy_from_nonoverlapping(pointer, size) };
    }
    pointer
}

/// Returns the address that a C function receives for a pointer. The function reads nothing there.
pub(super) fn receive_pointer(pointer: *const u8) -> usize {
    let mut nothing = [];
    // SAFETY: 1: no byte is read or written.
    unsafe { received(pointer, nothing.as_mut_ptr(), 0) }.addr()
}

/// Returns the memory that a C function reads at the pointer to a C array that it receives.
pub(super) fn receive_items(items: Items) -> Vec<u8> {
    let mut copy = vec![0; items.size()];
    // SAFETY: 1: both slices have that many bytes.
    unsafe { received(items.pointer(), copy.as_mut_ptr(), items.size()) };
    copy
}

/// An array as C receives it.
#[repr(C)]
struct Parts {
    data: *const u8,
    item_size: usize,
    axes: usize,
    shape: *const u8,
    shape_width: c_int,
    strides: *const u8,
    strides_width: c_int,
}

/// Copies the elements in C order to `seen`, as long as there is room, and returns the number of bytes.
///
/// # Safety
/// Invariants 1 and 2 of this module.
unsafe extern "C" fn walked(parts: &Parts, seen: *mut u8, room: usize) -> usize {
    // SAFETY: 1: there is a length for each axis.
    let length = |axis| unsafe { number(parts.shape, parts.shape_width, axis) };
    // SAFETY: 1: there is a stride for each axis.
    let stride = |axis| unsafe { number(parts.strides, parts.strides_width, axis) };
    let elements = (0..parts.axes).fold(1i64, |count, axis| count.saturating_mul(length(axis)));
    let mut filled = 0;
    for element in 0..elements {
        if parts.item_size == 0 || filled + parts.item_size > room {
            break;
        }
        let (mut rest, mut offset) = (element, 0i64);
        for axis in (0..parts.axes).rev() {
            offset = offset.wrapping_add((rest % length(axis)).wrapping_mul(stride(axis)));
            rest /= length(axis);
        }
        let from = parts.data.wrapping_offset(offset as isize);
        // SAFETY: 1 and 2: an element is read, and there is room for it.
        unsafe { seen.wrapping_add(filled).copy_from_nonoverlapping(from, parts.item_size) };
        filled += parts.item_size;
    }
    filled
}

/// Returns the memory of the elements that a C function sees that walks the array by its address and by these C arrays, up
/// to that many bytes. `None` if the types of their items cannot hold the numbers, so that C would leave the array.
pub(super) fn walk(array: &Array, shape: Option<Items>, strides: Option<Items>, room: usize) -> Option<Vec<u8>> {
    let numbers = |items: Option<Items>| items.map_or(Vec::new(), Items::numbers);
    let lengths: Vec<i64> = array.shape().iter().map(|length| *length as i64).collect();
    let is_empty = lengths.contains(&0);
    let (given, mut axes) = (numbers(strides), array.strides().iter().zip(&lengths).enumerate());
    let leads =
        axes.all(|(axis, (stride, length))| is_empty || *length < 2 || given.get(axis) == Some(&(*stride as i64)));
    // Invariant 2.
    if numbers(shape) != lengths || given.len() != lengths.len() || !leads {
        return None;
    }
    let pointer = |items: Option<Items>| items.map_or(std::ptr::null(), Items::pointer);
    let parts = Parts {
        data: array.ctypes().data_as_ptr(),
        item_size: array_ctypes::dtype::size(array.dtype()),
        axes: lengths.len(),
        shape: pointer(shape),
        shape_width: shape.map_or(0, Items::width),
        strides: pointer(strides),
        strides_width: strides.map_or(0, Items::width),
    };
    let mut seen = vec![0; room];
    // SAFETY: 1 and 2: the slices live until the end of this function, the array longer; lengths and strides were compared.
    let filled = unsafe { walked(&parts, seen.as_mut_ptr(), room) };
    seen.truncate(filled);
    Some(seen)
}
