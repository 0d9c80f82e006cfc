//! Twins: implementations that are right and different. The suite fails none of them; one test for each.
//!
//! They stand in `conformance/python/`, and those in Rust in `conformance/tests/twins.rs`. `.ci/twins` asks them with 20 seeds;
//! `conformance/docs/twins.md` lists them. Where there is no Python with NumPy, nothing is tested.

use array_ctypes_command::adapters::numpy::{has_numpy, python_at_hand};
use array_ctypes_command::report;
use array_ctypes_conformance::Implementation;
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::spec::Rule;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::transports::child::Child;
use libtest_mimic::{Arguments, Trial};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The fewest twins that there have to be.
const FEWEST: usize = 50;

/// The cases of each twin: enough for most rules, since `.ci/twins` draws more.
const CASES: u64 = 300;

fn main() {
    let arguments = Arguments::from_args();
    let python = python_at_hand();
    let trials = if has_numpy(&python) {
        let twins = listed(&python);
        let mut trials: Vec<Trial> = twins.iter().cloned().map(trial).collect();
        let described = move || {
            assert_described(&twins);
            Ok(())
        };
        trials.push(Trial::test("each_twin_has_a_name_of_its_own_and_a_rule_that_exists", described));
        trials
    } else {
        vec![Trial::test("each_twin (ignored: no NumPy here)", || Ok(())).with_ignored_flag(true)]
    };
    libtest_mimic::run(&arguments, trials).exit()
}

/// The command that runs the script of the twins.
fn script(python: &Path, argument: &str) -> Command {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../python");
    let mut command = Command::new(python);
    command.arg("-B").arg(folder.join("correct_adapters.py")).arg(argument);
    command
}

/// A twin as the script lists it.
#[derive(Clone)]
struct Twin {
    python: PathBuf,
    name: String,
    rule: String,
    /// The rules that the twin may break: each is a SHOULD.
    warns: BTreeSet<String>,
}

fn listed(python: &Path) -> Vec<Twin> {
    let output = script(python, "--list").output().expect("the script of the twins runs");
    let list: Vec<Value> = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let twin = |twin: &Value| Twin {
        python: python.to_owned(),
        name: text(&twin["name"]),
        rule: text(&twin["rule"]),
        warns: twin["warns"].as_array().expect("a list").iter().map(text).collect(),
    };
    list.iter().map(twin).collect()
}

fn assert_described(twins: &[Twin]) {
    let names: BTreeSet<&str> = twins.iter().map(|twin| twin.name.as_str()).collect();
    assert!(names.len() == twins.len() && twins.len() >= FEWEST, "{} twins, {} names", twins.len(), names.len());
    for twin in twins {
        for rule in twin.warns.iter().chain([&twin.rule]) {
            assert!(Rule::from_id(rule).is_some(), "expected a rule of {:?} that exists, found {rule}", twin.name);
        }
    }
    let unknown = script(&twins[0].python, "everything is wrong").output().expect("the script runs");
    assert!(!unknown.status.success() && unknown.stdout.is_empty(), "{unknown:?}");
}

fn trial(twin: Twin) -> Trial {
    Trial::test(twin.name.replace(' ', "_"), move || {
        let make = || {
            let command = script(&twin.python, &twin.name);
            Ok(Box::new(Child::start(command, Duration::from_secs(60))?) as Box<dyn Implementation>)
        };
        let deviations = array_ctypes_command::deviations::numpy(Platform::host().pointer_size())?;
        let report = check(&make, &Options { cases: CASES, deviations, ..Options::default() }, &|_| {})?;
        assert!(report.run_error.is_none(), "{:?}", report.run_error);
        let broken: Vec<&str> = report.failures.iter().map(|failure| failure.rule.id()).collect();
        let unexpected = broken.iter().any(|rule| !twin.warns.contains(*rule));
        let text = || report::text(&report, &|at| report.failures[at].origin.to_string(), true);
        assert!(!unexpected, "expected that nothing is failed but {:?}, found {broken:?}: {}", twin.warns, text());
        assert!(report.known.iter().all(|known| known.stale.is_none()), "{:?}", report.known);
        Ok(())
    })
}
