//! Copies of this process, for steps that may end it.
//!
//! A copy reaches this process only through its pipe. It is killed if it hangs: it has one thread, so locks that other
//! threads held at the time of the copy stay locked in it. On systems without `fork` there are no copies.
//!
//! # Invariants
//! The comments in the code refer to these by number.
//!
//! 1. A copy has one thread and a memory of its own. It runs one function, and ends by `_exit` or by a signal, so it runs
//!    nothing that this process has registered for its own end.
//! 2. `pid` is a child of this process, and only `Copy::exit_status` waits for it. Until that sets `has_ended`, the number
//!    belongs to no other process.
//! 3. Each pointer that the system gets is to a local variable of the type that the call expects, and the system uses it only
//!    during the call.
#![expect(unsafe_code, reason = "copies of a process are made, awaited and killed by calls of the system")]

use crate::json;
use array_ctypes_spec::{Answer, Raises};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// The time within which a copy must write, or end.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A running copy of this process.
#[derive(Debug)]
struct Copy {
    /// Invariant 2.
    pid: libc::pid_t,
    output: File,
    /// Invariant 2.
    has_ended: bool,
}

/// The exit status of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ExitStatus {
    /// The exit code.
    Exited(i32),
    /// The number of the signal.
    Signalled(i32),
}

impl Copy {
    /// Makes a copy that calls a function with its end of a pipe, and then ends.
    ///
    /// # Errors
    /// If the system refuses.
    fn run(body: impl FnOnce(File)) -> io::Result<Copy> {
        let (output, their_output) = pipe()?;
        // SAFETY: 1: the arm of 0 calls `body` and then `_exit`.
        let pid = unsafe { libc::fork() };
        match pid {
            -1 => Err(io::Error::last_os_error()),
            0 => {
                drop(output);
                no_core_file();
                let done = catch_unwind(AssertUnwindSafe(|| body(their_output)));
                // SAFETY: 1: this is the end of the copy.
                unsafe { libc::_exit(i32::from(done.is_err())) }
            }
            pid => Ok(Copy { pid, output, has_ended: false }),
        }
    }

    /// Receives a line, without its end; the rest of the output if the copy ends before.
    ///
    /// # Errors
    /// If the copy writes nothing for too long.
    fn receive(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        loop {
            wait_readable(self.output.as_raw_fd(), TIMEOUT)?;
            let mut block = [0; 4096];
            let count = self.output.read(&mut block)?;
            line.extend_from_slice(&block[..count]);
            if count == 0 || line.ends_with(b"\n") {
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
        }
    }

    /// Waits until the copy has ended. It has no timeout: call it when the copy has closed its output or was killed.
    ///
    /// # Errors
    /// If the system refuses.
    fn exit_status(&mut self) -> io::Result<ExitStatus> {
        let mut status = 0;
        loop {
            // SAFETY: 2: the child exists until this call returns its status. 3: `status` is the place for it.
            if unsafe { libc::waitpid(self.pid, &raw mut status, 0) } == self.pid {
                break;
            }
            let error = io::Error::last_os_error();
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(error);
            }
        }
        self.has_ended = true;
        let signalled = libc::WIFSIGNALED(status);
        Ok(if signalled {
            ExitStatus::Signalled(libc::WTERMSIG(status))
        } else {
            ExitStatus::Exited(libc::WEXITSTATUS(status))
        })
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        if !self.has_ended {
            // SAFETY: 2: nobody has waited for the child, so the signal reaches no other process.
            unsafe { libc::kill(self.pid, libc::SIGKILL) };
            let _ = self.exit_status();
        }
    }
}

/// Returns the answer that a copy of this process gives, or the signal that ended it. If the system makes no copy, the step is
/// declined.
pub fn in_copy(answer: impl FnOnce() -> Answer) -> Answer {
    let copy = Copy::run(|mut output| {
        let line = format!("{}\n", json::from_answer(&answer()));
        // One call, because each write wakes the reader.
        let _ = output.write_all(line.as_bytes());
    });
    let mut copy = match copy {
        Ok(copy) => copy,
        Err(error) => return Answer::Declined(format!("the system makes no copy of this process: {error}")),
    };
    let mut ask = || {
        let line = copy.receive()?;
        Ok::<_, io::Error>(match copy.exit_status()? {
            ExitStatus::Signalled(signal) => Answer::Signal(signal_name(signal)),
            ExitStatus::Exited(0) => {
                let answer = serde_json::from_str(&line).ok().and_then(|value| json::to_answer(&value).ok());
                answer.unwrap_or(Answer::Raises(Raises::OtherError))
            }
            ExitStatus::Exited(_) => Answer::Raises(Raises::OtherError),
        })
    };
    ask().unwrap_or(Answer::Raises(Raises::OtherError))
}

/// Returns the name of a signal, such as `SIGSEGV`.
fn signal_name(signal: i32) -> String {
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

/// Makes a pipe, and returns the end to read and the end to write. No program that this process starts inherits them.
fn pipe() -> io::Result<(File, File)> {
    let (reader, writer) = io::pipe()?;
    Ok((OwnedFd::from(reader).into(), OwnedFd::from(writer).into()))
}

/// Waits until there is something to read.
fn wait_readable(descriptor: RawFd, timeout: Duration) -> io::Result<()> {
    let mut wanted = libc::pollfd { fd: descriptor, events: libc::POLLIN, revents: 0 };
    let milliseconds = i32::try_from(timeout.as_millis()).unwrap_or(i32::MAX);
    // SAFETY: 3: `wanted` is one entry, as the call says.
    match unsafe { libc::poll(&raw mut wanted, 1, milliseconds) } {
        0 => Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "expected an answer of a copy of this process, found none in time",
        )),
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Keeps a copy that crashes on purpose from leaving a core file.
fn no_core_file() {
    let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: 3: `none` is a limit.
    unsafe { libc::setrlimit(libc::RLIMIT_CORE, &raw const none) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_returns_its_answer_or_the_signal_that_ended_it() {
        assert_eq!(in_copy(|| Answer::Integer(7)), Answer::Integer(7));
        // SAFETY: 1: only the copy ends.
        assert_eq!(in_copy(|| unsafe { libc::abort() }), Answer::Signal("SIGABRT".to_owned()));
        assert_eq!(in_copy(|| panic!("in a copy")), Answer::Raises(Raises::OtherError));
    }

    #[test]
    fn a_dropped_copy_is_killed_and_awaited() {
        let copy = Copy::run(|_| std::thread::sleep(Duration::from_secs(1000))).unwrap();
        let pid = copy.pid;
        drop(copy);
        // SAFETY: 2: the child has ended, so the number may be that of another process; signal 0 reaches none.
        assert_eq!(unsafe { libc::kill(pid, 0) }, -1);
    }
}
