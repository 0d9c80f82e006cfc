//! The C structures of DLPack.

use std::ffi::c_void;

/// The device that holds the memory: `device_type` 1 is the CPU.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DLDevice {
    /// Kind of device.
    pub device_type: i32,
    /// Number of the device.
    pub device_id: i32,
}

/// Type of an element.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DLDataType {
    /// 0 for signed, 1 for unsigned, 2 for floating-point, 5 for complex, 6 for Boolean.
    pub code: u8,
    /// Bits of an element, with all its parts.
    pub bits: u8,
    /// Number of vector lanes: 1.
    pub lanes: u16,
}

/// The layout of the elements.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct DLTensor {
    /// Start of the memory; NULL if there are no elements.
    pub data: *mut c_void,
    /// The device that holds the memory.
    pub device: DLDevice,
    /// Number of dimensions.
    pub ndim: i32,
    /// Type of an element.
    pub dtype: DLDataType,
    /// `ndim` lengths, in elements.
    pub shape: *mut i64,
    /// `ndim` strides, in elements.
    pub strides: *mut i64,
    /// Bytes from `data` to the first element.
    pub byte_offset: u64,
}

/// Version of the structure.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DLPackVersion {
    /// 1.
    pub major: u32,
    /// 2, in which strides are never NULL if there are axes.
    pub minor: u32,
}

/// A tensor of version 1, which owns everything it points to.
#[repr(C)]
#[derive(Debug)]
pub struct DLManagedTensorVersioned {
    /// Version.
    pub version: DLPackVersion,
    /// Owner of everything that the tensor points to; the deleter frees it.
    pub manager_ctx: *mut c_void,
    /// Frees the tensor and everything it points to. It must be called once.
    pub deleter: Option<unsafe extern "C" fn(*mut DLManagedTensorVersioned)>,
    /// [`READ_ONLY`](super::READ_ONLY) or 0.
    pub flags: u64,
    /// The layout of the elements.
    pub dl_tensor: DLTensor,
}

/// A tensor from before version 1, which owns everything it points to.
#[repr(C)]
#[derive(Debug)]
pub struct DLManagedTensor {
    /// The layout of the elements.
    pub dl_tensor: DLTensor,
    /// Owner of everything that the tensor points to; the deleter frees it.
    pub manager_ctx: *mut c_void,
    /// Frees the tensor and everything it points to. It must be called once.
    pub deleter: Option<unsafe extern "C" fn(*mut DLManagedTensor)>,
}

/// A structure that owns a tensor and has a deleter.
pub trait Managed: Sized {
    /// The layout of the elements.
    fn tensor(&self) -> &DLTensor;
    /// The deleter.
    fn deleter(&self) -> Option<unsafe extern "C" fn(*mut Self)>;
    /// Owner of everything that the tensor points to; the deleter frees it.
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
