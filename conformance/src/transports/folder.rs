//! Folders of a run, which are removed at its end, and by the next run if that end did not come.

use super::leftovers::leftovers;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::{env, io};
use tempfile::TempDir;

/// What the names of the folders begin with.
const PREFIX: &str = "array-ctypes-";

/// The file in each folder that its run keeps locked. Who finds it without a lock finds a folder that nobody needs.
const LOCK: &str = "run.lock";

/// A folder that is removed when this is dropped.
#[derive(Debug)]
pub struct Folder {
    folder: TempDir,
    _lock: File,
}

impl Folder {
    /// Makes a folder: below `TMPDIR` if that is set, else in memory, else where the system keeps temporary files.
    /// Memory is fastest for the files of cases, which are small, many and short-lived.
    ///
    /// The first of a process removes those that other runs left behind because they were killed.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn new() -> io::Result<Folder> {
        static ONCE: Once = Once::new();
        let memory = env::var_os("TMPDIR").is_none().then(|| PathBuf::from("/dev/shm"));
        ONCE.call_once(|| memory.iter().chain([&env::temp_dir()]).for_each(|place| remove_abandoned(place)));
        let mut leftovers = leftovers();
        let in_memory = memory.and_then(|place| Folder::below(&place).ok());
        let folder = in_memory.map_or_else(|| Folder::below(&env::temp_dir()), Ok)?;
        leftovers.folders.push(folder.path().to_owned());
        Ok(folder)
    }

    fn below(place: &Path) -> io::Result<Folder> {
        // An adapter may have another working directory.
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(std::path::absolute(place)?)?;
        // It gets its name only when it is locked.
        let made = folder.path().join("lock");
        let lock = File::create(&made)?;
        if !try_lock(&lock)? {
            return Err(io::Error::other(format!("expected to lock {}, found it locked", made.display())));
        }
        fs::rename(made, folder.path().join(LOCK))?;
        Ok(Folder { folder, _lock: lock })
    }

    /// Its path, which is absolute.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        leftovers().folders.retain(|folder| folder != self.folder.path());
    }
}

/// Makes a folder that only its owner can write, with those above it, if it is not there.
///
/// # Errors
/// What the system says; or that the folder belongs to somebody else.
pub fn private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
        let (found, named) = (fs::metadata(folder)?, fs::symlink_metadata(folder)?);
        let user = rustix::process::geteuid().as_raw();
        if !found.is_dir() || [found.uid(), named.uid()] != [user; 2] {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "that it is not a folder of this user"));
        }
        if found.mode() & 0o022 != 0 {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        }
    }
    Ok(())
}

/// Waits until no other process holds the lock of that file, which is made if it is not there. The lock ends with the file
/// that is returned.
///
/// # Errors
/// What the system says.
pub fn locked(path: &Path) -> io::Result<File> {
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    #[cfg(unix)]
    rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive)?;
    Ok(file)
}

/// Locks a file as long as it is open; returns false if another has locked it.
#[cfg(unix)]
fn try_lock(file: &File) -> io::Result<bool> {
    use rustix::fs::{FlockOperation, flock};
    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(error) if error == rustix::io::Errno::WOULDBLOCK => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Without locks a folder is never found abandoned.
#[cfg(not(unix))]
fn try_lock(_: &File) -> io::Result<bool> {
    Ok(true)
}

/// Removes the folders whose run has ended without that.
fn remove_abandoned(place: &Path) {
    let ours = |entry: &fs::DirEntry| entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
    for entry in fs::read_dir(place).into_iter().flatten().flatten().filter(ours) {
        let is_abandoned = File::open(entry.path().join(LOCK)).is_ok_and(|lock| matches!(try_lock(&lock), Ok(true)));
        if cfg!(unix) && is_abandoned {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::{Folder, LOCK, PREFIX, private, remove_abandoned};
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, chown};
    use std::path::Path;

    #[test]
    fn only_folders_of_runs_that_have_ended_are_removed() {
        let place = tempfile::tempdir().expect("a folder");
        let kept = Folder::below(place.path()).expect("a folder");
        let [abandoned, strange] = ["abandoned", "strange"].map(|name| place.path().join(PREFIX.to_owned() + name));
        let other = place.path().join("other");
        for folder in [&abandoned, &strange, &other] {
            fs::create_dir(folder).expect("a folder");
        }
        for folder in [&abandoned, &other] {
            fs::write(folder.join(LOCK), "").expect("a file");
        }
        remove_abandoned(place.path());
        let left = [kept.path(), &abandoned, &strange, &other].map(Path::exists);
        assert_eq!(left, [true, false, true, true]);
    }

    #[test]
    fn what_others_could_write_is_closed_to_them_and_what_is_theirs_is_refused() {
        let place = tempfile::tempdir().expect("a folder");
        let [deep, file] = ["a/b", "file"].map(|name| place.path().join(name));
        private(&deep).expect("it is made");
        fs::set_permissions(&deep, Permissions::from_mode(0o777)).expect("its owner may");
        private(&deep).expect("it belongs to this user");
        assert_eq!(fs::metadata(&deep).expect("it is there").permissions().mode() & 0o777, 0o700);
        fs::write(&file, "").expect("a file");
        assert!(private(&file).is_err());
        // Only root may give it away; for everybody else, that of root is another's.
        let others = if chown(&deep, Some(1), None).is_ok() { &deep } else { Path::new("/") };
        let error = private(others).expect_err("it is not theirs");
        assert_eq!(error.to_string(), "that it is not a folder of this user");
    }
}
