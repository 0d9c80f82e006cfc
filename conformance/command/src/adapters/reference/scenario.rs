//! The state of a scenario of lifetimes: objects by name, and weak references that observe array and memory.

use array_ctypes::interface::dlpack::{DLManagedTensorVersioned, Tensor};
use array_ctypes::{Array, ArrayStruct, Buffer, OwnedCObject, OwnedCtypes, OwnedPointer};
use array_ctypes_spec::BufferRequest;
use array_ctypes_spec::ctype::CType;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::{Rc, Weak};

/// A reading of the documentation, which the reference's pointers follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// A pointer holds its array.
    #[default]
    Holds,
    /// A pointer is an address, and holds nothing.
    Borrows,
}

/// The state of a scenario.
#[derive(Default)]
pub(super) struct Scenario {
    pub(super) reading: Reading,
    pub(super) array: Weak<Array>,
    pub(super) memory: Weak<Buffer>,
    pub(super) kept: BTreeMap<u8, Kept>,
    /// Memory that was allocated to overwrite freed memory.
    pub(super) filler: Vec<Buffer>,
}

/// The method `data_as`, bound to its object.
type DataAs = dyn Fn(&CType) -> Option<OwnedPointer>;

/// An object that is kept.
pub(super) enum Kept {
    Interface(OwnedCtypes),
    Method(Box<DataAs>),
    /// A pointer, or an object that ctypes makes of one, which is a clone here.
    Pointer(OwnedPointer),
    /// A pointer to a pointer.
    Reference(Rc<OwnedPointer>),
    /// A pointer that holds nothing.
    Raw(*mut u8),
    Array(Array),
    Object(OwnedCObject),
    Structure(ArrayStruct),
    Tensor(Tensor<DLManagedTensorVersioned>),
    /// The array that a buffer is requested of.
    Buffer(Rc<Array>),
    Address(usize),
    /// An object without an address.
    Value(#[expect(dead_code, reason = "it is only kept and dropped")] Box<dyn fmt::Debug>),
}

impl Kept {
    /// Returns the address that the object holds.
    pub(super) fn address(&self) -> Option<usize> {
        Some(match self {
            Kept::Interface(ctypes) => ctypes.ctypes().data(),
            Kept::Method(data_as) => data_as(&CType::PointerNone)?.pointer().address(),
            Kept::Pointer(pointer) => pointer.pointer().address(),
            Kept::Reference(pointer) => pointer.pointer().address(),
            Kept::Raw(pointer) => pointer.addr(),
            Kept::Array(array) => array.ctypes().data(),
            Kept::Object(object) => object.object().address(),
            Kept::Tensor(tensor) => tensor.address(),
            Kept::Buffer(array) => array.buffer(BufferRequest::Strides).ok()?.buf,
            Kept::Structure(structure) => structure.as_c().data.addr(),
            Kept::Address(address) => *address,
            Kept::Value(_) => return None,
        })
    }
}

impl Scenario {
    /// Observes an array and its buffer.
    pub(super) fn new(reading: Reading, array: &Rc<Array>, memory: &Rc<Buffer>) -> Scenario {
        Scenario { reading, array: Rc::downgrade(array), memory: Rc::downgrade(memory), ..Scenario::default() }
    }
}
