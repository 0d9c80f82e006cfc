//! DLPack: the array as a tensor that C may keep for as long as it likes.
//!
//! A tensor owns a share of the array's memory. Whoever has it last calls its deleter, once; [`Tensor`] does when dropped.
#![expect(unsafe_code, reason = "C structures that own what they point to")]

use crate::dtype;
use crate::layout::Array;
use crate::platform::{LONG_DOUBLE_FORMAT, LongDoubleFormat};
use array_ctypes_spec::dtype::Dtype;
use std::ffi::c_void;
use std::fmt;
use std::ptr::{self, NonNull};

/// Where the memory is: `device_type` 1 is the processor.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DLDevice {
    /// Kind of device.
    pub device_type: i32,
    /// Its number.
    pub device_id: i32,
}

/// Type of an element.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DLDataType {
    /// 0 signed, 1 unsigned, 2 floating, 5 complex, 6 boolean.
    pub code: u8,
    /// Of an element, all parts of it.
    pub bits: u8,
    /// 1.
    pub lanes: u16,
}

/// Where the elements are.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct DLTensor {
    /// Start of the memory; NULL without elements.
    pub data: *mut c_void,
    /// Where the memory is.
    pub device: DLDevice,
    /// Number of dimensions.
    pub ndim: i32,
    /// Type of an element.
    pub dtype: DLDataType,
    /// `ndim` lengths, in elements.
    pub shape: *mut i64,
    /// `ndim` strides, in elements.
    pub strides: *mut i64,
    /// From `data` to the first element, in bytes.
    pub byte_offset: u64,
}

/// Version of the structure.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DLPackVersion {
    /// 1.
    pub major: u32,
    /// 2: strides are never NULL where there are axes.
    pub minor: u32,
}

/// A tensor that owns what it points to, of version 1.
#[repr(C)]
#[derive(Debug)]
pub struct DLManagedTensorVersioned {
    /// Version.
    pub version: DLPackVersion,
    /// What the deleter frees.
    pub manager_ctx: *mut c_void,
    /// Frees the tensor and what it points to. To be called once.
    pub deleter: Option<unsafe extern "C" fn(*mut DLManagedTensorVersioned)>,
    /// [`READ_ONLY`], or 0.
    pub flags: u64,
    /// Where the elements are.
    pub dl_tensor: DLTensor,
}

/// Likewise, before version 1.
#[repr(C)]
#[derive(Debug)]
pub struct DLManagedTensor {
    /// Where the elements are.
    pub dl_tensor: DLTensor,
    /// What the deleter frees.
    pub manager_ctx: *mut c_void,
    /// Frees the tensor and what it points to. To be called once.
    pub deleter: Option<unsafe extern "C" fn(*mut DLManagedTensor)>,
}

/// The flag of memory that may not be written to.
pub const READ_ONLY: u64 = 1;

/// What a tensor points to. It does not move while the tensor is there.
struct Kept {
    _array: Array,
    shape: Vec<i64>,
    strides: Vec<i64>,
}

/// A structure with a deleter.
pub trait Managed: Sized {
    /// Where the elements are.
    fn tensor(&self) -> &DLTensor;
    /// The deleter.
    fn deleter(&self) -> Option<unsafe extern "C" fn(*mut Self)>;
    /// What the deleter frees.
    fn context(&self) -> *mut c_void;
}

macro_rules! managed {
    ($($structure:ty),*) => {
        $(impl Managed for $structure {
            fn tensor(&self) -> &DLTensor {
                &self.dl_tensor
            }

            fn deleter(&self) -> Option<unsafe extern "C" fn(*mut Self)> {
                self.deleter
            }

            fn context(&self) -> *mut c_void {
                self.manager_ctx
            }
        })*
    };
}

managed!(DLManagedTensorVersioned, DLManagedTensor);

/// Frees a tensor that [`Array::dlpack`] or [`Array::dlpack_unversioned`] made.
///
/// # Safety
/// `tensor` is such a structure, not freed yet, and nobody uses it again.
unsafe extern "C" fn delete<T: Managed>(tensor: *mut T) {
    // SAFETY: the caller vouches for a structure that `Tensor::new` took from a box.
    let tensor = unsafe { Box::from_raw(tensor) };
    // SAFETY: its context is what `keep` took from a box, and the structure is freed once.
    drop(unsafe { Box::from_raw(tensor.context().cast::<Kept>()) });
}

/// A tensor that is this side's to free.
#[derive(Debug)]
pub struct Tensor<T: Managed>(NonNull<T>);

impl<T: Managed> Tensor<T> {
    fn new(managed: T) -> Tensor<T> {
        Tensor(NonNull::from(Box::leak(Box::new(managed))))
    }

    /// The structure.
    pub fn as_c(&self) -> &T {
        // SAFETY: `new` put a structure there, `into_raw` and `drop` consume `self`, and nobody else has the pointer.
        unsafe { self.0.as_ref() }
    }

    /// The structure, which C frees with its deleter.
    pub fn into_raw(self) -> NonNull<T> {
        let raw = self.0;
        std::mem::forget(self);
        raw
    }

    /// Lengths of the axes, as C reads them.
    pub fn shape(&self) -> &[i64] {
        let tensor = self.as_c().tensor();
        // SAFETY: `tensor` points to as many lengths as dimensions, which live as long as it.
        unsafe { std::slice::from_raw_parts(tensor.shape, tensor.ndim as usize) }
    }

    /// Strides in elements, as C reads them.
    pub fn strides(&self) -> &[i64] {
        let tensor = self.as_c().tensor();
        // SAFETY: `tensor` points to as many strides as dimensions, which live as long as it.
        unsafe { std::slice::from_raw_parts(tensor.strides, tensor.ndim as usize) }
    }

    /// Address of the first element; 0 without elements.
    pub fn address(&self) -> usize {
        let tensor = self.as_c().tensor();
        tensor.data.addr() + tensor.byte_offset as usize
    }
}

impl<T: Managed> Drop for Tensor<T> {
    fn drop(&mut self) {
        if let Some(deleter) = self.as_c().deleter() {
            // SAFETY: the structure is of this crate's making, with its deleter, and `self` is not used again.
            unsafe { deleter(self.0.as_ptr()) };
        }
    }
}

impl Array {
    /// The array as a tensor of DLPack 1.2.
    ///
    /// # Errors
    /// [`DlpackError`] where no tensor tells the array.
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
        let (dl_tensor, manager_ctx) = self.keep()?;
        Ok(Tensor::new(DLManagedTensorVersioned {
            version: DLPackVersion { major: 1, minor: 2 },
            manager_ctx,
            deleter: Some(delete),
            flags: if self.writeable { 0 } else { READ_ONLY },
            dl_tensor,
        }))
    }

    /// The array as a tensor from before version 1, which cannot say that it may not be written to.
    ///
    /// # Errors
    /// [`DlpackError`] where no tensor tells the array.
    pub fn dlpack_unversioned(&self) -> Result<Tensor<DLManagedTensor>, DlpackError> {
        if !self.writeable {
            return Err(DlpackError::ReadOnly);
        }
        let (dl_tensor, manager_ctx) = self.keep()?;
        Ok(Tensor::new(DLManagedTensor { dl_tensor, manager_ctx, deleter: Some(delete) }))
    }

    /// A tensor, and what it points to.
    fn keep(&self) -> Result<(DLTensor, *mut c_void), DlpackError> {
        let dtype = data_type(&self.dtype)?;
        let shape: Vec<i64> = self.shape.iter().map(|length| *length as i64).collect();
        let ndim = i32::try_from(shape.len()).map_err(|_| DlpackError::TooManyAxes)?;
        let item = dtype::size(&self.dtype) as isize;
        let in_elements = |(length, stride): (&usize, &isize)| {
            // Where a stride reaches no element, it need not be whole.
            let reaches = *length > 1 && !self.is_empty();
            if reaches && stride % item != 0 { Err(DlpackError::Stride(*stride)) } else { Ok((stride / item) as i64) }
        };
        let strides = self.shape.iter().zip(&self.strides).map(in_elements).collect::<Result<_, _>>()?;
        let (data, byte_offset) = if self.is_empty() {
            (ptr::null_mut(), 0)
        } else {
            (self.buffer.as_ptr(), (self.data.addr() - self.buffer.address()) as u64)
        };
        let kept = Box::leak(Box::new(Kept { _array: self.clone(), shape, strides }));
        let tensor = DLTensor {
            data: data.cast(),
            device: DLDevice { device_type: 1, device_id: 0 },
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
    let (code, (item, _)) = dtype::row(plain.kind).dlpack.zip(dtype::items(plain)).ok_or(DlpackError::ElementType)?;
    if dtype::is_swapped(plain) || item.is_long_double && LONG_DOUBLE_FORMAT != LongDoubleFormat::Binary128 {
        return Err(DlpackError::ElementType);
    }
    // A pair of long doubles of 16 bytes each has 256 bits, one more than the member can count.
    let bits = u8::try_from(plain.size * 8).map_err(|_| DlpackError::ElementType)?;
    Ok(DLDataType { code, bits, lanes: 1 })
}

/// Why there is no tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DlpackError {
    /// DLPack has no word for the element type.
    ElementType,
    /// A stride that is no multiple of the item size, in bytes.
    Stride(isize),
    /// The array may not be written to, and the structure cannot say so.
    ReadOnly,
    /// More axes than the structure counts.
    TooManyAxes,
}

impl fmt::Display for DlpackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DlpackError::ElementType => f.write_str(
                "expected integers, floating-point numbers of IEEE, complex numbers or booleans, in the machine's byte order, \
                 found another element type; copy it to one of these",
            ),
            DlpackError::Stride(stride) => {
                write!(f, "expected strides of whole elements, found one of {stride} bytes; copy the array")
            }
            DlpackError::ReadOnly => {
                f.write_str("expected an array that may be written to, found a read-only one; ask for version 1")
            }
            DlpackError::TooManyAxes => f.write_str("expected at most 2^31 - 1 axes, found more; reshape the array"),
        }
    }
}

impl std::error::Error for DlpackError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Buffer;
    use std::rc::Rc;

    #[test]
    fn the_tensor_keeps_the_memory_until_its_deleter_is_called() {
        let buffer = Rc::new(Buffer::new(8, 0, &[1, 2, 3, 4, 5, 6, 7, 8]).unwrap());
        let dtype = crate::dtype::parse("|u1").unwrap();
        let array = Array::new(&buffer, dtype, 2, &[3], &[2], true).unwrap();
        let raw = array.dlpack().unwrap().into_raw();
        drop(array);
        assert_eq!(Rc::strong_count(&buffer), 2);
        // SAFETY: nobody has freed the tensor.
        let tensor = unsafe { raw.as_ref() };
        assert_eq!((tensor.dl_tensor.data.addr(), tensor.dl_tensor.byte_offset), (buffer.address(), 2));
        let deleter = tensor.deleter.unwrap();
        // SAFETY: the tensor is freed here, once.
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
