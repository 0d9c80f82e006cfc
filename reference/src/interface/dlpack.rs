//! DLPack: the array as a tensor, which C may keep as long as it likes.
//!
//! A tensor shares the array's memory. Its last owner calls its deleter, once; [`Tensor`] does so when dropped.
//!
//! # Invariants
//! The comments in the code refer to these by number. For the structure behind each [`Tensor`], and behind each pointer
//! that [`Tensor::into_raw`] returns:
//!
//! 1. `Tensor::new` leaked it from a box. One owner holds its address, and others see it only through shared
//!    references, which borrow that owner.
//! 2. Its context is `Kept`, which `Array::keep` leaked from a box. `shape` and `strides` point to `ndim` numbers each
//!    in it.
//! 3. Its deleter is `delete`. The owner calls it once and does not use the structure afterwards.
#![expect(unsafe_code, reason = "C structures that own what they point to")]

mod request;
mod structures;

pub use request::{Capsule, Request};
pub use structures::{
    DLDataType, DLDevice, DLManagedTensor, DLManagedTensorVersioned, DLPackVersion, DLTensor, Managed,
};

use super::kind;
use crate::dtype;
use crate::layout::Array;
use crate::platform::{LONG_DOUBLE_FORMAT, LongDoubleFormat};
use array_ctypes_spec::dtype::Dtype;
use std::ffi::c_void;
use std::fmt;
use std::ptr::{self, NonNull};

/// The flag of a tensor that may not be written to.
pub const READ_ONLY: u64 = 1;

/// The flag of a tensor in memory of its own.
pub const COPIED: u64 = 2;

/// The newest version of DLPack that tensors have.
const NEWEST: DLPackVersion = DLPackVersion { major: 1, minor: 2 };

/// The device of all arrays.
const CPU: DLDevice = DLDevice { device_type: 1, device_id: 0 };

/// Everything that a tensor points to. It does not move while the tensor exists.
struct Kept {
    array: Array,
    shape: Vec<i64>,
    strides: Vec<i64>,
}

/// Frees a tensor that [`Array::dlpack`] or [`Array::dlpack_unversioned`] made.
///
/// # Safety
/// `tensor` is such a structure and is not freed yet. Nobody uses it afterwards.
unsafe extern "C" fn delete<T: Managed>(tensor: *mut T) {
    // SAFETY: 1: the structure comes from a box. The caller promises that it is not freed yet.
    let tensor = unsafe { Box::from_raw(tensor) };
    // SAFETY: 2: the context is `Kept` from a box. 3: the structure, and so its context, is freed once.
    drop(unsafe { Box::from_raw(tensor.context().cast::<Kept>()) });
}

/// A tensor that frees itself when dropped.
#[derive(Debug)]
pub struct Tensor<T: Managed>(NonNull<T>);

impl<T: Managed> Tensor<T> {
    fn new(managed: T) -> Tensor<T> {
        Tensor(NonNull::from(Box::leak(Box::new(managed))))
    }

    /// Returns the structure.
    pub fn as_c(&self) -> &T {
        // SAFETY: 1: the structure is in a leaked box, and only shared references to it exist. 3: it is not freed while
        // `self` is alive.
        unsafe { self.0.as_ref() }
    }

    /// Returns the structure. Its new owner, usually C, frees it with its deleter.
    pub fn into_raw(self) -> NonNull<T> {
        let raw = self.0;
        std::mem::forget(self);
        raw
    }

    /// Lengths of the axes in elements, read as C reads them.
    pub fn shape(&self) -> &[i64] {
        let tensor = self.as_c().tensor();
        // SAFETY: 2: `shape` points to `ndim` lengths, which live as long as the structure.
        unsafe { std::slice::from_raw_parts(tensor.shape, tensor.ndim as usize) }
    }

    /// Strides in elements, read as C reads them.
    pub fn strides(&self) -> &[i64] {
        let tensor = self.as_c().tensor();
        // SAFETY: 2: `strides` points to `ndim` strides, which live as long as the structure.
        unsafe { std::slice::from_raw_parts(tensor.strides, tensor.ndim as usize) }
    }

    /// Bytes of one element, found as C finds it; `None` if there is no such element.
    pub fn item(&self, index: &[usize]) -> Option<Vec<u8>> {
        let lengths = self.shape();
        if index.len() != lengths.len() || index.iter().zip(lengths).any(|(at, length)| *at as i64 >= *length) {
            return None;
        }
        // SAFETY: 2: the context is `Kept` in a box. 3: it lives as long as the structure, which `self` owns.
        let kept = unsafe { self.as_c().context().cast::<Kept>().as_ref() }?;
        let size = usize::from(self.as_c().tensor().dtype.bits) / 8;
        let distance: i64 = index.iter().zip(self.strides()).map(|(at, stride)| *at as i64 * stride).sum();
        let address = self.address().wrapping_add_signed(distance as isize * size as isize);
        kept.array.buffer.read(ptr::without_provenance(address), size).ok()
    }

    /// Address of the first element; 0 if there are no elements.
    pub fn address(&self) -> usize {
        let tensor = self.as_c().tensor();
        tensor.data.addr() + tensor.byte_offset as usize
    }
}

impl<T: Managed> Drop for Tensor<T> {
    fn drop(&mut self) {
        if let Some(deleter) = self.as_c().deleter() {
            // SAFETY: 1 and 3: `self` owns the structure, calls its deleter here, and is not used again.
            unsafe { deleter(self.0.as_ptr()) };
        }
    }
}

impl Array {
    /// Returns the array as a tensor of DLPack 1.2.
    ///
    /// # Errors
    /// [`DlpackError`] if no tensor can describe the array.
    ///
    /// ```
    /// use array_ctypes::{Array, interface::dlpack::READ_ONLY};
    /// let array = Array::from_slice(&[1f32, 2.0, 3.0], &[3])?.view(&"reverse 0".parse()?)?;
    /// let tensor = array.dlpack()?;
    /// assert_eq!((tensor.shape(), tensor.strides()), (&[3][..], &[-1][..]));
    /// assert_eq!(tensor.address(), array.ctypes().data());
    /// assert_eq!(tensor.as_c().flags & READ_ONLY, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn dlpack(&self) -> Result<Tensor<DLManagedTensorVersioned>, DlpackError> {
        self.dlpack_of(NEWEST, 0)
    }

    /// Returns the array as a tensor of that version, with these flags beside the one of read-only arrays.
    fn dlpack_of(&self, version: DLPackVersion, flags: u64) -> Result<Tensor<DLManagedTensorVersioned>, DlpackError> {
        let (dl_tensor, manager_ctx) = self.keep()?;
        let flags = flags | if self.writeable { 0 } else { READ_ONLY };
        Ok(Tensor::new(DLManagedTensorVersioned { version, manager_ctx, deleter: Some(delete), flags, dl_tensor }))
    }

    /// Returns the array as a tensor from before version 1, which cannot be marked as read-only.
    ///
    /// # Errors
    /// [`DlpackError`] if no tensor can describe the array.
    pub fn dlpack_unversioned(&self) -> Result<Tensor<DLManagedTensor>, DlpackError> {
        if !self.writeable {
            return Err(DlpackError::ReadOnly);
        }
        let (dl_tensor, manager_ctx) = self.keep()?;
        Ok(Tensor::new(DLManagedTensor { dl_tensor, manager_ctx, deleter: Some(delete) }))
    }

    /// Returns a tensor, and the owner of everything that it points to.
    fn keep(&self) -> Result<(DLTensor, *mut c_void), DlpackError> {
        let dtype = data_type(&self.dtype)?;
        let shape: Vec<i64> = self.shape.iter().map(|length| *length as i64).collect();
        let ndim = i32::try_from(shape.len()).map_err(|_| DlpackError::TooManyAxes)?;
        let item = dtype::size(&self.dtype) as isize;
        let in_elements = |(length, stride): (&usize, &isize)| {
            // A stride that reaches no element need not be a multiple of the item size.
            let reaches = *length > 1 && !self.is_empty();
            if reaches && stride % item != 0 { Err(DlpackError::Stride(*stride)) } else { Ok((stride / item) as i64) }
        };
        let strides = self.shape.iter().zip(&self.strides).map(in_elements).collect::<Result<_, _>>()?;
        let (data, byte_offset) = if self.is_empty() {
            (ptr::null_mut(), 0)
        } else {
            (self.buffer.as_ptr(), (self.data.addr() - self.buffer.address()) as u64)
        };
        let kept = Box::leak(Box::new(Kept { array: self.clone(), shape, strides }));
        let tensor = DLTensor {
            data: data.cast(),
            device: CPU,
            ndim,
            dtype,
            shape: kept.shape.as_mut_ptr(),
            strides: kept.strides.as_mut_ptr(),
            byte_offset,
        };
        Ok((tensor, ptr::from_mut(kept).cast()))
    }
}

fn data_type(dtype: &Dtype) -> Result<DLDataType, DlpackError> {
    let Dtype::Plain(plain) = dtype else { return Err(DlpackError::ElementType) };
    let code = kind::dlpack_code(plain.kind).ok_or(DlpackError::ElementType)?;
    if dtype::is_swapped(plain) || kind::is_long_double(plain) && LONG_DOUBLE_FORMAT != LongDoubleFormat::Binary128 {
        return Err(DlpackError::ElementType);
    }
    // A pair of long doubles of 16 bytes each has 256 bits, one more than the member can count.
    let bits = u8::try_from(plain.size * 8).map_err(|_| DlpackError::ElementType)?;
    Ok(DLDataType { code, bits, lanes: 1 })
}

/// The reason why an array cannot be a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DlpackError {
    /// DLPack has no code for the element type.
    ElementType,
    /// A stride, in bytes, is not a multiple of the item size.
    Stride(isize),
    /// The array is read-only, and the structure cannot be marked as read-only.
    ReadOnly,
    /// The array has more axes than the structure can count.
    TooManyAxes,
    /// The array cannot be on that device.
    Device(DLDevice),
    /// The CPU has no streams, so not this one.
    Stream(isize),
    /// There is not enough memory for a copy.
    Memory,
}

impl fmt::Display for DlpackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DlpackError::ElementType => f.write_str(
                "expected integers, IEEE floating-point numbers, complex numbers or Booleans in the machine's byte order, found \
                 another element type; copy the array to one of these types",
            ),
            DlpackError::Stride(stride) => {
                write!(f, "expected strides that are multiples of the item size, found one of {stride} bytes; copy the array")
            }
            DlpackError::ReadOnly => {
                f.write_str("expected an array that may be written to, found a read-only one; ask for a tensor of version 1")
            }
            DlpackError::Device(DLDevice { device_type, device_id }) => {
                write!(f, "expected the CPU, (1, 0), found the device ({device_type}, {device_id}); ask for no device")
            }
            DlpackError::Stream(stream) => {
                write!(f, "expected no stream, because the CPU has none, found {stream}; ask without stream")
            }
            DlpackError::Memory => f.write_str("expected memory for a copy, found too little; share the memory"),
            DlpackError::TooManyAxes => f.write_str("expected at most 2^31 - 1 axes, found more; reshape the array"),
        }
    }
}

impl std::error::Error for DlpackError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Buffer;
    use std::rc::Rc;

    #[test]
    fn a_tensor_keeps_the_memory_until_its_deleter_is_called() {
        let buffer = Rc::new(Buffer::new(8, 0, &[1, 2, 3, 4, 5, 6, 7, 8]).unwrap());
        let dtype = crate::dtype::parse("|u1").unwrap();
        let array = Array::new(&buffer, dtype, 2, &[3], &[2], true).unwrap();
        let raw = array.dlpack().unwrap().into_raw();
        drop(array);
        assert_eq!(Rc::strong_count(&buffer), 2);
        // SAFETY: 3: the tensor is not freed yet.
        let tensor = unsafe { raw.as_ref() };
        assert_eq!((tensor.dl_tensor.data.addr(), tensor.dl_tensor.byte_offset), (buffer.address(), 2));
        let deleter = tensor.deleter.unwrap();
        // SAFETY: 3: this is the only call of the deleter.
        unsafe { deleter(raw.as_ptr()) };
        assert_eq!(Rc::strong_count(&buffer), 1);
    }

    #[test]
    fn a_dropped_tensor_calls_its_deleter() {
        let array = Array::from_slice(&[1i32, 2], &[2]).unwrap();
        drop(array.dlpack().unwrap());
        drop(array.dlpack_unversioned().unwrap());
        assert_eq!(Rc::strong_count(&array.buffer), 1);
    }
}
