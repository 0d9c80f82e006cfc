//! `array-ctypes cases`: what the generators draw.

use crate::arguments::whole_number;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::shares::Shares;
use array_ctypes_conformance::engine::generate;
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::shard::Shard;
use array_ctypes_conformance::json;
use array_ctypes_conformance::spec::platform::Platform;
use clap::Args;
use std::io::{self, Write};

/// The default number of cases.
const COUNT: u64 = 10;

/// How many of the rarest pairs of traits are printed.
const WEAKEST: usize = 20;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// How many cases
    #[arg(long, value_name = "N", value_parser = whole_number, default_value_t = COUNT)]
    count: u64,
    /// Seed of the run
    #[arg(long, value_name = "S", value_parser = whole_number, default_value_t = Options::default().seed)]
    seed: u64,
    /// Print only this part of the cases, as in 2/8
    #[arg(long, value_name = "I/N", default_value_t = Shard::WHOLE, hide_default_value = true)]
    shard: Shard,
    /// Print the share of each trait and the rarest pairs of traits instead of the cases
    #[arg(long)]
    traits: bool,
}

/// Prints the cases as JSON Lines, or the share of each trait among them.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, CommandError> {
    let print = if arguments.traits { print_traits } else { print_cases };
    print(arguments).map_err(CommandError::Output)?;
    Ok(Exit::Conforms)
}

fn print_cases(&Arguments { count, seed, shard, .. }: &Arguments) -> io::Result<()> {
    let host = Platform::host();
    let mut out = io::stdout().lock();
    for index in (0..shard.count(count)).map(|position| shard.index(position)) {
        let mut line = json::from_case(&generate::case(seed, index, &host));
        line["id"] = format!("{seed}:{index}").into();
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn print_traits(&Arguments { count, seed, shard, .. }: &Arguments) -> io::Result<()> {
    let host = Platform::host();
    let count = shard.count(count);
    let indices = (0..count).map(|position| shard.index(position));
    let shares = Shares::of(indices.map(|index| generate::case(seed, index, &host)), &host);
    let percent = |part: u64| 100.0 * part as f64 / count.max(1) as f64;
    let mut out = io::stdout().lock();
    writeln!(out, "{count} cases, seed {seed}")?;
    for (one, share) in shares.traits {
        writeln!(out, "{:<42} {:>6.2} %", one.name(), percent(share))?;
    }
    writeln!(out, "{:<42} {:>6.2} %", "plain (C-contiguous, aligned, native, not empty)", percent(shares.plain))?;
    writeln!(out, "{:<42} {:>6}", "combinations of traits and kind of type", shares.combinations)?;
    writeln!(out, "\nThe rarest of {} possible pairs:", shares.pairs.len())?;
    for (one, other, found) in shares.pairs.iter().take(WEAKEST) {
        writeln!(out, "{found:>6}  {} × {}", one.name(), other.name())?;
    }
    for (one, other, found) in &shares.broken {
        writeln!(out, "expected no case with {} and {}, found {found}", one.name(), other.name())?;
    }
    Ok(())
}
