//! The results of a run, made from its outcome.

use super::line::{
    self, Base, Beside, Declined, Door, Failure, Found, Header, Ignored, Known, Lost, Missing, OfCause, OfRule, Summary,
};
use super::{FORMAT, Run, verdict};
use array_ctypes_conformance::engine::cause::{Cause, Way};
use array_ctypes_conformance::engine::outcome::{Alone, Failure as Broken, Partial, Report, Small, Tally};
use array_ctypes_conformance::engine::standing::{Ability, Standing};
use array_ctypes_conformance::report::picture::Picture;
use array_ctypes_conformance::report::{failure, snippet};
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Raises, Rule, VERSION};
use array_ctypes_conformance::words::shown;
use array_ctypes_conformance::{Hello, RunError, json};

/// The most cases to ask before another that are listed in its line. The file of the saved case has all.
const MAX_BEFORE: usize = 50;

/// What a run was asked for, as its header says it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Seed of the run.
    pub seed: u64,
    /// How many cases were to be drawn by all shards.
    pub cases: u64,
    /// Which shard this is.
    pub shard: String,
    /// The pattern of the rules.
    pub pattern: Option<String>,
    /// True if a broken SHOULD is a violation too.
    pub strict: bool,
}

/// How a failure is repeated.
#[derive(Clone, Debug)]
pub struct Repeat {
    /// The command.
    pub command: String,
    /// Where the case is saved.
    pub saved: Option<String>,
}

/// The header of a run.
pub fn header(hello: &Hello, asked: &Asked) -> Header {
    Header {
        format: FORMAT,
        suite: env!("CARGO_PKG_VERSION").to_owned(),
        specification: VERSION.to_owned(),
        implementation: hello.name.clone(),
        version: hello.version.clone(),
        runtime: hello.runtime.clone(),
        based_on: hello.based_on.as_ref().map(|base| Base { name: base.name.clone(), version: base.version.clone() }),
        platform: json::from_platform(&hello.platform),
        profiles: hello.profiles.iter().map(|profile| profile.name().to_owned()).collect(),
        limits: hello.limits.declared().into_iter().map(str::to_owned).collect(),
        seed: asked.seed.to_string(),
        cases: asked.cases,
        shard: asked.shard.clone(),
        pattern: asked.pattern.clone(),
        strict: asked.strict,
    }
}

/// The results of a run that did not start, of what goes by that name.
pub fn not_started(name: &str, asked: &Asked, message: &str) -> Run {
    let mut run = Run::new(Header {
        format: FORMAT,
        suite: env!("CARGO_PKG_VERSION").to_owned(),
        specification: VERSION.to_owned(),
        implementation: name.to_owned(),
        version: String::new(),
        runtime: None,
        based_on: None,
        platform: json::from_platform(&Platform::host()),
        profiles: Vec::new(),
        limits: Vec::new(),
        seed: asked.seed.to_string(),
        cases: asked.cases,
        shard: asked.shard.clone(),
        pattern: asked.pattern.clone(),
        strict: asked.strict,
    });
    run.summary.trouble = Some(message.to_owned());
    verdict::conclude(&mut run);
    run
}

/// A failure as it is found.
pub fn found(broken: &Broken, repeat: Repeat) -> Found {
    Found {
        rule: broken.rule.id().to_owned(),
        origin: broken.origin.to_string(),
        case: json::from_case(&broken.case),
        step: broken.prediction.step,
        expected: shown(&broken.prediction.expectation.to_string()),
        found: broken.reply.found(broken.prediction.step),
        repeat: repeat.command,
        saved: repeat.saved,
    }
}

/// The results of a run. `repeat` says how a failure is repeated.
pub fn run(report: &Report, asked: &Asked, repeat: &dyn Fn(&Broken) -> Repeat) -> Run {
    let of = |is_repeated: bool| move |broken| failure(report, broken, repeat(broken), is_repeated);
    let mut run = Run {
        header: header(&report.hello, asked),
        failures: report.failures.iter().map(of(false)).collect(),
        repeated: report.repeated.iter().map(of(true)).collect(),
        known: report.known.iter().map(|known| self::known(report, known)).collect(),
        lost: report
            .lost
            .iter()
            .map(|lost| Lost { origin: lost.origin.to_string(), message: lost.message.clone() })
            .collect(),
        missing: missing(report),
        ignored: ignored(report),
        declined: declined(report),
        doors: doors(report),
        rules: report
            .standings()
            .filter(|(.., standing)| *standing != Standing::NotChosen)
            .map(|(rule, tally, standing)| of_rule(report, rule, &tally, standing))
            .collect(),
        summary: summary(report),
    };
    verdict::conclude(&mut run);
    run
}

fn failure(report: &Report, broken: &Broken, repeat: Repeat, is_repeated: bool) -> Failure {
    let Broken { rule, case, origin, prediction, reply, cause, met, small, alone, beside } = broken;
    let before = broken.before();
    let listed = (1..=MAX_BEFORE).contains(&before.len());
    Failure {
        rule: rule.id().to_owned(),
        level: rule.level().name().to_owned(),
        text: rule.text().to_owned(),
        origin: origin.to_string(),
        case: json::from_case(case),
        array: failure::array(case),
        step: prediction.step,
        asked: line::asked(*rule, prediction.step, case.script.iter().map(|step| shown(&step.to_string()))),
        expected: shown(&prediction.expectation.to_string()),
        found: reply.found(prediction.step),
        place: reply.place(prediction.step).map(str::to_owned),
        expectation: json::from_expectation(&prediction.expectation),
        answer: reply
            .relative_answer(prediction.step)
            .map_or(serde_json::Value::Null, |answer| json::from_answer(&answer)),
        cause: of_cause(cause),
        met: of_cause(met),
        small: *small == Small::Yes,
        alone: match alone {
            Alone::Fails => Some(true),
            Alone::FailsAfter(_) | Alone::Holds { .. } | Alone::NotSearched => Some(false),
            Alone::NotAsked => None,
        },
        before: listed.then(|| before.iter().map(json::from_case).collect()),
        before_count: before.len(),
        beside: beside
            .iter()
            .map(|beside| Beside { rule: beside.rule.id().to_owned(), same_step: beside.is_same_step })
            .collect(),
        repeated: is_repeated,
        described: failure::described(&report.hello.platform, broken),
        drawing: Picture::of_failure(case, &report.hello.platform, prediction, reply).svg(),
        snippet: snippet::sequence(before, case),
        repeat: repeat.command,
        saved: repeat.saved,
    }
}

fn of_cause(Cause { way: Way { step, difference, raises }, elements }: &Cause) -> OfCause {
    OfCause {
        step: (*step).to_owned(),
        elements: elements.words().to_owned(),
        difference: difference.words().to_owned(),
        raises: raises.map(|raises: Raises| raises.name().to_owned()),
    }
}

fn known(report: &Report, known: &array_ctypes_conformance::engine::outcome::Known) -> Known {
    let deviation = &known.deviation;
    Known {
        rule: deviation.rule.id().to_owned(),
        reason: deviation.reason.clone(),
        link: deviation.link.clone(),
        case: deviation.case.name.clone(),
        cases: known.cases,
        several: !deviation.also.is_empty(),
        based_on: (!deviation.is_own(&report.hello)).then(|| deviation.implementation.clone()),
        stale: known.stale.clone(),
    }
}

fn missing(report: &Report) -> Vec<Missing> {
    let of = |(Ability { limit, about }, rules): (Ability, Vec<Rule>)| Missing {
        limit: limit.to_owned(),
        about: about.to_owned(),
        rules: ids(rules),
    };
    report.missing().into_iter().map(of).collect()
}

fn ids(rules: impl IntoIterator<Item = Rule>) -> Vec<String> {
    rules.into_iter().map(|rule| rule.id().to_owned()).collect()
}

fn ignored(report: &Report) -> Option<Ignored> {
    report.ignored_process.map(|process| Ignored {
        process,
        about:
            "nothing shows that the suite started that process and that it has the arrays in its memory, which is not \
                looked at: leave `pid` out, or report the one that answers"
                .to_owned(),
        rules: ids(report.not_observed()),
    })
}

fn declined(report: &Report) -> Vec<Declined> {
    let of = |declined: &array_ctypes_conformance::engine::declined::Declined| Declined {
        reason: declined.reason.clone(),
        cases: declined.cases,
        rules: declined.rules.iter().map(|(rule, cases)| (rule.id().to_owned(), *cases)).collect(),
    };
    report.declined.iter().map(of).collect()
}

fn doors(report: &Report) -> Vec<Door> {
    let of = |(door, seen): (&String, &array_ctypes_conformance::engine::doors::Seen)| Door {
        door: door.clone(),
        taken: seen.taken,
        refused: seen.refusals(),
        features: seen.refused.iter().filter_map(|(feature, count)| Some(((*feature)?.to_owned(), *count))).collect(),
    };
    report.doors.0.iter().map(of).collect()
}

fn of_rule(report: &Report, rule: Rule, tally: &Tally, standing: Standing) -> OfRule {
    let excluded = report.excluded_by(rule).filter(|_| standing == Standing::Excluded);
    OfRule {
        rule: rule.id().to_owned(),
        level: rule.level().name().to_owned(),
        profile: rule.profile().name().to_owned(),
        standing: standing.name().to_owned(),
        cases: tally.cases,
        failed: tally.failed,
        known: tally.known,
        not_applicable: tally.not_applicable,
        not_observed: tally.not_observed,
        declined: tally.declined,
        broken: report.broken[rule.index()].clone(),
        excluded_by: excluded.map(|limits| limits.iter().map(|limit| (*limit).to_owned()).collect()),
        waiver: report.waiver(rule).map(|waiver| waiver.reason.clone()),
    }
}

/// The summary but for what `verdict` concludes from the rest.
fn summary(report: &Report) -> Summary {
    Summary {
        cases: report.cases,
        page: report.page,
        cases_not_applicable: report.not_applicable,
        cases_declined: report.cases_declined,
        steps: report.steps.clone(),
        held_again: report.held_again.clone(),
        asking_seconds: report.asking.as_secs_f64(),
        seconds: report.elapsed.as_secs_f64(),
        partial: report.partial.map(|partial| Partial::words(partial).to_owned()),
        incomplete: report.partial == Some(Partial::Interrupted),
        end: report.bad_end.as_ref().map(|error| RunError::message(error).to_owned()),
        trouble: report.run_error.as_ref().map(|error| RunError::message(error).to_owned()),
        ..Summary::default()
    }
}
