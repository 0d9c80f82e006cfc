//! `array-ctypes repro`: asks an implementation one case, and shows each verdict.

use super::{
    Exit, Stop, Target, case_named, deviation_files, deviations_known, patience, print, profiles_asked, rules_asked,
};
use array_ctypes_conformance::Reply;
use array_ctypes_conformance::engine::applicable::not_applicable;
use array_ctypes_conformance::engine::deviation::Deviation;
use array_ctypes_conformance::engine::judge;
use array_ctypes_conformance::engine::judge::predictions;
use array_ctypes_conformance::report::{picture, snippet};
use array_ctypes_conformance::spec::{Level, Prediction, Rule};
use array_ctypes_conformance::transports::contained::Contained;
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
    let mut deviations = deviations_known(arguments, &deviation_files(arguments)?)?;
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
    let predictions = predictions(&hello.platform, &case, &reply);
    let binding = rules.binding(&hello);
    deviations.retain(|known| known.concerns(&hello));
    let known = |wrong: &Prediction| deviations.iter().find(|known| known.explains(&hello, &case, &reply, wrong));
    let (mut broken, mut exit) = (Vec::new(), Exit::Conforms);
    let mut met: Vec<&Deviation> = Vec::new();
    let mut judge_broken = |wrong: &Prediction| {
        let rule = wrong.rule;
        if let Some(known) = known(wrong) {
            if !met.iter().any(|other| std::ptr::eq(*other, known)) {
                met.push(known);
            }
            return "known";
        }
        if !broken.contains(&rule) {
            broken.push(rule);
        }
        if rule.level() == Level::Must || rule.level() == Level::Should && arguments.get_flag("strict") {
            exit = Exit::Violated;
        }
        "BROKEN"
    };
    let bound = || predictions.iter().filter(|prediction| binding.includes(prediction.rule));
    let agrees = |prediction: &Prediction| judge::agrees(&hello.platform, &reply, prediction);
    if let Reply::Lost(lost) = &reply {
        let _ = writeln!(out, "  the implementation was lost on it\n    found {lost}");
        for wrong in bound().filter(|prediction| !agrees(prediction)) {
            judge_broken(wrong);
        }
    }
    for (at, step) in case.script.iter().enumerate() {
        let Some(answer) = reply.relative_answer(at) else { break };
        let _ = writeln!(out, "  step {at}: {step}\n    found {answer}");
        for prediction in bound().filter(|prediction| prediction.step == at) {
            let verdict = if at >= judge::observed_steps(&reply) {
                "not seen"
            } else if agrees(prediction) {
                "holds"
            } else {
                judge_broken(prediction)
            };
            let _ = writeln!(out, "    {verdict} {}: expected {}", prediction.rule, prediction.expectation);
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
