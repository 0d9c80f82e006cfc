//! The facets that a rule may meet: of the array, of the step, and of the expectation.
//!
//! A rule that holds on one array may break on another one: on an array with a certain trait, kind of element type, view, or
//! several axes, in another form of the question, or with another kind of outcome. So each rule is paired with each facet.
//! Larger combinations would make the set too large.

use array_ctypes_conformance::Case;
use array_ctypes_conformance::engine::traits::{self, TraitSet};
use array_ctypes_spec::layout::resolve;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Answer, Chapter, Expectation, Raises, Rule, Step, expect_making};
use std::collections::HashMap;

/// Numbers for pairs of a rule and a facet: the place of the rule, then [`FACET`] bits for the facet.
pub(super) struct Pairs {
    rules: Vec<Rule>,
    facets: HashMap<String, u32>,
}

const FACET: u32 = 20;

impl Pairs {
    pub(super) fn new() -> Pairs {
        Pairs { rules: Rule::all().collect(), facets: HashMap::new() }
    }

    /// The pairs of a case, in order.
    pub(super) fn of(&mut self, case: &Case, platform: &Platform) -> Vec<u32> {
        let of_array: Vec<u32> = of_array(case, platform).into_iter().map(|facet| self.number(facet)).collect();
        let mut numbers = |step: &Step| words(step).into_iter().map(|word| self.number(word)).collect();
        let of_step: Vec<Vec<u32>> = case.script.iter().map(&mut numbers).collect();
        let mut pairs = Vec::new();
        let mut add = |rule: Rule, facets: &[u32]| {
            pairs.extend(facets.iter().map(|facet| (rule.index() as u32) << FACET | facet));
        };
        // C types are the same on every array.
        let of_array_to = |rule: Rule| match rule.chapter() {
            Chapter::Platform | Chapter::Ctype => &[][..],
            _ => &of_array,
        };
        let making = expect_making(&case.array, &resolve(platform, &case.array));
        add(making.rule, &of_array);
        add(making.rule, &[self.number(outcome(&making.expectation))]);
        for prediction in case.expect(platform) {
            add(prediction.rule, of_array_to(prediction.rule));
            add(prediction.rule, &of_step[prediction.step]);
            add(prediction.rule, &[self.number(outcome(&prediction.expectation))]);
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    /// The rule of a pair.
    pub(super) fn rule(&self, pair: u32) -> Rule {
        self.rules[(pair >> FACET) as usize]
    }

    fn number(&mut self, facet: String) -> u32 {
        let next = self.facets.len() as u32;
        *self.facets.entry(facet).or_insert(next)
    }
}

/// Traits, kind of element type, whether there are several axes, and views.
fn of_array(case: &Case, platform: &Platform) -> Vec<String> {
    let mut facets: Vec<String> = TraitSet::of(case, platform).iter().map(|one| one.name().to_owned()).collect();
    if traits::is_plain(case, platform) {
        facets.push("plain".to_owned());
    }
    facets.push(format!("kind {}", traits::kind(case, platform)));
    if resolve(platform, &case.array).is_ok_and(|layout| layout.shape.len() > 1) {
        facets.push("several axes".to_owned());
    }
    facets.extend(case.array.views.iter().map(|view| format!("view {}", view.word())));
    facets
}

/// The words of a step, without numbers.
fn words(step: &Step) -> Vec<String> {
    let text = step.to_string();
    // The bytes that are written are digits.
    if let Step::Write(_) = step {
        return text.split(' ').take(1).map(str::to_owned).collect();
    }
    let words = text.split(|c: char| !(c.is_ascii_alphabetic() || "_=".contains(c)));
    words.filter(|word| !word.is_empty()).map(|word| format!("asked {word}")).collect()
}

/// The kind of outcome that is expected, without the value.
fn outcome(expectation: &Expectation) -> String {
    let names = |kinds: &[Raises]| kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" ");
    match expectation {
        Expectation::Is(answer) => kind(answer).to_owned(),
        Expectation::SomeBytes { .. } => "some of bytes".to_owned(),
        Expectation::SomeIntegers { .. } => "some of integers".to_owned(),
        Expectation::SomeImported { .. } => "some of seen".to_owned(),
        Expectation::OneOf(answers) => answers.iter().map(kind).collect::<Vec<_>>().join(" or "),
        Expectation::AnyOf(any) => any.iter().map(outcome).collect::<Vec<_>>().join(" or "),
        Expectation::Raises(kinds) => names(kinds),
        Expectation::AcceptedOr(kinds) => format!("accepted or {}", names(kinds)),
        other => other.to_string().split(|c: char| c.is_ascii_digit()).next().unwrap_or_default().to_owned(),
    }
}

/// The form of an answer.
fn kind(answer: &Answer) -> &'static str {
    match answer {
        Answer::Nothing => "nothing",
        Answer::Bool(true) => "true",
        Answer::Bool(false) => "false",
        Answer::Address(_) => "address",
        Answer::Integer(..0) => "negative integer",
        Answer::Integer(_) => "integer",
        Answer::Integers(_) => "integers",
        Answer::Float(_) => "float",
        Answer::Complex(_) => "complex",
        Answer::Bytes(_) => "bytes",
        Answer::Text(_) => "text",
        Answer::Object(_) => "object",
        Answer::Imported(_) => "seen",
        Answer::Raises(_) => "raises",
        Answer::Signal(_) => "signal",
        Answer::NotObserved => "unseen",
        Answer::Declined(_) => "declined",
    }
}
