//! The files of mapped arrays: made for a case, mapped by the reference, looked at through descriptors of their own.

use super::raises::{array_error, too_wide};
use array_ctypes::memmap::{MemmapError, Options, Order, close};
use array_ctypes::{Array, Buffer, Memmap};
use array_ctypes_conformance::transports::leftovers::Folder;
use array_ctypes_spec::memmap::{Handle, Map, Mode, Part};
use array_ctypes_spec::{Address, Answer, Array as Described, Import, ImportData, Raises};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The folder that files of mapped arrays are made in, once there is one, and how many were made.
#[derive(Debug, Default)]
pub(super) struct Files {
    folder: Option<Folder>,
    count: u64,
}

impl Files {
    pub(super) fn make(&mut self, array: &Described, map: &Map) -> io::Result<CaseFile> {
        let folder = match self.folder.take() {
            Some(folder) => folder,
            None => Folder::new()?,
        };
        let folder = self.folder.insert(folder);
        self.count += 1;
        CaseFile::new(folder.path().join(self.count.to_string()), array, map)
    }
}

/// The file of a case. It is removed with its value.
#[derive(Debug)]
pub(super) struct CaseFile {
    path: PathBuf,
}

impl Drop for CaseFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

impl CaseFile {
    /// Makes the file of an array, unless it is to be missing.
    pub(super) fn new(path: PathBuf, array: &Described, map: &Map) -> io::Result<CaseFile> {
        let case = CaseFile { path };
        if map.file != Handle::Missing {
            fs::write(&case.path, &array.buffer.bytes)?;
            case.writer()?.set_len(array.buffer.size)?;
        }
        Ok(case)
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn writer(&self) -> io::Result<File> {
        OpenOptions::new().write(true).open(&self.path)
    }

    /// Maps the array, before any view.
    pub(super) fn map(&self, array: &Described, map: &Map) -> Result<Array, Raises> {
        let offset = u64::try_from(array.offset).map_err(|_| Raises::OverflowError)?;
        let order = if array.is_fortran() { Order::Fortran } else { Order::C };
        let mut options = Memmap::options(map.mode, array.dtype.clone()).offset(offset).order(order).name(&self.path);
        if !map.deduced {
            let shape = array.shape.iter().map(|length| usize::try_from(*length)).collect::<Result<Vec<_>, _>>();
            options = options.shape(&shape.map_err(too_wide)?);
        }
        self.hand_over(map, &options).map(Memmap::into_array).map_err(|error| refusal(&error))
    }

    fn hand_over(&self, map: &Map, options: &Options) -> Result<Memmap, MemmapError> {
        let path = &self.path;
        match map.file {
            Handle::Path | Handle::PathLike | Handle::Missing => options.open(path),
            Handle::Relative => options.open(relative(path).map_err(MemmapError::System)?),
            Handle::Directory => options.open(path.parent().unwrap_or(path)),
            Handle::ReadOnly => options.open_file(&File::open(path).map_err(MemmapError::System)?),
            Handle::Object => {
                let writes = matches!(map.mode, Mode::RPlus | Mode::WPlus);
                let file = OpenOptions::new().read(true).write(writes).open(path).map_err(MemmapError::System)?;
                options.open_file(&file)
            }
        }
    }

    /// The answer to a question about the mapping that an array lies in.
    pub(super) fn part(&self, array: &Array, part: Part) -> Result<Answer, Raises> {
        let mapping = array.mapping().ok_or(Raises::AttributeError)?;
        Ok(match part {
            Part::Offset => Answer::Integer(i128::from(mapping.offset())),
            Part::Mode => Answer::Text(mapping.mode().word().to_owned()),
            Part::Filename => {
                let same =
                    |path: &Path| path.is_absolute() && path.canonicalize().ok() == self.path.canonicalize().ok();
                Answer::Bool(mapping.path().is_some_and(same))
            }
            Part::Start => Answer::Integer(i128::from(mapping.start())),
            Part::Copy => Answer::Bool(array.copy().map_err(array_error)?.mapping().is_some()),
            // The array is gone by then.
            Part::Dropped => Answer::Bool(self.is_mapped()?),
        })
    }

    /// Whether this process maps the file, as the system tells.
    pub(super) fn is_mapped(&self) -> Result<bool, Raises> {
        let maps = fs::read_to_string("/proc/self/maps").map_err(|_| Raises::NotImplementedError)?;
        let path = self.path.to_string_lossy();
        Ok(maps.lines().any(|line| line.ends_with(&*path)))
    }

    pub(super) fn read(&self, offset: u64, length: u64) -> Result<Answer, Raises> {
        let mut bytes = vec![0; usize::try_from(length).map_err(too_wide)?];
        let mut count = 0;
        let file = File::open(&self.path).map_err(os_error)?;
        while count < bytes.len() {
            match file.read_at(&mut bytes[count..], offset + count as u64).map_err(os_error)? {
                0 => break,
                more => count += more,
            }
        }
        bytes.truncate(count);
        Ok(Answer::Bytes(bytes))
    }

    pub(super) fn size(&self) -> Result<Answer, Raises> {
        Ok(Answer::Integer(i128::from(fs::metadata(&self.path).map_err(os_error)?.len())))
    }

    pub(super) fn write(&self, offset: u64, bytes: &[u8]) -> Result<Answer, Raises> {
        self.writer().and_then(|file| file.write_all_at(bytes, offset)).map_err(os_error)?;
        Ok(Answer::Nothing)
    }

    pub(super) fn truncate(&self, size: u64) -> Result<Answer, Raises> {
        self.writer().and_then(|file| file.set_len(size)).map_err(os_error)?;
        Ok(Answer::Nothing)
    }
}

/// Has what was written to a mapping written to its file.
pub(super) fn flush(array: &Array) -> Result<Answer, Raises> {
    array.mapping().ok_or(Raises::AttributeError)?.flush().map_err(os_error)?;
    Ok(Answer::Nothing)
}

/// Closes the mapping.
pub(super) fn close_map(memory: &Rc<Buffer>) -> Result<Answer, Raises> {
    close(Rc::clone(memory)).map_err(|_| Raises::BufferError)?;
    Ok(Answer::Nothing)
}

/// The address of byte 0 of the file that an array is mapped from, as far as the mapping is from there.
pub(super) fn origin(array: &Array) -> Option<u64> {
    array.mapping().map(|mapping| (mapping.address() as u64).wrapping_sub(mapping.start()))
}

/// An interface with its address told from the start of the mapping, where there is one, and not from that of the file.
pub(super) fn from_start(import: &Import, array: &Array) -> Import {
    let mut import = import.clone();
    if let (Some(mapping), ImportData::Tuple(Address::InBuffer(offset))) = (array.mapping(), &mut import.data) {
        *offset = offset.wrapping_sub(mapping.start() as i64);
    }
    import
}

/// A path from the working directory.
fn relative(path: &Path) -> io::Result<PathBuf> {
    let here = std::env::current_dir()?;
    let up = here.components().skip(1).map(|_| "..").collect::<PathBuf>();
    Ok(up.join(path.strip_prefix("/").unwrap_or(path)))
}

fn os_error(_: io::Error) -> Raises {
    Raises::OSError
}

fn refusal(error: &MemmapError) -> Raises {
    match error {
        MemmapError::Missing
        | MemmapError::Directory
        | MemmapError::Permission { .. }
        | MemmapError::NoSpace { .. }
        | MemmapError::FileTooBig { .. }
        | MemmapError::System(_) => Raises::OSError,
        MemmapError::TooBig => Raises::OverflowError,
        MemmapError::Objects => Raises::TypeError,
        MemmapError::Array(error) => array_error(error.clone()),
        MemmapError::NoShape
        | MemmapError::Offset { .. }
        | MemmapError::TooShort { .. }
        | MemmapError::NotWhole { .. } => Raises::ValueError,
    }
}
