//! The lines that go to a child and come from it, each stream on a thread of its own.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Mutex, PoisonError};

/// The longest line that is read, in bytes.
pub(super) const LONGEST: u64 = 16 << 20;

/// How many lines of the child's errors are kept.
const LAST_WORDS: usize = 12;

/// What came instead of nothing.
pub(super) enum Line {
    Text(String),
    TooLong,
    Failed(String),
}

/// Writes each line until there are no more.
pub(super) fn write(mut stdin: impl Write, lines: &Receiver<String>) {
    // A child that stops reading ends this thread; the reader notices.
    for line in lines {
        if stdin.write_all(line.as_bytes()).and_then(|()| stdin.flush()).is_err() {
            return;
        }
    }
}

/// Reads lines until the end, or until what is none.
pub(super) fn read(stdout: impl Read, lines: &SyncSender<Line>) {
    let mut reader = BufReader::with_capacity(1 << 16, stdout);
    loop {
        let mut bytes = Vec::new();
        let line = match reader.by_ref().take(LONGEST).read_until(b'\n', &mut bytes) {
            Ok(0) => return,
            Ok(_) if bytes.len() as u64 == LONGEST => Line::TooLong,
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

/// Keeps the last lines.
pub(super) fn keep_last(stderr: impl Read, kept: &Mutex<VecDeque<String>>) {
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
