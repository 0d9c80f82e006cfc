//! The documentation page as a session: real answers, and what is predicted.
//!
//! `predicted_PLATFORM` is the session that the specification predicts, and `reference_PLATFORM` the one that the reference
//! answered on that platform: the two files have the same lines. `.ci/targets` runs these tests natively on 32-bit Linux, and
//! emulated on big-endian Linux. The session of NumPy is in `python.rs`.

use array_ctypes_command::adapters::{Changed, Reference};
use array_ctypes_command::page::{Session, asked, predicted};
use array_ctypes_conformance::adapter::reply::Answers;
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::outcome::{Origin, Report};
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::spec::page::{Example, examples};
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Answer, Profile};
use array_ctypes_conformance::transports::contained::Contained;
use array_ctypes_conformance::{Case, Hello, Implementation, Reply};

/// The name of the platform that this test runs on, if the specification names it.
fn host() -> Option<&'static str> {
    let host = Platform::host();
    Platform::ALL.into_iter().find(|(_, platform)| *platform == host).map(|(name, _)| name)
}

fn session<T: Implementation + 'static>(make: fn() -> T) -> Session {
    let implementation = make();
    let hello = implementation.hello().clone();
    let make = move || Ok(Box::new(make()) as Box<dyn Implementation>);
    let session = asked(&mut Contained::new(Box::new(implementation), &make), &hello);
    session.unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_session_that_is_predicted_for_each_platform() {
    for (name, platform) in Platform::ALL {
        insta::assert_snapshot!(format!("predicted_{name}"), predicted(&platform));
    }
}

#[test]
fn the_reference_answers_as_predicted_for_the_platform_it_runs_on() {
    let Session { text, asked, different } = session(Reference::new);
    assert_eq!((asked, different), (examples().collect(), Vec::new()));
    assert_eq!(text, predicted(&Platform::host()));
}

#[test]
#[cfg_attr(
    not(all(
        target_os = "linux",
        any(target_arch = "x86_64", target_arch = "x86", target_arch = "s390x", target_arch = "powerpc")
    )),
    ignore = "no snapshot of this platform is committed"
)]
fn the_session_of_the_reference_is_the_committed_one_of_its_platform() {
    let name = host().expect("a platform that the specification names");
    insta::assert_snapshot!(format!("reference_{name}"), session(Reference::new).text);
}

/// The reference, which answers 0 where the page reads its array as a long long; everything else is right.
type WrongOnThePage = Changed<fn(&Case, &mut Reply)>;

fn wrong_on_the_page(change: impl Fn(&mut Hello)) -> WrongOnThePage {
    let reference = Reference::new();
    let mut hello = reference.hello().clone();
    change(&mut hello);
    Changed::new(reference, answer_0 as fn(&Case, &mut Reply)).with_hello(hello)
}

fn answer_0(case: &Case, reply: &mut Reply) {
    let page = Example::named("page:4").expect("an example").array(&Platform::host());
    if let Reply::Answered(Answers { answers, .. }) = reply
        && case.array == page
    {
        for (step, answer) in case.script.iter().zip(answers) {
            match step.to_string().as_str() {
                "contents c_longlong" => *answer = Answer::Bytes(vec![0; 8]),
                "index 0 c_longlong" => *answer = Answer::Integer(0),
                _ => {}
            }
        }
    }
}

fn wrong() -> WrongOnThePage {
    wrong_on_the_page(|_| {})
}

fn run(make: fn() -> WrongOnThePage, options: &Options) -> Report {
    let make = move || Ok(Box::new(make()) as Box<dyn Implementation>);
    check(&make, options, &|_| {}).unwrap_or_else(|error| panic!("{error}"))
}

/// The failures, as rule and case.
fn failures(report: &Report) -> Vec<(&'static str, String)> {
    report.failures.iter().map(|failure| (failure.rule.id(), failure.origin.to_string())).collect()
}

#[test]
fn a_mistake_that_only_the_page_shows_fails_its_first_case_and_no_drawn_one() {
    let report = run(wrong, &Options { cases: 3000, ..Options::default() });
    let expected = [("ctype.decode-integer", "page:4".to_owned()), ("cast.contents", "page:4".to_owned())];
    assert_eq!(failures(&report), expected);
    for failure in &report.failures {
        assert_eq!(report.tallies[failure.rule.index()].failed, 1, "only the page shows it");
        let example = Example::named("page:4").expect("an example");
        assert_eq!(failure.origin, Origin::Page(example));
        assert_eq!(failure.case.script, example.script(), "a case of the page is not shrunk");
    }
    assert_eq!(report.page, examples().count() as u64);
}

#[test]
fn a_run_without_drawn_cases_asks_the_page_once_whatever_the_number_of_jobs() {
    for jobs in [1, 3] {
        let report = run(wrong, &Options { cases: 0, jobs, ..Options::default() });
        assert_eq!((report.cases, report.page), (examples().count() as u64, examples().count() as u64));
        assert_eq!(report.failures.len(), 2);
    }
}

#[test]
fn the_page_is_asked_only_about_the_rules_and_profiles_of_the_run() {
    let asked = |rules: &str, profiles: &[Profile]| {
        let rules = Rules::matching(rules).expect("rules");
        let options = Options { cases: 0, rules, profiles: profiles.to_vec(), ..Options::default() };
        let report = run(wrong, &options);
        (report.page, failures(&report))
    };
    assert_eq!(asked("cast.contents", Profile::ALL), (1, vec![("cast.contents", "page:4".to_owned())]));
    assert_eq!(asked("shape", Profile::ALL), (8, vec![]));
    assert_eq!(asked("shape", &[Profile::Core]), (2, vec![]));
    assert_eq!(asked("memmap", Profile::ALL), (0, vec![]));
    assert_eq!(asked("cast.contents", &[Profile::Core]), (0, vec![]));
}

#[test]
fn an_implementation_of_the_core_is_asked_address_shape_and_strides() {
    let core = || wrong_on_the_page(|hello| hello.profiles = vec![Profile::Core]);
    let Session { text, asked, different } = session(core);
    let names: Vec<String> = asked.iter().map(ToString::to_string).collect();
    assert_eq!((names, different), (["page:1", "page:5", "page:8"].map(str::to_owned).to_vec(), vec![]));
    assert!(text.contains("# page:2  not asked: no rule that binds array-ctypes reference speaks of"), "{text}");
}

#[test]
fn a_page_outside_the_limits_is_not_asked_and_counts_as_not_applicable() {
    let narrow = || wrong_on_the_page(|hello| hello.limits.max_dimensions = 1);
    let report = run(narrow, &Options { cases: 0, ..Options::default() });
    assert_eq!((report.page, report.not_applicable, report.cases), (0, examples().count() as u64, 0));
    let Session { text, asked, .. } = session(narrow);
    assert_eq!(asked, []);
    assert!(text.contains("# page:1  not asked: outside the limits"), "{text}");
}

#[test]
fn a_session_marks_each_answer_that_differs() {
    let Session { text, different, .. } = session(wrong);
    assert_eq!(different, [Example::named("page:4").expect("an example")]);
    let (_, rest) = text.split_once("# page:4").expect("the example");
    let (example, _) = rest.split_once("# page:5").expect("the next example");
    let wanted = if cfg!(target_endian = "big") { "1" } else { "4294967296" };
    let mark = format!("[0]\n0\n^ DIFFERS from {wanted}, which ctype.decode-integer expects\n>>> bytes");
    assert!(example.contains(&mark), "{example}");
    assert_eq!(text.matches("DIFFERS").count(), 2, "{text}");
}
