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
#[cfg(feature = "protocols")]
pub mod consumer;
#[cfg(feature = "protocols")]
pub mod interface;
#[cfg(feature = "memmap")]
pub mod memmap;
#[cfg(feature = "ctypeslib")]
pub mod ctypeslib;
pub mod absent;
pub mod memory;

pub use array_ctypes_spec as spec;
pub use cast::Pointer;
#[cfg(feature = "ctypeslib")]
pub use ctypeslib::OwnedCObject;
pub use data::Ctypes;
#[cfg(feature = "protocols")]
pub use interface::buffer::PyBuffer;
#[cfg(feature = "protocols")]
pub use interface::{ArrayInterface, ArrayStruct, PyArrayInterface, import, import_struct};
#[cfg(feature = "slices")]
pub use layout::SliceError;
pub use layout::{Array, ArrayError, ItemError, ViewError};
pub use lifetime::{OwnedCtypes, OwnedPointer};
#[cfg(feature = "memmap")]
pub use memmap::Memmap;
pub use memory::Buffer;
pub use shape::CArray;

// The samples of the README are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
