//! The program: reads the command line, runs a subcommand, and ends with its exit code.

use crate::commands::Command;
use crate::exit::Exit;
use crate::output::print_error;
use crate::results;
use crate::vectors;
use array_ctypes_conformance::json;
use array_ctypes_conformance::transports::leftovers;
use clap::{CommandFactory as _, Parser};
use std::process::ExitCode;
use std::sync::LazyLock;

/// The versions of the program, and of what it shares with other programs.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let (program, specification) = (env!("CARGO_PKG_VERSION"), array_ctypes_conformance::spec::VERSION);
    let (protocol, vectors) = (json::PROTOCOL_VERSION, vectors::VERSION);
    let results = results::FORMAT;
    format!("{program} (specification {specification}, protocol {protocol}, vectors {vectors}, results {results})")
});

/// Conformance suite for the array ctypes interface
#[derive(Parser)]
#[command(name = "array-ctypes", version = VERSION.as_str(), after_help = Exit::help())]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    leftovers::adopt_orphans();
    watch_signals();
    let outcome = CommandLine::parse().command.run(CommandLine::command());
    // After a second signal nothing more is printed.
    leftovers::wait_if_exiting();
    if let Some(signal) = leftovers::interrupted() {
        return ExitCode::from(u8::try_from(128 + signal).unwrap_or(u8::MAX));
    }
    let exit = outcome.unwrap_or_else(|error| {
        if !error.is_closed_pipe() {
            print_error(&error.to_string());
        }
        error.exit()
    });
    ExitCode::from(exit.code())
}

/// On a signal, the run ends, and reports what it knows: see [`leftovers::interrupt`]. A signal that this process was started
/// to ignore, as `nohup` does, is ignored.
fn watch_signals() {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        let ignored = ignored_signals();
        let watched = [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0);
        // If signals cannot be watched, an interrupt ends the program as it ends any other.
        let Ok(mut signals) = signal_hook::iterator::Signals::new(watched) else { return };
        let watch = move || signals.forever().for_each(leftovers::interrupt);
        let _ = std::thread::Builder::new().spawn(watch);
    }
}

/// The signals that this process ignores, one a bit, as Linux lists them. None elsewhere.
#[cfg(unix)]
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
