//! Runs against an adapter that misbehaves on some arrays, always the same.

use array_ctypes_command::adapters::numpy::python_at_hand;
use array_ctypes_conformance::engine::generate::generate;
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::outcome::Report;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::spec::{Array, Rule, rules};
use array_ctypes_conformance::transports::child::Child;
use array_ctypes_conformance::{Hello, Implementation};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The adapter that misbehaves, on top of one that does not; with the test of its own that the library is there.
pub(crate) fn hostile(library: &str, of: u64) -> Command {
    let mut command = Command::new(if library == "numpy" { python_at_hand() } else { "python3".into() });
    command.arg("-B").arg(folder("tests/hostile/hostile.py")).args([library, &of.to_string()]);
    command.env("PYTHONPATH", folder("../python"));
    command
}

fn run(library: &str, of: u64, cases: u64, patience: Duration) -> (Hello, Report) {
    let make = || Ok(Box::new(Child::start(hostile(library, of), patience)?) as Box<dyn Implementation>);
    let report = check(&make, &Options { cases, ..Options::default() }, &|_| {}).expect("the adapter starts");
    (report.hello.clone(), report)
}

/// The number over which it hangs; below it, it dies.
const HANGS: u64 = 10;

/// The number over which it prints garbage.
const GARBAGE: u64 = 11;

/// The number by which the adapter chooses, made in the same way.
fn number(array: &Array, of: u64) -> u64 {
    let bytes: u64 = array.buffer.bytes.iter().map(|byte| u64::from(*byte)).sum();
    let words = [array.buffer.size, array.offset as u64, array.shape.len() as u64, bytes];
    let mixed = words.into_iter().fold(0u64, |mixed, word| {
        let mixed = (mixed ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed ^ (mixed >> 32)
    });
    mixed % of
}

/// Runs an adapter that misbehaves on 12 of so many arrays. Proves that exactly the cases that it misbehaves on are lost,
/// and that each rule is judged in all others that speak of it.
pub(crate) fn each_culprit_is_named_and_nothing_else_is_lost(library: &str, of: u64, cases: u64, patience: Duration) {
    let (hello, report) = run(library, of, cases, patience);
    assert!(report.run_error.is_none(), "{:?}", report.run_error);
    let binding = Rules::all().binding(&hello);
    let (mut culprits, mut deeds) = (BTreeSet::new(), BTreeSet::new());
    // How many cases speak of a rule: of arrays that have to be accepted, and of all.
    let mut judged: BTreeMap<Rule, [u64; 2]> = BTreeMap::new();
    for index in 0..cases {
        let made = generate(1, index, &hello, &binding);
        if !made.applicable {
            continue;
        }
        let number = number(&made.case.array, of);
        if number < 12 {
            culprits.insert(format!("1:{index}"));
            deeds.insert(number);
            continue;
        }
        let spoken: BTreeSet<Rule> =
            made.case.expect(&hello.platform).iter().map(|prediction| prediction.rule).collect();
        let may_be_refused = made.case.array.may_be_refused(&hello.platform).is_some();
        for rule in spoken {
            let [least, most] = judged.entry(rule).or_default();
            *least += u64::from(!may_be_refused);
            *most += 1;
        }
    }
    let lost: BTreeSet<String> = report.lost.iter().map(|lost| lost.origin.to_string()).collect();
    let innocent: Vec<_> = report.lost.iter().filter(|lost| !culprits.contains(&lost.origin.to_string())).collect();
    assert_eq!(lost, culprits, "{innocent:#?}");
    assert!(deeds.contains(&HANGS) && deeds.contains(&GARBAGE) && deeds.len() >= 5, "{deeds:?}");
    assert_eq!(report.tallies[rules::layout::answered.index()].failed, culprits.len() as u64);
    for (rule, [least, most]) in judged.into_iter().filter(|(rule, _)| binding.includes(*rule)) {
        let found = report.tallies[rule.index()].cases;
        assert!((least..=most).contains(&found), "{rule}: expected {least} to {most} cases, found {found}");
    }
}
