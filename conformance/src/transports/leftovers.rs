//! What a run would leave behind if it were stopped: processes and folders, known here so that an interrupt removes them.
//!
//! Whoever makes one keeps its guard, and dropping that removes it; [`exit`] removes what is left, from any thread.
#![cfg_attr(unix, expect(unsafe_code, reason = "killing processes"))]

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{env, io};
use tempfile::TempDir;

static LEFT: Mutex<Left> = Mutex::new(Left { groups: Vec::new(), folders: Vec::new() });

struct Left {
    groups: Vec<i32>,
    folders: Vec<PathBuf>,
}

fn left() -> MutexGuard<'static, Left> {
    LEFT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Kills the processes and removes the folders that the run has now, and ends this process with that exit code.
///
/// Whoever makes or drops one of them meanwhile waits for that end, and so does [`wait_if_exiting`]: what a run sees of adapters that
/// were killed on its behalf is no verdict.
pub fn exit(code: i32) -> ! {
    let mut left = left();
    left.groups.drain(..).for_each(kill_group);
    left.folders.drain(..).for_each(|folder| drop(std::fs::remove_dir_all(folder)));
    std::process::exit(code)
}

/// Returns at once, but where [`exit`] is at work: then never.
pub fn wait_if_exiting() {
    drop(left());
}

/// A folder that is removed when this is dropped.
#[derive(Debug)]
pub struct Folder(TempDir);

impl Folder {
    /// A new folder: where `TMPDIR` says; else in memory, where the system keeps some for that, since the files of cases are
    /// small, many and soon gone; else where it keeps such.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn new() -> io::Result<Folder> {
        let mut folder = tempfile::Builder::new();
        folder.prefix("array-ctypes-");
        let mut left = left();
        let in_memory = env::var_os("TMPDIR").is_none().then(|| folder.tempdir_in("/dev/shm"));
        let folder = in_memory.and_then(Result::ok).map_or_else(|| folder.tempdir(), Ok)?;
        left.folders.push(folder.path().to_owned());
        Ok(Folder(folder))
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        left().folders.retain(|folder| folder != self.0.path());
    }
}

/// The group of processes that a child leads; killed when this is dropped.
#[derive(Debug)]
pub struct Group(i32);

impl Group {
    /// Starts a child as the leader of a group of its own: an interrupt from the keyboard is the suite's to handle, and all are
    /// killed together.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn start(command: &mut Command) -> io::Result<(Child, Group)> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        // Known from its start on: an end that comes now waits, or finds it.
        let mut left = left();
        let child = command.spawn()?;
        let leader = child.id().cast_signed();
        left.groups.push(leader);
        Ok((child, Group(leader)))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        left().groups.retain(|leader| *leader != self.0);
        kill_group(self.0);
    }
}

/// Kills every process of a group.
#[cfg(unix)]
fn kill_group(leader: i32) {
    // SAFETY: a signal touches no memory of ours. The number of a group stays taken while one of its processes lives, and
    // that of its leader, a child of ours, until it has been waited for, which is not done before.
    unsafe { libc::killpg(leader, libc::SIGKILL) };
}

#[cfg(not(unix))]
fn kill_group(_: i32) {}

/// Kills a process, if it still is one: it may have ended just now.
#[cfg(unix)]
pub fn kill(process: i32) {
    // SAFETY: a signal touches no memory of ours.
    unsafe { libc::kill(process, libc::SIGKILL) };
}

#[cfg(not(unix))]
pub fn kill(_: i32) {}
