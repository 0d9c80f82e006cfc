//! The implementations that the suite comes with: the reference, and NumPy.

pub mod changed;
#[cfg(unix)]
pub mod loaded;
#[cfg(feature = "ndarray")]
pub mod ndarray;
pub mod numpy;
pub mod reference;

pub use changed::Changed;
pub use reference::{Reading, Reference};
