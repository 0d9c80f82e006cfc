//! One test for each rule: its check catches each of its faults.

use super::{Fault, SEEN, of, reading, seen, spoiled};
use crate::adapters::{Changed, Reading, Reference};
use array_ctypes_conformance::engine::generate::generate;
use array_ctypes_conformance::engine::judge::{predictions_for_reply, violations};
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::outcome::Origin;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::spec::layout::{Invalid, Layout, resolve, view_rule};
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Answer, Array, Expectation, Profile, Raises, Rule, View, for_each_rule, rules};
use array_ctypes_conformance::{Case, Implementation, Reply, SavedCase};
use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

/// One test for each rule.
macro_rules! table {
    ([] $($chapter:ident $Chapter:ident $file:literal { $($rule:ident $id:literal $level:ident $profile:ident;)* })*) => {
        mod caught {
            $(mod $chapter {
                $(#[test]
                fn $rule() {
                    crate::faults::tests::catches(array_ctypes_conformance::spec::rules::$chapter::$rule);
                })*
            })*
        }
    };
}

for_each_rule!(table);

#[test]
fn names_of_faults_are_unique_and_fit_into_a_table() {
    let mut names = HashSet::new();
    for name in Rule::all().flat_map(of).map(|fault| fault.name) {
        assert!(names.insert(name), "expected one fault by the name {name:?}, found two");
        assert!(!name.contains(['|', '\t', '\n', '`']), "expected no delimiter in {name:?}");
    }
}

#[test]
fn each_line_of_seen_names_a_fault_a_link_and_a_remark() {
    let names: HashSet<&str> = Rule::all().flat_map(of).map(|fault| fault.name).collect();
    for line in SEEN.lines() {
        let [name, link, remark] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("expected three cells, found {line:?}")
        };
        assert!(names.contains(name), "expected the name of a fault, found {name:?}");
        assert!(link.starts_with("https://"), "{link:?}");
        assert!(!remark.is_empty() && !remark.ends_with('.') && !remark.contains('|'), "{remark:?}");
        assert!(seen(name).any(|found| found == (link, remark)), "{line:?}");
    }
}

/// The zoo as it was frozen before the cases were drawn anew, so that figures before and after can be compared: in each
/// line a rule, a fault, and, if the fault left the zoo, what became of it.
const FROZEN: &str = include_str!("frozen.tsv");

#[test]
fn each_frozen_fault_is_in_the_zoo_or_it_is_written_what_became_of_it() {
    let names: HashSet<&str> = Rule::all().flat_map(of).map(|fault| fault.name).collect();
    assert_eq!(FROZEN.lines().count(), 687);
    for line in FROZEN.lines() {
        let mut cells = line.splitn(3, '\t');
        let (rule, name, became) = (cells.next(), cells.next().unwrap_or_default(), cells.next());
        assert!(rule.is_some() && !name.is_empty(), "expected a rule and a fault, found {line:?}");
        assert!(
            names.contains(name) != became.is_some_and(|text| !text.is_empty()),
            "expected a fault of the zoo, or a third cell in frozen.tsv that says what became of it, found {line:?}"
        );
    }
}

#[test]
fn a_missed_fault_or_a_reference_that_breaks_a_rule_is_no_proof() {
    let options = crate::hunt::Options { seeds: 1, cases: 1000, jobs: 1 };
    let rules = Rules::only(rules::cast::as_parameter);
    let hunted = || spoiled::hunt(&rules, &options, &|_| {}).unwrap_or_else(|error| panic!("{error}"));
    assert!(hunted().is_proof());
    let mut missed = hunted();
    missed.faults[0].cases[0] = None;
    assert!(!missed.is_proof());
    for twin in 0..2 {
        let mut broken = hunted();
        broken.twins[twin].1.broken.push((rules::shape::shape, Origin::Drawn { seed: 1, index: 0 }));
        assert!(!broken.is_proof());
        let mut unasked = hunted();
        unasked.twins[twin].1.cases = 0;
        assert!(!unasked.is_proof());
    }
}

/// Returns the predictions of errors for a case: step, rule, and the errors that the rule allows.
fn predicted_errors(asked: &Asked) -> impl Iterator<Item = (usize, Rule, &'static [Raises])> {
    let predictions = predictions_for_reply(&Platform::host(), &asked.case, &asked.reply).into_iter();
    predictions.filter_map(|prediction| match prediction.expectation {
        Expectation::Raises(kinds) if kinds.len() < Raises::ANY.len() => {
            Some((prediction.step, prediction.rule, kinds))
        }
        _ => None,
    })
}

#[test]
fn every_rule_that_says_which_errors_are_raised_has_a_fault_that_raises_another() {
    let mut unproved = BTreeSet::new();
    let mut proved = BTreeSet::new();
    for asked in FIRST.iter().chain(&*OTHERS) {
        for (step, rule, kinds) in predicted_errors(asked) {
            if proved.contains(&rule) {
                continue;
            }
            let another =
                |reply: Reply| matches!(reply.answer(step), Some(Answer::Raises(kind)) if !kinds.contains(kind));
            let mut faulty =
                of(rule).into_iter().filter_map(|fault| fault.spoiled(&asked.case, &asked.layout, &asked.reply));
            if faulty.any(another) {
                proved.insert(rule);
                unproved.remove(&rule);
            } else {
                unproved.insert(rule);
            }
        }
    }
    assert!(
        unproved.is_empty(),
        "expected a fault that raises another error for each of these rules, found none: {unproved:?}"
    );
    assert!(proved.len() > 20, "{proved:?}");
}

/// Only the first view of an array counts, because a fault that forgets all later views proves nothing about one operation.
#[test]
fn every_view_operation_has_a_fault_that_makes_a_view_that_must_be_refused() {
    let faults = of(rules::layout::view_refused);
    let mut unproved: BTreeSet<&str> = View::FORMS.iter().map(|form| form.word).collect();
    for Asked { case, layout, reply } in FIRST.iter().chain(&*OTHERS) {
        if let Err(Invalid::View { position: 0, .. }) = layout {
            let word = case.array.views[0].word();
            if unproved.contains(word) && faults.iter().any(|fault| fault.spoiled(case, layout, reply).is_some()) {
                unproved.remove(word);
            }
        }
    }
    assert!(
        unproved.is_empty(),
        "expected a fault of layout.view-refused for each of the views {unproved:?}, found none; add one in \
         conformance/command/src/faults/layout/refused.rs"
    );
}

/// A case, its layout after all views, and the reply of the reference.
struct Asked {
    case: Case,
    layout: Result<Layout, Invalid>,
    reply: Reply,
}

/// Cases that show most faults.
static FIRST: LazyLock<Vec<Asked>> = LazyLock::new(|| ask(Reading::Holds, 0..2000, &Rules::all()));

/// More cases, for faults that show rarely.
static OTHERS: LazyLock<Vec<Asked>> = LazyLock::new(|| ask(Reading::Holds, 2000..7000, &Rules::all()));

/// Cases in the older reading of the documentation, which has few rules.
static BORROWS: LazyLock<Vec<Asked>> =
    LazyLock::new(|| ask(Reading::Borrows, 0..2000, &Rules::matching("lifetime").expect("a chapter")));

/// Returns the rules that bind the reference in a reading.
fn bound(reading: Reading) -> Rules {
    Rules::all().binding(Reference::reading(reading).hello())
}

/// Asks the reference, and asserts that it breaks no rule.
fn ask(reading: Reading, indices: std::ops::Range<u64>, rules: &Rules) -> Vec<Asked> {
    let mut reference = Reference::reading(reading);
    let rules = rules.binding(reference.hello());
    let asked = indices.map(|index| {
        let case = generate(1, index, reference.hello(), &rules).case;
        let reply = reference.answer(&case).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(violations(&Platform::host(), &rules, &case, &reply), [], "the reference, in case 1:{index}");
        Asked { layout: resolve(&Platform::host(), &case.array), case, reply }
    });
    asked.collect()
}

/// The rules by which two protocols agree: a fault of one protocol may always break them.
const AGREEMENT: [Rule; 3] =
    [rules::interface::struct_agrees, rules::interface::buffer_agrees, rules::interface::dlpack_agrees];

/// Returns true if a fault may break that rule, which is not its own, in a case with that array. NumPy's habits say more of what
/// other rules say, so faults of these may always break them.
fn may_also_break(fault: &Fault, rule: Rule, array: &Array) -> bool {
    let is_of_view = fault.beside.of_view && view_rule(array) == Some(rule);
    let is_habit = rule.profile() == Profile::Numpy;
    is_of_view || is_habit || fault.beside.rules.contains(&rule) || AGREEMENT.contains(&rule)
}

/// Returns the rules that a fault breaks in these cases although it may not, and the first case in which it breaks its own.
fn broken<'a>(fault: &Fault, rule: Rule, asked: &'a [Asked]) -> (BTreeSet<Rule>, Option<&'a Case>) {
    let mut unexpected = BTreeSet::new();
    let mut first = None;
    let rules = bound(reading(rule));
    for Asked { case, layout, reply } in asked {
        if let Some(faulty) = fault.spoiled(case, layout, reply) {
            let wrong = violations(&Platform::host(), &rules, case, &faulty);
            for broken in wrong.into_iter().map(|prediction| prediction.rule) {
                if broken == rule {
                    first = first.or(Some(case));
                } else if !may_also_break(fault, broken, &case.array) {
                    unexpected.insert(broken);
                }
            }
        }
    }
    (unexpected, first)
}

/// Proves that each fault of a rule breaks that rule and no others than it names, and that a run reports it.
fn catches(rule: Rule) {
    let faults = of(rule);
    assert!(!faults.is_empty(), "expected a fault of {rule}, found none; add one to the function of that name");
    for fault in faults {
        let of_reading = if reading(rule) == Reading::Borrows { &BORROWS } else { &FIRST };
        let (mut unexpected, mut first) = broken(&fault, rule, of_reading);
        if first.is_none() {
            let (others, case) = broken(&fault, rule, &OTHERS);
            unexpected.extend(others);
            first = case;
        }
        let name = fault.name;
        let case = first.unwrap_or_else(|| panic!("expected {name:?} to break {rule}, found {unexpected:?} broken"));
        assert!(unexpected.is_empty(), "expected {name:?} to break {rule}, found {unexpected:?} broken too");
        let reported = run(&fault, reading(rule), case);
        assert!(reported.contains(&rule), "expected a run of {name:?} to report {rule}, found {reported:?}");
    }
}

/// Returns the rules that a run over one case reports as broken, after it has shrunk the case.
fn run(fault: &Fault, reading: Reading, case: &Case) -> Vec<Rule> {
    let make = || {
        let fault = fault.clone();
        let spoil = move |case: &Case, reply: &mut Reply| {
            fault.spoil(case, &resolve(&Platform::host(), &case.array), reply);
        };
        Ok(Box::new(Changed::new(Reference::reading(reading), spoil)) as _)
    };
    let replay = vec![SavedCase::alone(fault.name.to_owned(), case.clone())];
    let options = Options { cases: 0, replay, ..Options::default() };
    let report = check(&make, &options, &|_| {}).unwrap_or_else(|error| panic!("{error}"));
    report.broken().collect()
}
