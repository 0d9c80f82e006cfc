//! Folders of a run, which are removed at its end, and by the next run if that end did not come.

use super::leftovers::leftovers;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::{env, io};
use tempfile::TempDir;

/// What the names of the folders begin with. Nobody else may make such folders: an empty one is removed.
const PREFIX: &str = "array-ctypes-run-";

/// The file in each folder that its run keeps locked. Without a lock, or before there is such a file, nobody needs the folder.
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
        let place = std::path::absolute(place)?;
        loop {
            let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&place)?;
            let path = folder.path().join(LOCK);
            // Until it is locked, a run that begins now may remove it: then another is made.
            match File::create(&path) {
                Ok(lock) if try_lock(&lock)? && path.exists() => return Ok(Folder { folder, _lock: lock }),
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
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
        let _ = match File::open(entry.path().join(LOCK)) {
            Ok(lock) if cfg!(unix) && matches!(try_lock(&lock), Ok(true)) => fs::remove_dir_all(entry.path()),
            // Its run was killed before it had the lock. Only an empty folder is removed so.
            Err(error) if error.kind() == io::ErrorKind::NotFound => fs::remove_dir(entry.path()),
            _ => Ok(()),
        };
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
        let [abandoned, unlocked, strange] =
            ["abandoned", "unlocked", "strange"].map(|name| place.path().join(PREFIX.to_owned() + name));
        let other = place.path().join("other");
        for folder in [&abandoned, &unlocked, &strange, &other] {
            fs::create_dir(folder).expect("a folder");
        }
        for file in [abandoned.join(LOCK), strange.join("file"), other.join(LOCK)] {
            fs::write(file, "").expect("a file");
        }
        remove_abandoned(place.path());
        let left = [kept.path(), &abandoned, &unlocked, &strange, &other].map(Path::exists);
        assert_eq!(left, [true, false, false, true, true]);
    }

    /// Runs that begin together remove what is not locked yet, and each still has its folder.
    #[test]
    fn folders_that_are_made_while_others_are_removed_are_there_and_locked() {
        let place = tempfile::tempdir().expect("a folder");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..500 {
                        remove_abandoned(place.path());
                        let folder = Folder::below(place.path()).expect("a folder");
                        remove_abandoned(place.path());
                        assert!(folder.path().join(LOCK).exists());
                    }
                });
            }
        });
        assert_eq!(fs::read_dir(place.path()).expect("the folder").count(), 0);
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
