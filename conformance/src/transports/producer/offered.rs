//! What a door is handed, in the form of its protocol.

use super::capsule::Capsule;
use super::hold::Hold;
use array_ctypes::interface::dlpack::{DLManagedTensor, DLManagedTensorVersioned};
use array_ctypes_spec::dtype::{Descr, Dtype};

/// An array that is handed to a door, in the form of the door's protocol.
#[derive(Debug)]
pub enum Offered<'a> {
    /// An address, lengths and byte strides.
    Pointer(Pointer<'a>),
    /// A description that knows all facts.
    Object(Object),
    /// The entries of an array interface.
    Interface(Interface),
    /// A capsule with a tensor without a version.
    Dlpack(Capsule<DLManagedTensor>),
    /// A capsule with a tensor.
    DlpackVersioned(Capsule<DLManagedTensorVersioned>),
}

/// What is handed to a C function: an address, and two C arrays as long as there are axes. What the elements are, the
/// function and its caller have agreed on; but nobody has told the function that they are in the other byte order.
#[derive(Clone, Copy, Debug)]
pub struct Pointer<'a> {
    /// The address of the first element.
    pub data: *mut u8,
    /// Lengths of the axes.
    pub shape: &'a [isize],
    /// Byte strides.
    pub strides: &'a [isize],
    /// What the elements are.
    pub dtype: &'a Dtype,
}

/// An array of another library, with all facts about it.
#[derive(Clone, Debug)]
pub struct Object {
    /// The address of the first element.
    pub data: *mut u8,
    /// Lengths of the axes.
    pub shape: Vec<usize>,
    /// Byte strides.
    pub strides: Vec<isize>,
    /// What the elements are.
    pub dtype: Dtype,
    /// True if the memory must not be written to.
    pub is_read_only: bool,
    /// Whoever keeps this may use the memory.
    pub hold: Hold,
}

/// The entries of an array interface, version 3.
#[derive(Clone, Debug)]
pub struct Interface {
    /// Lengths of the axes.
    pub shape: Vec<usize>,
    /// The type string; raw bytes if elements have fields.
    pub typestr: String,
    /// The same type, described; `None` if it is left out.
    pub descr: Option<Descr>,
    /// Where the memory is.
    pub data: Data,
    /// Byte strides; `None` for C order.
    pub strides: Option<Vec<isize>>,
    /// Booleans that hide elements where they are false; `None` if no element is hidden.
    pub mask: Option<Box<Interface>>,
    /// Bytes from the start of exposed memory to the first element.
    pub offset: usize,
    /// Whoever keeps this may use the memory.
    pub hold: Hold,
}

/// The entry `data` of an array interface.
#[derive(Clone, Copy, Debug)]
pub enum Data {
    /// The address of the first element, and true if the memory must not be written to.
    Address(*mut u8, bool),
    /// An object that exposes memory.
    Memory {
        /// The address of its first byte.
        start: *mut u8,
        /// Its size in bytes.
        size: usize,
        /// True if it must not be written to.
        is_read_only: bool,
    },
}
