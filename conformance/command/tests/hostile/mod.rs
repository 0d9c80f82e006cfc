//! Runs against an adapter that misbehaves on some arrays, the same in each run.

use array_ctypes_command::adapters::numpy::python_at_hand;
use array_ctypes_conformance::engine::applicable::not_applicable;
use array_ctypes_conformance::engine::generate::generate;
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::outcome::Report;
use array_ctypes_conformance::engine::page::PageCase;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::spec::page::examples;
use array_ctypes_conformance::spec::{Array, Rule, expect_making, rules};
use array_ctypes_conformance::transports::child::Child;
use array_ctypes_conformance::{Hello, Implementation};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Returns the command that starts the misbehaving adapter on top of a correct one of a library: `words` are its name, and `late`
/// if replies come late. It misbehaves on 12 of `of` arrays.
pub(crate) fn hostile(words: &[&str], of: u64) -> Command {
    let mut command = Command::new(if words[0] == "numpy" { python_at_hand() } else { "python3".into() });
    command.arg("-B").arg(folder("tests/hostile/hostile.py")).arg(of.to_string()).args(words);
    command.env("PYTHONPATH", folder("../python"));
    command
}

fn run(words: &[&str], of: u64, cases: u64, timeout: Duration) -> (Hello, Report) {
    let make = || Ok(Box::new(Child::start(hostile(words, of), timeout)?) as Box<dyn Implementation>);
    let report = check(&make, &Options { cases, ..Options::default() }, &|_| {}).expect("the adapter starts");
    (report.hello.clone(), report)
}

/// The number of the arrays on which the adapter hangs. It dies on those with lower numbers.
const HANGS: u64 = 10;

/// The number of the arrays on which the adapter prints garbage.
const GARBAGE: u64 = 11;

/// Returns the number of an array, as `hostile.py` makes it.
fn number(array: &Array, of: u64) -> u64 {
    let bytes: u64 = array.buffer.bytes.iter().map(|byte| u64::from(*byte)).sum();
    let words = [array.buffer.size, array.offset as u64, array.shape.len() as u64, bytes];
    let mixed = words.into_iter().fold(0u64, |mixed, word| {
        let mixed = (mixed ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed ^ (mixed >> 32)
    });
    mixed % of
}

/// Runs an adapter that misbehaves on 12 of `of` arrays. Asserts that the run loses exactly the cases on which the adapter
/// misbehaves, and judges each rule in all other cases with predictions of it.
pub(crate) fn assert_loses_only_its_culprits(words: &[&str], of: u64, cases: u64, timeout: Duration) {
    let (hello, report) = run(words, of, cases, timeout);
    assert!(report.run_error.is_none(), "{:?}", report.run_error);
    let binding = Rules::all().binding(&hello);
    let (mut culprits, mut deeds) = (BTreeSet::new(), BTreeSet::new());
    // For each rule the number of cases that predict something of it: of arrays that must be accepted, and of all arrays.
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
        let predicted: BTreeSet<Rule> =
            made.case.expect(&hello.platform).iter().map(|prediction| prediction.rule).collect();
        let making = expect_making(&made.case.array, &resolve(&hello.platform, &made.case.array));
        let may_be_refused = making.rule == rules::memmap::empty;
        for rule in predicted {
            let [least, most] = judged.entry(rule).or_default();
            *least += u64::from(!may_be_refused);
            *most += 1;
        }
    }
    // The examples of the page come first.
    for page in examples().map(|example| PageCase::of(example, &hello.platform)) {
        let is_asked = page.first_without(&binding, &hello.platform).is_none();
        if is_asked && not_applicable(&hello, &page.case).is_none() {
            let predicted: BTreeSet<Rule> =
                page.case.expect(&hello.platform).iter().map(|prediction| prediction.rule).collect();
            for rule in predicted {
                let [least, most] = judged.entry(rule).or_default();
                (*least, *most) = (*least + 1, *most + 1);
            }
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
