//! A part of a file that is mapped to memory.

use super::system::{self, Mapped};
use array_ctypes_spec::memmap::Mode;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;

/// A part of a file that is mapped to memory. It is unmapped when dropped.
#[derive(Debug)]
pub struct Mapping {
    mapped: Mapped,
    start: u64,
    offset: u64,
    mode: Mode,
    path: Option<PathBuf>,
}

impl Mapping {
    /// Maps `length` bytes of a file, starting at `offset` rounded down to the granularity.
    ///
    /// # Errors
    /// The system's error.
    pub(crate) fn new(
        file: &File,
        offset: u64,
        length: usize,
        mode: Mode,
        path: Option<PathBuf>,
    ) -> io::Result<Mapping> {
        let start = Mapping::start_for(offset);
        let mapped = Mapped::new(file, start, length, mode != Mode::R, mode != Mode::C)?;
        Ok(Mapping { mapped, start, offset, mode, path })
    }

    /// Rounds `offset` down to the granularity.
    pub(crate) fn start_for(offset: u64) -> u64 {
        offset - offset % system::granularity() as u64
    }

    pub(super) fn first_byte(&self) -> NonNull<u8> {
        self.mapped.address()
    }

    /// Copies bytes that begin at an address. All of them are in the mapping.
    pub(super) fn read(&self, from: *const u8, bytes: &mut [u8]) {
        self.mapped.read(from.addr() - self.address(), bytes);
    }

    /// Writes bytes that begin at an address. All of them are in the mapping. If it is for reading only, the system ends
    /// the process, as in C.
    pub(super) fn write(&self, to: *mut u8, bytes: &[u8]) {
        self.mapped.write(to.addr() - self.address(), bytes);
    }

    /// Address of the first mapped byte.
    pub fn address(&self) -> usize {
        self.mapped.address().addr().get()
    }

    /// Offset of the mapping in the file, in bytes: a multiple of the granularity.
    pub fn start(&self) -> u64 {
        self.start
    }

    /// Offset in the file, in bytes, of the array that was made together with the mapping.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The mode.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The path of the file, absolute and without symbolic links. If the file was passed open, the path that was passed
    /// with it.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Waits until everything written has reached the file's device. In [`Mode::R`] and [`Mode::C`] it does nothing.
    ///
    /// # Errors
    /// The system's error.
    pub fn flush(&self) -> io::Result<()> {
        match self.mode {
            Mode::R | Mode::C => Ok(()),
            Mode::RPlus | Mode::WPlus => self.mapped.flush(),
        }
    }
}
