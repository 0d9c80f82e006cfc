//! A copy of this process, where steps are done that may end it.
//!
//! The copy has one thread, the one that made it; what other threads held when it was made stays held there. Nothing that
//! it does or breaks reaches this process but what it writes into its pipe. One that hangs is killed. Where there is no
//! `fork`, there are no copies.
#![expect(unsafe_code, reason = "fork, and what goes with it")]

use array_ctypes_conformance::json;
use array_ctypes_spec::{Answer, Raises};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// How long a copy may stay silent.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running copy of this process.
#[derive(Debug)]
pub(crate) struct Copy {
    pid: libc::pid_t,
    output: File,
    ended: bool,
}

/// How a copy ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Exited(i32),
    Signalled(i32),
}

impl Copy {
    /// Makes a copy that runs this, given its end of a pipe, and then ends.
    ///
    /// # Errors
    /// Where the system refuses.
    pub(crate) fn run(body: impl FnOnce(File)) -> io::Result<Copy> {
        let (output, their_output) = pipe()?;
        // SAFETY: the copy runs `body` on this thread alone and then leaves by `_exit`; what it allocates is its own.
        let pid = unsafe { libc::fork() };
        match pid {
            -1 => Err(io::Error::last_os_error()),
            0 => {
                drop(output);
                no_core_file();
                let done = catch_unwind(AssertUnwindSafe(|| body(their_output)));
                // SAFETY: ends this copy without running what the original has registered for its own end.
                unsafe { libc::_exit(i32::from(done.is_err())) }
            }
            pid => Ok(Copy { pid, output, ended: false }),
        }
    }

    /// What it says up to the end of a line, without that; less where it ends before.
    ///
    /// # Errors
    /// Where it stays silent for too long.
    pub(crate) fn hear(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        loop {
            wait_readable(self.output.as_raw_fd(), PATIENCE)?;
            let mut some = [0; 4096];
            let count = self.output.read(&mut some)?;
            line.extend_from_slice(&some[..count]);
            if count == 0 || line.ends_with(b"\n") {
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
        }
    }

    /// Waits for its end, which is near.
    pub(crate) fn end(&mut self) -> io::Result<End> {
        let mut status = 0;
        loop {
            // SAFETY: `status` is a place for the status; the process is a child of ours that nobody else waits for.
            if unsafe { libc::waitpid(self.pid, &raw mut status, 0) } == self.pid {
                break;
            }
            let error = io::Error::last_os_error();
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(error);
            }
        }
        self.ended = true;
        let signalled = libc::WIFSIGNALED(status);
        Ok(if signalled { End::Signalled(libc::WTERMSIG(status)) } else { End::Exited(libc::WEXITSTATUS(status)) })
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        if !self.ended {
            // SAFETY: the process is a child of ours that has not been waited for, so its number is still its own.
            unsafe { libc::kill(self.pid, libc::SIGKILL) };
            let _ = self.end();
        }
    }
}

/// The answer that a copy of this process gives, or how it ended.
pub(crate) fn in_copy(answer: impl FnOnce() -> Answer) -> Answer {
    let ask = || {
        let mut copy = Copy::run(|mut output| {
            let said = format!("{}\n", json::from_answer(&answer()));
            // At once: each piece would wake the one that listens.
            let _ = output.write_all(said.as_bytes());
        })?;
        let said = copy.hear()?;
        let end = copy.end()?;
        Ok::<_, io::Error>(match (serde_json::from_str(&said), end) {
            (_, End::Signalled(signal)) => Answer::Signal(signal_name(signal)),
            (Ok(said), End::Exited(0)) => json::to_answer(&said).unwrap_or(Answer::Raises(Raises::OtherError)),
            _ => Answer::Raises(Raises::OtherError),
        })
    };
    ask().unwrap_or(Answer::Raises(Raises::OtherError))
}

/// The name of a signal, as in `SIGSEGV`.
pub(crate) fn signal_name(signal: i32) -> String {
    let known = [
        (libc::SIGABRT, "SIGABRT"),
        (libc::SIGBUS, "SIGBUS"),
        (libc::SIGFPE, "SIGFPE"),
        (libc::SIGILL, "SIGILL"),
        (libc::SIGKILL, "SIGKILL"),
        (libc::SIGPIPE, "SIGPIPE"),
        (libc::SIGSEGV, "SIGSEGV"),
        (libc::SIGTERM, "SIGTERM"),
    ];
    let found = known.iter().find(|(number, _)| *number == signal);
    found.map_or_else(|| format!("signal {signal}"), |(_, name)| (*name).to_owned())
}

/// A pipe that no program started from here inherits: its reading and its writing end.
fn pipe() -> io::Result<(File, File)> {
    let (reader, writer) = io::pipe()?;
    Ok((OwnedFd::from(reader).into(), OwnedFd::from(writer).into()))
}

fn wait_readable(descriptor: RawFd, patience: Duration) -> io::Result<()> {
    let mut wanted = libc::pollfd { fd: descriptor, events: libc::POLLIN, revents: 0 };
    let milliseconds = i32::try_from(patience.as_millis()).unwrap_or(i32::MAX);
    // SAFETY: `wanted` is one entry, and one is announced.
    match unsafe { libc::poll(&raw mut wanted, 1, milliseconds) } {
        0 => Err(io::Error::new(io::ErrorKind::TimedOut, "a copy of this process stayed silent")),
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// A copy that dies on purpose leaves no file behind.
fn no_core_file() {
    let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `none` is a limit, read only during the call.
    unsafe { libc::setrlimit(libc::RLIMIT_CORE, &raw const none) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_comes_back_and_the_end_of_a_copy_is_told() {
        assert_eq!(in_copy(|| Answer::Integer(7)), Answer::Integer(7));
        // SAFETY: ends the copy, as the test wants it.
        assert_eq!(in_copy(|| unsafe { libc::abort() }), Answer::Signal("SIGABRT".to_owned()));
        assert_eq!(in_copy(|| panic!("in a copy")), Answer::Raises(Raises::OtherError));
    }

    #[test]
    fn a_copy_that_is_dropped_is_killed_and_waited_for() {
        let copy = Copy::run(|_| std::thread::sleep(Duration::from_secs(1000))).unwrap();
        let pid = copy.pid;
        drop(copy);
        // SAFETY: signal 0 only asks whether the process exists.
        assert_eq!(unsafe { libc::kill(pid, 0) }, -1);
    }
}
