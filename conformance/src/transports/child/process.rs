//! The process of an adapter: started, spoken to in lines, and ended.
//!
//! Nothing that it says is trusted: what is too long, malformed, out of order or late is [`RunError`], told with its last
//! words. Where it says that it restarts by itself, a copy of it answers, and another copy does when that one has died; else
//! another process has to be started.

use super::lines::{self, LONGEST, Line};
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

/// How many times as long as an answer it may take where something has to be imported first: what is under test before an
/// introduction, and what else takes its arrays before costs are measured.
const STARTUP_TIMEOUT_FACTOR: u32 = 10;

/// How long the end of a process, and of its errors, is waited for where nothing more is asked of it.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// How a copy that answered has ended, as the process that made it says.
struct Died {
    pid: u64,
    status: i32,
}

/// A running adapter.
pub(super) struct Process {
    child: Child,
    group: Option<Group>,
    /// For the files of its cases.
    folder: Folder,
    /// The process whose memory the arrays are in, where it can be looked at.
    pid: Option<i32>,
    /// Whether another copy answers after one has died.
    restarts: bool,
    /// Whether it can be asked what asking costs.
    pub(super) offers_costs: bool,
    died: Option<Died>,
    input: Option<Sender<String>>,
    output: Receiver<Line>,
    errors: Arc<Mutex<VecDeque<String>>>,
    /// Disconnected once there are no more errors to read.
    silent: Receiver<()>,
    patience: Duration,
}

/// By what CPython makes the hashes of strings.
const HASH_SEED: &str = "PYTHONHASHSEED";

impl Process {
    /// Starts an adapter. `patience` is how long any answer may take.
    pub(super) fn start(mut command: Command, patience: Duration) -> Result<Process, RunError> {
        let shown = format!("{command:?}");
        let folder = Folder::new()
            .map_err(|error| RunError::unavailable(format!("expected to make a folder, found: {error}")))?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // What a Python finds must not hang on luck: some errors of NumPy 1.17 come and go with the hashes of names.
        if env::var_os(HASH_SEED).is_none() {
            command.env(HASH_SEED, "0");
        }
        let (mut child, group) = Group::start(&mut command)
            .map_err(|error| RunError::unavailable(format!("expected to start the adapter {shown}, found: {error}")))?;
        let group = Some(group);
        let errors = Arc::new(Mutex::new(VecDeque::new()));
        let (input, to_write) = channel();
        let (found, output) = sync_channel(1024);
        let (speaking, silent) = channel();
        if let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        {
            let kept = Arc::clone(&errors);
            thread::spawn(move || lines::write(stdin, &to_write));
            thread::spawn(move || lines::read(stdout, &found));
            thread::spawn(move || {
                lines::keep_last(stderr, &kept);
                drop(speaking);
            });
        }
        let (input, pid, restarts, offers_costs, died) = (Some(input), None, false, false, None);
        Ok(Process { child, group, folder, pid, restarts, offers_costs, died, input, output, errors, silent, patience })
    }

    /// Asks for an introduction and takes it in.
    pub(super) fn handshake(&mut self) -> Result<Hello, RunError> {
        let folder = self.folder.path().to_string_lossy();
        self.send_line(&json!({ "hello": { "protocol": json::PROTOCOL_VERSION, "folder": folder } }));
        let line = self.receive_first("an introduction, `{\"hello\": …}`")?;
        let hello = json::to_hello(&line).map_err(|error| self.protocol_error(&format!("introduction: {error}")))?;
        self.pid = line["hello"]["pid"].as_i64().and_then(|pid| i32::try_from(pid).ok()).filter(|pid| *pid > 0);
        self.restarts = line["hello"]["restarts"] == true;
        self.offers_costs = line["hello"]["costs"] == true;
        Ok(hello)
    }

    /// The process whose memory the arrays are in, where it can be looked at.
    pub(super) fn pid(&self) -> Option<i32> {
        self.pid
    }

    /// The folder for the files of its cases.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// How long any answer may take.
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    /// Says a line. Where nobody hears it, hearing nothing tells so.
    pub(super) fn send_line(&self, message: &Value) {
        if let Some(input) = &self.input {
            let _ = input.send(format!("{message}\n"));
        }
    }

    /// Hears a line, which is `what`.
    pub(super) fn receive_line(&mut self, what: &str) -> Result<Value, RunError> {
        self.receive_within(self.patience, what)
    }

    /// Likewise, where something has to be imported first.
    pub(super) fn receive_first(&mut self, what: &str) -> Result<Value, RunError> {
        self.receive_within(self.patience * STARTUP_TIMEOUT_FACTOR, what)
    }

    fn receive_within(&mut self, patience: Duration, what: &str) -> Result<Value, RunError> {
        let until = Instant::now() + patience;
        loop {
            let message = match self.output.recv_timeout(until.saturating_duration_since(Instant::now())) {
                // A copy that died within a line leaves a part of it behind.
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
                    "expected {what}, found a line of more than {LONGEST} bytes; answer within that, or tell a limit"
                ),
                Ok(Line::Failed(error)) => {
                    format!("expected {what}, found {error}; an adapter must write JSON Lines in UTF-8")
                }
                Err(RecvTimeoutError::Timeout) => {
                    let message = format!(
                        "expected {what}, found nothing for {} s; an adapter must flush its output after each line; a \
                         slow one needs a longer --timeout",
                        patience.as_secs_f64()
                    );
                    return Err(RunError::timed_out(self.last_words(&message)));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let end = self.end();
                    format!(
                        "expected {what}, found the end of its output ({end}); an adapter must answer until its input ends"
                    )
                }
            };
            return Err(self.protocol_error(&message));
        }
    }

    /// What a line says of the end of a copy, if that is what it is.
    fn exit_status(&mut self, line: &Value) -> Option<String> {
        let died = line.get("died").filter(|_| self.restarts)?;
        let status = i32::try_from(died["status"].as_i64()?).ok()?;
        self.died = Some(Died { pid: died["pid"].as_u64()?, status });
        Some(in_words(status))
    }

    /// How the process ended, which has closed its output.
    fn end(&mut self) -> String {
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

    /// The loss of the adapter, with its last words.
    pub(super) fn protocol_error(&mut self, message: &str) -> RunError {
        RunError::lost(self.last_words(message))
    }

    /// Ends the copy that answered, or all processes if no other takes its place; returns the message with their last words.
    fn last_words(&mut self, message: &str) -> String {
        let mut message = message.to_owned();
        if self.restarts && self.died.is_none() {
            self.end_copy();
            let by_itself = self.died.as_ref().filter(|died| died.status != SIGKILL);
            if let Some(died) = by_itself {
                message = format!("{message}; then it ended ({})", in_words(died.status));
            }
        }
        if let Some(died) = &self.died {
            self.wait_for(&mark(died.pid));
        } else {
            self.restarts = false;
            self.stop();
            // The end of its errors may still be on the way; a child of its own may keep it open for ever.
            let _ = self.silent.recv_timeout(SHUTDOWN_TIMEOUT);
        }
        let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        let words: Vec<String> = errors.drain(..).filter(|line| !line.starts_with("(process ")).collect();
        let last = if words.is_empty() { "(none)".to_owned() } else { words.join("\n    ") };
        format!("adapter: {message}\n  its last words on standard error:\n    {last}")
    }

    /// Kills the copy that answers, unless it is dead, and hears the process that made it say so.
    fn end_copy(&mut self) {
        let Some(pid) = self.pid else { return };
        kill(pid);
        // What it had still said is of no interest.
        let until = Instant::now() + SHUTDOWN_TIMEOUT;
        while self.died.is_none()
            && let Ok(Line::Text(line)) = self.output.recv_timeout(until.saturating_duration_since(Instant::now()))
        {
            if let Ok(value) = serde_json::from_str(&line) {
                self.exit_status(&value);
            }
        }
    }

    /// Waits until this has been read among the errors, and so all before it.
    fn wait_for(&self, mark: &str) {
        let until = Instant::now() + SHUTDOWN_TIMEOUT;
        let read = || self.errors.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|line| line == mark);
        while !read() && Instant::now() < until {
            thread::sleep(Duration::from_micros(100));
        }
    }

    /// Goes on with the copy that has taken the place of one that died.
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
        // Its input ends, and so does it, with time to remove what it has made.
        self.input = None;
        if self.died.is_none() && self.group.is_some() {
            self.end();
        }
        self.stop();
    }
}

const SIGKILL: i32 = 9;

/// What a process that makes copies of itself writes among the errors after one has ended.
fn mark(pid: u64) -> String {
    format!("(process {pid} ended)")
}

/// How a process ended that another has waited for.
fn in_words(status: i32) -> String {
    #[cfg(unix)]
    return <std::process::ExitStatus as std::os::unix::process::ExitStatusExt>::from_raw(status).to_string();
    #[cfg(not(unix))]
    return format!("status {status}");
}
