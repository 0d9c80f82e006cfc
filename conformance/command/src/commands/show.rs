//! `array-ctypes show`: draws a case, and what the specification expects of it on a platform.

use super::{Exit, Stop, case_named, profiles_asked, rules_asked};
use array_ctypes_conformance::report::picture;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::{Hello, Limits};
use clap::ArgMatches;
use std::io::{self, Write};

/// Draws the case.
pub(crate) fn run(arguments: &ArgMatches) -> Result<Exit, Stop> {
    let platform = match arguments.get_one::<String>("platform") {
        None => Platform::host(),
        Some(name) => {
            Platform::ALL.into_iter().find(|(known, _)| known == name).map(|(_, platform)| platform).ok_or_else(
                || {
                    Stop::Usage(format!(
                        "expected one of {}, found {name:?}",
                        Platform::ALL.map(|(name, _)| name).join(", ")
                    ))
                },
            )?
        }
    };
    let hello = Hello {
        name: "specification".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        runtime: None,
        platform,
        profiles: profiles_asked(arguments)?,
        limits: Limits::default(),
    };
    let name = arguments.get_one::<String>("case").map_or("", String::as_str);
    let case = case_named(name, &hello, &rules_asked(arguments)?)?;
    let mut out = io::stdout().lock();
    writeln!(out, "case {name}")?;
    write!(out, "{}", picture::describe(&case, &platform))?;
    let predictions = case.expect(&platform);
    for (at, step) in case.script.iter().enumerate() {
        writeln!(out, "  step {at}: {step}")?;
        for prediction in predictions.iter().filter(|prediction| prediction.step == at) {
            writeln!(out, "    {}: {}", prediction.rule.id(), prediction.expectation)?;
        }
    }
    Ok(Exit::Conforms)
}
