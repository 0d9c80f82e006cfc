//! The implementations that the suite comes with: the reference, and NumPy.

pub mod numpy;
pub mod reference;

pub use reference::{Reading, Reference};
