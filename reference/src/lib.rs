#![doc = include_str!("lib.md")]
#![deny(unsafe_code)]

pub mod cast;
pub mod ctype;
pub mod data;
pub mod dtype;
pub mod interface;
pub mod layout;
pub mod lifetime;
pub mod memory;
pub mod platform;
pub mod shape;

pub use cast::Pointer;
pub use data::Ctypes;
pub use interface::{ArrayInterface, ArrayStruct, PyArrayInterface, import, import_struct};
pub use layout::{Array, ArrayError, ItemError, ViewError};
pub use lifetime::{OwnedCtypes, OwnedPointer};
pub use memory::Buffer;
pub use shape::CArray;
