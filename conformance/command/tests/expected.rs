//! Predictions of many drawn cases: the reference, which uses no code of the specification, fulfils them, and a snapshot shows
//! each change of them.

use array_ctypes_command::adapters::{Reading, Reference};
use array_ctypes_conformance::engine::generate;
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::spec::Rule;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::{Implementation, json};
use std::collections::BTreeMap;
use std::fmt::Write;

#[test]
fn the_reference_passes_in_both_readings() {
    for reading in [Reading::Holds, Reading::Borrows] {
        let make = || Ok(Box::new(Reference::reading(reading)) as Box<dyn Implementation>);
        let options = Options { seed: 23, cases: 10_000, ..Options::default() };
        let report = check(&make, &options, &|_| {}).expect("a report");
        assert_eq!(report.failures.len(), 0, "{:?}", report.failures.first());
    }
}

/// Counts the predictions of each rule on each platform, and hashes them. A change of the specification shows which rules it
/// touches; a change of the generators touches all.
#[test]
fn no_prediction_of_a_rule_changes_unnoticed() {
    let mut rules: BTreeMap<Rule, ([usize; Platform::ALL.len()], u64)> = BTreeMap::new();
    for (column, (_, platform)) in Platform::ALL.iter().enumerate() {
        for index in 0..2000 {
            for prediction in generate::case(24, index, platform).expect(platform) {
                let (counts, hash) = rules.entry(prediction.rule).or_default();
                counts[column] += 1;
                let expected = json::from_expectation(&prediction.expectation);
                for byte in format!("{column} {index} {} {expected}", prediction.step).bytes() {
                    // FNV-1a that begins at 0: the same on every platform and in every version of Rust.
                    *hash = (*hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
                }
            }
        }
    }
    let mut table = format!("{:<37}", "");
    for (name, _) in Platform::ALL {
        let _ = write!(table, "{name:>15}");
    }
    for (rule, (counts, hash)) in rules {
        let _ = write!(table, "\n{:<37}", rule.id());
        for count in counts {
            let _ = write!(table, "{count:>15}");
        }
        let _ = write!(table, "  {hash:016x}");
    }
    insta::assert_snapshot!(table);
}
