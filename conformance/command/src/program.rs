//! The command line: `array-ctypes`.
//!
//! Exit codes: 0 conforms, 1 a rule is violated, 2 bad usage, 3 the implementation could not be run, 4 a deviation that is said
//! to be known is not there any more.

use crate::vectors;
use array_ctypes_conformance::json;
use array_ctypes_conformance::transports::leftovers;
use clap::{Arg, ArgAction, Command, value_parser};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::LazyLock;

/// The versions of the program, and of what it shares with others.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let (program, specification) = (env!("CARGO_PKG_VERSION"), array_ctypes_conformance::spec::VERSION);
    let (protocol, vectors) = (json::PROTOCOL_VERSION, vectors::VERSION);
    format!("{program} (specification {specification}, protocol {protocol}, vectors {vectors})")
});

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    clean_up_when_interrupted();
    let matches = command_line().get_matches();
    let outcome = match matches.subcommand() {
        Some(("check", arguments)) => crate::commands::check::run(arguments),
        Some(("bench", arguments)) => crate::commands::bench::run(arguments),
        Some(("repro", arguments)) => crate::commands::repro::run(arguments),
        Some(("show", arguments)) => crate::commands::show::run(arguments),
        Some(("rules", arguments)) => crate::commands::rules::run(arguments),
        Some(("faults", arguments)) => crate::commands::faults::run(arguments),
        Some(("cases", arguments)) => crate::commands::cases::run(arguments),
        Some(("vectors", arguments)) => crate::commands::vectors::run(arguments),
        _ => Ok(crate::commands::Exit::Usage),
    };
    // Where a signal came first, what follows is not said.
    leftovers::wait_if_exiting();
    let exit = outcome.unwrap_or_else(|stop| {
        // A reader that closed the pipe has seen enough.
        if !matches!(&stop, crate::commands::Stop::Output(error) if error.kind() == io::ErrorKind::BrokenPipe) {
            let _ = writeln!(io::stderr(), "array-ctypes: {stop}");
        }
        stop.exit()
    });
    ExitCode::from(exit as u8)
}

/// An interrupt leaves no process and no folder behind. The exit code is the customary one: 128 and the signal's number.
fn clean_up_when_interrupted() {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        // Where signals cannot be watched, an interrupt ends the program as it always did.
        let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM]) else { return };
        std::thread::spawn(move || {
            if let Some(signal) = signals.forever().next() {
                leftovers::exit(128 + signal);
            }
        });
    }
}

fn command_line() -> Command {
    let number = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help).value_parser(whole_number)
    };
    let seconds = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("SECONDS").help(help).value_parser(positive_seconds)
    };
    let text = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let flag = |name: &'static str, help: &'static str| Arg::new(name).long(name).help(help).action(ArgAction::SetTrue);
    let case = || Arg::new("case").value_name("CASE").required(true).help("SEED:INDEX, or the path of a case file");
    let jobs = |help: &'static str| text("jobs", "N", help).value_parser(value_parser!(u16));
    let rule = || text("rule", "GLOB", "Ask only about rules that match, as in data.* or *.strides");
    let profile = |help: &'static str| text("profile", "NAME", help).action(ArgAction::Append);
    let held_to = "Hold it to that profile only, of those that it claims; may be repeated";
    let strict = || flag("strict", "A broken SHOULD is a violation too");
    let known = |command: Command| {
        command
            .arg(
                text(
                    "deviations",
                    "FILE",
                    "Known deviations, beside those of NumPy; may be repeated [default: array-ctypes-deviations.toml, if there]",
                )
                .value_parser(value_parser!(PathBuf))
                .action(ArgAction::Append),
            )
            .arg(flag("no-deviations", "Count no deviation as known").conflicts_with("deviations"))
    };
    let python = || {
        text("python", "PATH", "The Python whose NumPy is meant [default: ARRAY_CTYPES_PYTHON, or python3]")
            .value_parser(value_parser!(PathBuf))
    };
    let patience =
        || seconds("timeout", "How long any answer of an adapter may take, its start ten times as long [default: 10]");
    let target = |command: Command| {
        command
            .arg(
                Arg::new("implementation")
                    .value_name("IMPLEMENTATION")
                    .num_args(0..)
                    .help("reference, numpy, or numpy==VERSION [default: reference]"),
            )
            .arg(python())
            .arg(text("command", "LINE", "An adapter: any program that speaks the protocol").action(ArgAction::Append))
            .arg(patience())
    };
    let format = || {
        text("format", "FORMAT", "text, or json: one object a line, the summary last").value_parser(["text", "json"])
    };
    let check = known(target(Command::new("check").about("Validate implementations of the array ctypes interface")))
        .arg(number("cases", "N", "How many cases to make [default: 100000]"))
        .arg(number("seed", "S", "Seed of the run [default: 1]"))
        .arg(seconds("time-limit", "When to stop making cases"))
        .arg(jobs(
            "Threads, each with an implementation of its own [default: one for each core, if each has 5000 cases]",
        ))
        .arg(rule())
        .arg(profile(held_to))
        .arg(strict())
        .arg(format())
        .arg(flag("quiet", "Leave out rules that held"))
        .arg(
            text(
                "regressions",
                "DIR",
                "Where failing cases are saved and replayed from [default: array-ctypes-regressions]",
            )
            .value_parser(value_parser!(PathBuf)),
        )
        .arg(flag("no-save", "Save no failing case"));
    let bench = target(Command::new("bench").about("Measure what asking about an array costs, as one table"))
        .arg(format())
        .arg(
            text("report", "DIR", "Also write costs.json, costs.md and costs.svg there")
                .value_parser(value_parser!(PathBuf)),
        );
    let repro =
        known(target(Command::new("repro").about("Ask an implementation one case, and show each verdict").arg(case())))
            .arg(rule())
            .arg(profile(held_to))
            .arg(strict());
    let show = Command::new("show")
        .about("Draw a case, and show what the specification expects of it")
        .arg(case())
        .arg(rule())
        .arg(profile("As for an implementation that claims that profile, and no others; may be repeated"))
        .arg(text("platform", "NAME", "As on that platform, such as s390x-linux [default: this one]"));
    let rules = Command::new("rules")
        .about("List the rules: how often drawn cases speak of each, its faults, and where it is from")
        .arg(Arg::new("rule").value_name("GLOB").help("Only rules that match, with all that is known of each"))
        .arg(flag("statements", "List the statements of the documentation instead, with the rules of each"));
    let faults = Command::new("faults")
        .about("Prove that the checks catch mistakes: faulty implementations, and how soon each is caught")
        .arg(Arg::new("rule").value_name("GLOB").help("Only faults of rules that match"))
        .arg(number("seeds", "N", "How many seeds, from 1 on [default: 20]"))
        .arg(number("cases", "N", "How many cases of each seed a fault may take [default: 20000]"))
        .arg(jobs("Threads [default: one for each core]"))
        .arg(
            text("format", "FORMAT", "text, or markdown: the page conformance/faults.md")
                .value_parser(["text", "markdown"]),
        )
        .arg(flag("numpy", "Those of the adapter of NumPy instead, which are made in Python").conflicts_with("format"))
        .arg(python())
        .arg(patience());
    let cases = Command::new("cases")
        .about("Print what the generators draw")
        .arg(number("count", "N", "How many cases [default: 10]"))
        .arg(number("seed", "S", "Seed of the run [default: 1]"))
        .arg(flag("traits", "Print the share of each trait instead of the cases"));
    let vectors = Command::new("vectors")
        .about("Write golden vectors: cases with what is expected of them, a file for each platform")
        .arg(
            Arg::new("folder")
                .value_name("DIR")
                .help("Where to [default: array-ctypes-vectors]")
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(
            text(
                "found",
                "DIR",
                "Where case files are that become part of them, instead of those that the suite ships",
            )
            .value_parser(value_parser!(PathBuf)),
        );
    Command::new("array-ctypes")
        .about("Conformance suite for the array ctypes interface")
        .version(VERSION.as_str())
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([check, bench, repro, show, rules, faults, cases, vectors])
        .after_help(
            "Exit codes: 0 conforms, 1 a rule is violated, 2 bad usage, 3 the implementation could not be run, \
             or not to the end, 4 a deviation that is said to be known is not there any more.",
        )
}

fn whole_number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("expected a whole number, found {text:?}"))
}

fn positive_seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds < 1e9 => Ok(seconds),
        _ => Err(format!("expected a positive number of seconds, found {text:?}")),
    }
}
