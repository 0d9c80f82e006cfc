//! Why a file is not mapped.

use crate::layout::ArrayError;
use array_ctypes_spec::memmap::Mode;
use std::fmt;
use std::io;

/// Why there is no such mapped array.
#[derive(Debug)]
pub enum MemmapError {
    /// There is no file.
    Missing,
    /// It is a directory.
    Directory,
    /// The mode asks for more than the file may be opened for.
    Permission {
        /// The mode.
        mode: Mode,
    },
    /// No shape is given, and the mode empties the file.
    NoShape,
    /// The offset is behind the end of the file whose size should tell the shape.
    Offset {
        /// The offset, in bytes.
        offset: u64,
        /// The size of the file, in bytes.
        size: u64,
    },
    /// The file ends before the array does, and the mode does not let it grow.
    TooShort {
        /// Where the array ends, in bytes.
        needed: u64,
        /// The size of the file, in bytes.
        size: u64,
    },
    /// What the file has after the offset is no whole number of elements.
    NotWhole {
        /// How many bytes that are.
        bytes: u64,
        /// Size of an element, in bytes.
        item: usize,
    },
    /// More bytes than this machine has addresses for, or than a file may have.
    TooBig,
    /// The disk has no room to reserve.
    NoSpace {
        /// How many bytes the file needs.
        needed: u64,
    },
    /// The file would pass what the process or the file system allows.
    FileTooBig {
        /// How many bytes the file needs.
        needed: u64,
    },
    /// The elements refer to objects, and a file would keep the references longer than the objects.
    Objects,
    /// The array does not exist in any memory.
    Array(ArrayError),
    /// The system refuses for another reason.
    System(io::Error),
}

impl MemmapError {
    /// What a call to the system failed of, on the way to a file of so many bytes.
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
                "expected a file that may be opened for mode {}, found one that may not; mode r or c may do",
                mode.word()
            ),
            MemmapError::NoShape => {
                f.write_str("expected a shape, found none, and mode w+ leaves no file to deduce it from; give one")
            }
            MemmapError::Offset { offset, size } => {
                write!(f, "expected an offset in the {size} bytes of the file, found {offset}; give a shape, or less")
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
                "expected at most {} bytes to map, in a file of at most {}, found more; map a part",
                isize::MAX,
                i64::MAX
            ),
            MemmapError::NoSpace { needed } => {
                write!(f, "expected room for {needed} bytes on the disk, found it full; free some, or do not reserve")
            }
            MemmapError::FileTooBig { needed } => write!(
                f,
                "expected to make the file {needed} bytes large, found a limit below that; raise the limit of the \
                 process, or use another file system"
            ),
            MemmapError::Objects => {
                f.write_str("expected elements that are values, found references to objects; store what they refer to")
            }
            MemmapError::Array(error) => error.fmt(f),
            MemmapError::System(error) => write!(f, "expected to map the file, found: {error}"),
        }
    }
}

impl std::error::Error for MemmapError {}

/// A mapping that is not closed, since others use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InUse {
    /// How many other arrays do.
    pub others: usize,
}

impl fmt::Display for InUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected a mapping that no other array uses, found {} that do; drop them first", self.others)
    }
}

impl std::error::Error for InUse {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_told_in_the_words_of_a_mapping() {
        let of = |error| MemmapError::of(io::Error::from_raw_os_error(error), Mode::RPlus, 7);
        assert!(matches!(of(libc::ENOENT), MemmapError::Missing));
        assert!(matches!(of(libc::EISDIR), MemmapError::Directory));
        assert!(matches!(of(libc::EACCES), MemmapError::Permission { mode: Mode::RPlus }));
        assert!(matches!(of(libc::EROFS), MemmapError::Permission { mode: Mode::RPlus }));
        assert!(matches!(of(libc::ENOSPC), MemmapError::NoSpace { needed: 7 }));
        assert!(matches!(of(libc::EFBIG), MemmapError::FileTooBig { needed: 7 }));
        assert!(matches!(of(libc::ENOMEM), MemmapError::TooBig), "no room for it among the addresses");
        assert!(matches!(of(libc::EIO), MemmapError::System(_)));
    }
}
