//! Processes as the system lists them in `/proc`, which only Linux has: elsewhere there are none. And how they are killed.

use std::fs;

/// A process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) number: i32,
    /// The start of its name.
    pub(crate) name: String,
    pub(crate) parent: i32,
    pub(crate) group: i32,
    /// When it started, in ticks of the system. With the number, that is a process and none that got its number later.
    pub(crate) started: u64,
}

impl Process {
    /// The process with that number, if there is one.
    pub(crate) fn of(number: i32) -> Option<Process> {
        Process::read(number, &fs::read_to_string(format!("/proc/{number}/stat")).ok()?)
    }

    /// Reads what stands in `stat`: the number, the name in parentheses, the state, the parent, the group, and on.
    fn read(number: i32, stat: &str) -> Option<Process> {
        // A name may contain parentheses and spaces.
        let (before, rest) = stat.rsplit_once(')')?;
        let name = before.split_once('(')?.1.to_owned();
        let words: Vec<&str> = rest.split_ascii_whitespace().collect();
        let word = |at: usize| words.get(at).copied();
        Some(Process {
            number,
            name,
            parent: word(1)?.parse().ok()?,
            group: word(2)?.parse().ok()?,
            started: word(19)?.parse().ok()?,
        })
    }

    /// Returns true if it is still there, and is no other that got its number.
    pub(crate) fn is_there(&self) -> bool {
        Process::of(self.number).is_some_and(|found| found.started == self.started)
    }

    /// Kills it, if it is still there.
    pub(crate) fn kill(&self) {
        if let Some(handle) = Handle::of(self.number).filter(|_| self.is_there()) {
            handle.kill();
        }
    }
}

/// A handle on a process, which no other that gets its number can be taken for. Only Linux has them.
#[derive(Debug)]
pub(crate) struct Handle {
    #[cfg(target_os = "linux")]
    descriptor: std::os::fd::OwnedFd,
}

impl Handle {
    /// A handle on the process that has that number now.
    #[cfg(target_os = "linux")]
    pub(crate) fn of(number: i32) -> Option<Handle> {
        use rustix::process::{Pid, PidfdFlags, pidfd_open};
        let descriptor = pidfd_open(Pid::from_raw(number)?, PidfdFlags::empty()).ok()?;
        Some(Handle { descriptor })
    }

    #[cfg(not(target_os = "linux"))]
    pub(crate) fn of(_: i32) -> Option<Handle> {
        None
    }

    /// Kills the process, if it has not ended.
    pub(crate) fn kill(&self) {
        #[cfg(target_os = "linux")]
        let _ = rustix::process::pidfd_send_signal(&self.descriptor, rustix::process::Signal::KILL);
    }
}

/// Kills every process of a group.
#[cfg(unix)]
pub(super) fn kill_group(leader: i32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    // It may have ended.
    let _ = Pid::from_raw(leader).map(|leader| kill_process_group(leader, Signal::KILL));
}

#[cfg(not(unix))]
pub(super) fn kill_group(_: i32) {}

/// All processes.
pub(crate) fn all() -> Vec<Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| Process::of(entry.file_name().to_str()?.parse().ok()?)).collect()
}

/// Returns true if a process descends from another.
pub(crate) fn descends(number: i32, from: i32) -> bool {
    let mut seen = number;
    // The first process has the parent 0.
    while let Some(process) = Process::of(seen).filter(|process| process.parent > 0) {
        if process.parent == from {
            return true;
        }
        seen = process.parent;
    }
    false
}

/// The descendants of a process.
pub(crate) fn descendants(of: i32) -> Vec<Process> {
    let (mut found, mut rest) = (Vec::new(), all());
    let mut parents = vec![of];
    while let Some(parent) = parents.pop() {
        let (children, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(|process| process.parent == parent);
        parents.extend(children.iter().map(|process| process.number));
        found.extend(children);
        rest = others;
    }
    found
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::{Process, all, descendants, descends};

    #[test]
    fn a_name_may_contain_what_stands_around_it() {
        let stat = "42 (a) (b c) S 7 41 40 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 12345 1 1";
        let found = Process::read(42, stat).expect("a process");
        assert_eq!((&found.name[..], found.parent, found.group, found.started), ("a) (b c", 7, 41, 12345));
        assert_eq!(Process::read(42, "42 (a) S 7"), None);
    }

    #[test]
    fn a_child_descends_from_this_process_and_is_there_until_it_ends() {
        let me = std::process::id().cast_signed();
        let mut child = std::process::Command::new("sleep").arg("60").spawn().expect("a child");
        let number = child.id().cast_signed();
        let listed = descendants(me).into_iter().find(|process| process.number == number).expect("it is listed");
        assert!(descends(number, me) && descends(number, 1) && !descends(me, number) && listed.is_there());
        assert!(all().iter().any(|process| process.number == me));
        child.kill().and_then(|()| child.wait()).expect("its end");
        assert!(!listed.is_there() && !descends(number, me));
    }
}
