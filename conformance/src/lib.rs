//! Property-based conformance suite for the array ctypes interface.
#![deny(unsafe_code)]

pub mod case;
pub mod implementation;
pub mod json;
pub mod limits;
pub mod memory;

pub use array_ctypes_spec as spec;
pub use case::Case;
pub use implementation::{Hello, Implementation, InProcess, Local, Reply, Trouble};
pub use limits::Limits;
pub use memory::Memory;
