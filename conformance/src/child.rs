//! An adapter in a child process, spoken to in JSON Lines. The protocol is described in `PROTOCOL.md`.
//!
//! One thread reads its output, one writes its input and one keeps the last lines of its errors, so that neither a full
//! pipe nor silence can hang the suite. Nothing that the child says is trusted: what is too long, malformed, out of order
//! or late is [`Trouble`], told with the child's last words.

use crate::implementation::{Hello, Implementation, Reply, Trouble};
use crate::{Case, json};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child as Process, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The longest line that is read, in bytes.
const LONGEST_LINE: u64 = 16 << 20;

/// How many lines of the child's errors are kept.
const LAST_WORDS: usize = 12;

/// How long the end of a child, and of its errors, is waited for where nothing more is asked of it.
const FAREWELL: Duration = Duration::from_secs(2);

enum Line {
    Text(String),
    TooLong,
    Failed(String),
}

struct Asked {
    id: u64,
    /// The number of steps of each case.
    steps: Vec<usize>,
}

/// An adapter in a child process.
pub struct Child {
    process: Process,
    hello: Hello,
    input: Sender<String>,
    output: Receiver<Line>,
    errors: Arc<Mutex<VecDeque<String>>>,
    /// Disconnected once there are no more errors to read.
    silent: Receiver<()>,
    asked: VecDeque<Asked>,
    batches: u64,
    patience: Duration,
    /// Where the adapter makes files. Removed at the end.
    _folder: TempDir,
}

impl std::fmt::Debug for Child {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Child").field("hello", &self.hello).finish_non_exhaustive()
    }
}

impl Child {
    /// Starts an adapter and waits for its introduction. `patience` is how long any answer may take.
    ///
    /// # Errors
    /// [`Trouble`] where it cannot be started or does not introduce itself.
    pub fn start(mut command: Command, patience: Duration) -> Result<Child, Trouble> {
        let shown = format!("{command:?}");
        let folder = tempfile::tempdir().map_err(|error| trouble(format!("expected a folder for files: {error}")))?;
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| trouble(format!("expected to start the adapter {shown}, found: {error}")))?;
        let errors = Arc::new(Mutex::new(VecDeque::new()));
        let (input, lines) = channel();
        let (found, output) = sync_channel(1024);
        let (speaking, silent) = channel();
        if let (Some(stdin), Some(stdout), Some(stderr)) =
            (process.stdin.take(), process.stdout.take(), process.stderr.take())
        {
            let kept = Arc::clone(&errors);
            thread::spawn(move || write_lines(stdin, &lines));
            thread::spawn(move || read_lines(stdout, &found));
            thread::spawn(move || {
                keep_last(stderr, &kept);
                drop(speaking);
            });
        }
        let (hello, asked) = (unknown(), VecDeque::new());
        let greeting = json!({ "hello": { "protocol": json::PROTOCOL, "folder": folder.path().to_string_lossy() } });
        let mut child =
            Child { process, hello, input, output, errors, silent, asked, batches: 0, patience, _folder: folder };
        child.say(&greeting);
        let line = child.hear("an introduction, `{\"hello\": …}`")?;
        child.hello = json::to_hello(&line).map_err(|error| child.complain(&format!("introduction: {error}")))?;
        Ok(child)
    }

    fn say(&self, message: &Value) {
        // Where the child is gone, hearing nothing tells so.
        let _ = self.input.send(format!("{message}\n"));
    }

    fn hear(&mut self, what: &str) -> Result<Value, Trouble> {
        match self.output.recv_timeout(self.patience) {
            Ok(Line::Text(line)) => serde_json::from_str(&line).map_err(|error| {
                let start: String = line.trim_end().chars().take(200).collect();
                self.complain(&format!(
                    "expected {what}, found a line that is no JSON ({error}): {start:?}; an adapter must print nothing \
                     but its replies"
                ))
            }),
            Ok(Line::TooLong) => Err(self.complain(&format!(
                "expected {what}, found a line of more than {LONGEST_LINE} bytes; answer within that, or tell a limit"
            ))),
            Ok(Line::Failed(error)) => {
                Err(self
                    .complain(&format!("expected {what}, found {error}; an adapter must write JSON Lines in UTF-8")))
            }
            Err(RecvTimeoutError::Timeout) => Err(self.complain(&format!(
                "expected {what}, found nothing for {} s; an adapter must flush its output after each line; a slow one \
                 needs a longer --timeout",
                self.patience.as_secs_f64()
            ))),
            Err(RecvTimeoutError::Disconnected) => {
                let end = self.end();
                Err(self.complain(&format!(
                    "expected {what}, found the end of its output ({end}); an adapter must answer until its input ends"
                )))
            }
        }
    }

    /// How the child ended, which has closed its output.
    fn end(&mut self) -> String {
        let until = Instant::now() + FAREWELL;
        loop {
            match self.process.try_wait() {
                Ok(Some(status)) => return status.to_string(),
                Ok(None) if Instant::now() < until => thread::sleep(Duration::from_millis(5)),
                Ok(None) => return "it still runs".to_owned(),
                Err(error) => return error.to_string(),
            }
        }
    }

    /// Trouble, with the adapter's last words.
    fn complain(&mut self, message: &str) -> Trouble {
        let _ = self.process.kill();
        let _ = self.process.wait();
        // The end of its errors may still be on the way; a child of its own may keep it open for ever.
        let _ = self.silent.recv_timeout(FAREWELL);
        let errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        let words: Vec<&str> = errors.iter().map(String::as_str).collect();
        let last = if words.is_empty() { "(none)".to_owned() } else { words.join("\n    ") };
        trouble(format!("adapter: {message}\n  its last words on standard error:\n    {last}"))
    }
}

impl Implementation for Child {
    fn hello(&self) -> &Hello {
        &self.hello
    }

    fn send(&mut self, cases: &[Case]) -> Result<(), Trouble> {
        let id = self.batches;
        self.batches += 1;
        let named = |(at, case): (usize, &Case)| {
            let mut case = json::from_case(case);
            case["id"] = format!("{id}:{at}").into();
            case
        };
        let cases_as_json: Vec<Value> = cases.iter().enumerate().map(named).collect();
        self.say(&json!({ "batch": id.to_string(), "cases": cases_as_json }));
        self.asked.push_back(Asked { id, steps: cases.iter().map(|case| case.script.len()).collect() });
        Ok(())
    }

    fn receive(&mut self, replies: &mut Vec<Reply>) -> Result<(), Trouble> {
        let Some(Asked { id, steps }) = self.asked.pop_front() else { return Ok(()) };
        for (position, count) in steps.into_iter().enumerate() {
            let expected = format!("{id}:{position}");
            let at = |trouble: Trouble| Trouble { position, ..trouble };
            let line = self.hear(&format!("a reply to case {expected}")).map_err(at)?;
            let reply = json::to_reply(&line, |found| (found == expected).then_some(count));
            let (_, reply) = reply.map_err(|error| at(self.complain(&format!("reply to case {expected}: {error}"))))?;
            replies.push(reply);
        }
        self.say(&json!({ "release": id.to_string() }));
        Ok(())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn trouble(message: String) -> Trouble {
    Trouble { message, position: 0 }
}

fn unknown() -> Hello {
    Hello {
        name: String::new(),
        version: String::new(),
        platform: array_ctypes_spec::platform::Platform::host(),
        profiles: Vec::new(),
        limits: crate::Limits::default(),
    }
}

fn write_lines(mut stdin: impl Write, lines: &Receiver<String>) {
    // A child that stops reading ends this thread; the reader notices.
    for line in lines {
        if stdin.write_all(line.as_bytes()).and_then(|()| stdin.flush()).is_err() {
            return;
        }
    }
}

fn read_lines(stdout: impl Read, lines: &SyncSender<Line>) {
    let mut reader = BufReader::with_capacity(1 << 16, stdout);
    loop {
        let mut bytes = Vec::new();
        let line = match reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut bytes) {
            Ok(0) => return,
            Ok(_) if bytes.len() as u64 == LONGEST_LINE => Line::TooLong,
            Ok(_) => match String::from_utf8(bytes) {
                Ok(text) => Line::Text(text),
                Err(_) => Line::Failed("a line that is not UTF-8".to_owned()),
            },
            Err(error) => Line::Failed(error.to_string()),
        };
        let last = !matches!(line, Line::Text(_));
        if lines.send(line).is_err() || last {
            return;
        }
    }
}

fn keep_last(stderr: impl Read, kept: &Mutex<VecDeque<String>>) {
    let mut reader = BufReader::new(stderr);
    let mut bytes = Vec::new();
    // Lines without end are cut into pieces.
    while matches!(reader.by_ref().take(1000).read_until(b'\n', &mut bytes), Ok(count) if count > 0) {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(String::from_utf8_lossy(&bytes).trim_end().to_owned());
        if kept.len() > LAST_WORDS {
            kept.pop_front();
        }
        bytes.clear();
    }
}
