//! The checks under `cargo test`: one `#[test]` for each rule, one for the examples of the documentation page, and one, `verdict`,
//! that lists what breaks by its causes.
//!
//! A rule whose profile is not claimed becomes an ignored test. A rule that the limits leave without a case, or whose ability is
//! not declared, is *left out*: its test judges nothing and says why. `cargo test` cannot ignore a test at run time, so the test
//! `left_out` lists what is left out, and compares the number with the one that the crate expects. A rule that was judged in too few
//! cases, but is not left out, fails.

mod generated;
mod left_out;
mod runs;

use crate::Case;
use crate::adapter::implementation::Implementation;
use crate::engine::applicable::not_applicable;
use crate::engine::deviation;
use crate::engine::judge::{located, violations};
use crate::engine::options::Options;
use crate::engine::outcome::{Failure, Known, MAX_DECLINED, MIN_CASES_TO_COUNT, Origin, Report};
use crate::engine::rules::Rules;
use crate::hash::stable_hash;
use crate::report::failure::failed;
use crate::report::snippet;
use crate::transports::local::{InProcess, Local};
use crate::{files, json, report};
use array_ctypes_spec::{Profile, Rule};
use runs::{FIRST_CASES, boxed, options, run};
use std::path::Path;

pub use left_out::left_out;

/// The number of times that the test multiplies its cases by ten, if too few of them apply.
const ENLARGEMENTS: u32 = 2;

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

/// Checks one rule. Prints the reason if the rule is [left out]. `manifest` is the folder of the crate's manifest.
///
/// # Panics
/// If the rule is broken, or was judged in too few cases and is not left out.
///
/// [left out]: left_out()
pub fn holds<T: Implementation + 'static>(make: impl Fn() -> T + Sync, rule: Rule, manifest: &str) {
    let hello = make().hello().clone();
    let profile = rule.profile();
    assert!(
        hello.profiles.contains(&profile),
        "expected `hello` to claim the profile {}, because the tests name it, found that it does not: claim it, or do not \
         name it",
        profile.name()
    );
    let reason = left_out::reason(rule, &hello);
    if reason.is_some() && !Rules::only(rule).binding(&hello).includes(rule) {
        return print_left_out(rule.id(), reason); // no case is sent
    }
    let folder = Path::new(manifest).join(files::DEFAULT_FOLDER);
    let make = boxed(make);
    let mut options = Options { cases: FIRST_CASES, rules: Rules::only(rule), ..options(manifest) };
    let mut report = run(&make, &options);
    let reason = reason.or_else(|| left_out::is_untaken(rule, &report).then(|| left_out::UNTAKEN.to_owned()));
    for _ in 0..ENLARGEMENTS {
        let cases = report.tallies[rule.index()].cases;
        // What the limits exclude, or no door takes, shows at once.
        let is_left_out = reason.is_some() && cases == 0;
        if is_left_out || cases >= MIN_CASES_TO_COUNT || !report.failures.is_empty() {
            break;
        }
        options.cases *= 10;
        report = run(&make, &options);
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
    if applied + tally.declined == 0 && reason.is_some() {
        return print_left_out(rule.id(), reason);
    }
    assert!(
        applied >= MIN_CASES_TO_COUNT || tally.is_declined(),
        "expected at least {MIN_CASES_TO_COUNT} cases that judge {rule}, found {applied} among the {} that were sent ({} more \
         are outside the limits); if the crate refuses arrays that exist, the test layout::accepted fails: see that first",
        report.cases,
        report.not_applicable
    );
}

/// Asks about all rules at once. What breaks is listed by its causes, since one mistake fails the tests of many rules. `manifest`
/// is the folder of the crate's manifest.
///
/// # Panics
/// If a rule is broken.
pub fn verdict<T: Implementation + 'static>(make: impl Fn() -> T + Sync, manifest: &str) {
    let report = run(&boxed(make), &Options { cases: FIRST_CASES, ..options(manifest) });
    let repeat = |rule| format!("cargo test {}", path(rule));
    assert!(report.failures.is_empty(), "\n\n{}", report::verdict::verdict(&report, &repeat));
}

/// The end of the name of a rule's test.
fn path(rule: Rule) -> String {
    rule.id().replace('.', "::").replace('-', "_")
}

/// Asks the examples of the documentation page of which rules speak that bind the crate. Prints that if all are [left out].
/// `manifest` is the folder of the crate's manifest.
///
/// # Panics
/// If an example breaks a rule.
///
/// [left out]: left_out()
pub fn page<T: Implementation + 'static>(make: impl Fn() -> T + Sync, manifest: &str) {
    let reason = left_out::reason_of_page(make().hello());
    if reason.is_some() {
        return print_left_out(left_out::PAGE, reason);
    }
    let report = run(&boxed(make), &Options { cases: 0, replay: Vec::new(), ..options(manifest) });
    let folder = Path::new(manifest).join(files::DEFAULT_FOLDER);
    let messages: String = report.failures.iter().map(|failure| message(&report, failure, &folder)).collect();
    assert!(messages.is_empty(), "{messages}");
}

fn print_left_out(test: &str, reason: Option<String>) {
    println!("{test} is left out: {}", reason.unwrap_or_default());
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
