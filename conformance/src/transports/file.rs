//! The file of a case, for arrays that this process maps. It is made, read and written without the mapping.

use super::folder::Folder;
use super::memory::Memory;
use array_ctypes_spec::memmap::{Handle, Map, Mode};
use array_ctypes_spec::{Answer, Array, Buffer, Question, Raises, Step, Write};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Component, Path, PathBuf};

/// Makes the files of cases, in a folder of their own that is made with the first of them. A file whose name the case gives is
/// in one more folder, so that equal names do not meet.
#[derive(Debug, Default)]
pub struct Files {
    folder: Option<Folder>,
    /// The number of files made so far.
    count: u64,
}

impl Files {
    /// Makes the file of a case.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn make(&mut self, array: &Array, map: &Map) -> io::Result<CaseFile> {
        let folder = match self.folder.take() {
            Some(folder) => folder,
            None => Folder::new()?,
        };
        let folder = self.folder.insert(folder);
        self.count += 1;
        let own = folder.path().join(self.count.to_string());
        let Some(name) = &map.name else { return CaseFile::new(own, array, map) };
        if Path::new(name).file_name() != Some(name.as_ref()) {
            let message = format!("expected the name of a file, found {name:?}, which means something else here");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        fs::create_dir(&own)?;
        CaseFile::new(own.join(name), array, map)
    }
}

/// The most bytes that any process of this width can be expected to map. If it cannot map fewer, it runs under a limit, and no library
/// is blamed. More than these are the library's to refuse.
const ADDRESSES: u64 = if usize::BITS == 64 { 1 << 46 } else { 1 << 30 };

/// The file that the array of a case is mapped from. It is removed with its value.
#[derive(Debug)]
pub struct CaseFile {
    path: PathBuf,
    map: Map,
}

/// What a library is given to map.
#[derive(Debug)]
pub enum Handed {
    /// A path, absolute or relative to the working directory. There may be nothing, or a directory.
    Path(PathBuf),
    /// An open file. The mapping must outlive it.
    File(File),
}

impl Drop for CaseFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
        if let (Some(_), Some(folder)) = (&self.map.name, self.path.parent()) {
            let _ = fs::remove_dir(folder);
        }
    }
}

impl CaseFile {
    /// Makes the file of an array at a path, unless the case wants it missing.
    fn new(path: PathBuf, array: &Array, map: &Map) -> io::Result<CaseFile> {
        let case = CaseFile { path, map: map.clone() };
        if map.file == Handle::Relative {
            // The working directory may be gone.
            relative(&case.path)?;
        }
        let size = array.buffer.size.max(array.memory().size);
        expect_room(&case.path, size)?;
        if size < ADDRESSES {
            Memory::of(&Buffer { size, bytes: Vec::new(), at: 0 }).map_err(io::Error::other)?;
        }
        if map.file != Handle::Missing {
            fs::write(&case.path, &array.buffer.bytes)?;
            case.writer()?.set_len(array.buffer.size)?;
        }
        Ok(case)
    }

    /// The absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How the array is mapped.
    pub fn map(&self) -> &Map {
        &self.map
    }

    /// What the library is to be given, an open file opened as the case asks.
    ///
    /// # Errors
    /// If the system refuses to open the file.
    pub fn handed(&self) -> io::Result<Handed> {
        let path = &self.path;
        let writes = matches!(self.map.mode, Mode::RPlus | Mode::WPlus);
        Ok(match self.map.file {
            Handle::Path | Handle::PathLike | Handle::Missing => Handed::Path(path.clone()),
            Handle::Relative => Handed::Path(relative(path)?),
            Handle::Directory => Handed::Path(path.parent().unwrap_or(path).to_owned()),
            Handle::ReadOnly => Handed::File(File::open(path)?),
            Handle::Object => Handed::File(OpenOptions::new().read(true).write(writes).open(path)?),
        })
    }

    /// Returns true if that is an absolute path of the file: the answer to `map filename`.
    pub fn is_named(&self, path: &Path) -> bool {
        path.is_absolute() && path.canonicalize().ok() == self.path.canonicalize().ok()
    }

    /// Answers `map dropped`: whether this process maps the file, by what the system lists. Declined if it lists nothing.
    pub fn mapped(&self) -> Answer {
        let unlisted = |error| Answer::Declined(format!("the system lists no mappings: {error}"));
        self.is_mapped().map_or_else(unlisted, Answer::Bool)
    }

    fn is_mapped(&self) -> io::Result<bool> {
        let maps = fs::read("/proc/self/maps")?;
        // As the list has it: one line for each.
        let path = self.path.to_string_lossy().replace('\n', "\\012");
        Ok(String::from_utf8_lossy(&maps).lines().any(|line| line.ends_with(&*path)))
    }

    /// Does a step that is about the file alone: reads it, or changes it through a descriptor of its own. `None` for all
    /// other steps.
    pub fn answer(&self, step: &Step) -> Option<Answer> {
        let done = match step {
            Step::Ask(Question::File(offset, length)) => self.read(*offset, *length).map(Answer::Bytes),
            Step::Ask(Question::FileSize) => {
                fs::metadata(&self.path).map(|found| Answer::Integer(i128::from(found.len())))
            }
            Step::Write(Write::File { offset, bytes }) => self.write(*offset, bytes).map(|()| Answer::Nothing),
            Step::Write(Write::TruncateFile(size)) => {
                self.writer().and_then(|file| file.set_len(*size)).map(|()| Answer::Nothing)
            }
            _ => return None,
        };
        Some(done.unwrap_or(Answer::Raises(Raises::OSError)))
    }

    /// Reads bytes of the file, up to its end.
    fn read(&self, offset: u64, length: u64) -> io::Result<Vec<u8>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        file.take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.writer()?;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(bytes)
    }

    fn writer(&self) -> io::Result<File> {
        OpenOptions::new().write(true).open(&self.path)
    }
}

/// Expects that the disk has room for a file and some more: who writes to a mapping of a full one is ended by a signal. Of a
/// large file, little is written.
#[cfg(unix)]
fn expect_room(path: &Path, size: u64) -> io::Result<()> {
    const MOST_WRITTEN: u64 = 1 << 24;
    const MORE: u64 = 1 << 18;
    let disk = rustix::fs::statvfs(path.parent().unwrap_or(path))?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let needed = size.min(MOST_WRITTEN) + MORE;
    if free >= needed {
        return Ok(());
    }
    let message = format!("expected room for {needed} bytes beside {}, found {free}", path.display());
    Err(io::Error::new(io::ErrorKind::StorageFull, message))
}

#[cfg(not(unix))]
fn expect_room(_: &Path, _: u64) -> io::Result<()> {
    Ok(())
}

/// Returns the path relative to the working directory; the path as it is if that is on another disk of Windows.
fn relative(path: &Path) -> io::Result<PathBuf> {
    let here = std::env::current_dir()?;
    if here.components().next() != path.components().next() {
        return Ok(path.to_owned());
    }
    let is_name = |part: &Component| matches!(part, Component::Normal(_));
    let up = here.components().filter(is_name).map(|_| Component::ParentDir);
    Ok(up.chain(path.components().filter(is_name)).collect())
}
