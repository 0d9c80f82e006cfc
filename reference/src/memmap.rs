//! Arrays in a file that is mapped to memory.
//!
//! [`Memmap`] maps the part of a file that an array needs, and makes the array over it. Everything made from the array,
//! such as its views, shares the mapping and keeps it; the last one that is dropped unmaps it, once.
//!
//! ```
//! use array_ctypes::{Memmap, spec::dtype::Dtype, spec::memmap::Mode};
//! let dtype = Dtype::from_typestr("<i2")?;
//! # let path = std::env::temp_dir().join(format!("array-ctypes-doc-{}", std::process::id()));
//! let written = Memmap::options(Mode::WPlus, dtype.clone()).offset(6).shape(&[2, 3]).open(&path)?;
//! written.set_item(&[1, 2], &[7, 0])?;
//! assert_eq!(std::fs::read(&path)?.len(), 6 + 2 * 3 * 2);
//! assert_eq!(written.ctypes().data() % 4096, 6);
//!
//! let read = Memmap::options(Mode::R, dtype.clone()).offset(6).open(&path)?; // the size of the file gives the shape
//! assert_eq!(read.shape(), [6]);
//! assert_eq!(read.item(&[5])?, [7, 0]);
//! # drop((written, read));
//! # std::fs::remove_file(&path)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A file grows sparsely, so it can grow on a full disk; touching the memory then ends the process. To avoid that,
//! [`Options::reserve`] reserves the space at once, and fails if there is none. Nobody may truncate a file while it is
//! mapped: the module `memory::system` explains why.
//!
//! Unix and Windows map files; elsewhere each attempt is an error.

mod error;
mod options;

pub use crate::memory::Mapping;
pub use error::{InUse, MemmapError};
pub use options::{Memmap, Options, Order, close};
