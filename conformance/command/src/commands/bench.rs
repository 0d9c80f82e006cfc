//! `array-ctypes bench`: what asking about an array costs, of all implementations in one table.

use super::{Exit, Stop, Target, patience, print, tell};
use crate::bench;
use crate::bench::costs::Costs;
use crate::bench::{Measured, chart, costs};
use array_ctypes_conformance::RunError;
use clap::ArgMatches;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

/// Measures each implementation in turn. RunError with one is told, and the next has its turn.
pub(crate) fn run(arguments: &ArgMatches) -> Result<Exit, Stop> {
    let mut costs = Costs::default();
    let mut exit = Exit::Conforms;
    for target in Target::all(arguments)? {
        match one(&target, patience(arguments)) {
            Ok(measured) => costs.measured.push(measured),
            Err(error) => {
                let name = name(&target);
                tell(&format!("not measured: {name}: {error}"));
                costs.troubles.push((name, error.to_string()));
                exit = Exit::RunError;
            }
        }
        if matches!(target, Target::Reference) {
            beside_the_reference(&mut costs);
        }
    }
    if arguments.get_one::<String>("format").is_some_and(|format| format == "json") {
        print(&costs::lines(&costs).iter().map(|line| format!("{line}\n")).collect::<String>())?;
    } else {
        print(&costs::text(&costs))?;
    }
    // What cannot be written is told after the table, not instead of it.
    if let Some(folder) = arguments.get_one::<PathBuf>("report")
        && let Err(error) = write(folder, &costs)
    {
        tell(&format!("expected to write the report to {}, found: {error}", folder.display()));
        exit = Exit::RunError;
    }
    Ok(exit)
}

fn one(target: &Target, patience: Duration) -> Result<Measured, RunError> {
    bench::ask(&mut *target.start(patience)?, bench::BUDGET)
}

fn name(target: &Target) -> String {
    match target {
        Target::Reference => "reference".to_owned(),
        other => other.words().trim_start().to_owned(),
    }
}

/// What another Rust crate takes for the same, in the same process.
fn beside_the_reference(costs: &mut Costs) {
    #[cfg(feature = "ndarray")]
    costs.measured.push(array_ctypes_conformance::adapters::ndarray::costs(bench::BUDGET));
    #[cfg(not(feature = "ndarray"))]
    costs.notes.push("ndarray is not in this build: cargo run --release --features ndarray -- bench".to_owned());
    if cfg!(debug_assertions) {
        costs
            .notes
            .push("this build is not optimised, so what runs in it takes much longer: cargo run --release".to_owned());
    }
}

fn write(folder: &Path, costs: &Costs) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("costs.json"), costs::document(costs))?;
    fs::write(folder.join("costs.md"), costs::markdown(costs))?;
    fs::write(folder.join("costs.svg"), chart::svg(costs))
}
