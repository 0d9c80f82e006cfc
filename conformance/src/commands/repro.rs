//! `array-ctypes repro`: asks an implementation one case, and shows each verdict.

use super::{Exit, Stop, Target, case_named, patience, rules_asked};
use array_ctypes_conformance::judge;
use array_ctypes_conformance::report::{picture, snippet};
use array_ctypes_conformance::spec::Level;
use clap::ArgMatches;
use std::io::{self, Write};

/// Asks each implementation the case; ends as the worst of them.
pub(crate) fn run(arguments: &ArgMatches) -> Result<Exit, Stop> {
    let mut exit = Exit::Conforms;
    for target in Target::all(arguments)? {
        exit = exit.max(one(arguments, &target)?);
    }
    Ok(exit)
}

fn one(arguments: &ArgMatches, target: &Target) -> Result<Exit, Stop> {
    let mut implementation = target.start(patience(arguments))?;
    let hello = implementation.hello().clone();
    let rules = rules_asked(arguments)?;
    let name = arguments.get_one::<String>("case").map_or("", String::as_str);
    let case = case_named(name, &hello, &rules)?;
    let reply = implementation.answer(&case)?;
    let mut out = io::stdout().lock();
    writeln!(out, "{} {}, case {name}", hello.name, hello.version)?;
    write!(out, "{}", picture::describe(&case, &hello.platform))?;
    let predictions = case.predict(&hello.platform);
    let binding = rules.binding(&hello.profiles);
    let mut exit = Exit::Conforms;
    for (at, (step, answer)) in case.script.iter().zip(&reply.answers).enumerate() {
        writeln!(out, "  step {at}: {step}\n    found {}", judge::relative(answer, reply.buffer))?;
        for prediction in
            predictions.iter().filter(|prediction| prediction.step == at && binding.includes(prediction.rule))
        {
            let agrees = judge::agrees(&hello.platform, &reply, prediction);
            let verdict = if agrees { "holds" } else { "BROKEN" };
            writeln!(out, "    {verdict} {}: expected {}", prediction.rule.id(), prediction.expectation)?;
            if !agrees && (prediction.rule.level() == Level::Must || arguments.get_flag("strict")) {
                exit = Exit::Violated;
            }
        }
    }
    writeln!(out, "  in Python:")?;
    for line in snippet::python(&case).lines() {
        writeln!(out, "    {line}")?;
    }
    Ok(exit)
}
