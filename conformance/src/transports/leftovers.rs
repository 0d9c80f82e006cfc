//! The processes and folders of a run, listed here so that an interrupt removes them.
//!
//! The guard of a process or folder removes it when it is dropped; [`exit`] removes all that are left, from any thread.
//! This module does not handle signals; the command does, and calls [`exit`].
//!
//! # Invariants
//! 1. A signal to another process touches no memory of this one.
//! 2. A number that is killed is positive, since 0 and negative numbers stand for groups that this process may belong to. It
//!    is that of a group whose leader this process started, or of a copy that an adapter reported.
#![cfg_attr(unix, expect(unsafe_code, reason = "killing processes"))]

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{env, fs, io};
use tempfile::TempDir;

static LEFTOVERS: Mutex<Leftovers> = Mutex::new(Leftovers { groups: Vec::new(), folders: Vec::new() });

struct Leftovers {
    groups: Vec<i32>,
    folders: Vec<PathBuf>,
}

fn leftovers() -> MutexGuard<'static, Leftovers> {
    LEFTOVERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Kills the processes and removes the folders of the run, and ends this process with that exit code.
///
/// A thread that makes or drops one of them meanwhile waits until this process has ended, and so does one that calls
/// [`wait_if_exiting`]. So no run reports adapters as lost that were killed here.
pub fn exit(code: i32) -> ! {
    let mut leftovers = leftovers();
    leftovers.groups.drain(..).for_each(kill_group);
    leftovers.folders.drain(..).for_each(|folder| drop(std::fs::remove_dir_all(folder)));
    std::process::exit(code)
}

/// Returns at once, or never if [`exit`] was called.
pub fn wait_if_exiting() {
    drop(leftovers());
}

/// A folder that is removed when this is dropped.
#[derive(Debug)]
pub struct Folder(TempDir);

impl Folder {
    /// Makes a folder: below `TMPDIR` if that is set, else in memory, else where the system keeps temporary files.
    /// Memory is fastest for the files of cases, which are small, many and short-lived.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn new() -> io::Result<Folder> {
        let mut folder = tempfile::Builder::new();
        folder.prefix("array-ctypes-");
        let mut leftovers = leftovers();
        let in_memory = env::var_os("TMPDIR").is_none().then(|| folder.tempdir_in("/dev/shm"));
        let folder = in_memory.and_then(Result::ok).map_or_else(|| folder.tempdir(), Ok)?;
        leftovers.folders.push(folder.path().to_owned());
        Ok(Folder(folder))
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        leftovers().folders.retain(|folder| folder != self.0.path());
    }
}

/// The group of processes that a child leads. They are killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Group(i32);

impl Group {
    /// Starts a child as the leader of a group of its own, so that an interrupt from the keyboard reaches only the
    /// suite, and all processes of the group can be killed together.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(crate) fn start(command: &mut Command) -> io::Result<(Child, Group)> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        // The lock is held over the start, so `exit` finds the child, or comes before it.
        let mut leftovers = leftovers();
        let child = command.spawn()?;
        let leader = child.id().cast_signed();
        leftovers.groups.push(leader);
        Ok((child, Group(leader)))
    }

    /// Returns true if a process is one of the group, as far as the system says. An adapter in a container or behind a remote
    /// shell reports a number that means another process here, or none.
    pub(crate) fn has(&self, process: i32) -> bool {
        let stat = fs::read_to_string(format!("/proc/{process}/stat"));
        // Its name comes in parentheses and may contain spaces; after it come its state, its parent and its group.
        let group = |stat: &str| stat.rsplit(')').next()?.split_ascii_whitespace().nth(2)?.parse().ok();
        !cfg!(target_os = "linux") || stat.is_ok_and(|stat| group(&stat) == Some(self.0))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        leftovers().groups.retain(|leader| *leader != self.0);
        kill_group(self.0);
    }
}

/// Kills every process of a group.
#[cfg(unix)]
fn kill_group(leader: i32) {
    // SAFETY: 1; 2: the number comes from `Child::id`.
    unsafe { libc::killpg(leader, libc::SIGKILL) };
}

#[cfg(not(unix))]
fn kill_group(_: i32) {}

/// Kills a process, if it has not ended yet.
#[cfg(unix)]
pub(crate) fn kill(process: i32) {
    // SAFETY: 1; 2: `Process::handshake` takes positive numbers only.
    unsafe { libc::kill(process, libc::SIGKILL) };
}

#[cfg(not(unix))]
pub(crate) fn kill(_: i32) {}
