//! `array-ctypes show`: draws a case, and shows what the specification expects of it on a platform.

use crate::arguments::{AskedRules, case, platform, profile, profiles};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::print;
use array_ctypes_conformance::report::picture;
use array_ctypes_conformance::spec::Profile;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::{Hello, Limits, SavedCase};
use clap::Args;
use std::fmt::Write as _;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// SEED:INDEX, page:NUMBER, or the path of a case file
    #[arg(value_name = "CASE")]
    case: String,
    #[command(flatten)]
    asked: AskedRules,
    /// Show the case as an implementation with only this profile would get it; may be repeated
    #[arg(long = "profile", value_name = "NAME", value_parser = profile)]
    profiles: Vec<Profile>,
    /// Show it as an implementation that declares this ability, such as types or copy, would get it; may be repeated
    /// [default: all, and none with --profile]
    #[arg(long = "ability", value_name = "NAME", value_parser = ability)]
    abilities: Vec<String>,
    /// Show it on this platform, such as s390x-linux [default: this one]
    #[arg(long, value_name = "NAME", value_parser = platform)]
    platform: Option<Platform>,
}

/// Parses the name of an ability.
fn ability(name: &str) -> Result<String, String> {
    let known = || Limits::with_all_abilities().abilities().join(", ");
    let is_known = Limits::default().declare(name);
    if is_known { Ok(name.to_owned()) } else { Err(format!("expected one of {}; found {name:?}", known())) }
}

/// Draws the case.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, CommandError> {
    let platform = arguments.platform.unwrap_or_else(Platform::host);
    let is_for_all = arguments.abilities.is_empty() && arguments.profiles.is_empty();
    let mut limits = if is_for_all { Limits::with_all_abilities() } else { Limits::default() };
    for ability in &arguments.abilities {
        limits.declare(ability);
    }
    let hello = Hello {
        name: "specification".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        runtime: None,
        based_on: None,
        platform,
        profiles: profiles(&arguments.profiles),
        limits,
        doors: Vec::new(),
    };
    let name = &arguments.case;
    let SavedCase { case, before, .. } = case(name, &hello, &arguments.asked.rules())?;
    let mut out = format!("case {name}\n{}", picture::describe(&case, &platform));
    if !before.is_empty() {
        let _ = writeln!(out, "  `repro` asks {} other cases of the file first", before.len());
    }
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
