//! The process of an adapter: starts it, sends and receives lines, and ends it.
//!
//! Nothing that it sends is trusted. A line that is too long, malformed, out of order or late is a [`RunError`], with
//! the last lines on standard error.
//!
//! An adapter may restart by itself: its process makes a copy, which answers, and makes another copy when that one has
//! died. That is much faster than starting a program again, which imports the library again. Otherwise the caller has
//! to start another process.

use super::lines::{self, Line, MAX_LINE_BYTES};
use super::proof::{self, Proof};
use crate::adapter::error::RunError;
use crate::adapter::hello::Hello;
use crate::json;
use crate::transports::folder::Folder;
use crate::transports::group::Group;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{env, fmt, thread};

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
    group: Option<Group>,
    /// The folder for the files of cases.
    folder: Folder,
    /// The process whose memory the arrays are in.
    pub(super) proof: Proof,
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
        // What an adapter that is killed leaves behind goes with the folder.
        command.env("TMPDIR", folder.path());
        // Verdicts must not depend on luck: some errors of NumPy 1.17 come and go with the hashes of names.
        if env::var_os(HASH_SEED).is_none() {
            command.env(HASH_SEED, "0");
        }
        let mut group = Group::start(&mut command)
            .map_err(|error| RunError::unavailable(format!("expected to start the adapter {shown}, found: {error}")))?;
        let errors = Arc::new(Mutex::new(VecDeque::new()));
        let (input, to_write) = channel();
        let (found, output) = sync_channel(1024);
        let (errors_open, errors_ended) = channel();
        let child = group.child();
        let streams = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let kept = Arc::clone(&errors);
        let process = Process {
            group: Some(group),
            folder,
            proof: Proof::default(),
            restarts: false,
            offers_costs: false,
            died: None,
            late: Vec::new(),
            input: Some(input),
            output,
            errors,
            errors_ended,
            timeout,
        };
        if let (Some(stdin), Some(stdout), Some(stderr)) = streams {
            let spawn = |body: Box<dyn FnOnce() + Send>| thread::Builder::new().spawn(body).map(|_| ());
            spawn(Box::new(move || lines::write(stdin, &to_write)))
                .and_then(|()| spawn(Box::new(move || lines::read(stdout, &found))))
                .and_then(|()| {
                    spawn(Box::new(move || {
                        lines::keep_last(stderr, &kept);
                        drop(errors_open);
                    }))
                })
                .map_err(|error| {
                    RunError::unavailable(format!(
                        "expected three threads for the adapter, found: {error}; allow more processes, or run with fewer --jobs"
                    ))
                })?;
        }
        Ok(process)
    }

    /// Sends the suite's line of the handshake, and receives the adapter's.
    pub(super) fn handshake(&mut self) -> Result<Hello, RunError> {
        let folder = self.folder.path().to_string_lossy();
        let nonce = proof::nonce();
        self.send_line(&json!({
            "hello": { "protocol": json::PROTOCOL_VERSION, "folder": folder, "nonce": json::hex(&nonce) }
        }));
        let line = self.receive_first("a handshake, `{\"hello\": …}`")?;
        let read = json::to_hello(&line).and_then(|hello| Ok((hello, json::to_process(&line)?)));
        let (hello, reported) = read.map_err(|error| self.protocol_error(&format!("handshake: {error}")))?;
        self.proof = Proof::of(reported, &nonce);
        self.restarts = line["hello"]["restarts"] == true;
        self.offers_costs = line["hello"]["costs"] == true;
        Ok(hello)
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
                    let end = self.stop(SHUTDOWN_TIMEOUT);
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
            self.stop(Duration::ZERO);
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
        if !self.proof.kill() {
            return;
        }
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

    /// Makes the copy that has replaced a dead one ready for cases, and returns its part of the handshake.
    ///
    /// # Errors
    /// [`RunError`] if there is none, or its handshake fails.
    pub(super) fn revive(&mut self) -> Result<Hello, RunError> {
        match self.died.take() {
            Some(_) if self.restarts => self.handshake(),
            _ => Err(RunError::unavailable("expected that another process answers, found none")),
        }
    }

    /// Ends the adapter in order: ends its input, and waits as long as for a reply. What it still says is not looked at, but
    /// for the end of a copy.
    ///
    /// # Errors
    /// [`RunError`] if it ends with another code than 0, by a signal, or not at all.
    pub(super) fn end(&mut self) -> Result<(), RunError> {
        self.input = None;
        let until = Instant::now() + self.timeout;
        while let Ok(line) = self.output.recv_timeout(until.saturating_duration_since(Instant::now())) {
            if let Line::Text(line) = line
                && let Ok(value) = serde_json::from_str(&line)
                && let Some(end) = self.exit_status(&value)
            {
                return Err(self.protocol_error(&at_the_end(&end)));
            }
        }
        let end = self.stop(until.saturating_duration_since(Instant::now()));
        match end {
            End::Exited(status) if status.success() => Ok(()),
            end => Err(self.protocol_error(&at_the_end(&end.to_string()))),
        }
    }

    /// Waits for its end for some time, then kills all its processes. Returns how it ended.
    fn stop(&mut self, patience: Duration) -> End {
        self.input = None;
        let Some(mut group) = self.group.take() else { return End::Unknown };
        let until = Instant::now() + patience;
        while !group.has_ended() && Instant::now() < until {
            thread::sleep(Duration::from_millis(1));
        }
        let has_ended = group.has_ended();
        match group.end() {
            Ok(status) if has_ended => End::Exited(status),
            Ok(_) => End::Killed,
            Err(_) => End::Unknown,
        }
    }
}

/// How the process of an adapter ended.
enum End {
    Exited(ExitStatus),
    /// It had not ended, and was killed.
    Killed,
    Unknown,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Exited(status) => write!(f, "{status}"),
            End::Killed => f.write_str("it still ran"),
            End::Unknown => f.write_str("nobody knows how"),
        }
    }
}

/// What is wrong with how an adapter ended.
fn at_the_end(how: &str) -> String {
    format!(
        "expected that it ends with exit status 0 when its input ends, found: {how}; memory that was spoilt earlier may \
         show only there"
    )
}

impl Drop for Process {
    fn drop(&mut self) {
        // The end of its input ends it, with time to remove its files.
        let patience = if self.died.is_none() { SHUTDOWN_TIMEOUT } else { Duration::ZERO };
        self.stop(patience);
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
