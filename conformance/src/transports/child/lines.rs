//! The lines that go to a child and come from it, each stream on a thread of its own.
//!
//! With threads, neither side waits for the other while a pipe is full, on every system. What a line means is in
//! `process`.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Mutex, PoisonError};

/// The longest line that is read, in bytes.
pub(super) const MAX_LINE_BYTES: u64 = 16 << 20;

/// How many of the last lines on the child's standard error are kept: enough for what a process that is aborted says of its
/// stack, which begins with the place that matters.
const ERROR_LINES_KEPT: usize = 20;

/// The longest line on standard error, in bytes. The rest of a longer one is left out.
const MAX_ERROR_LINE_BYTES: u64 = 300;

/// What was read in place of a line.
pub(super) enum Line {
    /// A line in UTF-8.
    Text(String),
    /// More than [`MAX_LINE_BYTES`] without an end.
    TooLong,
    /// Something that could not be read: why.
    Failed(String),
}

/// Writes each line, until there are no more.
pub(super) fn write(mut stdin: impl Write, lines: &Receiver<String>) {
    // A child that stops reading ends this thread; the reader notices.
    for line in lines {
        if stdin.write_all(line.as_bytes()).and_then(|()| stdin.flush()).is_err() {
            return;
        }
    }
}

/// Reads lines, until the end or the first that is not [`Line::Text`].
pub(super) fn read(stdout: impl Read, lines: &SyncSender<Line>) {
    let mut reader = BufReader::with_capacity(1 << 16, stdout);
    loop {
        let mut bytes = Vec::new();
        let line = match reader.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut bytes) {
            Ok(0) => return,
            Ok(_) if bytes.len() as u64 == MAX_LINE_BYTES => Line::TooLong,
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

/// Keeps the last lines of standard error.
pub(super) fn keep_last(stderr: impl Read, kept: &Mutex<VecDeque<String>>) {
    let mut reader = BufReader::new(stderr);
    let mut bytes = Vec::new();
    while matches!(reader.by_ref().take(MAX_ERROR_LINE_BYTES).read_until(b'\n', &mut bytes), Ok(count) if count > 0) {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(String::from_utf8_lossy(&bytes).trim_end().to_owned());
        if kept.len() > ERROR_LINES_KEPT {
            kept.pop_front();
        }
        drop(kept);
        // The rest of a line that is too long is left out, so that one line is never all that is kept.
        if !bytes.ends_with(b"\n") && reader.skip_until(b'\n').is_err() {
            return;
        }
        bytes.clear();
    }
}
