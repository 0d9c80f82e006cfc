//! Twins: implementations that are right and different. The suite fails none of them; one test for each.
//!
//! Each twin is asked about the rule that it guards: one that is never judged guards nothing. A twin that a limit permits
//! fails without the limit: otherwise it would not need it.
//!
//! They stand in `conformance/python/`, and those in Rust in `conformance/tests/twins.rs`. `.ci/twins` asks them with 20 seeds;
//! `conformance/docs/twins.md` lists them. Where there is no Python with NumPy, nothing is tested.

use array_ctypes_command::adapters::numpy::{has_numpy, python_at_hand};
use array_ctypes_conformance::Implementation;
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::outcome::Report;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::report::failure;
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

/// The cases of a twin that is asked about its own rule alone, or without its limits.
const MORE_CASES: u64 = 4000;

/// The fewest cases in which the rule of a twin is judged.
const JUDGED: u64 = 20;

fn main() {
    let arguments = Arguments::from_args();
    let python = python_at_hand();
    let trials = if has_numpy(&python) {
        let twins = listed(&python);
        let mut trials: Vec<Trial> = twins.iter().cloned().map(trial).collect();
        let described = move || {
            assert_described(&twins);
            assert_on_the_page(&twins);
            Ok(())
        };
        trials.push(Trial::test("each_twin_has_a_name_of_its_own_a_rule_that_exists_and_a_row_on_the_page", described));
        trials
    } else {
        vec![Trial::test("each_twin (ignored: no NumPy here)", || Ok(())).with_ignored_flag(true)]
    };
    libtest_mimic::run(&arguments, trials).exit()
}

/// The command that runs the script of the twins.
fn script(python: &Path, arguments: &[String]) -> Command {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../python");
    let mut command = Command::new(python);
    command.arg("-B").arg(folder.join("correct_adapters.py")).args(arguments);
    command
}

/// A twin as the script lists it.
#[derive(Clone)]
struct Twin {
    python: PathBuf,
    name: String,
    rule: String,
    /// The limits that permit what the twin does.
    limits: Vec<String>,
    /// The rules that the twin may break: each is a SHOULD.
    warns: BTreeSet<String>,
}

fn listed(python: &Path) -> Vec<Twin> {
    let output = script(python, &["--list".to_owned()]).output().expect("the script of the twins runs");
    let list: Vec<Value> = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let twin = |twin: &Value| Twin {
        python: python.to_owned(),
        name: text(&twin["name"]),
        rule: text(&twin["rule"]),
        limits: limits(&text(&twin["permitted"])),
        warns: twin["warns"].as_array().expect("a list").iter().map(text).collect(),
    };
    list.iter().map(twin).collect()
}

/// The limits that a text such as "limits `strided`, `views`" names; none if something else permits the twin.
fn limits(permitted: &str) -> Vec<String> {
    let names = permitted.strip_prefix("limit ").or_else(|| permitted.strip_prefix("limits "));
    let names = names.into_iter().flat_map(|names| names.split(", "));
    names.filter_map(|name| Some(name.strip_prefix('`')?.strip_suffix('`')?.to_owned())).collect()
}

fn assert_described(twins: &[Twin]) {
    let names: BTreeSet<&str> = twins.iter().map(|twin| twin.name.as_str()).collect();
    assert!(names.len() == twins.len() && twins.len() >= FEWEST, "{} twins, {} names", twins.len(), names.len());
    for twin in twins {
        for rule in twin.warns.iter().chain([&twin.rule]) {
            assert!(Rule::from_id(rule).is_some(), "expected a rule of {:?} that exists, found {rule}", twin.name);
        }
    }
    let unknown = script(&twins[0].python, &["everything is wrong".to_owned()]).output().expect("the script runs");
    assert!(!unknown.status.success() && unknown.stdout.is_empty(), "{unknown:?}");
}

/// Asserts that `conformance/docs/twins.md`, which `.ci/twins` writes, has a row for each twin, and no other.
fn assert_on_the_page(twins: &[Twin]) {
    let page = include_str!("../../docs/twins.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let rows: BTreeSet<&str> = rows.skip(1).collect();
    let in_rust = include_str!("../../tests/twins.rs").split('"').filter(|text| text.ends_with(", in Rust"));
    let expected: BTreeSet<&str> = twins.iter().map(|twin| twin.name.as_str()).chain(in_rust).collect();
    let differ: Vec<_> = rows.symmetric_difference(&expected).collect();
    assert!(differ.is_empty(), "expected the same twins on the page as there are, found {differ:?}; run .ci/twins");
}

fn trial(twin: Twin) -> Trial {
    Trial::test(twin.name.replace(' ', "_"), move || {
        let report = asked(&twin, &[], Options { cases: CASES, ..Options::default() });
        assert!(report.run_error.is_none(), "{:?}", report.run_error);
        let broken: Vec<&str> = report.failures.iter().map(|failure| failure.rule.id()).collect();
        let unexpected = broken.iter().any(|rule| !twin.warns.contains(*rule));
        let text = || failure::all(&report);
        assert!(!unexpected, "expected that nothing is failed but {:?}, found {broken:?}: {}", twin.warns, text());
        assert!(report.known.iter().all(|known| known.stale.is_none()), "{:?}", report.known);
        assert_guarded(&twin, &report);
        if !twin.limits.is_empty() {
            // Whatever it breaks first is enough.
            let options = Options { cases: MORE_CASES, fail_fast: Some(1), ..Options::default() };
            let report = asked(&twin, &twin.limits, options);
            let needs = !report.failures.is_empty() || report.run_error.is_some();
            assert!(needs, "expected that {:?} fails without its limits {:?}", twin.name, twin.limits);
        }
        Ok(())
    })
}

/// Asks a twin, without these of its limits.
fn asked(twin: &Twin, without: &[String], options: Options) -> Report {
    let make = || {
        let arguments = [std::slice::from_ref(&twin.name), without].concat();
        let command = script(&twin.python, &arguments);
        Ok(Box::new(Child::start(command, Duration::from_secs(60))?) as Box<dyn Implementation>)
    };
    let deviations = array_ctypes_command::deviations::numpy(Platform::host().pointer_size()).expect("deviations");
    check(&make, &Options { deviations, ..options }, &|_| {}).expect("a report")
}

/// Asserts that the rule of a twin is judged often, by asking about it alone if it came up too seldom.
fn assert_guarded(twin: &Twin, report: &Report) {
    let rule = Rule::from_id(&twin.rule).expect("a rule");
    let judged = |report: &Report| report.tallies[rule.index()].cases;
    let (mut count, mut focused) = (judged(report), None);
    if count < JUDGED {
        let options = Options { cases: MORE_CASES, rules: Rules::only(rule), ..Options::default() };
        let report = asked(twin, &[], options);
        count = judged(&report);
        focused = Some(report);
    }
    assert!(count >= JUDGED, "expected {rule} of {:?} to be judged in {JUDGED} cases, found {count}", twin.name);
    let is_broken = focused.is_some_and(|report| report.broken().any(|broken| broken == rule));
    assert!(!is_broken, "expected {:?} to hold {rule}", twin.name);
}
