//! The same checks under `cargo test`: one `#[test]` for each rule.
//!
//! A rule of a profile that is not claimed becomes an ignored test. A rule that the limits leave without a case must be
//! named, and its test proves that no case applies; so nothing that was not checked looks as if it held.

use crate::adapter::implementation::{Implementation, Make};
use crate::engine::deviation::{self, Deviation};
use crate::engine::hash;
use crate::engine::judge::violations;
use crate::engine::options::Options;
use crate::engine::outcome::{Known, MIN_CASES_TO_COUNT, Report};
use crate::engine::rules::Rules;
use crate::engine::run::check;
use crate::report::failure::failed;
use crate::report::snippet;
use crate::transports::local::{InProcess, Local};
use crate::{files, json};
use array_ctypes_spec::{Profile, Rule};
use std::path::Path;

/// Cases drawn for each rule at first; ten times as many, twice, where too few of them apply.
const CASES: u64 = 2000;

/// Tests an [`InProcess`](crate::InProcess) crate: one `#[test]` for each rule of the specification.
///
/// The first argument is an expression that makes it; the others are the profiles that it claims, `core` first. Rules that
/// its limits leave without any case follow after `without`. Failing cases are saved in the folder
/// `array-ctypes-regressions` beside the manifest, which is to be committed; they are replayed before anything else. What is
/// [known](crate::deviations) to be broken may be told in a file `array-ctypes-deviations.toml` beside it.
///
/// ```no_run
/// # use array_ctypes_conformance::{Hello, InProcess, Limits, Memory, spec::{Answer, Array, Raises, Step}};
/// struct MyArrays;
/// # impl InProcess for MyArrays {
/// #     fn hello(&self) -> Hello { Hello::core("my-arrays", "1.0", Limits::default()) }
/// #     fn answer(&mut self, _: &Array, _: &Memory, _: &[Step]) -> Result<Vec<Answer>, Raises> { Err(Raises::ValueError) }
/// # }
/// mod conformance {
///     array_ctypes_conformance::conformance_tests!(super::MyArrays, core; without layout::field);
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! conformance_tests {
    ($subject:expr, core $(, $profile:ident)* $(; without $($chapter:ident :: $rule:ident),+)?) => {
        $crate::spec::for_each_rule!($crate::rule_tests, ($) $subject; [core $($profile)*] $($($chapter $rule)+)?);
    };
}

/// Walks the rule table for [`conformance_tests!`].
///
/// It defines a macro that has an arm for each profile that is claimed, so it knows no profile by name. Its first argument
/// is a `$`, which the arms need for variables of their own.
#[doc(hidden)]
#[macro_export]
macro_rules! rule_tests {
    ([($dollar:tt) $subject:expr; [$($claimed:ident)*] $($without_chapter:ident $without_rule:ident)*]
        $($chapter:ident $Chapter:ident $file:literal { $($rule:ident $id:literal $level:ident $profile:ident;)* })*
    ) => {
        $(const _: () = assert!(
            $crate::testing::is_profile(stringify!($claimed)),
            concat!("expected the name of a profile, found `", stringify!($claimed), "`; see `Profile`")
        );)*

        fn subject() -> impl $crate::InProcess {
            $subject
        }

        const WITHOUT: &[$crate::spec::Rule] = &[$($crate::spec::rules::$without_chapter::$without_rule),*];

        macro_rules! test_if_claimed {
            $(($claimed $dollar chapter:ident $dollar rule:ident) => {
                $crate::rule_test! { $dollar chapter $dollar rule }
            };)*
            ($dollar profile:ident $dollar chapter:ident $dollar rule:ident) => {
                #[test]
                #[ignore = "its profile is not claimed"]
                fn $dollar rule() {
                    unreachable!("run this after the profile has been claimed");
                }
            };
        }

        $(mod $chapter {
            $(test_if_claimed! { $profile $chapter $rule })*
        })*
    };
}

/// The test of one rule that binds the crate.
#[doc(hidden)]
#[macro_export]
macro_rules! rule_test {
    ($chapter:ident $rule:ident) => {
        #[test]
        fn $rule() {
            $crate::testing::holds(
                super::subject,
                $crate::spec::rules::$chapter::$rule,
                super::WITHOUT,
                env!("CARGO_MANIFEST_DIR"),
            );
        }
    };
}

/// Returns true if a profile has that name.
#[doc(hidden)]
pub const fn is_profile(name: &str) -> bool {
    let mut at = 0;
    while at < Profile::ALL.len() {
        // Strings cannot be compared at compile time.
        if hash::of(Profile::ALL[at].name()) == hash::of(name) {
            return true;
        }
        at += 1;
    }
    false
}

/// Proves one rule, or, if it is among `without`, that no case applies to it.
///
/// # Panics
/// Where it does not hold, applies too rarely, or applies although it is among `without`.
pub fn holds<T: InProcess + 'static>(make: impl Fn() -> T + Sync, rule: Rule, without: &[Rule], manifest: &str) {
    let folder = Path::new(manifest).join(files::DEFAULT_FOLDER);
    let make = || Ok(Box::new(Local::new(make())) as Box<dyn Implementation>);
    let replay = files::read_all(&folder, size_of::<usize>() as u64).unwrap_or_else(|error| panic!("{error}"));
    let deviations = known(&Path::new(manifest).join(deviation::DEFAULT_FILE));
    let mut options = Options { cases: CASES, rules: Rules::only(rule), replay, deviations, ..Options::default() };
    let mut report = run(&make, &options);
    for _ in 0..2 {
        if report.failures.is_empty() && report.tallies[rule.index()].cases < MIN_CASES_TO_COUNT {
            options.cases *= 10;
            report = run(&make, &options);
        }
    }
    let applied = report.tallies[rule.index()].cases;
    if let Some(failure) = report.failures.first() {
        let saved = files::save(&folder, failure, &report.hello.name).map(|path| path.display().to_string());
        let saved = saved.unwrap_or_else(|error| error.to_string());
        let repeat = format!("cargo test; the case is saved: {saved}");
        panic!("\n{}  in Rust:\n{}", failed(&report, failure, &repeat), snippet::rust(&failure.case));
    }
    for known in &report.known {
        let Known { deviation, stale, cases } = known;
        let reason = &deviation.reason;
        assert!(
            stale.is_none(),
            "{rule} is said to be broken in the case {}, which does not show it: {}; remove it from {}: {reason}",
            deviation.case.name,
            stale.as_deref().unwrap_or_default(),
            deviation::DEFAULT_FILE
        );
        println!("{rule} is broken in {cases} cases, as is known: {reason}");
    }
    let named = without.contains(&rule);
    assert!(
        named || applied >= MIN_CASES_TO_COUNT,
        "{rule} was not exercised: the limits leave {applied} of {} cases; if none can apply, write `; without {}`",
        options.cases,
        rule.id().replace('.', "::").replace('-', "_")
    );
    assert!(
        !named || applied == 0,
        "{rule} is named after `without`, but {applied} cases apply and hold: remove it there"
    );
}

#[cfg(feature = "deviations")]
fn known(file: &Path) -> Vec<Deviation> {
    let read = || crate::deviations::read(file, size_of::<usize>() as u64);
    if file.exists() { read().unwrap_or_else(|error| panic!("{error}")) } else { Vec::new() }
}

#[cfg(not(feature = "deviations"))]
fn known(file: &Path) -> Vec<Deviation> {
    assert!(
        !file.exists(),
        "expected the feature `deviations` of array-ctypes-conformance, which reads {}; found it off: add it to the \
         dev-dependency",
        file.display()
    );
    Vec::new()
}

fn run(make: &Make, options: &Options) -> Report {
    check(make, options, &|_| {}).unwrap_or_else(|trouble| panic!("{trouble}"))
}

/// Asks an implementation one case, given as JSON, and fails with every rule that it breaks: what a failing test prints to
/// paste into another test.
///
/// # Panics
/// Where a rule is broken, or the text is no case.
#[track_caller]
pub fn repeat(subject: impl InProcess, case: &str) {
    let mut local = Local::new(subject);
    let platform = local.hello().platform;
    let value = serde_json::from_str(case).unwrap_or_else(|error| panic!("expected JSON, found {error}"));
    let case = json::to_case(&value, platform.pointer_size()).unwrap_or_else(|error| panic!("{error}"));
    let reply = local.answer(&case).unwrap_or_else(|trouble| panic!("{trouble}"));
    let rules = Rules::all().binding(local.hello());
    let wrong = violations(&platform, &rules, &case, &reply);
    let told: Vec<String> = wrong
        .iter()
        .map(|prediction| {
            let found = reply.relative_answer(prediction.step);
            let found = found.map_or("nothing".to_owned(), |found| found.to_string());
            format!("{}: expected {}, found {found}", prediction.rule, prediction.expectation)
        })
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}
