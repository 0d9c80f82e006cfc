//! `array-ctypes cases`: what the generators draw.

use super::{Exit, Stop};
use array_ctypes_conformance::engine::generate;
use array_ctypes_conformance::engine::traits::{self, Trait, TraitSet};
use array_ctypes_conformance::json;
use array_ctypes_conformance::spec::platform::Platform;
use clap::ArgMatches;
use std::collections::HashSet;
use std::io::{self, Write};

/// Prints the cases as JSON Lines, or the share of each trait among them.
pub(crate) fn run(arguments: &ArgMatches) -> Result<Exit, Stop> {
    let count = arguments.get_one("count").copied().unwrap_or(10);
    let seed = arguments.get_one("seed").copied().unwrap_or(1);
    let host = Platform::host();
    let mut out = io::stdout().lock();
    if !arguments.get_flag("traits") {
        for index in 0..count {
            let mut line = json::from_case(&generate::case(seed, index, &host));
            line["id"] = format!("{seed}:{index}").into();
            writeln!(out, "{line}")?;
        }
        return Ok(Exit::Conforms);
    }
    let mut shares = [0u64; Trait::ALL.len()];
    let mut plain = 0;
    let mut combinations = HashSet::new();
    for index in 0..count {
        let case = generate::case(seed, index, &host);
        let found = TraitSet::of(&case, &host);
        found.iter().for_each(|one| shares[one as usize] += 1);
        plain += u64::from(traits::is_plain(&case, &host));
        combinations.insert((found, traits::kind(&case, &host)));
    }
    let percent = |part: u64| 100.0 * part as f64 / count.max(1) as f64;
    writeln!(out, "{count} cases, seed {seed}")?;
    for (one, share) in Trait::ALL.iter().zip(shares) {
        writeln!(out, "{:<42} {:>6.2} %", one.name(), percent(share))?;
    }
    writeln!(out, "{:<42} {:>6.2} %", "plain (C-contiguous, aligned, native, not empty)", percent(plain))?;
    writeln!(out, "{:<42} {:>6}", "combinations of traits and kind of type", combinations.len())?;
    Ok(Exit::Conforms)
}
