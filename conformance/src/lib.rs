//! Property-based conformance suite for the array ctypes interface.
#![deny(unsafe_code)]

pub mod adapters;
pub mod case;
pub mod check;
pub mod child;
pub mod files;
pub mod generate;
pub mod implementation;
pub mod json;
pub mod judge;
pub mod limits;
pub mod memory;
pub mod report;
pub mod shrink;
pub mod strategy;
pub mod testing;
pub mod traits;

mod ask;
mod cast;
mod ctype;
mod data;
mod draw;
mod dtype;
mod interface;
mod layout;
mod platform;
mod shape;

pub use array_ctypes_spec as spec;
pub use case::Case;
pub use implementation::{Hello, Implementation, InProcess, Local, Reply, Trouble};
pub use limits::Limits;
pub use memory::Memory;
