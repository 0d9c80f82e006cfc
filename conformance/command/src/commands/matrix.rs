//! `array-ctypes matrix`: hands the arrays of each producer to each consumer, and prints one table.

use crate::adapters::numpy::{python_at_hand, written};
use crate::arguments::{Format, PythonPath, Timeout, jobs, profiles, whole_number};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::{print, print_error, quoted};
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::outcome::{Failure, Origin, Report};
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::report::failure::failed;
use array_ctypes_conformance::spec::{Profile, Protocol, Rule};
use array_ctypes_conformance::transports::child::Child;
use array_ctypes_conformance::{Hello, Implementation, RunError};
use clap::Args;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The script that hands the arrays of one adapter's library to another's. With one adapter, it serves that.
const PAIR: &str = "pair_adapter.py";

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[arg(
        value_name = "ADAPTER",
        required = true,
        help = "Python adapters: files, or the names of those that the suite ships, such \
        as numpy_adapter and numpy_consumer. Those that claim the profile consumer are handed the arrays of the others"
    )]
    adapters: Vec<PathBuf>,
    #[command(flatten)]
    python: PythonPath,
    #[command(flatten)]
    timeout: Timeout,
    /// How many cases to make for each pair
    #[arg(long, value_name = "N", value_parser = whole_number, default_value_t = 2000)]
    cases: u64,
    /// Seed of the runs
    #[arg(long, value_name = "S", value_parser = whole_number, default_value_t = Options::default().seed)]
    seed: u64,
    /// The form of the output; json is one object a line, one for each pair
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// An adapter, and what it says of itself.
struct Member {
    /// As the arguments name it.
    named: String,
    file: PathBuf,
    hello: Hello,
}

/// What became of one pair.
enum Cell {
    /// The producer has no protocol that a door takes.
    Apart,
    Ran(Box<Report>),
    Failed(String),
}

/// Runs each pair in a process of its own. A crash is a verdict on one cell.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, CommandError> {
    let folder = written()?;
    let kit = folder.path();
    let python = arguments.python.path.clone().unwrap_or_else(python_at_hand);
    let start = |files: &[&Path], timeout: Duration| {
        let mut command = Command::new(&python);
        command.arg("-B").arg(kit.join(PAIR)).args(files);
        Child::start(command, timeout)
    };
    let timeout = arguments.timeout.duration;
    let mut members = Vec::new();
    for adapter in &arguments.adapters {
        let shipped = kit.join(adapter).with_extension("py");
        let is_shipped = adapter.components().count() == 1 && !adapter.exists() && shipped.exists();
        let file = if is_shipped { shipped } else { adapter.clone() };
        if !file.is_file() || file.extension().is_none_or(|extension| extension != "py") {
            let message = format!(
                "expected a file of Python or the name of an adapter that the suite ships, found {}",
                quoted(&adapter.to_string_lossy())
            );
            return Err(CommandError::Usage(message));
        }
        let hello = start(&[&file], timeout)?.hello().clone();
        members.push(Member { named: quoted(&adapter.to_string_lossy()), file, hello });
    }
    let (consumers, producers): (Vec<Member>, Vec<Member>) =
        members.into_iter().partition(|member| member.hello.profiles.contains(&Profile::Consumer));
    if consumers.is_empty() || producers.is_empty() {
        let names = |members: &[Member]| match members {
            [] => "none".to_owned(),
            _ => members.iter().map(|member| member.hello.name.as_str()).collect::<Vec<_>>().join(", "),
        };
        let message = format!(
            "expected a producer and a consumer at least, found these producers: {}, and these consumers: {}; a consumer claims the \
             profile consumer",
            names(&producers),
            names(&consumers)
        );
        return Err(CommandError::Usage(message));
    }
    let mut rows = Vec::new();
    for producer in &producers {
        let cells = consumers.iter().map(|consumer| {
            if !have_in_common(&producer.hello, &consumer.hello) {
                return Cell::Apart;
            }
            let files = [&*producer.file, &*consumer.file];
            let make = || Ok(Box::new(start(&files, timeout)?) as Box<dyn Implementation>);
            let options = Options {
                seed: arguments.seed,
                cases: arguments.cases,
                jobs: jobs(None, 1),
                profiles: profiles(&[]),
                ..Options::default()
            };
            check(&make, &options, &|_| {}).map_or_else(failed_to_run, |report| Cell::Ran(Box::new(report)))
        });
        rows.push(cells.collect::<Vec<Cell>>());
    }
    match arguments.format {
        Format::Text => print(&text(&producers, &consumers, &rows))?,
        Format::Json => print(&lines(&producers, &consumers, &rows))?,
    }
    Ok(rows.iter().flatten().map(exit).fold(Exit::Conforms, Exit::or))
}

fn failed_to_run(error: RunError) -> Cell {
    print_error(error.message());
    Cell::Failed(error.message().to_owned())
}

/// Returns true if the producer exports arrays by a protocol that a door of the consumer takes.
fn have_in_common(producer: &Hello, consumer: &Hello) -> bool {
    consumer.doors.iter().any(|door| {
        let profile = match door.takes {
            Protocol::Pointer => Profile::Core,
            Protocol::Interface => Profile::Interface,
            Protocol::Struct => Profile::Struct,
            Protocol::Buffer => Profile::Buffer,
            Protocol::Dlpack | Protocol::DlpackVersioned => Profile::Dlpack,
            Protocol::Object => return false,
        };
        producer.profiles.contains(&profile)
    })
}

fn exit(cell: &Cell) -> Exit {
    match cell {
        Cell::Apart => Exit::Conforms,
        Cell::Failed(_) => Exit::RunError,
        Cell::Ran(report) if report.run_error.is_some() => Exit::RunError,
        Cell::Ran(report) if report.violated(false).next().is_some() => Exit::Violated,
        Cell::Ran(_) => Exit::Conforms,
    }
}

/// Arrays that were taken, and refused, through all doors.
fn taken_and_refused(report: &Report) -> (u64, u64) {
    report.doors.0.values().fold((0, 0), |(taken, refused), seen| (taken + seen.taken, refused + seen.refusals()))
}

/// A cell as the table shows it.
fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Apart => "-".to_owned(),
        Cell::Failed(_) => "did not run".to_owned(),
        Cell::Ran(report) => {
            let (taken, refused) = taken_and_refused(report);
            let percent = 100 * taken / (taken + refused).max(1);
            let broken = report.violated(false).count();
            let lost = if report.lost.is_empty() { String::new() } else { format!(", {} lost", report.lost.len()) };
            let declined = report.too_much_declined().count();
            let declined = if declined == 0 { String::new() } else { format!(", {declined} declined") };
            if broken == 0 {
                format!("holds{declined}, took {percent} %")
            } else {
                format!("{broken} broken{lost}{declined}, took {percent} %")
            }
        }
    }
}

fn text(producers: &[Member], consumers: &[Member], rows: &[Vec<Cell>]) -> String {
    let title = |member: &Member| format!("{} {}", member.hello.name, member.hello.version);
    let mut table = vec![[vec!["arrays of".to_owned()], consumers.iter().map(title).collect()].concat()];
    for (producer, cells) in producers.iter().zip(rows) {
        table.push([vec![title(producer)], cells.iter().map(shown).collect()].concat());
    }
    let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..=consumers.len()).map(width).collect();
    let mut out = String::new();
    for row in &table {
        let line: String = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}  ")).collect();
        let _ = writeln!(out, "{}", line.trim_end());
    }
    for (producer, cells) in producers.iter().zip(rows) {
        for (consumer, cell) in consumers.iter().zip(cells) {
            let Cell::Ran(report) = cell else { continue };
            if !report.failures.is_empty() {
                let _ = writeln!(out, "\n{} to {}", title(producer), title(consumer));
            }
            for failure in report.failures.iter().filter(|failure| is_first(report, failure)) {
                let _ = writeln!(out, "\n{}", failed(report, failure, &repeated(producer, consumer, &failure.origin)));
            }
            lost(&mut out, report);
        }
    }
    out
}

/// The cases that were lost, in one line.
fn lost(out: &mut String, report: &Report) {
    if let Some(first) = report.lost.first() {
        let message = first.message.lines().next().unwrap_or("");
        let _ = writeln!(out, "lost on {} cases, first on {}: {message}", report.lost.len(), first.origin);
    }
}

/// The command that asks the pair as many cases as are needed.
fn repeated(producer: &Member, consumer: &Member, origin: &Origin) -> String {
    let pair = format!("array-ctypes matrix {} {}", producer.named, consumer.named);
    match origin {
        Origin::Drawn { seed, index } => format!("{pair} --seed {seed} --cases {}", index + 1),
        Origin::Page(_) | Origin::File(_) => pair,
    }
}

/// Returns true if the failure is the first of its rule.
fn is_first(report: &Report, failure: &Failure) -> bool {
    report.failures_of(failure.rule).next().is_some_and(|first| std::ptr::eq(first, failure))
}

fn lines(producers: &[Member], consumers: &[Member], rows: &[Vec<Cell>]) -> String {
    let mut out = String::new();
    for (producer, cells) in producers.iter().zip(rows) {
        for (consumer, cell) in consumers.iter().zip(cells) {
            let _ = writeln!(out, "{}", line(producer, consumer, cell));
        }
    }
    out
}

fn line(producer: &Member, consumer: &Member, cell: &Cell) -> Value {
    let of = |member: &Member| json!({ "name": member.hello.name, "version": member.hello.version });
    let mut line = json!({ "producer": of(producer), "consumer": of(consumer) });
    match cell {
        Cell::Apart => line["standing"] = "no protocol in common".into(),
        Cell::Failed(message) => {
            line["standing"] = "did not run".into();
            line["trouble"] = message.as_str().into();
        }
        Cell::Ran(report) => {
            let (taken, refused) = taken_and_refused(report);
            let broken: Vec<&str> = report.violated(false).map(Rule::id).collect();
            line["standing"] = if broken.is_empty() { "holds" } else { "broken" }.into();
            line["broken"] = broken.into();
            line["cases"] = report.cases.into();
            line["declined"] = report.too_much_declined().map(|(rule, _)| rule.id()).collect();
            line["lost"] = report.lost.len().into();
            line["taken"] = taken.into();
            line["refused"] = refused.into();
        }
    }
    line
}
