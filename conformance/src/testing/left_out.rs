//! Which tests are left out, and why. The handshake decides that alone, but for consumers: their doors may refuse more than it says.

use super::runs::{FIRST_CASES, boxed, run};
use crate::adapter::hello::Hello;
use crate::adapter::implementation::{Implementation, Make};
use crate::engine::applicable::not_applicable;
use crate::engine::options::Options;
use crate::engine::outcome::Report;
use crate::engine::rules::{Rules, missing, missing_profile};
use crate::engine::standing::Ability;
use crate::engine::{excluded, page};
use array_ctypes_spec::{Profile, Rule};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{Write as _, stderr};

/// The name of the test of the documentation page.
pub(super) const PAGE: &str = "page";

/// Lists the tests that are left out: of each rule of a claimed profile that the limits leave without a case, that needs an
/// ability or another profile which is not declared, or that is about arrays which no door took; and `page`, if the limits exclude
/// all its examples. `expected` is their number, and `profiles` are the names of those whose rules have tests.
///
/// # Panics
/// If another number of tests is left out, or if these are not the profiles that the implementation claims.
pub fn left_out<T: Implementation + 'static>(make: impl Fn() -> T + Sync, profiles: &[&str], expected: usize) {
    let hello = &make().hello().clone();
    let claimed: BTreeSet<&str> = hello.profiles.iter().map(|profile| profile.name()).collect();
    let tested: BTreeSet<&str> = profiles.iter().copied().collect();
    let names = |profiles: &BTreeSet<&str>| profiles.iter().copied().collect::<Vec<_>>().join(", ");
    assert!(
        claimed == tested,
        "expected tests of the profiles that `hello` claims, {}, found those of {}: name the same in both",
        names(&claimed),
        names(&tested)
    );
    let (found, list) = listed(hello, &boxed(make));
    assert!(
        found == expected,
        "expected {expected} tests to be left out, found {found}; if these are right, write `; leaves_out {found}`:\n{list}"
    );
    println!("{list}");
    if found > 0 {
        // Whoever reads that all tests passed must see this, and the test's own output is hidden: stderr itself is not.
        let _ = writeln!(
            stderr(),
            "{}: tests that show `ok` because they are left out: {found}; `cargo test left_out -- --nocapture` lists them",
            hello.name
        );
    }
}

/// The number of tests that are left out, and a line for each reason.
fn listed(hello: &Hello, make: &Make) -> (usize, String) {
    let mut by_reason: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut unsure = Vec::new();
    for rule in Rule::all().filter(|rule| hello.profiles.contains(&rule.profile())) {
        match reason(rule, hello) {
            Some(reason) => by_reason.entry(reason).or_default().push(rule.id()),
            None if rule.profile() == Profile::Consumer => unsure.push(rule),
            None => {}
        }
    }
    if !unsure.is_empty() {
        let ask = |rules| run(make, &Options { cases: FIRST_CASES, rules, ..Options::default() });
        // Most rules are met by cases about all.
        let report = ask(Rules::all().of(&[Profile::Consumer]));
        unsure.retain(|rule| is_untaken(*rule, &report) && is_untaken(*rule, &ask(Rules::only(*rule))));
        by_reason.entry(UNTAKEN.to_owned()).or_default().extend(unsure.iter().map(|rule| rule.id()));
    }
    if let Some(reason) = reason_of_page(hello) {
        by_reason.entry(reason).or_default().push(PAGE);
    }
    let mut list = String::new();
    for (reason, tests) in by_reason.iter().filter(|(_, tests)| !tests.is_empty()) {
        let _ = writeln!(list, "  {}: {reason}", tests.join(", "));
    }
    (by_reason.values().map(Vec::len).sum(), list)
}

/// Why a rule of a claimed profile is left out; `None` if it is asked about.
pub(super) fn reason(rule: Rule, hello: &Hello) -> Option<String> {
    if let Some(Ability { limit, about }) = missing(rule, hello) {
        return Some(format!("the limit `{limit}` is not declared; set it if {about}"));
    }
    if let Some(profile) = missing_profile(rule, hello) {
        return Some(format!("the profile {} is not claimed", profile.name()));
    }
    let excluded = excluded::by_limits(std::iter::once(rule), hello).pop()?;
    Some(format!("excluded by `{}`", excluded.limits.join("`, `")))
}

/// Why a rule is left out that [`is_untaken`].
pub(super) const UNTAKEN: &str = "no door took an array that it is about";

/// Returns true if a run about the rule judged it in no case, because the doors refused every array that it is about. They may:
/// if one must be taken, another rule is broken.
pub(super) fn is_untaken(rule: Rule, report: &Report) -> bool {
    let tally = report.tallies[rule.index()];
    rule.profile() == Profile::Consumer && tally.cases + tally.declined + tally.not_observed == 0
}

/// Why the examples of the documentation page are left out; `None` if one is asked, or if there is no test of them.
pub(super) fn reason_of_page(hello: &Hello) -> Option<String> {
    let is_tested = hello.profiles.contains(&Profile::Core);
    let binding = Rules::all().binding(hello);
    let mut examples = page::cases(hello, &binding);
    let is_asked = examples.any(|example| not_applicable(hello, &example.case).is_none());
    (is_tested && !is_asked).then(|| "the limits exclude its arrays, such as int32 of shape [2, 2]".to_owned())
}
