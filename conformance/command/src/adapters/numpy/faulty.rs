//! NumPy with one mistake at a time, and how long each goes unnoticed.
//!
//! The mistakes are made in Python, on top of the adapter of NumPy, which is their correct twin: only what a faulty adapter
//! breaks and its twin holds in the same case counts as caught.
//!
//! What a faulty adapter keeps, such as a stale shape, it keeps from one seed to the next, and its addresses are others in each
//! run: the number of cases is not quite the same each time.

use super::{NumPy, trouble, without_numpy, written};
use array_ctypes_conformance::engine::generate::{Generated, generate};
use array_ctypes_conformance::engine::judge::violations;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::transports::contained::Contained;
use array_ctypes_conformance::{Case, Hello, Implementation, Reply, RunError};
use array_ctypes_spec::Rule;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// The cases of a first batch, and of all later ones: most mistakes are caught soon, and some end the process over many cases.
const BATCHES: [u64; 2] = [4, 64];

/// A mistake, as the adapters list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, in a few words.
    pub name: String,
    /// The rule that has to catch it.
    pub rule: Rule,
    /// Where such a mistake was made in the world, as a link.
    pub seen: Option<String>,
}

/// What came of a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The mistake.
    pub fault: Fault,
    /// For each seed, how many cases were drawn up to the first that breaks the rule; `None` where none does.
    pub counts: Vec<Option<u64>>,
    /// All rules that it breaks in these cases.
    pub broken: BTreeSet<Rule>,
}

/// The mistakes there are, in order.
///
/// # Errors
/// [`RunError`] where that Python cannot list them.
pub fn list(python: &Path) -> Result<Vec<Fault>, RunError> {
    let folder = written()?;
    let mut command = Command::new(python);
    command.arg("-B").arg(folder.path().join("faulty_adapters.py")).arg("--list");
    let told = command.output().map_err(|error| {
        trouble(&format!("expected a Python with NumPy, found that {} does not run: {error}", python.display()))
    })?;
    let text = String::from_utf8_lossy(&told.stdout);
    let value: Value = serde_json::from_str(&text).unwrap_or_default();
    let listed: Option<Vec<Fault>> = value.as_array().and_then(|faults| faults.iter().map(read).collect());
    listed.ok_or_else(|| {
        let errors = String::from_utf8_lossy(&told.stderr);
        without_numpy(python).unwrap_or_else(|| {
            trouble(&format!(
                "expected the faults of NumPy as JSON, each with a rule that there is, found {text:?}; standard error says: \
                 {errors:?}"
            ))
        })
    })
}

/// `None` where something is missing, or there is no such rule.
fn read(fault: &Value) -> Option<Fault> {
    let text = |name: &str| fault[name].as_str().map(str::to_owned);
    let rule = Rule::all().find(|rule| fault["rule"] == rule.id())?;
    Some(Fault { name: text("name")?, rule, seen: text("seen") })
}

/// For each mistake and seed, draws cases until one breaks the rule that has to catch it, though at most so many. All rules
/// that bind NumPy are asked about, as by [`check`](crate::check::check()). `jobs` is the number of threads, each with two
/// processes; `caught` is called after each mistake and seed; the rows are in the order of the mistakes.
///
/// # Errors
/// [`RunError`] where NumPy cannot be asked, or not to the end.
pub fn hunt(
    python: &Path,
    faults: &[Fault],
    seeds: &[u64],
    most: u64,
    jobs: usize,
    patience: Duration,
    caught: &(dyn Fn() + Sync),
) -> Result<Vec<Row>, RunError> {
    let next = AtomicUsize::new(0);
    let rows = Mutex::new(Vec::with_capacity(faults.len()));
    let work = || -> Result<(), RunError> {
        let make_twin = || Ok(Box::new(NumPy::start(python, patience)?) as Box<dyn Implementation>);
        let mut twin = Contained::new(make_twin()?, &make_twin);
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(fault) = faults.get(at) else { return Ok(()) };
            let row = one(python, fault, seeds, most, patience, &mut twin, caught)?;
            rows.lock().unwrap_or_else(PoisonError::into_inner).push((at, row));
        }
    };
    thread::scope(|scope| {
        let started: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(work)).collect();
        started
            .into_iter()
            .try_for_each(|job| job.join().unwrap_or_else(|_| Err(trouble("a job panicked, and its faults are lost"))))
    })?;
    let mut rows = rows.into_inner().unwrap_or_else(PoisonError::into_inner);
    rows.sort_by_key(|(at, _)| *at);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// One mistake, with one process for all seeds, since a start takes as long as some hundred cases.
fn one(
    python: &Path,
    fault: &Fault,
    seeds: &[u64],
    most: u64,
    patience: Duration,
    twin: &mut Contained,
    caught: &dyn Fn(),
) -> Result<Row, RunError> {
    let make = || Ok(Box::new(NumPy::faulty(python, &fault.name, patience)?) as Box<dyn Implementation>);
    let first = make()?;
    let hello = first.hello().clone();
    let mut pair = Pair { faulty: Contained::new(first, &make), twin, rules: Rules::all().binding(&hello), hello };
    let mut broken = BTreeSet::new();
    let counts = seeds.iter().map(|seed| pair.until(*seed, fault.rule, most, &mut broken).inspect(|_| caught()));
    let counts = counts
        .collect::<Result<_, RunError>>()
        .map_err(|error| error.with_note(&format!("\n  while {:?} was looked for", fault.name)))?;
    Ok(Row { fault: fault.clone(), counts, broken })
}

/// A faulty adapter and its correct twin.
struct Pair<'a, 'f, 't> {
    faulty: Contained<'f>,
    twin: &'a mut Contained<'t>,
    rules: Rules,
    hello: Hello,
}

impl Pair<'_, '_, '_> {
    /// How many cases are drawn up to the first that breaks the rule. All that is broken on the way goes to `broken`.
    fn until(
        &mut self,
        seed: u64,
        rule: Rule,
        most: u64,
        broken: &mut BTreeSet<Rule>,
    ) -> Result<Option<u64>, RunError> {
        let [mut size, largest] = BATCHES;
        let mut from = 0;
        while from < most {
            let to = (from + size).min(most);
            let drawn = (from..to).map(|index| (index, generate(seed, index, &self.hello, &self.rules)));
            let (indices, cases): (Vec<u64>, Vec<Case>) = drawn
                .filter(|(_, Generated { applicable, .. })| *applicable)
                .map(|(index, Generated { case, .. })| (index, case))
                .unzip();
            self.faulty.send(cases)?;
            let (replies, outcome) = self.faulty.receive();
            for (index, (case, reply)) in indices.iter().zip(&replies) {
                let found = self.broken(case, reply)?;
                let caught = found.contains(&rule);
                broken.extend(found);
                if caught {
                    return Ok(Some(index + 1));
                }
            }
            outcome?;
            (from, size) = (to, (2 * size).min(largest));
        }
        Ok(None)
    }

    /// The rules that a reply breaks, without those that the twin breaks in the same case.
    fn broken(&mut self, case: &Case, reply: &Reply) -> Result<BTreeSet<Rule>, RunError> {
        let broken = |rules: &Rules, reply: &Reply| -> BTreeSet<Rule> {
            violations(&self.hello.platform, rules, case, reply).into_iter().map(|prediction| prediction.rule).collect()
        };
        let found = broken(&self.rules, reply);
        if found.is_empty() {
            return Ok(found);
        }
        let of_twin = broken(&self.rules, &self.twin.answer(case)?);
        Ok(found.difference(&of_twin).copied().collect())
    }
}
