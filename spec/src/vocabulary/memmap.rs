//! Mapped files: how the file of an array is mapped, and what can be asked of the mapping.

use super::words::words;

/// How the file of an array is mapped.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Map {
    /// What may be done with the file.
    pub mode: Mode,
    /// True if the shape is not given and follows from the size of the file: one axis, as many whole elements as there are
    /// after the offset. Then shape and strides of the array are ignored.
    pub deduced: bool,
    /// What is handed to the library.
    pub file: Handle,
    /// The last component of the file's name; `None` if whoever makes the file chooses it.
    pub name: Option<String>,
}

impl Map {
    /// The most bytes of a file's name.
    pub const MAX_NAME_BYTES: usize = 255;

    /// Returns true if a file can have that name: it is one component of a path, and has no control characters, which
    /// systems list in another spelling.
    pub fn is_name(name: &str) -> bool {
        let is_component = !matches!(name, "" | "." | "..") && name.len() <= Map::MAX_NAME_BYTES;
        is_component && !name.contains(|c: char| c == '/' || c.is_control())
    }
}

words! {
    /// What may be done with a mapped file.
    Mode {
        /// It is read.
        R "r",
        /// It is read and written, and grows to what the array needs.
        RPlus "r+",
        /// As [`Mode::RPlus`], once it has been emptied; it is made if it is missing.
        WPlus "w+",
        /// It is read, and writes stay private to the mapping.
        C "c",
    }
}

words! {
    /// What is handed to the library for a file.
    Handle {
        /// Its path as text.
        Path "path",
        /// Its path as an object that is one, such as Python's `pathlib.Path`.
        PathLike "path-like",
        /// Its path relative to the working directory.
        Relative "relative",
        /// The file, opened as the mode asks.
        Object "object",
        /// The file, opened for reading only, whatever the mode asks.
        ReadOnly "read-only",
        /// A path at which there is nothing.
        Missing "missing",
        /// The path of a directory.
        Directory "directory",
    }
}

words! {
    /// A fact about a mapping.
    Part {
        /// The offset that the array reports, in bytes.
        Offset "offset",
        /// The mode that the array reports.
        Mode "mode",
        /// Asks if the name that the array reports is that of the file.
        Filename "filename",
        /// Where in the file the mapping begins, in bytes, as the system or the mapping itself reports it. Raises where
        /// there is no mapping any more.
        Start "start",
        /// Asks if a copy of the array, made by the library, lies in the mapping or keeps it.
        Copy "copy",
        /// Drops the array and everything that was taken from it, and asks if the file is still mapped.
        Dropped "dropped",
    }
}
