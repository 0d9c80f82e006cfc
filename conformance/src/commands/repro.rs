//! `array-ctypes repro`: asks an implementation one case, and shows each verdict.

use super::{Exit, Stop, Target, case_named, deviations_known, patience, print, profiles_asked, rules_asked};
use array_ctypes_conformance::check::{expected, not_applicable};
use array_ctypes_conformance::contained::Contained;
use array_ctypes_conformance::deviations::Deviation;
use array_ctypes_conformance::judge;
use array_ctypes_conformance::report::{picture, snippet};
use array_ctypes_conformance::spec::{Level, Prediction, Rule};
use clap::ArgMatches;
use std::fmt::Write as _;

/// Asks each implementation the case; ends as the worst of them.
pub(crate) fn run(arguments: &ArgMatches) -> Result<Exit, Stop> {
    let mut exit = Exit::Conforms;
    for target in Target::all(arguments)? {
        exit = exit.or(one(arguments, &target)?);
    }
    Ok(exit)
}

fn one(arguments: &ArgMatches, target: &Target) -> Result<Exit, Stop> {
    let rules = rules_asked(arguments)?;
    let mut deviations = deviations_known(arguments)?;
    let make = target.maker(patience(arguments));
    let implementation = make()?;
    let hello = implementation.hello().clone().claiming_only(&profiles_asked(arguments)?);
    let mut implementation = Contained::new(implementation, &*make);
    let name = arguments.get_one::<String>("case").map_or("", String::as_str);
    let case = case_named(name, &hello, &rules)?;
    let mut out = format!("{}, case {name}\n{}", hello.title(), picture::describe(&case, &hello.platform));
    if let Some(why) = not_applicable(&hello, &case) {
        let _ = writeln!(out, "  not applicable: {why}, so it was not asked");
        print(&out)?;
        return Ok(Exit::Conforms);
    }
    let reply = implementation.answer(&case)?;
    let predictions = expected(&hello.platform, &case, &reply);
    let binding = rules.binding(&hello);
    deviations.retain(|known| known.concerns(&hello));
    let known = |wrong: &Prediction| deviations.iter().find(|known| known.explains(&hello, &case, &reply, wrong));
    let (mut broken, mut met, mut exit) = (Vec::new(), Vec::new(), Exit::Conforms);
    if let Some(lost) = &reply.lost {
        let _ = writeln!(out, "  the implementation was lost on it\n    found {lost}");
        let answered = predictions.iter().filter(|prediction| !judge::agrees(&hello.platform, &reply, prediction));
        for prediction in answered.filter(|prediction| binding.includes(prediction.rule)) {
            if let Some(known) = known(prediction) {
                met.push(known);
            } else {
                broken.push(prediction.rule);
                exit = Exit::Violated;
            }
        }
    }
    for (at, (step, answer)) in case.script.iter().zip(&reply.answers).enumerate() {
        let _ = writeln!(out, "  step {at}: {step}\n    found {}", judge::relative(answer, reply.buffer));
        for prediction in
            predictions.iter().filter(|prediction| prediction.step == at && binding.includes(prediction.rule))
        {
            let rule = prediction.rule;
            let seen = prediction.step < judge::seen(&reply);
            let agrees = !seen || judge::agrees(&hello.platform, &reply, prediction);
            let known = if agrees { None } else { known(prediction) };
            let verdict = if !seen {
                "not seen"
            } else if agrees {
                "holds"
            } else if known.is_some() {
                "known"
            } else {
                "BROKEN"
            };
            let _ = writeln!(out, "    {verdict} {}: expected {}", rule.id(), prediction.expectation);
            if let Some(known) = known {
                if !met.iter().any(|other: &&Deviation| other.rule == rule && other.reason == known.reason) {
                    met.push(known);
                }
                continue;
            }
            if !agrees && !broken.contains(&rule) {
                broken.push(rule);
            }
            if !agrees && (rule.level() == Level::Must || rule.level() == Level::Should && arguments.get_flag("strict"))
            {
                exit = Exit::Violated;
            }
        }
    }
    out.push_str("  the same in NumPy:\n");
    snippet::python(&case).lines().for_each(|line| out.extend(["    ", line, "\n"]));
    for Deviation { rule, reason, .. } in &met {
        let _ = writeln!(out, "known: {rule}: {reason}");
    }
    let verdict = match (broken.is_empty(), met.is_empty()) {
        (true, true) => "every rule asked holds".to_owned(),
        (true, false) => "every other rule asked holds".to_owned(),
        (false, _) => {
            let told = |rule: &Rule| match rule.level() {
                Level::Must => rule.id().to_owned(),
                level => format!("{rule} ({})", level.name()),
            };
            format!("BROKEN: {}", broken.iter().map(told).collect::<Vec<_>>().join(", "))
        }
    };
    let _ = writeln!(out, "{verdict}");
    print(&out)?;
    Ok(exit)
}
