//! The process of an adapter: starts it, sends and receives lines, and ends it.
//!
//! Nothing that it sends is trusted. A line that is too long, malformed, out of order or late is a [`RunError`], with
//! the last lines on standard error.
//!
//! An adapter may restart by itself: its process makes a copy, which answers, and makes another copy when that one has
//! died. That is much faster than starting a program again, which imports the library again. Otherwise the caller has
//! to start another process.

use super::lines::{self, Line, MAX_LINE_BYTES};
use crate::adapter::error::RunError;
use crate::adapter::hello::Hello;
use crate::json;
use crate::transports::leftovers::{Folder, Group, kill};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{env, thread};

/// The factor by which the first reply of its kind may take longer, since libraries have to be imported: the
/// library under test before the handshake, and those that take its arrays before costs are measured.
const STARTUP_TIMEOUT_FACTOR: u32 = 10;

/// How long the suite waits for a process, and for its standard error, to end.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// The end of a copy, as the process that made it reports it.
struct Died {
    pid: u64,
    status: i32,
}

/// A running adapter.
pub(super) struct Process {
    child: Child,
    group: Option<Group>,
    /// The folder for the files of cases.
    folder: Folder,
    /// The process whose memory the arrays are in; `None` if the adapter does not report it.
    pid: Option<i32>,
    /// The number that the adapter reports, if it is of no process that the suite started.
    pub(super) ignored_pid: Option<i64>,
    /// True if another copy answers after one has died.
    restarts: bool,
    /// True if the adapter measures what its calls cost.
    pub(super) offers_costs: bool,
    /// The end of the copy that answered, until another answers.
    died: Option<Died>,
    /// The lines of a copy that hung which came only after it was killed, the oldest first.
    late: Vec<Value>,
    input: Option<Sender<String>>,
    output: Receiver<Line>,
    errors: Arc<Mutex<VecDeque<String>>>,
    /// Disconnected when standard error has ended.
    errors_ended: Receiver<()>,
    /// How long any reply may take.
    timeout: Duration,
}

/// The variable that seeds CPython's hashes of strings.
const HASH_SEED: &str = "PYTHONHASHSEED";

impl Process {
    /// Starts an adapter. Any reply may take as long as `timeout`.
    pub(super) fn start(mut command: Command, timeout: Duration) -> Result<Process, RunError> {
        let shown = format!("{command:?}");
        let folder = Folder::new()
            .map_err(|error| RunError::unavailable(format!("expected to make a folder, found: {error}")))?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Verdicts must not depend on luck: some errors of NumPy 1.17 come and go with the hashes of names.
        if env::var_os(HASH_SEED).is_none() {
            command.env(HASH_SEED, "0");
        }
        let (mut child, group) = Group::start(&mut command)
            .map_err(|error| RunError::unavailable(format!("expected to start the adapter {shown}, found: {error}")))?;
        let group = Some(group);
        let errors = Arc::new(Mutex::new(VecDeque::new()));
        let (input, to_write) = channel();
        let (found, output) = sync_channel(1024);
        let (errors_open, errors_ended) = channel();
        if let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        {
            let kept = Arc::clone(&errors);
            thread::spawn(move || lines::write(stdin, &to_write));
            thread::spawn(move || lines::read(stdout, &found));
            thread::spawn(move || {
                lines::keep_last(stderr, &kept);
                drop(errors_open);
            });
        }
        Ok(Process {
            child,
            group,
            folder,
            pid: None,
            ignored_pid: None,
            restarts: false,
            offers_costs: false,
            died: None,
            late: Vec::new(),
            input: Some(input),
            output,
            errors,
            errors_ended,
            timeout,
        })
    }

    /// Sends the suite's line of the handshake, and receives the adapter's.
    pub(super) fn handshake(&mut self) -> Result<Hello, RunError> {
        let folder = self.folder.path().to_string_lossy();
        self.send_line(&json!({ "hello": { "protocol": json::PROTOCOL_VERSION, "folder": folder } }));
        let line = self.receive_first("a handshake, `{\"hello\": …}`")?;
        let hello = json::to_hello(&line).map_err(|error| self.protocol_error(&format!("handshake: {error}")))?;
        let reported = line["hello"]["pid"].as_i64();
        let pid = reported.and_then(|pid| i32::try_from(pid).ok()).filter(|pid| *pid > 0);
        // Nobody else's memory is looked at, and nobody else is killed.
        self.pid = pid.filter(|pid| self.group.as_ref().is_some_and(|group| group.has(*pid)));
        self.ignored_pid = reported.filter(|_| self.pid.is_none());
        self.restarts = line["hello"]["restarts"] == true;
        self.offers_costs = line["hello"]["costs"] == true;
        Ok(hello)
    }

    /// The process whose memory the arrays are in; `None` if the adapter does not report it.
    pub(super) fn pid(&self) -> Option<i32> {
        self.pid
    }

    /// The folder for the files of cases.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// How long any reply may take.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Sends a line. If the process has ended, the next receive fails, so this does not.
    pub(super) fn send_line(&self, message: &Value) {
        if let Some(input) = &self.input {
            let _ = input.send(format!("{message}\n"));
        }
    }

    /// Receives a line; messages call it `what`.
    pub(super) fn receive_line(&mut self, what: &str) -> Result<Value, RunError> {
        self.receive_within(self.timeout, what)
    }

    /// Receives a line that may come late, since libraries have to be imported first.
    pub(super) fn receive_first(&mut self, what: &str) -> Result<Value, RunError> {
        self.receive_within(self.timeout * STARTUP_TIMEOUT_FACTOR, what)
    }

    fn receive_within(&mut self, timeout: Duration, what: &str) -> Result<Value, RunError> {
        let until = Instant::now() + timeout;
        loop {
            let message = match self.output.recv_timeout(until.saturating_duration_since(Instant::now())) {
                // A copy that died while it wrote a line leaves a part of it behind.
                Ok(Line::Text(line)) if self.restarts && line.trim().is_empty() => continue,
                Ok(Line::Text(line)) => match serde_json::from_str::<Value>(&line) {
                    Ok(value) => match self.exit_status(&value) {
                        None => return Ok(value),
                        Some(end) => format!("expected {what}, found that it ended ({end})"),
                    },
                    Err(error) => {
                        let start: String = line.trim_end().chars().take(200).collect();
                        format!(
                            "expected {what}, found a line that is no JSON ({error}): {start:?}; an adapter must print \
                             nothing but its replies"
                        )
                    }
                },
                Ok(Line::TooLong) => format!(
                    "expected {what}, found a line of more than {MAX_LINE_BYTES} bytes; answer with less, or declare a \
                     limit"
                ),
                Ok(Line::Failed(error)) => {
                    format!("expected {what}, found {error}; an adapter must write JSON Lines in UTF-8")
                }
                Err(RecvTimeoutError::Timeout) => {
                    let message = format!(
                        "expected {what}, found nothing for {} s; an adapter must flush its output after each line; a \
                         slow one needs a longer --timeout",
                        timeout.as_secs_f64()
                    );
                    return Err(RunError::timed_out(self.end_with_last_lines(&message)));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let end = self.wait_for_end();
                    format!(
                        "expected {what}, found the end of its output ({end}); an adapter must answer until its input \
                         ends"
                    )
                }
            };
            return Err(self.protocol_error(&message));
        }
    }

    /// Returns how a copy ended if the line reports that, and notes it.
    fn exit_status(&mut self, line: &Value) -> Option<String> {
        let died = line.get("died").filter(|_| self.restarts)?;
        let status = i32::try_from(died["status"].as_i64()?).ok()?;
        self.died = Some(Died { pid: died["pid"].as_u64()?, status });
        Some(in_words(status))
    }

    /// Waits a little for the process, which has closed its output, and returns how it ended.
    fn wait_for_end(&mut self) -> String {
        let until = Instant::now() + SHUTDOWN_TIMEOUT;
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return status.to_string(),
                Ok(None) if Instant::now() < until => thread::sleep(Duration::from_millis(1)),
                Ok(None) => return "it still runs".to_owned(),
                Err(error) => return error.to_string(),
            }
        }
    }

    /// Ends the adapter because it broke the protocol. Returns the error, with the last lines on standard error.
    pub(super) fn protocol_error(&mut self, message: &str) -> RunError {
        RunError::lost(self.end_with_last_lines(message))
    }

    /// Ends the copy that answers, or all processes if no other copy takes its place. Returns the message with the last
    /// lines on standard error.
    fn end_with_last_lines(&mut self, message: &str) -> String {
        let mut message = message.to_owned();
        if self.restarts && self.died.is_none() {
            self.end_copy();
            let by_itself = self.died.as_ref().filter(|died| died.status != SIGKILL);
            if let Some(died) = by_itself {
                message = format!("{message}; then it ended ({})", in_words(died.status));
            }
        }
        if let Some(died) = &self.died {
            self.wait_for_error_line(&end_mark(died.pid));
        } else {
            self.restarts = false;
            self.stop();
            // Its last lines may still be on the way. A process that it started may keep the stream open for ever.
            let _ = self.errors_ended.recv_timeout(SHUTDOWN_TIMEOUT);
        }
        let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        let lines: Vec<String> = errors.drain(..).filter(|line| !line.starts_with("(process ")).collect();
        let last = if lines.is_empty() { "(none)".to_owned() } else { lines.join("\n    ") };
        format!("adapter: {message}\n  its last words on standard error:\n    {last}")
    }

    /// The lines that the copy which was killed last had not sent before. The process that made it sends them: a copy may
    /// keep replies back for a moment, and hang then.
    pub(super) fn take_late_lines(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.late)
    }

    /// Kills the copy that answers, and waits for the report of its end.
    fn end_copy(&mut self) {
        let Some(pid) = self.pid else { return };
        kill(pid);
        self.late.clear();
        let until = Instant::now() + SHUTDOWN_TIMEOUT;
        while self.died.is_none()
            && let Ok(Line::Text(line)) = self.output.recv_timeout(until.saturating_duration_since(Instant::now()))
        {
            if let Ok(value) = serde_json::from_str(&line)
                && self.exit_status(&value).is_none()
            {
                self.late.push(value);
            }
        }
    }

    /// Waits until that line was read from standard error, and so all lines before it.
    fn wait_for_error_line(&self, mark: &str) {
        let until = Instant::now() + SHUTDOWN_TIMEOUT;
        let read = || self.errors.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|line| line == mark);
        while !read() && Instant::now() < until {
            thread::sleep(Duration::from_micros(100));
        }
    }

    /// Makes the copy that has replaced a dead one ready for cases.
    ///
    /// # Errors
    /// [`RunError`] if there is none, or its handshake fails.
    pub(super) fn revive(&mut self) -> Result<(), RunError> {
        match self.died.take() {
            Some(_) if self.restarts => self.handshake().map(|_| ()),
            _ => Err(RunError::unavailable("expected that another process answers, found none")),
        }
    }

    /// Kills all its processes.
    fn stop(&mut self) {
        self.input = None;
        self.group = None;
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The end of its input ends it, with time to remove its files.
        self.input = None;
        if self.died.is_none() && self.group.is_some() {
            self.wait_for_end();
        }
        self.stop();
    }
}

const SIGKILL: i32 = 9;

/// The line that a process which makes copies of itself writes to standard error after one has ended.
fn end_mark(pid: u64) -> String {
    format!("(process {pid} ended)")
}

/// Describes how a process ended, given what `waitpid` reports.
fn in_words(status: i32) -> String {
    #[cfg(unix)]
    return <std::process::ExitStatus as std::os::unix::process::ExitStatusExt>::from_raw(status).to_string();
    #[cfg(not(unix))]
    return format!("status {status}");
}
