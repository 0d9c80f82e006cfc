//! Libraries to load. There is one on systems that report which libraries this program has loaded.
//!
//! # Invariants
//! The comment in the code refers to these by number.
//!
//! 1. The one library in the folder of [`Folder`] is a link to a library that this program has loaded already and never
//!    unloads. So loading it runs no code of it, and closing it frees nothing.
//! 2. The other file in the folder is no library, so no code of it runs.
#![cfg_attr(target_os = "linux", expect(unsafe_code, reason = "a library that is loaded already is loaded again"))]

#[cfg(target_os = "linux")]
pub(super) use linux::{Folder, is_there};
#[cfg(not(target_os = "linux"))]
pub(super) use other::{Folder, is_there};

#[cfg(target_os = "linux")]
mod linux {
    use array_ctypes::ctypeslib::{LoadError, load_library};
    use array_ctypes_spec::{Answer, Library, Raises};
    use std::cell::OnceCell;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::path::{Path, PathBuf};
    use std::{fs, io};
    use tempfile::TempDir;

    /// Returns the path of a library that this program has loaded.
    fn loaded() -> Option<PathBuf> {
        let maps = fs::read_to_string("/proc/self/maps").ok()?;
        let mut paths = maps.lines().filter_map(|line| line.find('/').map(|at| Path::new(&line[at..])));
        paths.find(|path| path.to_string_lossy().contains("/libc.so")).map(Path::to_owned)
    }

    /// Returns true if there is a library to load.
    pub(crate) fn is_there() -> bool {
        loaded().is_some()
    }

    /// A folder with a library `there.so` and a defective one `defective.so`. It is made when a library is first loaded.
    #[derive(Debug, Default)]
    pub(crate) struct Folder(OnceCell<TempDir>);

    fn make_folder() -> io::Result<TempDir> {
        let folder = tempfile::tempdir()?;
        symlink(loaded().ok_or(io::ErrorKind::NotFound)?, folder.path().join("there.so"))?;
        fs::write(folder.path().join("defective.so"), "no library")?;
        Ok(folder)
    }

    impl Folder {
        fn path(&self) -> io::Result<&Path> {
            if let Some(folder) = self.0.get() {
                return Ok(folder.path());
            }
            let folder = make_folder()?;
            Ok(self.0.get_or_init(|| folder).path())
        }

        /// Loads a library in that way, and answers whether it is the right one.
        pub(crate) fn load(&self, how: Library) -> Result<Answer, Raises> {
            let folder = match self.path() {
                Ok(folder) => folder,
                Err(error) => return Ok(Answer::Declined(format!("no folder for libraries: {error}"))),
            };
            let name: &Path = match how {
                Library::Name | Library::Beside | Library::Path => Path::new("there"),
                Library::File => Path::new("there.so"),
                Library::Bytes => OsStr::from_bytes(b"there").as_ref(),
                Library::Missing => Path::new("missing"),
                Library::Defective => Path::new("defective"),
            };
            let place = match how {
                Library::Beside => folder.join("defective.so"),
                Library::Name
                | Library::File
                | Library::Path
                | Library::Bytes
                | Library::Missing
                | Library::Defective => folder.to_owned(),
            };
            // SAFETY: 1 and 2: these are the only files in the folder.
            match unsafe { load_library(name, place) } {
                Ok(library) => Ok(Answer::Bool(library.path() == folder.join("there.so"))),
                Err(LoadError::Missing { .. } | LoadError::Defective { .. }) => Err(Raises::OSError),
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod other {
    use array_ctypes_spec::{Answer, Library, Raises};

    /// Returns true if there is a library to load.
    pub(crate) fn is_there() -> bool {
        false
    }

    /// No folder.
    #[derive(Debug, Default)]
    pub(crate) struct Folder;

    impl Folder {
        /// Refuses to load a library.
        pub(crate) fn load(&self, _: Library) -> Result<Answer, Raises> {
            Err(Raises::NotImplementedError)
        }
    }
}
