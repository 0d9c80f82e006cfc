//! The implementations that the suite comes with: the reference, and NumPy.

#[cfg(feature = "ndarray")]
pub mod ndarray;
pub mod numpy;
pub mod reference;

pub use reference::{Reading, Reference};
