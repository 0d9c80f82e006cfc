//! `array-ctypes bench`: what asking costs, of all implementations in one table.

use crate::arguments::{Format, Targets};
use crate::bench::costs::{Costs, NotMeasured};
use crate::bench::{self, Measured, chart, json, table};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::{print, print_error};
use crate::target::Target;
use array_ctypes_conformance::RunError;
use clap::Args;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(flatten)]
    targets: Targets,
    /// The form of the output; json is one object a line, the summary last
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Also write costs.json, costs.md and costs.svg to this folder
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
}

/// Measures each implementation in turn. A run error with one is printed, and the next has its turn.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, CommandError> {
    let mut costs = Costs::default();
    let mut exit = Exit::Conforms;
    for target in arguments.targets.all()? {
        match measure(&target, arguments.targets.timeout.duration) {
            Ok(measured) => costs.measured.push(measured),
            Err(error) => {
                let name = name(&target);
                print_error(&format!("not measured: {name}: {error}"));
                costs.not_measured.push(NotMeasured { implementation: name, message: error.to_string() });
                exit = Exit::RunError;
            }
        }
        if matches!(target, Target::Reference) {
            add_ndarray(&mut costs);
        }
    }
    print(&match arguments.format {
        Format::Text => table::text(&costs),
        Format::Json => json::text(&costs),
    })?;
    // The table is printed first, so that it is not lost if the report cannot be written.
    if let Some(folder) = &arguments.report
        && let Err(error) = write(folder, &costs)
    {
        print_error(&format!("expected to write the report to {}, found: {error}", folder.display()));
        exit = Exit::RunError;
    }
    Ok(exit)
}

fn measure(target: &Target, timeout: Duration) -> Result<Measured, RunError> {
    bench::ask(&mut *target.start(timeout)?, bench::BUDGET)
}

fn name(target: &Target) -> String {
    match target {
        Target::Reference => "reference".to_owned(),
        Target::NumPy(_) | Target::Command(_) | Target::Library(_) => target.arguments().trim_start().to_owned(),
    }
}

/// Measures another Rust crate in the same process, or notes how to build the command with it.
fn add_ndarray(costs: &mut Costs) {
    #[cfg(feature = "ndarray")]
    costs.measured.push(crate::adapters::ndarray::costs(bench::BUDGET));
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
    fs::write(folder.join("costs.json"), json::document(costs))?;
    fs::write(folder.join("costs.md"), table::markdown(costs))?;
    fs::write(folder.join("costs.svg"), chart::svg(costs))
}
