//! Tensors of DLPack that become views.
//!
//! # Invariants
//! 1. Whoever calls [`View::from_dlpack`] promises a valid tensor, of whose structure only the version, the context and the
//!    deleter are known if the major version is another than 1.
//! 2. A `Taken` tensor belongs to it: it calls the deleter once, when it is dropped.
#![expect(unsafe_code, reason = "C structures that own what they point to")]

use super::description::Description;
use super::refused::Refused;
use super::view::{Terms, View};
use crate::dtype;
use crate::interface::dlpack::{DLManagedTensor, DLManagedTensorVersioned, DLTensor, Managed, READ_ONLY};
use crate::layout::c_strides;
use crate::platform::BYTE_ORDER;
use array_ctypes_spec::dtype::{Dtype, Kind, Plain};
use std::ptr::NonNull;

/// The kind of device that is the CPU.
const CPU: i32 = 1;

/// The codes of bfloat16, and of the first and last floating-point number of eight bits.
const BFLOAT: u8 = 4;
const FLOAT8_FIRST: u8 = 7;
const FLOAT8_LAST: u8 = 14;

/// A tensor that belongs to a view.
struct Taken<T: Managed>(NonNull<T>);

impl<T: Managed> Drop for Taken<T> {
    fn drop(&mut self) {
        // SAFETY: 1 and 2: the tensor is valid.
        let deleter = unsafe { self.0.as_ref() }.deleter();
        if let Some(deleter) = deleter {
            // SAFETY: 2: this is the only call, and nothing uses the tensor afterwards.
            unsafe { deleter(self.0.as_ptr()) };
        }
    }
}

/// What a managed tensor says about its version.
pub trait Version: Managed + 'static {
    /// Returns true if the structure is as it is declared here.
    ///
    /// # Safety
    /// It is valid as far as its version goes.
    unsafe fn is_known(raw: NonNull<Self>) -> bool;

    /// Returns true if the memory must not be written to.
    fn is_read_only(&self) -> bool;
}

impl Version for DLManagedTensor {
    unsafe fn is_known(_: NonNull<Self>) -> bool {
        true
    }

    fn is_read_only(&self) -> bool {
        false
    }
}

impl Version for DLManagedTensorVersioned {
    unsafe fn is_known(raw: NonNull<Self>) -> bool {
        // SAFETY: 1: the version is there, whatever is behind it.
        unsafe { (*raw.as_ptr()).version.major == 1 }
    }

    fn is_read_only(&self) -> bool {
        self.flags & READ_ONLY != 0
    }
}

impl View {
    /// Makes a view of a tensor. It calls the tensor's deleter when it is dropped.
    ///
    /// # Errors
    /// [`Refused`] if the view could not keep its promises. Then the tensor still belongs to the caller.
    ///
    /// # Safety
    /// The tensor is valid, as its version says, and so are the elements that it describes, until its deleter is called.
    pub unsafe fn from_dlpack<T: Version>(tensor: NonNull<T>, terms: &Terms) -> Result<View, Refused> {
        // SAFETY: 1: the caller promises it.
        if !unsafe { T::is_known(tensor) } {
            return Err(Refused::Version);
        }
        // SAFETY: 1: the structure is of a known version.
        let managed = unsafe { tensor.as_ref() };
        // SAFETY: 1: the tensor is part of that structure.
        let description = unsafe { describe(managed.tensor(), managed.is_read_only(), terms.takes_raw) }?;
        // SAFETY: 1: the elements stay until the deleter is called, so after the view is gone.
        let view = unsafe { View::new(description, terms) }?;
        Ok(view.holding(Box::new(Taken(tensor))))
    }
}

/// Reads a tensor.
///
/// # Safety
/// The tensor is valid: its lengths, and its strides unless they are NULL, are as many as its dimensions.
unsafe fn describe(tensor: &DLTensor, is_read_only: bool, takes_raw: bool) -> Result<Description, Refused> {
    if tensor.device.device_type != CPU {
        return Err(Refused::Device);
    }
    let (code, bits) = (tensor.dtype.code, u32::from(tensor.dtype.bits));
    let kind = match code {
        0 => Kind::Int,
        1 => Kind::UInt,
        2 => Kind::Float,
        5 => Kind::Complex,
        6 => Kind::Bool,
        BFLOAT if takes_raw && bits == 16 => Kind::Void,
        FLOAT8_FIRST..=FLOAT8_LAST if takes_raw && bits == 8 => Kind::Void,
        _ => return Err(Refused::Type),
    };
    let dtype = Dtype::Plain(Plain { kind, size: bits / 8, order: BYTE_ORDER, unit: None });
    let is_whole = tensor.dtype.lanes == 1 && bits % 8 == 0 && dtype::exists(&dtype);
    let count = usize::try_from(tensor.ndim).map_err(|_| Refused::Shape)?;
    if !is_whole {
        return Err(Refused::Type);
    }
    // SAFETY: 1: there are as many lengths as dimensions.
    let lengths = unsafe { numbers(tensor.shape, count) };
    let shape: Vec<usize> =
        lengths.iter().map(|length| usize::try_from(*length)).collect::<Result<_, _>>().map_err(|_| Refused::Shape)?;
    let item = dtype::size(&dtype);
    let strides = if tensor.strides.is_null() {
        c_strides(&shape, item)
    } else {
        // SAFETY: 1: there are as many strides as dimensions.
        let strides = unsafe { numbers(tensor.strides, count) };
        strides.iter().map(|stride| (*stride as isize).wrapping_mul(item as isize)).collect()
    };
    let data = tensor.data.cast::<u8>().wrapping_add(tensor.byte_offset as usize);
    Ok(Description { data, dtype, shape, strides, is_read_only })
}

/// Copies that many numbers.
///
/// # Safety
/// They are there, unless the count is 0.
unsafe fn numbers(from: *const i64, count: usize) -> Vec<i64> {
    if count == 0 {
        return Vec::new();
    }
    // SAFETY: 1: the numbers are there.
    unsafe { std::slice::from_raw_parts(from, count) }.to_vec()
}
