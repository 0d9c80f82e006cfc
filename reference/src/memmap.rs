//! Arrays in a file that is mapped to memory.
//!
//! [`Memmap`] maps as much of a file as an array needs and lays the array over it. Views, and whatever else is taken of the
//! array, share the mapping and keep it; the last one that is dropped unmaps it, once.
//!
//! ```
//! # #[cfg(unix)] {
//! use array_ctypes::{Memmap, spec::dtype::Dtype, spec::memmap::Mode};
//! let dtype = Dtype::from_typestr("<i2")?;
//! # let path = std::env::temp_dir().join(format!("array-ctypes-doc-{}", std::process::id()));
//! let written = Memmap::options(Mode::WPlus, dtype.clone()).offset(6).shape(&[2, 3]).open(&path)?;
//! written.set_item(&[1, 2], &[7, 0])?;
//! assert_eq!(std::fs::read(&path)?.len(), 6 + 2 * 3 * 2);
//! assert_eq!(written.ctypes().data() % 4096, 6);
//!
//! let read = Memmap::options(Mode::R, dtype.clone()).offset(6).open(&path)?; // its shape follows from the file
//! assert_eq!(read.shape(), [6]);
//! assert_eq!(read.item(&[5])?, [7, 0]);
//! # drop((written, read));
//! # std::fs::remove_file(&path)?;
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A file grows sparsely, so that succeeds on a full disk, and touching the memory then ends the process. Where that must
//! not be, [`Options::reserve`] asks for the room at once, and fails where there is none. Whoever shares a file with others
//! must see to it that nobody cuts it while it is mapped: see the limits of the module `memmap::system`, which holds the
//! calls that are not safe.
//!
//! Where the system has no `mmap` the type is there, and has no value: code that handles mapped arrays compiles, and none
//! can be made.

#[cfg(unix)]
mod error;
#[cfg(unix)]
mod options;

#[cfg(unix)]
pub use crate::memory::Mapping;
#[cfg(unix)]
pub use error::{InUse, MemmapError};
#[cfg(unix)]
pub use options::{Memmap, Options, Order, close};

/// A mapped array: there is none where the system has no `mmap`, and so no value of this type.
#[cfg(not(unix))]
#[derive(Clone, Copy, Debug)]
pub enum Memmap {}
