//! The checks under `cargo test`: one `#[test]` for each rule, one for the examples of the documentation page, and one, `verdict`,
//! that lists what breaks by its causes.
//!
//! A rule whose profile is not claimed becomes an ignored test. If the limits leave a rule without a case, or an ability
//! that it needs is not declared, the crate must name the rule after `without`: it becomes an ignored test too, and a
//! test of the module `without` proves that no case applies. So no rule that was not judged looks as if it held.

use crate::Case;
use crate::adapter::error::RunError;
use crate::adapter::implementation::{Implementation, Make};
use crate::engine::applicable::not_applicable;
use crate::engine::deviation::{self, Deviation};
use crate::engine::judge::{located, violations};
use crate::engine::options::Options;
use crate::engine::outcome::{Failure, Known, MAX_DECLINED, MIN_CASES_TO_COUNT, Origin, Report};
use crate::engine::rules::{Rules, missing};
use crate::engine::run::check;
use crate::engine::standing::Ability;
use crate::engine::waiver::Waiver;
use crate::hash::stable_hash;
use crate::report::failure::failed;
use crate::report::snippet;
use crate::transports::local::{InProcess, Local};
use crate::{files, json, report};
use array_ctypes_spec::{Profile, Rule};
use std::path::Path;

/// The number of cases that are drawn for each rule at first.
const FIRST_CASES: u64 = 2000;

/// The number of times that the test multiplies its cases by ten, if too few of them apply.
const ENLARGEMENTS: u32 = 2;

/// Tests an [`InProcess`](crate::InProcess) crate: one `#[test]` for each rule of the specification, one, `page`, for the
/// examples of the documentation page, and one, `verdict`, that lists what breaks by its causes.
///
/// The first argument is an expression that makes the crate's implementation; the others are the profiles that it
/// claims, `core` first. After `without` come the rules that the limits leave without a case, and those that need an
/// ability which is not declared; before them `page`, if the limits exclude all examples of the page.
///
/// Failing cases are saved in the folder `array-ctypes-regressions` beside the manifest, and replayed before others are
/// drawn; commit that folder. With the feature `deviations`, a file `array-ctypes-deviations.toml` beside the manifest
/// lists rules that the crate is known to break.
///
/// ```no_run
/// # use array_ctypes_conformance::{Hello, InProcess, Limits, Memory, spec::{Answer, Array, Raises, Step}};
/// struct MyArrays;
/// # impl InProcess for MyArrays {
/// #     fn hello(&self) -> Hello { Hello::core("my-arrays", "1.0", Limits::default()) }
/// #     fn answer(&mut self, _: &Array, _: &Memory, _: &[Step]) -> Result<Vec<Answer>, Raises> {
/// Err(Raises::ValueError) }
/// # }
/// mod conformance {
///     array_ctypes_conformance::conformance_tests!(super::MyArrays, core; without layout::field);
/// }
/// # mod narrow {
/// # array_ctypes_conformance::conformance_tests!(super::MyArrays, core; without page, layout::field);
/// # }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! conformance_tests {
    ($subject:expr, core $(, $profile:ident)*; without page $(, $chapter:ident :: $rule:ident)*) => {
        $crate::page_test!(true);
        $crate::spec::for_each_rule!($crate::rule_tests, ($) $crate::Local::new($subject); [core $($profile)*] $($chapter $rule)*);
    };
    ($subject:expr, core $(, $profile:ident)* $(; without $($chapter:ident :: $rule:ident),+)?) => {
        $crate::page_test!(false);
        $crate::spec::for_each_rule!($crate::rule_tests, ($) $crate::Local::new($subject); [core $($profile)*] $($($chapter $rule)+)?);
    };
}

/// Tests a crate with [`Doors`](crate::Doors): one `#[test]` for each rule of the specification. All but those about
/// consumers are ignored.
///
/// The argument is an expression that makes the crate's doors. After `without` come the rules that no array can be judged
/// by, as in [`conformance_tests!`]: a crate with no door for `DLPack` names those of `DLPack`.
#[macro_export]
macro_rules! consumer_tests {
    ($subject:expr $(; without $($chapter:ident :: $rule:ident),+)?) => {
        $crate::spec::for_each_rule!(
            $crate::rule_tests, ($) $crate::LocalDoors::new($subject); [consumer] $($($chapter $rule)+)?
        );
    };
}

/// Walks the rule table for [`conformance_tests!`] and [`consumer_tests!`].
///
/// It defines a macro that has an arm for each profile that is claimed, so it knows no profile by name. Its first
/// argument is a `$`, which the arms need for variables of their own.
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

        fn subject() -> impl $crate::Implementation {
            $subject
        }

        #[test]
        fn verdict() {
            $crate::testing::verdict(subject, env!("CARGO_MANIFEST_DIR"));
        }

        macro_rules! test_if_claimed {
            $(($dollar profile:ident $without_chapter $without_rule) => {
                #[test]
                #[ignore = "it is named after `without`: a test of that module proves that no case applies"]
                fn $without_rule() {
                    unreachable!("run this after the rule is no longer named after `without`");
                }
            };)*
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

        macro_rules! test_if_without {
            $(($without_chapter $without_rule) => {
                $crate::rule_test! { $without_chapter $without_rule does_not_apply }
            };)*
            ($dollar chapter:ident $dollar rule:ident) => {};
        }

        mod without {
            $(mod $chapter {
                $(test_if_without! { $chapter $rule })*
            })*
        }
    };
}

/// The test of the examples of the page. The argument is true if none applies.
#[doc(hidden)]
#[macro_export]
macro_rules! page_test {
    ($without:literal) => {
        #[test]
        fn page() {
            $crate::testing::page(subject, $without, env!("CARGO_MANIFEST_DIR"));
        }
    };
}

/// The test of one rule that binds the crate, or of one that is named after `without`.
#[doc(hidden)]
#[macro_export]
macro_rules! rule_test {
    ($chapter:ident $rule:ident) => {
        #[test]
        fn $rule() {
            let rule = $crate::spec::rules::$chapter::$rule;
            $crate::testing::holds(super::subject, rule, &[], env!("CARGO_MANIFEST_DIR"));
        }
    };
    ($chapter:ident $rule:ident does_not_apply) => {
        #[test]
        fn $rule() {
            let rule = $crate::spec::rules::$chapter::$rule;
            $crate::testing::holds(super::super::subject, rule, &[rule], env!("CARGO_MANIFEST_DIR"));
        }
    };
}

/// Returns true if a profile has that name.
#[doc(hidden)]
pub const fn is_profile(name: &str) -> bool {
    let mut at = 0;
    while at < Profile::ALL.len() {
        // Strings cannot be compared at compile time.
        if stable_hash(Profile::ALL[at].name()) == stable_hash(name) {
            return true;
        }
        at += 1;
    }
    false
}

/// Checks one rule, or, if the rule is among `without`, that no case applies to it. `manifest` is the folder of the
/// crate's manifest.
///
/// # Panics
/// If the rule is broken, was judged in too few cases, or applies although it is among `without`.
pub fn holds<T: Implementation + 'static>(make: impl Fn() -> T + Sync, rule: Rule, without: &[Rule], manifest: &str) {
    let is_without = without.contains(&rule);
    let (hello, path) = (make().hello().clone(), path(rule));
    if let Some(Ability { limit, about }) = missing(rule, &hello) {
        assert!(
            is_without,
            "expected the limit `{limit}` to be declared, because {rule} needs it, found that it is not: set it if \
             {about}; otherwise write `; without {path}`"
        );
        return; // no case is sent
    }
    if !Rules::only(rule).binding(&hello).includes(rule) {
        assert!(
            is_without,
            "expected every profile that {rule} is about to be claimed, found that one is not: claim it, or write `; without {path}`"
        );
        return;
    }
    let folder = Path::new(manifest).join(files::DEFAULT_FOLDER);
    let make = boxed(make);
    let replay = files::read_all(&folder, size_of::<usize>() as u64).unwrap_or_else(|error| panic!("{error}"));
    let deviations = known(&Path::new(manifest).join(deviation::DEFAULT_FILE));
    let waivers = waivers(&Path::new(manifest).join(deviation::DEFAULT_FILE));
    let mut options =
        Options { cases: FIRST_CASES, rules: Rules::only(rule), replay, deviations, waivers, ..Options::default() };
    let mut report = run(&make, &options);
    // What no door takes shows at once.
    let is_of_doors = is_without && rule.profile() == Profile::Consumer;
    for _ in 0..if is_of_doors { 0 } else { ENLARGEMENTS } {
        if report.failures.is_empty() && report.tallies[rule.index()].cases < MIN_CASES_TO_COUNT {
            options.cases *= 10;
            report = run(&make, &options);
        }
    }
    let tally = report.tallies[rule.index()];
    let applied = tally.cases;
    let messages: String = report.failures.iter().map(|failure| message(&report, failure, &folder)).collect();
    assert!(messages.is_empty(), "{messages}");
    let is_waived = report.waiver(rule).is_some();
    let reasons = || report.declined.iter().map(|declined| &*declined.reason).collect::<Vec<_>>().join("; ");
    assert!(
        !tally.is_declined() || is_waived,
        "expected at most {MAX_DECLINED} % of the cases of {rule} to be declined, found {} beside {applied} that were answered \
         ({}): answer them, declare a limit, or add an entry `[[declined]]` with the reason to {}",
        tally.declined,
        reasons(),
        deviation::DEFAULT_FILE
    );
    for Known { deviation, stale, cases } in &report.known {
        let (name, reason) = (&deviation.case.name, &deviation.reason);
        if let Some(found) = stale {
            panic!(
                "expected the case {name} to break {rule}, found: {found}; remove the entry from {}: {reason}",
                deviation::DEFAULT_FILE
            );
        }
        println!("{rule} is broken in {cases} cases, which is a known deviation: {reason}");
    }
    assert!(
        is_without || applied >= MIN_CASES_TO_COUNT || tally.is_declined(),
        "expected at least {MIN_CASES_TO_COUNT} cases that judge {rule}, found {applied} among the {} that were sent ({} more \
         are outside the limits); if the crate refuses arrays that exist, the test layout::accepted fails: see that first; if the \
         limits exclude every case of the rule, write `; without {}`",
        report.cases,
        report.not_applicable,
        path
    );
    assert!(
        !is_without || applied == 0,
        "expected no case for {rule}, which is named after `without`, found {applied} that apply: remove the rule from `without`"
    );
}

/// Asks about all rules at once. What breaks is listed by its causes, since one mistake fails the tests of many rules. `manifest`
/// is the folder of the crate's manifest.
///
/// # Panics
/// If a rule is broken.
pub fn verdict<T: Implementation + 'static>(make: impl Fn() -> T + Sync, manifest: &str) {
    let folder = Path::new(manifest).join(files::DEFAULT_FOLDER);
    let replay = files::read_all(&folder, size_of::<usize>() as u64).unwrap_or_else(|error| panic!("{error}"));
    let deviations = known(&Path::new(manifest).join(deviation::DEFAULT_FILE));
    let waivers = waivers(&Path::new(manifest).join(deviation::DEFAULT_FILE));
    let report = run(&boxed(make), &Options { cases: FIRST_CASES, replay, deviations, waivers, ..Options::default() });
    let repeat = |rule| format!("cargo test {}", path(rule));
    assert!(report.failures.is_empty(), "\n\n{}", report::verdict::verdict(&report, &repeat));
}

/// The end of the name of a rule's test.
fn path(rule: Rule) -> String {
    rule.id().replace('.', "::").replace('-', "_")
}

/// Asks the examples of the documentation page of which rules speak that bind the crate, or, if `without`, checks that
/// none applies. `manifest` is the folder of the crate's manifest.
///
/// # Panics
/// If an example breaks a rule, none applies, or one applies although `without` is true.
pub fn page<T: Implementation + 'static>(make: impl Fn() -> T + Sync, without: bool, manifest: &str) {
    let deviations = known(&Path::new(manifest).join(deviation::DEFAULT_FILE));
    let report = run(&boxed(make), &Options { cases: 0, deviations, ..Options::default() });
    let folder = Path::new(manifest).join(files::DEFAULT_FOLDER);
    let messages: String = report.failures.iter().map(|failure| message(&report, failure, &folder)).collect();
    assert!(messages.is_empty(), "{messages}");
    assert!(
        without || report.page > 0,
        "expected at least one example of the page that applies, found none ({} are outside the limits); if the limits \
         exclude its array, int32 of shape [2, 2], write `; without page`",
        report.not_applicable
    );
    assert!(
        !without || report.page == 0,
        "expected no example of the page that applies, because `page` is named after `without`, found {}: remove it there",
        report.page
    );
}

/// Describes a failure, and saves its case in the folder. An example of the page need not be saved.
fn message(report: &Report, failure: &Failure, folder: &Path) -> String {
    let repeat = if let Origin::Page(example) = &failure.origin {
        format!("cargo test; {example} is asked first")
    } else {
        let saved = files::save(folder, failure, &report.hello.name).map(|path| path.display().to_string());
        format!(
            "cargo test {}; the case is saved: {}",
            path(failure.rule),
            saved.unwrap_or_else(|error| error.to_string())
        )
    };
    format!("\n{}  in Rust:\n{}", failed(report, failure, &repeat), snippet::rust(failure.before(), &failure.case))
}

/// Returns a function that makes the crate's implementation.
fn boxed<T: Implementation + 'static>(
    make: impl Fn() -> T + Sync,
) -> impl Fn() -> Result<Box<dyn Implementation>, RunError> + Sync {
    move || Ok(Box::new(make()) as Box<dyn Implementation>)
}

#[cfg(feature = "deviations")]
fn known(file: &Path) -> Vec<Deviation> {
    let read = || crate::deviations::read(file, size_of::<usize>() as u64);
    if file.exists() { read().unwrap_or_else(|error| panic!("{error}")) } else { Vec::new() }
}

#[cfg(feature = "deviations")]
fn waivers(file: &Path) -> Vec<Waiver> {
    let read = || crate::deviations::read_waivers(file);
    if file.exists() { read().unwrap_or_else(|error| panic!("{error}")) } else { Vec::new() }
}

#[cfg(not(feature = "deviations"))]
fn waivers(_: &Path) -> Vec<Waiver> {
    Vec::new()
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
    check(make, options, &|_| {}).unwrap_or_else(|error| panic!("{error}"))
}

/// Asks an implementation one case, given as JSON, and fails with every rule that it breaks. Failing tests print a call
/// of it, to paste into a test. Cases under `before` are asked first, and not judged.
///
/// # Panics
/// If a rule is broken, if the implementation is not asked such a case, or if the text is not a case.
#[track_caller]
pub fn repeat(subject: impl InProcess, case: &str) {
    let mut local = Local::new(subject);
    let value = serde_json::from_str(case).unwrap_or_else(|error| panic!("expected JSON, found {error}"));
    let pointer_size = local.hello().platform.pointer_size();
    let case = json::to_case(&value, pointer_size).unwrap_or_else(|error| panic!("{error}"));
    let before = json::to_before(&value, pointer_size).unwrap_or_else(|error| panic!("{error}"));
    for earlier in &before {
        local.answer(earlier).unwrap_or_else(|error| panic!("{error}"));
    }
    judge(&mut local, &case).unwrap_or_else(|broken| panic!("{broken}"));
}

/// Asks an implementation one case, and judges its answers by the specification: the body of a property over the cases
/// of `strategy::cases_for`.
///
/// # Errors
/// A line for every rule that is broken: what is expected, and what was found. Also the reason if the case was not asked
/// or not answered.
pub fn judge(implementation: &mut dyn Implementation, case: &Case) -> Result<(), String> {
    if let Some(reason) = not_applicable(implementation.hello(), case) {
        return Err(format!("expected a case to ask, found one that is {reason}; draw with `strategy::cases_for`"));
    }
    let reply = implementation.answer(case).map_err(|error| error.to_string())?;
    let hello = implementation.hello();
    let case = &*located(&hello.limits, case, &reply);
    let broken = violations(&hello.platform, &Rules::all().binding(hello), case, &reply);
    let messages: Vec<String> = broken
        .iter()
        .map(|prediction| {
            let found = reply.relative_answer(prediction.step);
            let found = found.map_or("nothing".to_owned(), |found| found.to_string());
            format!("{}: expected {}, found {found}", prediction.rule, prediction.expectation)
        })
        .collect();
    if messages.is_empty() { Ok(()) } else { Err(messages.join("\n")) }
}
