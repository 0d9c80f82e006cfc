//! What the command prints, and how words are quoted in it.

use crate::error::CommandError;
use array_ctypes_conformance::words::escaped;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, Write as _};

/// Prints a whole text, with control characters escaped: adapters and files may have put some in. If the reader closed the
/// pipe, it has seen enough, and the verdict stands.
pub(crate) fn print(text: &str) -> Result<(), CommandError> {
    print_styled(&escaped(text))
}

/// A text without what GitHub Actions takes for a command when it reads the output of a step: `::` at the start of a line.
fn without_commands(text: &str) -> String {
    if std::env::var_os("GITHUB_ACTIONS").is_none() {
        return text.to_owned();
    }
    let line = |line: &str| {
        let indent = line.len() - line.trim_start().len();
        if line[indent..].starts_with("::") {
            format!("{}: {}", &line[..indent], &line[indent + 1..])
        } else {
            line.to_owned()
        }
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Prints a text that has no control characters but those that this program puts in.
pub(crate) fn print_styled(text: &str) -> Result<(), CommandError> {
    print_commands(&without_commands(text))
}

/// Prints commands for GitHub Actions, with nothing of others in them that could be one.
pub(crate) fn print_commands(text: &str) -> Result<(), CommandError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(CommandError::Output(error)),
        _ => Ok(()),
    }
}

/// Prints a message to standard error.
pub(crate) fn print_error(message: &str) {
    let _ = writeln!(io::stderr(), "{}", without_commands(&format!("array-ctypes: {}", escaped(message))));
}

/// A progress bar of that length, with `unit` after the counts.
pub(crate) fn progress_bar(length: u64, unit: &str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    bar.set_style(style(&format!("{{bar:40}} {{pos}}/{{len}} {unit}")));
    bar
}

/// The look of a bar.
pub(crate) fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// A word as the system's shell reads it back.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else if cfg!(windows) {
        format!("\"{}\"", word.replace('"', "\\\""))
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
