//! Errors of mapped files.

use crate::layout::ArrayError;
use array_ctypes_spec::memmap::Mode;
use std::fmt;
use std::io;

/// The reason why a file was not mapped.
#[derive(Debug)]
pub enum MemmapError {
    /// There is no such file.
    Missing,
    /// The path is that of a directory.
    Directory,
    /// The file may not be opened in this mode.
    Permission {
        /// The mode.
        mode: Mode,
    },
    /// No shape is given, and the mode empties the file, so its size does not give one either.
    NoShape,
    /// The offset is after the end of the file, whose size should give the shape.
    Offset {
        /// The offset, in bytes.
        offset: u64,
        /// The size of the file, in bytes.
        size: u64,
    },
    /// The file ends before the array, and cannot grow in this mode.
    TooShort {
        /// Offset of the end of the array in the file, in bytes.
        needed: u64,
        /// The size of the file, in bytes.
        size: u64,
    },
    /// The bytes after the offset are not a whole number of elements.
    NotWhole {
        /// Number of bytes after the offset.
        bytes: u64,
        /// Size of an element, in bytes.
        item: usize,
    },
    /// The array has more bytes than this machine has addresses, or than a file may have.
    TooBig,
    /// The disk has no space to reserve.
    NoSpace {
        /// Size that the file needs, in bytes.
        needed: u64,
    },
    /// The file would be larger than the process or the file system allows.
    FileTooBig {
        /// Size that the file needs, in bytes.
        needed: u64,
    },
    /// The elements refer to objects, and the file would outlive the objects.
    Objects,
    /// The array cannot exist in any memory.
    Array(ArrayError),
    /// The system refused for another reason.
    System(io::Error),
}

impl MemmapError {
    /// Converts the system's error of a call for a file that needs `needed` bytes.
    pub(super) fn of(error: io::Error, mode: Mode, needed: u64) -> MemmapError {
        match error.kind() {
            io::ErrorKind::NotFound => MemmapError::Missing,
            io::ErrorKind::IsADirectory => MemmapError::Directory,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => MemmapError::Permission { mode },
            io::ErrorKind::StorageFull => MemmapError::NoSpace { needed },
            io::ErrorKind::FileTooLarge => MemmapError::FileTooBig { needed },
            io::ErrorKind::OutOfMemory => MemmapError::TooBig,
            _ => MemmapError::System(error),
        }
    }
}

impl fmt::Display for MemmapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MemmapError::Missing => f.write_str("expected a file, found none; mode w+ makes one"),
            MemmapError::Directory => f.write_str("expected a file, found a directory; name a file in it"),
            MemmapError::Permission { mode } => write!(
                f,
                "expected a file that may be opened in mode {}, found one that may not; mode r or c may work",
                mode.word()
            ),
            MemmapError::NoShape => f.write_str(
                "expected a shape, found none, and mode w+ empties the file that could give one; give a shape",
            ),
            MemmapError::Offset { offset, size } => {
                write!(
                    f,
                    "expected an offset in the {size} bytes of the file, found {offset}; give a shape or a smaller offset"
                )
            }
            MemmapError::TooShort { needed, size } => write!(
                f,
                "expected a file of at least {needed} bytes, found {size}; check offset and shape, or use mode r+"
            ),
            MemmapError::NotWhole { bytes, item } => write!(
                f,
                "expected whole elements of {item} bytes after the offset, found {bytes} bytes; check offset and type, \
                 or give a shape"
            ),
            MemmapError::TooBig => write!(
                f,
                "expected at most {} bytes to map, in a file of at most {}, found more; map a smaller part",
                isize::MAX,
                i64::MAX
            ),
            MemmapError::NoSpace { needed } => {
                write!(f, "expected space for {needed} bytes on the disk, found it full; free some, or do not reserve")
            }
            MemmapError::FileTooBig { needed } => write!(
                f,
                "expected to extend the file to {needed} bytes, found a lower limit; raise the limit of the process, or \
                 use another file system"
            ),
            MemmapError::Objects => {
                f.write_str("expected elements that are values, found references to objects; store what they refer to")
            }
            MemmapError::Array(error) => error.fmt(f),
            MemmapError::System(error) => write!(f, "expected to map the file, found an error of the system: {error}"),
        }
    }
}

impl std::error::Error for MemmapError {}

/// A mapping that was not closed, because other arrays use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InUse {
    /// Number of other arrays that use it.
    pub others: usize,
}

impl fmt::Display for InUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected a mapping that no other array uses, found {} that use it; drop them first", self.others)
    }
}

impl std::error::Error for InUse {}

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(unix)]
    fn each_error_of_the_system_is_converted_to_a_reason() {
        use super::*;
        let of = |error| MemmapError::of(io::Error::from_raw_os_error(error), Mode::RPlus, 7);
        assert!(matches!(of(libc::ENOENT), MemmapError::Missing));
        assert!(matches!(of(libc::EISDIR), MemmapError::Directory));
        assert!(matches!(of(libc::EACCES), MemmapError::Permission { mode: Mode::RPlus }));
        assert!(matches!(of(libc::EROFS), MemmapError::Permission { mode: Mode::RPlus }));
        assert!(matches!(of(libc::ENOSPC), MemmapError::NoSpace { needed: 7 }));
        assert!(matches!(of(libc::EFBIG), MemmapError::FileTooBig { needed: 7 }));
        assert!(matches!(of(libc::ENOMEM), MemmapError::TooBig), "not enough addresses");
        assert!(matches!(of(libc::EIO), MemmapError::System(_)));
    }
}
