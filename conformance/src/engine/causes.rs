//! Groups the failures of a run by what causes them, so that one mistake is one thing to read.
//!
//! Failures share a cause if the answers differ in the same way, and are to the same step, or to the same cases. They share it
//! too if the cases that break one rule all break the other, and chance would not do that. A failure that only comes with an
//! earlier wrong answer is counted with the cause of that answer. The cause that breaks the largest share of its cases comes first.

use super::cause::Difference;
use super::tallies::MAX_BROKEN;
use std::cmp::Reverse;

/// What is known of a failure.
#[derive(Clone, Debug)]
pub struct Symptom<'a> {
    /// The rule, by name.
    pub rule: &'a str,
    /// True if it is a MUST.
    pub is_must: bool,
    /// How many cases judged the rule.
    pub cases: u64,
    /// How many of them broke it.
    pub failed: u64,
    /// The first of those, in order, at most [`MAX_BROKEN`].
    pub broken: &'a [u64],
    /// How the answer differs, in the words of [`Difference`].
    pub difference: &'a str,
    /// The error that was found or expected, by name.
    pub raises: Option<&'a str>,
    /// The kind of step.
    pub step: &'a str,
    /// The rules that an earlier answer to the same case breaks.
    pub earlier: Vec<&'a str>,
    /// The size of the case in bytes, as it is saved.
    pub size: usize,
}

/// Returns the positions of the symptoms of each cause: first the one that shows it best, whose rule breaks in the largest share
/// of its cases, then the others in order. The gravest cause comes first.
pub fn causes(symptoms: &[Symptom<'_>]) -> Vec<Vec<usize>> {
    let all = 0..symptoms.len();
    let mut groups: Vec<usize> = all.clone().collect();
    for (at, symptom) in symptoms.iter().enumerate() {
        for (other, before) in symptoms.iter().enumerate().take(at) {
            if share_cause(symptom, before) {
                let (from, to) = (groups[at].max(groups[other]), groups[at].min(groups[other]));
                groups.iter_mut().filter(|group| **group == from).for_each(|group| *group = to);
            }
        }
    }
    // Who shows nothing but together with an earlier wrong answer follows the cause of that answer.
    let follows = |group: usize| {
        let mut own = all.clone().filter(|at| groups[*at] == group);
        let earlier = |at: usize| {
            let is_earlier = |other: &usize| symptoms[at].earlier.contains(&symptoms[*other].rule);
            all.clone().filter(|other| groups[*other] != group).find(is_earlier)
        };
        let first = earlier(own.next()?)?;
        own.all(|at| earlier(at).is_some()).then_some(groups[first])
    };
    let followed: Vec<Option<usize>> = groups.iter().map(|group| follows(*group)).collect();
    let root = |at: usize| {
        let mut group = groups[at];
        // A circle of causes would not end.
        for _ in all.clone() {
            match all.clone().find(|other| groups[*other] == group).and_then(|other| followed[other]) {
                Some(next) if next < group => group = next,
                _ => break,
            }
        }
        group
    };
    let roots: Vec<usize> = all.clone().map(root).collect();
    let of = |group: usize| {
        let own: Vec<usize> = all.clone().filter(|at| roots[*at] == group).collect();
        let candidates = own.iter().copied().filter(|at| groups[*at] == group);
        let shown = candidates.min_by_key(|at| weight(&symptoms[*at]))?;
        Some([&[shown][..], &own.into_iter().filter(|at| *at != shown).collect::<Vec<_>>()].concat())
    };
    let mut found: Vec<Vec<usize>> = all.clone().filter_map(of).collect();
    found.sort_by_key(|cause| weight(&symptoms[cause[0]]));
    found
}

/// Returns true if two failures look like one mistake.
fn share_cause(one: &Symptom<'_>, other: &Symptom<'_>) -> bool {
    let is_alike = (one.difference, one.raises) == (other.difference, other.raises);
    let wide = if one.failed > other.failed { one } else { other };
    // Where the other breaks nearly always, to break together says nothing, unless both answers are addresses: all of these are
    // made from one.
    let is_address = one.difference == Difference::Address.words();
    let Some(common) = break_together(one, other) else { return is_alike && one.step == other.step };
    let is_telling = common >= MIN_COMMON && (is_address || 10 * wide.failed <= 9 * wide.cases);
    is_alike && (one.step == other.step || is_telling) || common >= MIN_COMMON && chance(wide, common) < MAX_CHANCE
}

/// How many cases must break both rules.
const MIN_COMMON: usize = 5;

/// The greatest chance that mistakes of different kinds meet in all of these cases.
const MAX_CHANCE: f64 = 1e-6;

/// The chance that all of so many cases break a rule, if its cause has nothing to do with them.
fn chance(symptom: &Symptom<'_>, cases: usize) -> f64 {
    let share = symptom.failed as f64 / symptom.cases.max(1) as f64;
    (0..cases).fold(1.0, |chance, _| chance * share)
}

/// Returns how many cases break both rules, if all cases that break one break the other, as far as they are known.
fn break_together(one: &Symptom<'_>, other: &Symptom<'_>) -> Option<usize> {
    // Beyond the last of a full list nothing is known.
    let known = |list: &[u64]| if list.len() < MAX_BROKEN { u64::MAX } else { list.last().copied().unwrap_or(0) };
    let until = known(one.broken).min(known(other.broken));
    let within = |list: &[u64]| list.iter().copied().filter(|index| *index <= until).collect::<Vec<u64>>();
    let (one, other) = (within(one.broken), within(other.broken));
    let common = one.iter().filter(|index| other.contains(index)).count();
    (common == one.len().min(other.len())).then_some(common)
}

/// How grave a failure is, the gravest first: a crash, a MUST, the share of the cases that break, the smaller case.
fn weight(symptom: &Symptom<'_>) -> (bool, bool, Reverse<u64>, usize) {
    let crashes = [Difference::Lost, Difference::Hung, Difference::Signal].map(Difference::words);
    let share = 1_000_000 * symptom.failed / symptom.cases.max(1);
    (!crashes.contains(&symptom.difference), !symptom.is_must, Reverse(share), symptom.size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symptom<'a>(rule: &'a str, difference: Difference, [failed, cases]: [u64; 2], broken: &'a [u64]) -> Symptom<'a> {
        let difference = difference.words();
        let step = rule;
        Symptom { rule, is_must: true, cases, failed, broken, difference, raises: None, step, earlier: vec![], size: 1 }
    }

    fn names<'a>(symptoms: &[Symptom<'a>]) -> Vec<Vec<&'a str>> {
        let name = |at: &usize| symptoms[*at].rule;
        causes(symptoms).iter().map(|cause| cause.iter().map(name).collect()).collect()
    }

    #[test]
    fn what_breaks_in_the_same_cases_in_another_way_is_one_cause_unless_chance_might_do_it() {
        let cases: Vec<u64> = (0..20).map(|at| 7 * at).collect();
        let address = symptom("address", Difference::Address, [20, 200], &cases);
        let strides = symptom("strides", Difference::Number, [20, 200], &cases);
        let value = symptom("value", Difference::Bytes, [7, 10], &cases[..7]);
        assert_eq!(names(&[address, strides.clone(), value]), [["value", "address", "strides"]]);
        // A rule that breaks in every second of its cases; fewer cases; others.
        let half = symptom("half", Difference::Bytes, [100, 200], &cases[..19]);
        assert_eq!(names(&[half, strides.clone()]), [["half"], ["strides"]]);
        let few = symptom("few", Difference::Bytes, [5, 200], &cases[..5]);
        assert_eq!(names(&[strides.clone(), few]), [["strides"], ["few"]]);
        let others: Vec<u64> = cases.iter().map(|case| case + 1).collect();
        let other = symptom("other", Difference::Bytes, [20, 200], &others);
        assert_eq!(names(&[strides, other]), [["strides"], ["other"]]);
    }

    #[test]
    fn a_crash_comes_first_and_what_follows_an_earlier_answer_belongs_to_its_cause() {
        let crash = symptom("answered", Difference::Lost, [1, 1000], &[5]);
        let wrong = symptom("strides", Difference::Number, [900, 1000], &[]);
        let alike = symptom("kept", Difference::Number, [10, 1000], &[]);
        let alike = Symptom { step: "strides", ..alike };
        let later = Symptom { earlier: vec!["strides"], ..symptom("value", Difference::Bytes, [900, 1000], &[]) };
        assert_eq!(names(&[wrong, alike, later, crash]), [vec!["answered"], vec!["strides", "kept", "value"]]);
    }
}
