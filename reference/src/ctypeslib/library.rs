//! Libraries by name: the one place that loads foreign code.
//!
//! A name without extension gets that of the platform's libraries. The code that a library runs while it is loaded is its
//! own affair, as in every language; [`load_library`] is therefore unsafe.
#![expect(unsafe_code, reason = "loading a library runs its code")]

use std::env::consts::DLL_EXTENSION;
use std::ffi::{CString, c_void};
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;

/// A library that is loaded while this lives.
#[derive(Debug)]
pub struct Library {
    handle: NonNull<c_void>,
    path: PathBuf,
}

/// Loads the library of that name, with or without extension, from a folder or from beside a file in that folder.
///
/// # Errors
/// [`LoadError`] where there is no such file, or it is no library.
///
/// # Safety
/// What the library does while it is loaded and unloaded breaks nothing that this program relies on.
pub unsafe fn load_library(name: impl AsRef<Path>, place: impl AsRef<Path>) -> Result<Library, LoadError> {
    let (name, place) = (name.as_ref(), place.as_ref());
    let file = if name.extension().is_some() { name.to_owned() } else { name.with_extension(DLL_EXTENSION) };
    let folder = if place.is_dir() { place } else { place.parent().unwrap_or(place) };
    let path = folder.join(file);
    if !path.exists() {
        return Err(LoadError::Missing { path });
    }
    let Ok(text) = CString::new(path.as_os_str().as_bytes()) else { return Err(LoadError::Missing { path }) };
    // SAFETY: `text` is a text that ends with a zero; for what the library does while it is loaded the caller vouches.
    match NonNull::new(unsafe { libc::dlopen(text.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) }) {
        Some(handle) => Ok(Library { handle, path }),
        None => Err(LoadError::Defective { path }),
    }
}

impl Library {
    /// The file that it was loaded from.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        // SAFETY: `dlopen` returned the handle, and nobody else closes it; nothing of the library was handed out.
        unsafe { libc::dlclose(self.handle.as_ptr()) };
    }
}

/// Why a library is not loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// There is no such file.
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file is no library of this machine.
    Defective {
        /// Which.
        path: PathBuf,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Missing { path } => {
                write!(f, "expected a library at {}, found none; check name and folder", path.display())
            }
            LoadError::Defective { path } => {
                write!(f, "expected a library of this machine, found {}, which is none; build it anew", path.display())
            }
        }
    }
}

impl std::error::Error for LoadError {}
