//! `array-ctypes rules`: the table of rules, and how often drawn cases speak of each.

use super::{Exit, Stop, rules_asked};
use array_ctypes_conformance::generate;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Chapter, Rule};
use clap::ArgMatches;
use std::io::{self, Write};

/// How many cases are drawn to tell the coverage.
const DRAWN: u64 = 10_000;

/// Lists the rules; with a pattern, their texts too.
pub(crate) fn run(arguments: &ArgMatches) -> Result<Exit, Stop> {
    let rules = rules_asked(arguments)?;
    let whole = arguments.contains_id("rule");
    let mut covered = vec![0u64; Rule::all().count()];
    // On one platform, whatever this one is, so that the figures are the same everywhere.
    let platform = Platform::X86_64_LINUX;
    for index in 0..DRAWN {
        let case = generate::case(1, index, &platform);
        let mut spoken: Vec<usize> = case.predict(&platform).iter().map(|prediction| prediction.rule.index()).collect();
        spoken.sort_unstable();
        spoken.dedup();
        for index in spoken {
            covered[index] += 1;
        }
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{:<32} {:<6} {:<9} cases in {DRAWN} drawn", "rule", "level", "profile")?;
    for chapter in Chapter::ALL {
        for rule in Rule::all().filter(|rule| rule.chapter() == *chapter && rules.includes(*rule)) {
            let (id, level, profile) = (rule.id(), rule.level().name(), rule.profile().name());
            writeln!(out, "{id:<32} {level:<6} {profile:<9} {}", covered[rule.index()])?;
            if whole {
                rule.text().lines().try_for_each(|line| writeln!(out, "    {line}"))?;
            }
        }
    }
    Ok(Exit::Conforms)
}
