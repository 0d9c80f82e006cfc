//! `array-ctypes show`: draws a case, and shows what the specification expects of it on a platform.

use crate::arguments::{AskedRules, case, profile, profiles};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::print;
use array_ctypes_conformance::report::picture;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Owner, Profile};
use array_ctypes_conformance::{Hello, Limits};
use clap::Args;
use std::fmt::Write as _;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// SEED:INDEX, or the path of a case file
    #[arg(value_name = "CASE")]
    case: String,
    #[command(flatten)]
    asked: AskedRules,
    /// Show the case as an implementation with only this profile would get it; may be repeated
    #[arg(long = "profile", value_name = "NAME", value_parser = profile)]
    profiles: Vec<Profile>,
    /// Show it as an implementation that makes arrays of its own memory in this way would get it; may be repeated [default:
    /// in every way, and in none with --profile]
    #[arg(long = "owner", value_name = "WORD", value_parser = owner)]
    owners: Vec<Owner>,
    /// Show it on this platform, such as s390x-linux [default: this one]
    #[arg(long, value_name = "NAME", value_parser = platform)]
    platform: Option<Platform>,
}

/// Parses the name of a platform.
fn platform(name: &str) -> Result<Platform, String> {
    let known = || Platform::ALL.map(|(name, _)| name).join(", ");
    let platform = Platform::ALL.into_iter().find(|(known, _)| *known == name);
    platform
        .map(|(_, platform)| platform)
        .ok_or_else(|| format!("expected a platform, one of {}; found {name:?}", known()))
}

/// Parses a way to make an array that owns its memory.
fn owner(word: &str) -> Result<Owner, String> {
    let known = || Owner::ALL.iter().map(|owner| owner.word()).collect::<Vec<_>>().join(", ");
    Owner::from_word(word).ok_or_else(|| format!("expected one of {}; found {word:?}", known()))
}

/// Draws the case.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, CommandError> {
    let platform = arguments.platform.unwrap_or_else(Platform::host);
    let owners = arguments.owners.clone();
    let is_for_all = owners.is_empty() && arguments.profiles.is_empty();
    let hello = Hello {
        name: "specification".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        runtime: None,
        platform,
        profiles: profiles(&arguments.profiles),
        limits: if is_for_all { Limits::unlimited() } else { Limits { owners, ..Limits::default() } },
    };
    let name = &arguments.case;
    let case = case(name, &hello, &arguments.asked.rules())?;
    let mut out = format!("case {name}\n{}", picture::describe(&case, &platform));
    let predictions = case.expect(&platform);
    for (at, step) in case.script.iter().enumerate() {
        let _ = writeln!(out, "  step {at}: {step}");
        for prediction in predictions.iter().filter(|prediction| prediction.step == at) {
            let _ = writeln!(out, "    {}: {}", prediction.rule.id(), prediction.expectation);
        }
    }
    print(&out)?;
    Ok(Exit::Conforms)
}
