#![doc = include_str!("lib.md")]
#![deny(unsafe_code)]

pub mod platform;
pub mod ctype;
pub mod dtype;
pub mod layout;
pub mod data;
pub mod shape;
pub mod cast;
pub mod lifetime;
pub mod interface;
pub mod memmap;
pub mod ctypeslib;
pub mod absent;
pub mod memory;

pub use array_ctypes_spec as spec;
pub use cast::Pointer;
pub use data::Ctypes;
pub use interface::buffer::PyBuffer;
pub use interface::{ArrayInterface, ArrayStruct, PyArrayInterface, import, import_struct};
pub use layout::{Array, ArrayError, ItemError, SliceError, ViewError};
pub use lifetime::{OwnedCObject, OwnedCtypes, OwnedPointer};
pub use memmap::Memmap;
pub use memory::Buffer;
pub use shape::CArray;
