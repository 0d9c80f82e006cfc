//! Hunts NumPy with one mistake at a time.
//!
//! The mistakes are made in Python, on top of the adapter of NumPy. That adapter is the twin. NumPy has known bugs, so the twin
//! may break rules too: a fault is caught by what it breaks and the twin holds in the same case.
//!
//! A faulty adapter may keep something, such as a stale shape, from one seed to the next, and its addresses differ from run to
//! run: the numbers of cases are not quite the same each time.

use super::{NumPy, without_numpy, written};
use crate::hunt::{self, Hunt, Plan, Seen, Suspects, Task, broken, drawn};
use array_ctypes_conformance::adapter::implementation::Make;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::transports::contained::Contained;
use array_ctypes_conformance::{Case, Hello, Implementation, Reply, RunError};
use array_ctypes_spec::Rule;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

pub use crate::hunt::{HuntedFault, Options, Report, Row};

/// The cases of the first batch and of the largest: most faults are caught soon, and some end the process on many cases.
const BATCHES: [u64; 2] = [4, 64];

/// A fault as the script lists it.
#[derive(Deserialize)]
struct Listed {
    name: String,
    rule: String,
    /// A link.
    seen: Option<String>,
}

impl Listed {
    /// The fault.
    fn fault(self) -> Result<HuntedFault, RunError> {
        let Listed { name, rule, seen } = self;
        let seen = seen.into_iter().map(|link| Seen { link, remark: None }).collect();
        match Rule::from_id(&rule) {
            Some(rule) => Ok(HuntedFault { name, rule, seen }),
            None => Err(RunError::unavailable(format!("expected a rule of {name:?} that exists, found {rule:?}"))),
        }
    }
}

/// The faults, in order.
///
/// # Errors
/// [`RunError`] if that Python cannot list them.
pub fn list(python: &Path) -> Result<Vec<HuntedFault>, RunError> {
    listed(python, "faulty_adapters.py")?.into_iter().map(Listed::fault).collect()
}

/// What a script with adapters lists.
fn listed(python: &Path, script: &str) -> Result<Vec<Listed>, RunError> {
    let folder = written()?;
    let mut command = Command::new(python);
    command.arg("-B").arg(folder.path().join(script)).arg("--list");
    let output = command.output().map_err(|error| {
        RunError::unavailable(format!(
            "expected a Python with NumPy, found that {} does not run: {error}",
            python.display()
        ))
    })?;
    serde_json::from_slice(&output.stdout).map_err(|_| {
        let [output, errors] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
        without_numpy(python).unwrap_or_else(|| {
            RunError::unavailable(format!(
                "expected the adapters of {script} as JSON, found {output:?}; standard error: {errors:?}"
            ))
        })
    })
}

/// Hunts these faults. All rules that bind NumPy are asked about, as by `check`. Each thread has two processes. `timeout` is how
/// long any reply may take; `progress` is called with the number of faults that were caught.
///
/// # Errors
/// [`RunError`] if NumPy cannot be run, or not to the end.
pub fn hunt(
    python: &Path,
    faults: &[HuntedFault],
    options: &Options,
    timeout: Duration,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Report, RunError> {
    let make_twin: &Make = &|| Ok(Box::new(NumPy::start(python, timeout)?) as Box<dyn Implementation>);
    let make = |fault: &'_ HuntedFault| -> Box<Make<'_>> {
        let name = fault.name.clone();
        Box::new(move || Ok(Box::new(NumPy::faulty(python, &name, timeout)?) as Box<dyn Implementation>))
    };
    let makers: Vec<Box<Make>> = faults.iter().map(make).collect();
    let plan = Plan {
        faults: faults.to_vec(),
        twins: Vec::new(),
        batches: BATCHES,
        // One process answers all seeds, since its start takes as long as some hundred cases.
        tasks: (0..faults.len()).map(|at| Task { faults: at..at + 1, seeds: 1..options.seeds + 1 }).collect(),
        start: &|| {
            let twin = Contained::new(make_twin()?, make_twin);
            Ok(Box::new(Adapters { faults, makers: &makers, twin, faulty: None }))
        },
    };
    hunt::hunt(&plan, options, progress)
}

/// The adapters of one thread.
struct Adapters<'a> {
    faults: &'a [HuntedFault],
    makers: &'a [Box<Make<'a>>],
    twin: Contained<'a>,
    faulty: Option<Faulty<'a>>,
}

/// A faulty adapter.
struct Faulty<'a> {
    /// The position of its fault.
    at: usize,
    adapter: Contained<'a>,
    hello: Hello,
    rules: Rules,
}

impl<'a> Suspects for Adapters<'a> {
    fn prepare(&mut self, faults: &Range<usize>) -> Result<(), RunError> {
        let make: &'a Make = &*self.makers[faults.start];
        let first = make()?;
        let hello = first.hello().clone();
        let rules = Rules::all().binding(&hello);
        self.faulty = Some(Faulty { at: faults.start, adapter: Contained::new(first, make), hello, rules });
        Ok(())
    }

    fn judge(&mut self, hunt: &mut Hunt, indices: Range<u64>) -> Result<(), RunError> {
        let Some(faulty) = &mut self.faulty else { return Ok(()) };
        let name = &self.faults[faulty.at].name;
        faulty
            .judge(&mut self.twin, hunt, indices)
            .map_err(|error| error.with_note(&format!("\n  while {name:?} was hunted")))
    }
}

impl Faulty<'_> {
    fn judge(&mut self, twin: &mut Contained, hunt: &mut Hunt, indices: Range<u64>) -> Result<(), RunError> {
        let (indices, cases): (Vec<u64>, Vec<Case>) =
            drawn(hunt, indices, &self.hello, &self.rules).into_iter().unzip();
        self.adapter.send(cases)?;
        let (replies, outcome) = self.adapter.receive();
        for (index, (case, reply)) in indices.into_iter().zip(&replies) {
            let broken = self.broken(twin, case, reply)?;
            hunt.record(self.at, index, broken);
            if !hunt.is_at_large(self.at) {
                return Ok(());
            }
        }
        outcome
    }

    /// The rules that a reply breaks, without those that the twin breaks in the same case.
    fn broken(&self, twin: &mut Contained, case: &Case, reply: &Reply) -> Result<BTreeSet<Rule>, RunError> {
        let found = broken(&self.hello, &self.rules, case, reply);
        if found.is_empty() {
            return Ok(found);
        }
        let of_twin = broken(&self.hello, &self.rules, case, &twin.answer(case)?);
        Ok(found.difference(&of_twin).copied().collect())
    }
}
