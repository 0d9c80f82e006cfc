//! Libraries by name: the only module that loads foreign code.
//!
//! A name without an extension gets the extension of the platform's libraries. A library can run any code while it is
//! loaded, as in every language; therefore [`load_library`] is unsafe.
//!
//! # Invariants
//! The comments in the code refer to these by number. For each [`Library`]:
//!
//! 1. `handle` is what `dlopen` returned; only `Drop` closes it, once.
//! 2. Nothing refers into the library: no pointer to its functions or data is ever returned.
//! 3. The code that it runs while it is loaded and unloaded is sound, as the caller of [`load_library`] promises.
#![expect(unsafe_code, reason = "loading a library runs its code")]

use std::env::consts::DLL_EXTENSION;
use std::ffi::{CString, c_void};
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;

/// A library that stays loaded until this value is dropped.
#[derive(Debug)]
pub struct Library {
    /// Invariant 1.
    handle: NonNull<c_void>,
    path: PathBuf,
}

/// Loads a library by its name, with or without extension. `place` is its folder, or a file in that folder.
///
/// # Errors
/// [`LoadError`] if there is no such file, or if it is not a library.
///
/// # Safety
/// The code that the library runs while it is loaded and unloaded is sound in this program.
pub unsafe fn load_library(name: impl AsRef<Path>, place: impl AsRef<Path>) -> Result<Library, LoadError> {
    let (name, place) = (name.as_ref(), place.as_ref());
    let file = if name.extension().is_some() { name.to_owned() } else { name.with_extension(DLL_EXTENSION) };
    let folder = if place.is_dir() { place } else { place.parent().unwrap_or(place) };
    let path = folder.join(file);
    if !path.exists() {
        return Err(LoadError::Missing { path });
    }
    let Ok(text) = CString::new(path.as_os_str().as_bytes()) else { return Err(LoadError::Missing { path }) };
    // SAFETY: `text` ends with a zero. 3: the code of the library is sound. This makes 1 true.
    match NonNull::new(unsafe { libc::dlopen(text.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) }) {
        Some(handle) => Ok(Library { handle, path }),
        None => Err(LoadError::Defective { path }),
    }
}

impl Library {
    /// The file that the library was loaded from.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        // SAFETY: 1: the handle is open, and only this closes it. 2: nothing refers into the library. 3: the code
        // that it runs is sound.
        unsafe { libc::dlclose(self.handle.as_ptr()) };
    }
}

/// The reason why a library was not loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// There is no such file.
    Missing {
        /// The path that was tried.
        path: PathBuf,
    },
    /// The file is not a library of this machine.
    Defective {
        /// The path of the file.
        path: PathBuf,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Missing { path } => {
                write!(f, "expected a library at {}, found no file; check name and folder", path.display())
            }
            LoadError::Defective { path } => {
                write!(
                    f,
                    "expected a library of this machine, found {}, which is not one; build it again",
                    path.display()
                )
            }
        }
    }
}

impl std::error::Error for LoadError {}
