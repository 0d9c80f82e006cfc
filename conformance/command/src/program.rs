//! The program: reads the command line, runs a subcommand, and ends with its exit code.

use crate::commands::Command;
use crate::exit::Exit;
use crate::output::print_error;
use crate::vectors;
use array_ctypes_conformance::json;
use array_ctypes_conformance::transports::leftovers;
use clap::Parser;
use std::process::ExitCode;
use std::sync::LazyLock;

/// The versions of the program, and of what it shares with other programs.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let (program, specification) = (env!("CARGO_PKG_VERSION"), array_ctypes_conformance::spec::VERSION);
    let (protocol, vectors) = (json::PROTOCOL_VERSION, vectors::VERSION);
    format!("{program} (specification {specification}, protocol {protocol}, vectors {vectors})")
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
    clean_up_when_interrupted();
    let outcome = CommandLine::parse().command.run();
    // After a signal nothing more is printed.
    leftovers::wait_if_exiting();
    let exit = outcome.unwrap_or_else(|error| {
        if !error.is_closed_pipe() {
            print_error(&error.to_string());
        }
        error.exit()
    });
    ExitCode::from(exit.code())
}

/// On an interrupt, ends all processes and removes all folders. The exit code is the customary one: 128 and the
/// signal's number.
fn clean_up_when_interrupted() {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        // If signals cannot be watched, an interrupt ends the program as it ends any other.
        let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM]) else { return };
        std::thread::spawn(move || {
            if let Some(signal) = signals.forever().next() {
                leftovers::exit(128 + signal);
            }
        });
    }
}
