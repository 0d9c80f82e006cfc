//! `array-ctypes repro`: runs one case against an implementation, and shows each verdict.

use crate::arguments::{AskedRules, BindingRules, KnownDeviations, Targets, case, profiles};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::print;
use crate::target::Target;
use array_ctypes_conformance::engine::applicable::{as_declared, not_applicable};
use array_ctypes_conformance::engine::deviation::Deviation;
use array_ctypes_conformance::engine::judge;
use array_ctypes_conformance::engine::judge::{predictions_for_reply, violations as violations_of};
use array_ctypes_conformance::engine::observed::{Observation, Observed};
use array_ctypes_conformance::report::picture::{self, Picture};
use array_ctypes_conformance::report::snippet;
use array_ctypes_conformance::spec::{Level, Prediction, Rule};
use array_ctypes_conformance::transports::contained::Contained;
use array_ctypes_conformance::words::shown;
use array_ctypes_conformance::{Reply, SavedCase};
use clap::Args;
use std::fmt::Write as _;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// SEED:INDEX, page:NUMBER, or the path of a case file
    #[arg(value_name = "CASE")]
    case: String,
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    known: KnownDeviations,
    #[command(flatten)]
    asked: AskedRules,
    #[command(flatten)]
    binding: BindingRules,
}

/// Runs the case against each implementation, and ends with the exit code that has precedence.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, CommandError> {
    let mut exit = Exit::Conforms;
    for target in arguments.targets.all()? {
        exit = exit.or(run_one(arguments, &target)?);
    }
    Ok(exit)
}

fn run_one(arguments: &Arguments, target: &Target) -> Result<Exit, CommandError> {
    let rules = arguments.asked.rules();
    let mut deviations = arguments.known.all(&arguments.known.read()?)?;
    let make = target.maker(arguments.targets.timeout.duration);
    let implementation = make()?;
    let hello = implementation.hello().clone().claiming_only(&profiles(&arguments.binding.profiles));
    let mut implementation = Contained::new(implementation, &*make);
    let name = &arguments.case;
    let SavedCase { case, before, .. } = case(name, &hello, &rules)?;
    let case = as_declared(&hello, &case);
    let title = format!("{}, case {name}\n", hello.title());
    let mut out = String::new();
    if let Some(why) = not_applicable(&hello, &case) {
        let _ = writeln!(out, "  not applicable: {why}, so it was not sent");
        print(&(title + &picture::describe(&case, &hello.platform) + &out))?;
        return Ok(Exit::Conforms);
    }
    let earlier = before.iter().map(|case| as_declared(&hello, case));
    for earlier in earlier.filter(|case| not_applicable(&hello, case).is_none()) {
        implementation.answer(&earlier)?;
    }
    if !before.is_empty() {
        let _ = writeln!(out, "  asked before it, of the same process: {} other cases of the file", before.len());
    }
    let reply = implementation.answer(&case)?;
    let predictions = predictions_for_reply(&hello.platform, &judge::located(&hello.limits, &case, &reply), &reply);
    let binding = rules.binding(&hello);
    deviations.retain(|known| known.concerns(&hello));
    let known = |broken: &Prediction| deviations.iter().find(|known| known.explains(&hello, &case, &reply, broken));
    let mut violations = Violations { strict: arguments.binding.strict, ..Violations::default() };
    let bound = || predictions.iter().filter(|prediction| binding.includes(prediction.rule));
    let agrees = |prediction: &Prediction| judge::agrees(&hello.platform, &reply, prediction);
    // As `check` shows it: with what was expected and found.
    let drawn = match violations_of(&hello.platform, &binding, &case, &reply).first() {
        Some(broken) => Picture::of_failure(&case, &hello.platform, broken, &reply),
        None => Picture::of(&case, &hello.platform),
    };
    if let Reply::Lost(lost) | Reply::Hung(lost) = &reply {
        let _ = writeln!(out, "  the implementation did not answer this case\n    found {lost}");
        for broken in bound().filter(|prediction| !agrees(prediction)) {
            violations.add(broken.rule, known(broken));
        }
    }
    if let Reply::Declined(reason) = &reply {
        let _ = writeln!(out, "  the implementation declined this case: {reason}");
    }
    let observed = Observed::of(&case, &reply);
    for (at, step) in case.script.iter().enumerate() {
        let Some(answer) = reply.relative_answer(at) else { break };
        let _ = writeln!(out, "  step {at}: {step}\n    found {}", shown(&answer.to_string()));
        for prediction in bound().filter(|prediction| prediction.step == at) {
            let verdict = match observed.look(prediction) {
                Observation::NotGiven => continue,
                Observation::NotObserved => "not observed",
                Observation::Declined(_) => "declined",
                Observation::Judged if agrees(prediction) => "holds",
                Observation::Judged => violations.add(prediction.rule, known(prediction)),
            };
            let expected = shown(&prediction.expectation.to_string());
            let _ = writeln!(out, "    {verdict} {}: expected {expected}", prediction.rule);
        }
    }
    out.push_str("  the same in NumPy:\n");
    snippet::sequence(&before, &case).lines().for_each(|line| out.extend(["    ", line, "\n"]));
    let is_declined = matches!(reply, Reply::Declined(_));
    out.push_str(&if is_declined { "nothing was judged\n".to_owned() } else { violations.summary() });
    let (_, end) = implementation.end();
    if let Err(error) = &end {
        let _ = writeln!(out, "the end of {}: {error}", hello.name);
    }
    print(&(title + &picture::indented(&drawn) + &out))?;
    Ok(match (is_declined, violations.is_violated() || end.is_err()) {
        (true, _) => Exit::RunError,
        (false, true) => Exit::Violated,
        (false, false) => Exit::Conforms,
    })
}

/// The rules that are broken, and the known deviations that are met.
#[derive(Default)]
struct Violations<'a> {
    strict: bool,
    broken: Vec<Rule>,
    met: Vec<&'a Deviation>,
}

impl<'a> Violations<'a> {
    /// Adds a broken rule, which may be a known deviation, and returns the word for it.
    fn add(&mut self, rule: Rule, known: Option<&'a Deviation>) -> &'static str {
        if let Some(known) = known {
            if !self.met.iter().any(|other| std::ptr::eq(*other, known)) {
                self.met.push(known);
            }
            return "known";
        }
        if !self.broken.contains(&rule) {
            self.broken.push(rule);
        }
        "BROKEN"
    }

    /// Returns true if a rule is broken that binds: a MUST, or with `--strict` a SHOULD.
    fn is_violated(&self) -> bool {
        let binds = |rule: &Rule| rule.level() == Level::Must || rule.level() == Level::Should && self.strict;
        self.broken.iter().any(binds)
    }

    /// The last lines: known deviations, and the verdict.
    fn summary(&self) -> String {
        let mut text = String::new();
        for Deviation { rule, reason, .. } in &self.met {
            let _ = writeln!(text, "known: {rule}: {reason}");
        }
        let name = |rule: &Rule| match rule.level() {
            Level::Must => rule.id().to_owned(),
            Level::Should => format!("{rule} ({})", rule.level().name()),
        };
        text + &match (self.broken.is_empty(), self.met.is_empty()) {
            (true, true) => "no rule that was asked about is broken\n".to_owned(),
            (true, false) => "no other rule that was asked about is broken\n".to_owned(),
            (false, _) => format!("BROKEN: {}\n", self.broken.iter().map(name).collect::<Vec<_>>().join(", ")),
        }
    }
}
