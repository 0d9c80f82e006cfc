//! The processes and folders of a run, listed here so that an interrupt removes them.
//!
//! The guard of a process or folder removes it when it is dropped; [`exit`] removes all that are left, from any thread.
//! This module does not handle signals; the command does, and calls [`interrupt`].

use super::processes::{self, Process, kill_group};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

static LEFTOVERS: Mutex<Leftovers> =
    Mutex::new(Leftovers { groups: Vec::new(), folders: Vec::new(), strays: Vec::new() });

/// The signal that interrupted the run; 0 if none did.
static SIGNAL: AtomicI32 = AtomicI32::new(0);

/// How many runs have something to report when they are interrupted.
static RUNS: AtomicUsize = AtomicUsize::new(0);

/// True if processes whose parents have ended become children of this one.
static ADOPTS: AtomicBool = AtomicBool::new(false);

/// How long a run that was interrupted may take to report what it knows.
const GRACE: Duration = Duration::from_secs(10);

/// How long the end of a process that was killed is waited for.
const END: Duration = Duration::from_secs(2);

/// How often orphans are looked for: those that are ended may leave others.
const GENERATIONS: usize = 3;

/// What is left to be removed.
pub(super) struct Leftovers {
    /// Groups of processes, by their leaders.
    pub(super) groups: Vec<i32>,
    pub(super) folders: Vec<PathBuf>,
    /// Processes that had left their group and were ended.
    strays: Vec<String>,
}

pub(super) fn leftovers() -> MutexGuard<'static, Leftovers> {
    LEFTOVERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Kills the processes and removes the folders of the run, and ends this process with that exit code.
///
/// A thread that makes or drops one of them meanwhile waits until this process has ended, and so does one that calls
/// [`wait_if_exiting`]. So no run reports adapters as lost that were killed here.
pub fn exit(code: i32) -> ! {
    let mut leftovers = leftovers();
    let groups = std::mem::take(&mut leftovers.groups);
    let outside: Vec<Process> = groups.iter().flat_map(|leader| processes::descendants(*leader)).collect();
    groups.into_iter().for_each(kill_group);
    leftovers.end(outside, None);
    leftovers.end_orphans(None);
    leftovers.folders.drain(..).for_each(|folder| drop(std::fs::remove_dir_all(folder)));
    std::process::exit(code)
}

/// Returns at once, or never if [`exit`] was called.
pub fn wait_if_exiting() {
    drop(leftovers());
}

/// A run that reports what it knows when it is interrupted.
#[derive(Debug)]
pub(crate) struct Run(());

impl Run {
    pub(crate) fn begin() -> Run {
        RUNS.fetch_add(1, Ordering::SeqCst);
        Run(())
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        RUNS.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Ends what runs, because of a signal. All processes of the run are killed. A run that can report what it knows may do that;
/// if there is none, or it takes too long, or this is the second signal, this process ends with the customary exit code, 128
/// and the signal's number.
pub fn interrupt(signal: i32) {
    let is_first = SIGNAL.swap(signal, Ordering::SeqCst) == 0;
    if !is_first || RUNS.load(Ordering::SeqCst) == 0 {
        exit(128 + signal);
    }
    leftovers().groups.iter().copied().for_each(kill_group);
    // Without a thread the run may take as long as it wants.
    let _ = thread::Builder::new().spawn(move || {
        thread::sleep(GRACE);
        exit(128 + signal);
    });
}

/// The signal that interrupted the run, if one did. Whoever asks cases asks no more then.
pub fn interrupted() -> Option<i32> {
    Some(SIGNAL.load(Ordering::SeqCst)).filter(|signal| *signal != 0)
}

/// From now on, processes whose parents have ended become children of this process, where the system knows that. So those
/// that adapters leave behind in sessions of their own are found and ended when no adapter runs.
pub fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{getpid, set_child_subreaper};
        ADOPTS.store(set_child_subreaper(Some(getpid())).is_ok(), Ordering::SeqCst);
    }
}

/// The processes that had left the groups of their adapters, and were ended since the last call.
pub fn take_strays() -> Vec<String> {
    std::mem::take(&mut leftovers().strays)
}

impl Leftovers {
    /// Ends processes, and waits for them if they are children of this one. Those of the group that was `killed` did not leave it.
    pub(super) fn end(&mut self, strays: Vec<Process>, killed: Option<i32>) {
        for process in strays {
            reap(process.number);
            if !process.is_there() {
                continue;
            }
            process.kill();
            let until = Instant::now() + END;
            while process.is_there() && Instant::now() < until {
                reap(process.number);
                thread::sleep(Duration::from_millis(1));
            }
            let Process { name, number, .. } = &process;
            if process.is_there() {
                self.strays.push(format!("{name} ({number}), which is still there"));
            } else if Some(process.group) != killed {
                self.strays.push(format!("{name} ({number})"));
            }
        }
    }

    /// If no group is left, ends the processes that this one has adopted. It makes no children of other groups but those
    /// listed here.
    pub(super) fn end_orphans(&mut self, killed: Option<i32>) {
        let me = Process::of(std::process::id().cast_signed());
        let Some(me) = me.filter(|_| self.groups.is_empty() && ADOPTS.load(Ordering::SeqCst)) else { return };
        // The children of an orphan are adopted when it ends.
        for _ in 0..GENERATIONS {
            let mut orphans = processes::all();
            orphans.retain(|process| process.parent == me.number && process.group != me.group);
            self.end(orphans, killed);
        }
    }
}

/// Awaits a process that has ended, if it is a child of this one.
#[cfg(unix)]
fn reap(number: i32) {
    use rustix::process::{Pid, WaitOptions, waitpid};
    let _ = waitpid(Pid::from_raw(number), WaitOptions::NOHANG);
}

#[cfg(not(unix))]
fn reap(_: i32) {}
