//! Imports into the reference: from whatever describes an array comes one whose elements all lie in memory that is there, or an
//! error.
//!
//! # Invariants
//! 1. `shape` and `strides` of a C structure have as many numbers as it says, and nobody writes to them.
//! 2. A view is made only of elements that `lies_inside` finds in the memory, by numbers that cannot wrap, or of what
//!    `Description::of_entries` has accepted; the memory outlives the view.
//! 3. The deleter belongs to the tensor's `Rc`, and is called at most once.
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use array_ctypes::consumer::{Data, Description, Entries, Terms, View};
use array_ctypes::dtype::{parse, size};
use array_ctypes::interface::dlpack::{
    DLDataType, DLDevice, DLManagedTensor, DLManagedTensorVersioned, DLPackVersion, DLTensor,
};
use array_ctypes::{Array, Buffer, PyArrayInterface, import, import_struct};
use array_ctypes_spec::{Address, Import, ImportData};
use libfuzzer_sys::fuzz_target;
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr::NonNull;
use std::rc::Rc;

/// The bytes of memory that is imported from.
const MEMORY: usize = 96;

/// The most elements that are read.
const MAX_READ: usize = 200;

const TYPESTRS: [&str; 10] = ["|b1", "|u1", "<i2", ">i4", "<f8", "<c16", "|S3", "<U2", "|V5", "<M8[s]"];

/// A number: small, most of the time, since others leave any memory.
#[derive(Clone, Copy, Debug, Arbitrary)]
enum Number {
    Small(i8),
    Any(i64),
    Power(u8, i8),
}

impl Number {
    fn get(self) -> i64 {
        match self {
            Number::Small(number) => number.into(),
            Number::Any(number) => number,
            Number::Power(shift, near) => (1i64 << (shift % 64)).wrapping_add(near.into()),
        }
    }
}

/// What describes an array.
#[derive(Debug, Arbitrary)]
struct Described {
    axes: Vec<(Number, Number)>,
    extra: Option<Number>,
    has_strides: bool,
    offset: Number,
    typestr: u8,
    other_typestr: Option<String>,
    is_read_only: bool,
    data: u8,
    flags: u16,
    itemsize: Number,
    kind: u8,
    code: u8,
    bits: u8,
    terms: u8,
    version: u8,
}

impl Described {
    fn shape(&self) -> Vec<i64> {
        self.axes.iter().map(|(length, _)| length.get()).collect()
    }

    fn strides(&self) -> Vec<i64> {
        self.axes.iter().map(|(_, stride)| stride.get()).collect()
    }

    fn typestr(&self) -> String {
        self.other_typestr.clone().unwrap_or_else(|| TYPESTRS[usize::from(self.typestr) % TYPESTRS.len()].to_owned())
    }

    fn terms(&self) -> Terms {
        let is = |bit: u8| self.terms >> bit & 1 == 1;
        Terms {
            writes: is(0),
            // A copy of what is repeated without end takes as long.
            copies: is(1)
                && self.shape().iter().try_fold(1i64, |count, length| count.checked_mul(*length)) < Some(1 << 12),
            is_exclusive: is(2),
            is_aligned: is(3),
            is_plain: is(4),
            takes_raw: is(5),
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(described) = Described::arbitrary(&mut Unstructured::new(bytes)) else { return };
    let content: Vec<u8> = (0..MEMORY as u8).collect();
    let buffer = Rc::new(Buffer::new(MEMORY, 0, &content).expect("memory"));
    dictionary(&described, &buffer);
    structure(&described, &buffer);
    entries(&described, &content);
    tensor(&described, &content);
});

/// `__array_interface__`.
fn dictionary(of: &Described, buffer: &Rc<Buffer>) {
    let data = match of.data % 8 {
        0..=3 => ImportData::Tuple(Address::InBuffer(of.offset.get())),
        4 => ImportData::Tuple(Address::Absolute((buffer.address() as u64).wrapping_add(of.offset.get() as u64))),
        5 => ImportData::Tuple(Address::Absolute(of.offset.get() as u64)),
        6 => ImportData::Buffer,
        _ => ImportData::Wide,
    };
    let mut strides = of.strides();
    strides.extend(of.extra.map(Number::get));
    let interface = Import {
        data,
        read_only: of.is_read_only,
        shape: of.shape().into_iter().map(|length| length as u64).collect(),
        shape_is_list: of.flags & 15 == 15,
        strides: of.has_strides.then_some(strides),
        typestr: of.typestr(),
        offset: Some(of.offset.get()),
        version: 3,
        copied: false,
    };
    if let Ok(array) = import(&interface, buffer, of.is_read_only) {
        read(&array);
    }
}

/// `__array_struct__`.
fn structure(of: &Described, buffer: &Rc<Buffer>) {
    let (mut shape, mut strides) = (numbers(&of.shape()), numbers(&of.strides()));
    let raw = PyArrayInterface {
        two: if of.version == 0 { 3 } else { 2 },
        nd: if of.version == 1 { -1 } else { shape.len() as i32 },
        typekind: b"biufcSUVOMm?x"[usize::from(of.kind) % 13] as i8,
        itemsize: of.itemsize.get() as i32,
        flags: of.flags.into(),
        shape: shape.as_mut_ptr(),
        strides: strides.as_mut_ptr(),
        data: buffer.as_ptr().wrapping_offset(of.offset.get() as isize).cast(),
        descr: std::ptr::null_mut(),
    };
    // SAFETY: 1: there are as many numbers as `nd` says, or it is negative.
    if let Ok(array) = unsafe { import_struct(&raw const raw, buffer) } {
        read(&array);
    }
}

/// Reads elements: the buffer refuses those that are outside.
fn read(array: &Array) {
    for index in indices(array.shape()) {
        assert!(array.item(&index).is_ok(), "{array:?}, {index:?}");
    }
}

/// The entries of an array interface, for a consumer.
fn entries(of: &Described, content: &[u8]) {
    let mut memory = content.to_vec();
    let (shape, strides) = (of.shape(), numbers(&of.strides()));
    let shape: Vec<usize> = shape.into_iter().map(|length| length as usize).collect();
    let typestr = of.typestr();
    let described = Description::of_entries(&Entries {
        shape: &shape,
        typestr: &typestr,
        data: Data::Memory { start: memory.as_mut_ptr(), size: memory.len(), is_read_only: of.is_read_only },
        strides: of.has_strides.then_some(&strides),
        has_mask: false,
        offset: of.offset.get() as usize,
    });
    if let Ok(described) = described {
        let item = size(&parse(&typestr).expect("a type"));
        let first = described.data.addr() as i128 - memory.as_ptr().addr() as i128;
        assert!(lies_inside(&described.shape, &described.strides, item, first), "{described:?}");
        // SAFETY: 2: all elements are inside.
        view(unsafe { View::from_object(described, Box::new(()), &of.terms()) });
    }
}

/// Returns true if the elements lie in the memory, the first at that byte of it. What is no number is far outside.
fn lies_inside(shape: &[usize], strides: &[isize], item: usize, first: i128) -> bool {
    let (mut low, mut high) = (first, first + item as i128);
    for (length, stride) in shape.iter().zip(strides) {
        let span = (*length as i128 - 1).saturating_mul(*stride as i128);
        if span < 0 {
            low = low.saturating_add(span);
        } else {
            high = high.saturating_add(span);
        }
    }
    shape.contains(&0) || 0 <= low && high <= MEMORY as i128
}

/// A tensor of DLPack and its memory, and how often its deleter was called.
struct Producer {
    shape: Vec<i64>,
    strides: Vec<i64>,
    memory: Vec<u8>,
    deleted: Rc<Cell<u32>>,
}

/// Counts a call of the deleter.
///
/// # Safety
/// The context is that of `managed`.
unsafe fn deleted(context: *mut c_void) {
    // SAFETY: 3: it is the only call.
    let producer = unsafe { Box::from_raw(context.cast::<Producer>()) };
    producer.deleted.set(producer.deleted.get() + 1);
}

unsafe extern "C" fn delete(tensor: *mut DLManagedTensor) {
    // SAFETY: 3: the tensor is a box of this file.
    let tensor = unsafe { Box::from_raw(tensor) };
    // SAFETY: 3: and so is its context.
    unsafe { deleted(tensor.manager_ctx) };
}

unsafe extern "C" fn delete_versioned(tensor: *mut DLManagedTensorVersioned) {
    // SAFETY: 3: the tensor is a box of this file.
    let tensor = unsafe { Box::from_raw(tensor) };
    // SAFETY: 3: and so is its context.
    unsafe { deleted(tensor.manager_ctx) };
}

/// A tensor of DLPack, with and without a version. Its elements must be there, and so only those that are there are described.
fn tensor(of: &Described, content: &[u8]) {
    let item = (usize::from(of.bits) / 8).max(1);
    let bytes: Vec<isize> = of.strides().iter().map(|stride| (*stride as isize).wrapping_mul(item as isize)).collect();
    let shape: Vec<usize> = of.shape().iter().map(|length| *length as usize).collect();
    let offset = of.offset.get();
    let strides = if of.has_strides { bytes } else { array_ctypes::layout::c_strides(&shape, item) };
    let is_negative = of.shape().iter().any(|length| *length < 0);
    if !is_negative && !lies_inside(&shape, &strides, item, offset.into()) {
        return;
    }
    let calls = Rc::new(Cell::new(0));
    let mut producer = Box::new(Producer {
        shape: of.shape(),
        strides: of.strides(),
        memory: content.to_vec(),
        deleted: Rc::clone(&calls),
    });
    let dl_tensor = DLTensor {
        data: producer.memory.as_mut_ptr().cast(),
        device: DLDevice { device_type: if of.version == 2 { 2 } else { 1 }, device_id: 0 },
        ndim: if of.version == 3 { -1 } else { producer.shape.len() as i32 },
        dtype: DLDataType { code: of.code % 20, bits: of.bits, lanes: if of.version == 4 { 2 } else { 1 } },
        shape: producer.shape.as_mut_ptr(),
        strides: if of.has_strides { producer.strides.as_mut_ptr() } else { std::ptr::null_mut() },
        byte_offset: offset as u64,
    };
    let manager_ctx = Box::into_raw(producer).cast::<c_void>();
    let is_taken = if of.is_read_only {
        let version = DLPackVersion { major: if of.version == 5 { 2 } else { 1 }, minor: 0 };
        let (deleter, flags) = (Some(delete_versioned as _), of.flags.into());
        let tensor = Box::new(DLManagedTensorVersioned { version, manager_ctx, deleter, flags, dl_tensor });
        let tensor = NonNull::from(Box::leak(tensor));
        // SAFETY: 1 and 2: the tensor is valid, and its elements are in its memory.
        let is_taken = view(unsafe { View::from_dlpack(tensor, &of.terms()) });
        if !is_taken {
            // SAFETY: 3: a tensor that is refused still belongs to this function.
            unsafe { delete_versioned(tensor.as_ptr()) };
        }
        is_taken
    } else {
        let tensor =
            NonNull::from(Box::leak(Box::new(DLManagedTensor { dl_tensor, manager_ctx, deleter: Some(delete) })));
        // SAFETY: 1 and 2: the tensor is valid, and its elements are in its memory.
        let is_taken = view(unsafe { View::from_dlpack(tensor, &of.terms()) });
        if !is_taken {
            // SAFETY: 3: a tensor that is refused still belongs to this function.
            unsafe { delete(tensor.as_ptr()) };
        }
        is_taken
    };
    assert_eq!(calls.get(), 1, "is taken: {is_taken}");
}

/// Reads and writes elements of a view: the sanitizer stops what is outside. Returns false if there is none.
fn view(view: Result<View, array_ctypes::consumer::Refused>) -> bool {
    let Ok(mut view) = view else { return false };
    let _ = (view.length(), view.item_size(), view.is_read_only());
    for index in indices(view.shape()) {
        let (value, _) = (view.value(&index), view.bytes(&index).expect("an element"));
        if let Some(value) = value {
            let _ = view.set(&index, value);
        }
    }
    true
}

/// The first indices in C order.
fn indices(shape: &[usize]) -> Vec<Vec<usize>> {
    let mut all = Vec::new();
    let mut index = vec![0; shape.len()];
    while !shape.contains(&0) && all.len() < MAX_READ {
        all.push(index.clone());
        let Some(axis) = (0..shape.len()).rev().find(|axis| index[*axis] + 1 < shape[*axis]) else { break };
        index[axis] += 1;
        index[axis + 1..].fill(0);
    }
    // The last element lies farthest from the first.
    if !shape.contains(&0) {
        all.push(shape.iter().map(|length| length - 1).collect());
    }
    all
}

fn numbers(of: &[i64]) -> Vec<isize> {
    of.iter().map(|number| *number as isize).collect()
}
