//! The processes of an adapter: a child that leads a group, and what it leaves behind.

use super::leftovers::{self, leftovers};
use super::processes::{self, kill_group};
use std::io;
use std::process::{Child, Command, ExitStatus};

/// A child that leads a group of processes. When this is dropped, they are killed, and so are descendants of the child that
/// have left the group, as far as the system lists them; then the child is awaited. Until then its number belongs to no other.
#[derive(Debug)]
pub(crate) struct Group {
    child: Child,
}

impl Group {
    /// Starts a child as the leader of a group of its own, so that an interrupt from the keyboard reaches only the
    /// suite, and all processes of the group can be killed together.
    ///
    /// # Errors
    /// If it cannot be started, or the run is interrupted.
    pub(crate) fn start(command: &mut Command) -> io::Result<Group> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        // The lock is held over the start, so whoever kills all groups finds the child, or comes before it.
        let mut leftovers = leftovers();
        if leftovers::interrupted().is_some() {
            return Err(io::Error::new(io::ErrorKind::Interrupted, "the run is interrupted"));
        }
        let group = Group { child: command.spawn()? };
        leftovers.groups.push(group.leader());
        Ok(group)
    }

    fn leader(&self) -> i32 {
        self.child.id().cast_signed()
    }

    /// The child, for its streams.
    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Returns true if the child has ended. It is not awaited yet.
    #[cfg(unix)]
    pub(crate) fn has_ended(&mut self) -> bool {
        use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let ended = Pid::from_raw(self.leader()).map(|leader| waitid(WaitId::Pid(leader), options));
        // An error says that there is no such child any more.
        !matches!(ended, Some(Ok(None)))
    }

    #[cfg(not(unix))]
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Kills all processes, and returns how the child ended.
    ///
    /// # Errors
    /// If the system does not say.
    pub(crate) fn end(mut self) -> io::Result<ExitStatus> {
        self.kill()
    }

    fn kill(&mut self) -> io::Result<ExitStatus> {
        let leader = self.leader();
        let mut outside = processes::descendants(leader);
        outside.retain(|process| process.group != leader);
        let mut leftovers = leftovers();
        kill_group(leader);
        #[cfg(not(unix))]
        let _ = self.child.kill();
        let status = self.child.wait();
        leftovers.groups.retain(|other| *other != leader);
        leftovers.end(outside, Some(leader));
        leftovers.end_orphans(Some(leader));
        status
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if leftovers().groups.contains(&self.leader()) {
            let _ = self.kill();
        }
    }
}
