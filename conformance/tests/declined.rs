//! What an implementation declines is not judged, but counted; too much of it is a standing of its own.

use array_ctypes_conformance::adapter::hello::Base;
use array_ctypes_conformance::adapter::reply::Answers;
use array_ctypes_conformance::deviations::read_waivers;
use array_ctypes_conformance::engine::observed::{Observation, Observed};
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::outcome::{Report, Tally};
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::engine::standing::Standing;
use array_ctypes_conformance::engine::waiver::Waiver;
use array_ctypes_conformance::spec::dtype::Dtype;
use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Answer, Array, Question, Raises, Rule, Step, rules};
use array_ctypes_conformance::{Case, Hello, Implementation, InProcess, Limits, Local, Memory, Reply, testing};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// What a crate declines.
#[derive(Clone, Copy)]
enum What {
    Strides,
    Case,
}

/// A crate that knows shape and strides, and declines something in some of each hundred cases that ask for strides.
struct Declining {
    what: What,
    of_hundred: u64,
    asked: u64,
}

impl Declining {
    fn new(what: What, of_hundred: u64) -> Declining {
        Declining { what, of_hundred, asked: 0 }
    }
}

impl InProcess for Declining {
    fn hello(&self) -> Hello {
        Hello::core("declining", "1.0", Limits { invalid: false, max_dimensions: 1, ..Limits::default() })
    }

    fn answer(&mut self, array: &Array, _: &Memory, script: &[Step]) -> Result<Vec<Answer>, Raises> {
        let layout = resolve(&Platform::host(), array).map_err(|_| Raises::ValueError)?;
        self.asked += u64::from(script.iter().any(|step| step.asks(&Question::Strides)));
        // Spread evenly.
        let is_declined = (self.asked * self.of_hundred) % 100 < self.of_hundred;
        let answer = |step: &Step| match (step.question(), self.what) {
            (_, What::Case) if is_declined => Answer::Declined("not today".to_owned()),
            (Some(Question::Strides), _) if is_declined => Answer::Declined("no strides".to_owned()),
            (Some(Question::Strides), _) => Answer::integers(layout.strides.iter().copied()),
            (Some(Question::Shape), _) => Answer::integers(layout.shape.iter().copied()),
            _ => Answer::Raises(Raises::NotImplementedError),
        };
        Ok(script.iter().map(answer).collect())
    }
}

/// Runs the rules of a pattern.
fn run(pattern: &str, what: What, of_hundred: u64, waivers: &[Waiver]) -> Report {
    run_cases(3000, pattern, what, of_hundred, waivers)
}

fn run_cases(cases: u64, pattern: &str, what: What, of_hundred: u64, waivers: &[Waiver]) -> Report {
    let make = || Ok(Box::new(Local::new(Declining::new(what, of_hundred))) as Box<dyn Implementation>);
    let rules = Rules::matching(pattern).expect("rules");
    check(&make, &Options { cases, rules, waivers: waivers.to_vec(), ..Options::default() }, &|_| {}).expect("a report")
}

#[track_caller]
fn standing(report: &Report, rule: Rule) -> Standing {
    report.standings().find(|(other, ..)| *other == rule).expect("a standing").2
}

#[test]
fn few_declined_cases_are_counted_with_their_reason_and_the_rule_holds() {
    let report = run("shape.s*", What::Strides, 4, &[]);
    assert_eq!(standing(&report, rules::shape::strides), Standing::Held);
    let [declined] = &report.declined[..] else { panic!("{:?}", report.declined) };
    assert_eq!((declined.reason.as_str(), declined.cases), ("no strides", report.cases_declined));
    assert!(declined.rules.contains(&(rules::shape::strides, declined.cases)), "{declined:?}");
    let tally = report.tallies[rules::shape::strides.index()];
    assert_eq!((tally.declined, tally.failed), (declined.cases, 0));
    let share = 100.0 * tally.declined as f64 / (tally.cases + tally.declined) as f64;
    assert!((3.0..5.0).contains(&share), "{share}");
}

#[test]
fn a_rule_of_which_more_than_a_twentieth_is_declined_is_not_held_unless_a_waiver_covers_it() {
    let report = run("shape.s*", What::Strides, 6, &[]);
    assert_eq!(standing(&report, rules::shape::strides), Standing::Declined);
    assert_eq!(standing(&report, rules::shape::shape), Standing::Held);
    let waiver = |implementation: &str, rule: &str| Waiver {
        implementation: implementation.to_owned(),
        is_shared: false,
        rule: rule.to_owned(),
        reason: "its strides are lazy".to_owned(),
    };
    let covered = run("shape.s*", What::Strides, 6, &[waiver("declining", "shape.st*")]);
    assert_eq!(standing(&covered, rules::shape::strides), Standing::Held);
    for other in [waiver("other", "shape.st*"), waiver("declining", "data.*")] {
        assert_eq!(standing(&run("shape.s*", What::Strides, 6, &[other]), rules::shape::strides), Standing::Declined);
    }
}

#[test]
fn a_waiver_of_a_shared_file_is_also_about_what_is_built_on_the_implementation() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shared.toml");
    let base = Base { name: "lazy".to_owned(), version: "1.0".to_owned() };
    let derived = Hello { based_on: Some(base), ..Declining::new(What::Strides, 6).hello() };
    for (key, is_about) in [("based-on", true), ("implementation", false)] {
        let entry = "rule = \"shape.strides\"\nreason = \"they are lazy\"";
        fs::write(&path, format!("{key} = \"lazy\"\n[[declined]]\n{entry}\n")).expect("the file");
        let waivers = read_waivers(&path).expect("a waiver");
        assert_eq!(waivers[0].covers(&derived, rules::shape::strides), is_about, "{key}");
    }
}

#[test]
fn a_rule_with_few_cases_is_declined_too_if_at_least_five_cases_were() {
    let tally = |declined, cases| Tally { declined, cases, ..Tally::default() };
    for (declined, cases) in [(5, 0), (5, 94), (50, 49), (6, 113), (51, 949)] {
        assert!(tally(declined, cases).is_declined(), "{declined} beside {cases}");
    }
    for (declined, cases) in [(0, 0), (1, 0), (4, 0), (4, 50), (5, 95), (6, 114), (50, 950)] {
        assert!(!tally(declined, cases).is_declined(), "{declined} beside {cases}");
    }
    let short = |cases| {
        let report = run_cases(cases, "shape.s*", What::Case, 100, &[]);
        (report.tallies[rules::shape::shape.index()].declined, standing(&report, rules::shape::shape))
    };
    let few = (1..20).map(short).find(|(declined, _)| *declined == 4);
    assert_eq!(few, Some((4, Standing::NotExercised)));
    let more = (1..20).map(short).find(|(declined, _)| *declined == 5);
    assert_eq!(more, Some((5, Standing::Declined)));
}

#[test]
fn a_declined_case_counts_for_each_of_its_rules_but_that_there_is_a_reply() {
    let report = run("shape.s*", What::Case, 6, &[]);
    for rule in [rules::shape::strides, rules::shape::shape] {
        assert_eq!(standing(&report, rule), Standing::Declined, "{rule}");
    }
    assert_eq!(report.declined.len(), 1);
    let report = run("layout.a*", What::Case, 100, &[]);
    assert_eq!(standing(&report, rules::layout::accepted), Standing::Declined);
    assert_eq!(standing(&report, rules::layout::answered), Standing::Held);
}

/// What can be judged of each prediction, after these answers: the step, and true if it is judged.
fn judged(script: &[&str], answers: Vec<Answer>) -> Vec<(usize, bool)> {
    let array = Array::contiguous(vec![0; 8], Dtype::from_typestr("|u1").expect("a type"), &[2, 4]);
    let script = script.iter().map(|step| step.parse().expect("a step")).collect();
    let case = Case { array, script };
    let reply = Reply::Answered(Answers { buffer: Some(0), answers, ..Answers::default() });
    let observed = Observed::of(&case, &reply);
    let predictions = case.expect(&Platform::X86_64_LINUX);
    let mut judged: Vec<(usize, bool)> = predictions
        .iter()
        .map(|prediction| (prediction.step, observed.look(prediction) == Observation::Judged))
        .collect();
    judged.dedup();
    judged
}

#[test]
fn what_depends_on_a_declined_step_is_not_judged_either() {
    let declined = || Answer::Declined("no".to_owned());
    let question = judged(&["shape", "data", "strides"], vec![Answer::Nothing, declined(), Answer::Nothing]);
    assert_eq!(question, [(0, true), (1, false), (2, true)]);
    let script = ["shape", "write-item 05 0 0", "item 0 0"];
    let write = judged(&script, vec![Answer::Nothing, declined(), Answer::Nothing]);
    assert!(write.contains(&(0, true)) && write.iter().all(|(step, judged)| *judged == (*step == 0)), "{write:?}");
    let compared = judged(&["object _as_parameter_", "object _as_parameter_"], vec![declined(), Answer::Object(1)]);
    assert!(compared.iter().all(|(_, judged)| !judged), "{compared:?}");
}

#[test]
fn under_cargo_test_a_rule_that_is_declined_fails_until_the_file_of_deviations_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let failure = |of_hundred| {
        let manifest = folder.path().to_str().expect("a name");
        let make = || Local::new(Declining::new(What::Strides, of_hundred));
        let test = || testing::holds(make, rules::shape::strides, manifest);
        catch_unwind(AssertUnwindSafe(test)).err().map(|panic| *panic.downcast::<String>().expect("a message"))
    };
    let message = failure(6).expect("too much is declined");
    assert!(
        message.contains("at most 5 % of the cases of shape.strides") && message.contains("no strides"),
        "{message}"
    );
    assert_eq!(failure(4), None);
    write(folder.path(), "rule = \"shape.strides\"\nreason = \"they are lazy\"");
    assert_eq!(failure(6), None);
    for (entry, expected) in [
        ("rule = \"shape.size\"\nreason = \"x\"", "declined 1, rule: expected a rule"),
        ("rule = \"shape.strides\"\nreason = \" \"", "declined 1, reason: expected why"),
        ("rule = \"shape.strides\"", "missing field `reason`"),
    ] {
        write(folder.path(), entry);
        let message = failure(4).expect("a mistake in the file");
        assert!(message.contains(expected), "{message}");
    }
}

fn write(folder: &Path, entry: &str) {
    let text = format!("implementation = \"declining\"\n[[declined]]\n{entry}\n");
    fs::write(folder.join("array-ctypes-deviations.toml"), text).expect("the file");
}

/// A crate that panics where it should refuse, and now and then elsewhere.
struct Panicking {
    returns_refusals: bool,
}

impl InProcess for Panicking {
    fn hello(&self) -> Hello {
        Hello::core("panicking", "1.0", Limits { returns_refusals: self.returns_refusals, ..Limits::default() })
    }

    fn answer(&mut self, array: &Array, _: &Memory, _: &[Step]) -> Result<Vec<Answer>, Raises> {
        panic!("no answer about {:?}", array.shape);
    }
}

#[test]
fn a_panic_counts_as_a_refusal_only_of_an_array_that_must_be_refused_and_only_if_the_limits_say_so() {
    let case = |shape: &[u64]| {
        let array = Array::contiguous(vec![0; 4], Dtype::from_typestr("|u1").expect("a type"), shape);
        Case { array, script: vec![Step::Ask(Question::Shape)] }
    };
    let judge =
        |returns_refusals, shape: &[u64]| testing::judge(&mut Local::new(Panicking { returns_refusals }), &case(shape));
    assert_eq!(judge(false, &[9]), Ok(()), "nine elements do not fit");
    assert!(judge(true, &[9]).is_err());
    assert!(judge(false, &[4]).is_err());
}
