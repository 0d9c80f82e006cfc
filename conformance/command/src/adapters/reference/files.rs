//! The files of mapped arrays. The reference maps them; this module makes, reads and writes them without the mapping.

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

/// The folder of the files, made with the first file, and the number of files made so far.
#[derive(Debug, Default)]
pub(super) struct Files {
    folder: Option<Folder>,
    count: u64,
}

impl Files {
    /// Makes the file of a case.
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
    /// Makes the file of an array, unless the case wants it missing.
    fn new(path: PathBuf, array: &Described, map: &Map) -> io::Result<CaseFile> {
        let case = CaseFile { path };
        if map.file != Handle::Missing {
            fs::write(&case.path, &array.buffer.bytes)?;
            case.writer()?.set_len(array.buffer.size)?;
        }
        Ok(case)
    }

    /// Returns the path.
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
        self.open(map, &options).map(Memmap::into_array).map_err(|error| refusal(&error))
    }

    /// Opens the file in the way that the case asks for.
    fn open(&self, map: &Map, options: &Options) -> Result<Memmap, MemmapError> {
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

    /// Answers a question about the mapping of an array.
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
            // The caller has dropped the array.
            Part::Dropped => Answer::Bool(self.is_mapped()?),
        })
    }

    /// Returns true if this process maps the file, by what the system reports.
    pub(super) fn is_mapped(&self) -> Result<bool, Raises> {
        let maps = fs::read_to_string("/proc/self/maps").map_err(|_| Raises::NotImplementedError)?;
        let path = self.path.to_string_lossy();
        Ok(maps.lines().any(|line| line.ends_with(&*path)))
    }

    /// Reads bytes of the file, up to its end.
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

    /// Returns the size of the file.
    pub(super) fn size(&self) -> Result<Answer, Raises> {
        Ok(Answer::Integer(i128::from(fs::metadata(&self.path).map_err(os_error)?.len())))
    }

    /// Writes to the file.
    pub(super) fn write(&self, offset: u64, bytes: &[u8]) -> Result<Answer, Raises> {
        self.writer().and_then(|file| file.write_all_at(bytes, offset)).map_err(os_error)?;
        Ok(Answer::Nothing)
    }

    /// Sets the size of the file.
    pub(super) fn truncate(&self, size: u64) -> Result<Answer, Raises> {
        self.writer().and_then(|file| file.set_len(size)).map_err(os_error)?;
        Ok(Answer::Nothing)
    }
}

/// Writes the mapping of an array to its file.
pub(super) fn flush(array: &Array) -> Result<Answer, Raises> {
    array.mapping().ok_or(Raises::AttributeError)?.flush().map_err(os_error)?;
    Ok(Answer::Nothing)
}

/// Closes the mapping.
pub(super) fn close_map(memory: &Rc<Buffer>) -> Result<Answer, Raises> {
    close(Rc::clone(memory)).map_err(|_| Raises::BufferError)?;
    Ok(Answer::Nothing)
}

/// Returns the address that byte 0 of the file would have; `None` for an array that is not mapped.
pub(super) fn origin(array: &Array) -> Option<u64> {
    array.mapping().map(|mapping| (mapping.address() as u64).wrapping_sub(mapping.start()))
}

/// Returns an interface whose address counts from the start of the mapping instead of that of the file.
pub(super) fn from_mapping(import: &Import, array: &Array) -> Import {
    let mut import = import.clone();
    if let (Some(mapping), ImportData::Tuple(Address::InBuffer(offset))) = (array.mapping(), &mut import.data) {
        *offset = offset.wrapping_sub(mapping.start() as i64);
    }
    import
}

/// Returns the path relative to the working directory.
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
