//! The subcommands: a file for each, with its arguments.

use crate::error::CommandError;
use crate::exit::Exit;
use clap::Subcommand;

mod bench;
mod cases;
mod check;
mod completions;
mod doctor;
mod faults;
mod init;
mod kit;
mod matrix;
mod page;
mod report;
mod repro;
mod rules;
mod show;
mod site;
mod vectors;
#[cfg(unix)]
mod worker;

/// A subcommand with its arguments.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Validate implementations of the array ctypes interface
    Check(check::Arguments),
    /// Measure what it costs to ask about an array, and print one table
    Bench(bench::Arguments),
    /// Ask the examples of NumPy's documentation page, and print them as a session
    Page(page::Arguments),
    /// Show results that check has written, merge them, and compare them with earlier ones
    Report(report::Arguments),
    /// Run one case against an implementation, and show each verdict
    Repro(repro::Arguments),
    /// Draw a case, and show what the specification expects of it
    Show(show::Arguments),
    /// List the rules: how many drawn cases ask about each, its faults, and its sources
    Rules(rules::Arguments),
    /// Prove that the checks catch mistakes: run faulty implementations, and count the cases until each is caught
    Faults(faults::Arguments),
    /// Hand the arrays of each producer to each consumer, and print one table
    Matrix(matrix::Arguments),
    /// Print the cases that the generators draw
    Cases(cases::Arguments),
    /// Write golden vectors: cases with what is expected of them, in one file for each platform
    Vectors(vectors::Arguments),
    /// Print completions for a shell, as in: array-ctypes completions bash > ~/.local/share/bash-completion/completions/array-ctypes
    Completions(completions::Arguments),
    /// Write a start for a library into this folder: an adapter to fill in, and a workflow that runs it
    Init(init::Arguments),
    /// Write the Python kit, its adapters, and the header for C and C++, for those who write an adapter
    Kit(kit::Arguments),
    /// Look what this machine lacks, what that costs in verdicts, and how to get it
    Doctor,
    /// Write the specification as a static site, with a page for each rule
    Site(site::Arguments),
    /// Answer for a library in C or C++, as an adapter; --library starts it
    #[cfg(unix)]
    #[command(hide = true)]
    Worker(worker::Arguments),
}

impl Command {
    /// Does what the arguments ask for.
    /// `command` is the whole command line.
    pub(crate) fn run(&self, command: clap::Command) -> Result<Exit, CommandError> {
        match self {
            Command::Check(arguments) => check::run(arguments),
            Command::Bench(arguments) => bench::run(arguments),
            Command::Page(arguments) => page::run(arguments),
            Command::Report(arguments) => report::run(arguments),
            Command::Repro(arguments) => repro::run(arguments),
            Command::Show(arguments) => show::run(arguments),
            Command::Rules(arguments) => rules::run(arguments),
            Command::Faults(arguments) => faults::run(arguments),
            Command::Matrix(arguments) => matrix::run(arguments),
            Command::Cases(arguments) => cases::run(arguments),
            Command::Vectors(arguments) => vectors::run(arguments),
            Command::Completions(arguments) => completions::run(arguments, command),
            Command::Init(arguments) => init::run(arguments),
            Command::Kit(arguments) => kit::run(arguments),
            Command::Doctor => doctor::run(),
            Command::Site(arguments) => site::run(arguments),
            #[cfg(unix)]
            Command::Worker(arguments) => worker::run(arguments),
        }
    }
}
