//! The tensors of DLPack that the producer hands out, each in a capsule.
//!
//! A tensor stays allocated until the producer frees it, whatever its deleter is called for. So a consumer that lets go twice
//! is counted, and does no harm.
//!
//! # Invariants
//! 1. `Lent::new` leaks the structure from a box. `Lent` frees it when it is dropped, and the producer drops it only when
//!    nobody holds the array any more.
//! 2. Its context is the number of the count that `Lent` keeps, and its shape and strides are those that `Lent` keeps.
//! 3. Nobody changes the structure: consumers may only read it.
#![expect(unsafe_code, reason = "C structures that consumers let go of")]

use super::hold::Count;
use array_ctypes::interface::dlpack::{
    DLDataType, DLDevice, DLManagedTensor, DLManagedTensorVersioned, DLPackVersion, DLTensor, Managed, READ_ONLY,
};
use array_ctypes_spec::Feature;
use array_ctypes_spec::dtype::{Kind, Plain};
use array_ctypes_spec::layout::Layout;
use std::ffi::c_void;
use std::fmt;
use std::ptr::{self, NonNull};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering};

/// Bytes from the address to the first element, where an offset is asked for.
const OFFSET: usize = 64;

/// The codes of numbers that only `DLPack` has: bfloat16, and one of eight bits.
const BFLOAT: u8 = 4;
const FLOAT8_E4M3FN: u8 = 10;

/// The flags of a copy, and one that no version knows.
const IS_COPIED: u64 = 2;
const UNKNOWN: u64 = 1 << 40;

/// A capsule with a tensor, which belongs to whoever takes it. A capsule that is dropped calls the tensor's deleter, unless
/// somebody took the tensor.
#[derive(Debug)]
pub struct Capsule<T: Managed + Named> {
    tensor: NonNull<T>,
    label: Label,
}

/// The name of a capsule, also after the capsule is gone.
#[derive(Clone, Debug)]
pub(super) struct Label {
    fresh: &'static str,
    used: &'static str,
    is_used: Arc<AtomicBool>,
}

impl Label {
    pub(super) fn name(&self) -> &'static str {
        if self.is_used.load(Ordering::SeqCst) { self.used } else { self.fresh }
    }
}

/// A tensor whose capsules have names: a fresh one, and one for those that were taken.
pub trait Named {
    /// Both names.
    const NAMES: [&'static str; 2];
}

impl Named for DLManagedTensor {
    const NAMES: [&'static str; 2] = ["dltensor", "used_dltensor"];
}

impl Named for DLManagedTensorVersioned {
    const NAMES: [&'static str; 2] = ["dltensor_versioned", "used_dltensor_versioned"];
}

impl<T: Managed + Named> Capsule<T> {
    /// The name.
    pub fn name(&self) -> &'static str {
        self.label.name()
    }

    pub(super) fn label(&self) -> Label {
        self.label.clone()
    }

    /// The tensor, to look at. It is there as long as the capsule is.
    pub fn as_ptr(&self) -> *const T {
        self.tensor.as_ptr()
    }

    /// Takes the tensor, whose deleter is now to be called by the caller, if it has one.
    pub fn take(self) -> NonNull<T> {
        self.label.is_used.store(true, Ordering::SeqCst);
        self.tensor
    }
}

impl<T: Managed + Named> Drop for Capsule<T> {
    fn drop(&mut self) {
        if self.label.is_used.load(Ordering::SeqCst) {
            return;
        }
        // SAFETY: 1 and 3: the structure is allocated, and nobody changes it.
        let deleter = unsafe { self.tensor.as_ref() }.deleter();
        if let Some(deleter) = deleter {
            // SAFETY: 1: it is the structure's own deleter, `let_go`.
            unsafe { deleter(self.tensor.as_ptr()) };
        }
    }
}

/// Counts that somebody lets go of a tensor.
///
/// # Safety
/// The tensor is one of this module, whose producer has not freed it.
unsafe extern "C" fn let_go<T: Managed>(tensor: *mut T) {
    // SAFETY: 1 and 3: the structure is allocated, and nobody changes it.
    let context = unsafe { &*tensor }.context();
    // SAFETY: 2: the context is such a number, and is kept with the structure.
    let count = unsafe { &*context.cast::<AtomicIsize>() };
    count.fetch_sub(1, Ordering::SeqCst);
}

/// A tensor that was handed out, and what it points to.
pub(super) struct Lent<T> {
    tensor: NonNull<T>,
    _count: Count,
    _axes: Axes,
}

impl<T> fmt::Debug for Lent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lent").field(&self.tensor).finish()
    }
}

impl<T: Managed + Named> Lent<T> {
    fn new(tensor: T, count: &Count, axes: Axes) -> (Capsule<T>, Lent<T>) {
        if tensor.deleter().is_some() {
            count.add(1);
        }
        let tensor = NonNull::from(Box::leak(Box::new(tensor)));
        let [fresh, used] = T::NAMES;
        let label = Label { fresh, used, is_used: Arc::default() };
        (Capsule { tensor, label }, Lent { tensor, _count: count.clone(), _axes: axes })
    }
}

impl<T> Drop for Lent<T> {
    fn drop(&mut self) {
        // SAFETY: 1: it comes from a box, and is freed here only.
        drop(unsafe { Box::from_raw(self.tensor.as_ptr()) });
    }
}

/// The numbers that a tensor points to.
struct Axes {
    shape: Vec<i64>,
    strides: Vec<i64>,
}

/// A tensor without a version. `None` if it cannot describe the array.
pub(super) fn unversioned(
    layout: &Layout,
    first: *mut u8,
    with: &[Feature],
    count: &Count,
) -> Option<(Capsule<DLManagedTensor>, Lent<DLManagedTensor>)> {
    let (dl_tensor, axes) = describe(layout, first, with)?;
    let deleter = deleter::<DLManagedTensor>(with);
    Some(Lent::new(DLManagedTensor { dl_tensor, manager_ctx: context(count), deleter }, count, axes))
}

/// A tensor with a version. `None` if it cannot describe the array.
pub(super) fn versioned(
    layout: &Layout,
    first: *mut u8,
    is_read_only: bool,
    with: &[Feature],
    count: &Count,
) -> Option<(Capsule<DLManagedTensorVersioned>, Lent<DLManagedTensorVersioned>)> {
    let (mut dl_tensor, mut axes) = describe(layout, first, with)?;
    let asks = |feature: Feature| with.contains(&feature);
    let flag = |is_set: bool, flag: u64| if is_set { flag } else { 0 };
    let mut flags = flag(is_read_only, READ_ONLY)
        | flag(asks(Feature::Copied), IS_COPIED)
        | flag(asks(Feature::UnknownFlag), UNKNOWN);
    let (major, minor) = match () {
        () if asks(Feature::Major) => (2, 0),
        () if asks(Feature::NoStrides) => (1, 1),
        () if asks(Feature::Minor) => (1, 9),
        () => (1, 2),
    };
    if asks(Feature::Major) {
        // Another structure: taken for one of version 1, it is another array, in memory of its own.
        (flags, axes) = (u64::MAX, Axes { shape: vec![1], strides: vec![1] });
        let (shape, strides) = (axes.shape.as_mut_ptr(), axes.strides.as_mut_ptr());
        let dtype = DLDataType { code: 0, bits: 64, lanes: 1 };
        dl_tensor = DLTensor { data: shape.cast(), ndim: 1, dtype, shape, strides, byte_offset: 0, ..dl_tensor };
    }
    let deleter = deleter::<DLManagedTensorVersioned>(with);
    let version = DLPackVersion { major, minor };
    let tensor = DLManagedTensorVersioned { version, manager_ctx: context(count), deleter, flags, dl_tensor };
    Some(Lent::new(tensor, count, axes))
}

fn deleter<T: Managed>(with: &[Feature]) -> Option<unsafe extern "C" fn(*mut T)> {
    (!with.contains(&Feature::NoDeleter)).then_some(let_go::<T>)
}

fn context(count: &Count) -> *mut c_void {
    ptr::from_ref(count.number()).cast_mut().cast()
}

/// The tensor of an array, and the numbers that it points to.
fn describe(layout: &Layout, first: *mut u8, with: &[Feature]) -> Option<(DLTensor, Axes)> {
    let asks = |feature: Feature| with.contains(&feature);
    let mut dtype = data_type(layout.dtype.plain()?)?;
    if asks(Feature::Lanes) {
        (dtype.bits, dtype.lanes) = (dtype.bits / 2, 2);
    }
    if asks(Feature::SubByte) {
        dtype.bits = 4;
    }
    if asks(Feature::Bfloat) {
        dtype.code = if dtype.bits == 16 { BFLOAT } else { FLOAT8_E4M3FN };
    }
    let item = i64::try_from(layout.dtype.item_size()).ok()?;
    let strides = layout.strides.iter().zip(layout.strides_that_matter());
    let strides = strides.map(|(stride, counts)| (!counts || stride % item == 0).then_some(stride / item));
    let shape = layout.shape.iter().map(|length| i64::try_from(*length).ok());
    let mut axes = Axes { shape: shape.collect::<Option<_>>()?, strides: strides.collect::<Option<_>>()? };
    let offset = if asks(Feature::Offset) { OFFSET } else { 0 };
    let has_no_axes = layout.shape.is_empty();
    let tensor = DLTensor {
        // Where no element is, DLPack asks for NULL.
        data: if layout.is_empty() { ptr::null_mut() } else { first.wrapping_sub(offset).cast() },
        device: DLDevice { device_type: if asks(Feature::Device) { 2 } else { 1 }, device_id: 0 },
        ndim: i32::try_from(axes.shape.len()).ok()?,
        dtype,
        shape: if has_no_axes { ptr::null_mut() } else { axes.shape.as_mut_ptr() },
        strides: if has_no_axes || asks(Feature::NoStrides) { ptr::null_mut() } else { axes.strides.as_mut_ptr() },
        byte_offset: if layout.is_empty() { 0 } else { offset as u64 },
    };
    Some((tensor, axes))
}

/// What DLPack calls a type; `None` if it has no words for it.
fn data_type(plain: &Plain) -> Option<DLDataType> {
    let (code, parts) = match plain.kind {
        Kind::Int => (0, 1),
        Kind::UInt => (1, 1),
        Kind::Float => (2, 1),
        Kind::Complex => (5, 2),
        Kind::Bool => (6, 1),
        _ => return None,
    };
    let bits = u8::try_from(plain.size * 8).ok()?;
    (plain.size / parts <= 8).then_some(DLDataType { code, bits, lanes: 1 })
}
