//! Options for mapping a file, and the array in the mapping.

use super::error::{InUse, MemmapError};
use crate::dtype;
use crate::layout::{Array, ArrayError, c_strides};
use crate::memory::{Buffer, Mapping, system};
use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::memmap::Mode;
use std::fs::{File, OpenOptions};
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// What Wine says of a file that is not open for writing: an invalid handle, or parameter. Windows says that access is denied.
const WINE: [i32; 2] = [6, 87];

/// The order of the elements in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Last axis fastest.
    C,
    /// First axis fastest.
    Fortran,
}

/// Options for mapping a file, which [`Memmap::options`] makes.
#[derive(Clone, Debug)]
pub struct Options {
    mode: Mode,
    dtype: Dtype,
    offset: u64,
    shape: Option<Vec<usize>>,
    order: Order,
    reserve: bool,
    name: Option<PathBuf>,
}

/// An array in a mapped file. It dereferences to the array.
#[derive(Debug)]
pub struct Memmap {
    array: Array,
}

impl Memmap {
    /// Returns options for mapping a file and making an array of that type in it. By default the array begins at byte 0
    /// and has as many elements as the file.
    pub fn options(mode: Mode, dtype: Dtype) -> Options {
        Options { mode, dtype, offset: 0, shape: None, order: Order::C, reserve: false, name: None }
    }

    /// Returns the array. It keeps the mapping.
    pub fn into_array(self) -> Array {
        self.array
    }

    /// Unmaps the file now.
    ///
    /// # Errors
    /// [`InUse`], together with the array, if views or clones of it exist: they would lose their memory.
    pub fn close(self) -> Result<(), (Memmap, InUse)> {
        match others(&self.array.buffer) {
            0 => Ok(()),
            others => Err((self, InUse { others })),
        }
    }
}

/// Unmaps mapped memory now.
///
/// # Errors
/// [`InUse`] if arrays lie in it: they would lose their memory.
pub fn close(memory: Rc<Buffer>) -> Result<(), InUse> {
    match others(&memory) {
        0 => Ok(()),
        others => Err(InUse { others }),
    }
}

/// Number of other owners of the memory.
fn others(memory: &Rc<Buffer>) -> usize {
    Rc::strong_count(memory) - 1
}

impl Deref for Memmap {
    type Target = Array;

    fn deref(&self) -> &Array {
        &self.array
    }
}

impl Array {
    /// Returns the mapping that the array lies in, if it lies in one.
    pub fn mapping(&self) -> Option<&Mapping> {
        self.buffer.mapping()
    }
}

impl Options {
    /// Sets the offset in the file, in bytes. It need not be a multiple of anything.
    #[must_use]
    pub fn offset(mut self, offset: u64) -> Options {
        self.offset = offset;
        self
    }

    /// Sets the lengths, in elements. Without them, the size of the file gives the shape.
    #[must_use]
    pub fn shape(mut self, shape: &[usize]) -> Options {
        self.shape = Some(shape.to_vec());
        self
    }

    /// Sets the order of the elements. The default is C order.
    #[must_use]
    pub fn order(mut self, order: Order) -> Options {
        self.order = order;
        self
    }

    /// If true, reserves space on the disk for the whole file, if the mode allows writing.
    #[must_use]
    pub fn reserve(mut self, reserve: bool) -> Options {
        self.reserve = reserve;
        self
    }

    /// Sets the path of a file that is passed open.
    #[must_use]
    pub fn name(mut self, path: impl Into<PathBuf>) -> Options {
        self.name = Some(path.into());
        self
    }

    /// Maps the file at a path.
    ///
    /// # Errors
    /// [`MemmapError`] if the file cannot be opened or mapped, or if the array does not fit.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<Memmap, MemmapError> {
        let path = path.as_ref();
        let fail = |error| if path.is_dir() { MemmapError::Directory } else { MemmapError::of(error, self.mode, 0) };
        if self.mode == Mode::WPlus && self.shape.is_none() {
            return Err(MemmapError::NoShape);
        }
        let (writes, empties) = (self.writes(), self.mode == Mode::WPlus);
        let mut options = OpenOptions::new();
        let file = options.read(true).write(writes).create(empties).truncate(empties).open(path).map_err(fail)?;
        let path = path.canonicalize().map_err(fail)?;
        self.map(&file, Some(path))
    }

    /// Maps an open file, which may be closed afterwards. [`Mode::WPlus`] empties it first.
    ///
    /// # Errors
    /// [`MemmapError`] if the file cannot be mapped, or if the array does not fit.
    pub fn open_file(&self, file: &File) -> Result<Memmap, MemmapError> {
        if self.mode == Mode::WPlus && self.shape.is_some() {
            system::resize(file, 0).map_err(|error| self.refused(error, 0))?;
        }
        self.map(file, self.name.clone())
    }

    fn writes(&self) -> bool {
        matches!(self.mode, Mode::RPlus | Mode::WPlus)
    }

    /// Converts the error of a call that changes the size of a file. The file may not be open for writing.
    fn refused(&self, error: io::Error, needed: u64) -> MemmapError {
        match error.raw_os_error() {
            Some(libc::EINVAL | libc::EBADF) if cfg!(unix) => MemmapError::Permission { mode: self.mode },
            Some(code) if cfg!(windows) && WINE.contains(&code) => MemmapError::Permission { mode: self.mode },
            _ => MemmapError::of(error, self.mode, needed),
        }
    }

    fn map(&self, file: &File, path: Option<PathBuf>) -> Result<Memmap, MemmapError> {
        let (size, directory) = system::size(file).map_err(|error| MemmapError::of(error, self.mode, 0))?;
        if directory {
            return Err(MemmapError::Directory);
        }
        if dtype::has_objects(&self.dtype) {
            return Err(MemmapError::Objects);
        }
        let shape = match &self.shape {
            Some(shape) => shape.clone(),
            None => vec![self.deduce(size)?],
        };
        let needed = self.needed(&shape)?;
        let start = Mapping::start_for(self.offset);
        let length = isize::try_from(needed - start).map_err(|_| MemmapError::TooBig)?.unsigned_abs();
        if self.writes() {
            self.grow(file, size, needed)?;
        } else if size < needed {
            return Err(MemmapError::TooShort { needed, size });
        }
        let mapping = Mapping::new(file, self.offset, length, self.mode, path)
            .map_err(|error| MemmapError::of(error, self.mode, needed))?;
        let buffer = Rc::new(Buffer::mapped(mapping, length));
        let strides = self.strides(&shape);
        let offset = (self.offset - start) as isize;
        let array = Array::new(&buffer, self.dtype.clone(), offset, &shape, &strides, self.mode != Mode::R);
        Ok(Memmap { array: array.map_err(MemmapError::Array)? })
    }

    /// Number of elements in a file of `size` bytes.
    fn deduce(&self, size: u64) -> Result<usize, MemmapError> {
        let item = dtype::size(&self.dtype).max(1);
        if self.mode == Mode::WPlus {
            return Err(MemmapError::NoShape);
        }
        let offset = self.offset;
        let bytes = size.checked_sub(offset).ok_or(MemmapError::Offset { offset, size })?;
        if bytes % item as u64 != 0 {
            return Err(MemmapError::NotWhole { bytes, item });
        }
        usize::try_from(bytes / item as u64).map_err(|_| MemmapError::TooBig)
    }

    /// Offset of the end of the last element in the file, in bytes. Other axes must be short enough even if one has
    /// length 0.
    fn needed(&self, shape: &[usize]) -> Result<u64, MemmapError> {
        if !dtype::exists(&self.dtype) {
            return Err(MemmapError::Array(ArrayError::ElementType { typestr: dtype::typestr(&self.dtype) }));
        }
        let mut lengths = shape.iter().filter(|length| **length != 0);
        let bytes = lengths.try_fold(dtype::size(&self.dtype), |bytes, length| bytes.checked_mul(*length));
        let bytes = bytes.filter(|bytes| isize::try_from(*bytes).is_ok()).ok_or(MemmapError::TooBig)?;
        let bytes = if shape.contains(&0) { 0 } else { bytes as u64 };
        self.offset.checked_add(bytes).filter(|end| i64::try_from(*end).is_ok()).ok_or(MemmapError::TooBig)
    }

    /// Extends the file to the size that the array needs.
    fn grow(&self, file: &File, size: u64, needed: u64) -> Result<(), MemmapError> {
        if self.reserve && needed > 0 {
            system::reserve_space(file, needed).map_err(|error| self.refused(error, needed))?;
        }
        if size < needed {
            system::resize(file, needed).map_err(|error| self.refused(error, needed))?;
        }
        Ok(())
    }

    fn strides(&self, shape: &[usize]) -> Vec<isize> {
        let item = dtype::size(&self.dtype);
        match self.order {
            Order::C => c_strides(shape, item),
            Order::Fortran => {
                let turned: Vec<usize> = shape.iter().rev().copied().collect();
                let mut strides = c_strides(&turned, item);
                strides.reverse();
                strides
            }
        }
    }
}
