//! What is expected of many drawn cases: the reference, which knows nothing of the specification, does it, and it does not
//! change unnoticed.

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
fn the_reference_does_what_is_expected_in_both_readings() {
    for reading in [Reading::Holds, Reading::Borrows] {
        let make = || Ok(Box::new(Reference::reading(reading)) as Box<dyn Implementation>);
        let options = Options { seed: 23, cases: 10_000, ..Options::default() };
        let report = check(&make, &options, &|_| {}).expect("a report");
        assert_eq!(report.failures.len(), 0, "{:?}", report.failures.first());
    }
}

/// How often something is expected of each rule on each platform, and a number that changes with what is expected. A change
/// of the specification shows here, rule by rule, which of them it touches; one of the generators touches all.
#[test]
fn what_is_expected_changes_for_no_rule_unnoticed() {
    let mut told: BTreeMap<Rule, ([usize; Platform::ALL.len()], u64)> = BTreeMap::new();
    for (column, (_, platform)) in Platform::ALL.iter().enumerate() {
        for index in 0..2000 {
            for prediction in generate::case(24, index, platform).expect(platform) {
                let (counts, mark) = told.entry(prediction.rule).or_default();
                counts[column] += 1;
                let expected = json::from_expectation(&prediction.expectation);
                for byte in format!("{column} {index} {} {expected}", prediction.step).bytes() {
                    // As FNV-1a does, from 0 on: the same everywhere and always.
                    *mark = (*mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
                }
            }
        }
    }
    let mut table = format!("{:<37}", "");
    for (name, _) in Platform::ALL {
        let _ = write!(table, "{name:>15}");
    }
    for (rule, (counts, mark)) in told {
        let _ = write!(table, "\n{:<37}", rule.id());
        for count in counts {
            let _ = write!(table, "{count:>15}");
        }
        let _ = write!(table, "  {mark:016x}");
    }
    insta::assert_snapshot!(table);
}
