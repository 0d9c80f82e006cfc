//! Which causes of a broken rule are made small, and which of them are reported.
//!
//! The choice depends on the order of the cases alone, and what becomes of one cause depends on no other. So the failures of
//! the shards of a run, chosen from once more, are those of the whole run.

/// The most causes of one rule whose cases are made small. Some turn out to be the same.
const MAX_CAUSES: usize = 4;

/// The most failures of one rule that are reported.
const MAX_REPORTED: usize = 3;

/// Chooses from the causes of one rule, which come in the order in which they were met: the first in each way to fail, then
/// others. They stay in order.
pub fn made_small<T, W: PartialEq>(causes: Vec<T>, way: impl Fn(&T) -> W) -> Vec<T> {
    let ways: Vec<W> = causes.iter().map(way).collect();
    let (first, others): (Vec<usize>, Vec<usize>) = (0..ways.len()).partition(|at| !ways[..*at].contains(&ways[*at]));
    let taken: Vec<usize> = first.into_iter().chain(others).take(MAX_CAUSES).collect();
    causes.into_iter().enumerate().filter(|(at, _)| taken.contains(at)).map(|(_, cause)| cause).collect()
}

/// Parts the failures of all rules, which come in the order of the rules and of the cases, into those to report, of each rule the
/// smallest first, and those whose cause was the same in the end, or that are too many. `cause` includes the rule.
pub fn reported<T, R: PartialEq, C: PartialEq>(
    all: Vec<T>,
    rule: impl Fn(&T) -> R,
    cause: impl Fn(&T) -> C,
    size: impl Fn(&T) -> usize,
) -> (Vec<T>, Vec<T>) {
    let (mut reported, mut repeated): (Vec<T>, Vec<T>) = (Vec::new(), Vec::new());
    let mut of_rule: Vec<T> = Vec::new();
    let mut finish = |of_rule: &mut Vec<T>, repeated: &mut Vec<T>| {
        of_rule.sort_by_key(&size);
        repeated.extend(of_rule.drain(MAX_REPORTED.min(of_rule.len())..));
        reported.append(of_rule);
    };
    for failure in all {
        if of_rule.first().is_some_and(|other| rule(other) != rule(&failure)) {
            finish(&mut of_rule, &mut repeated);
        }
        if of_rule.iter().any(|other| cause(other) == cause(&failure)) {
            repeated.push(failure);
        } else {
            of_rule.push(failure);
        }
    }
    finish(&mut of_rule, &mut repeated);
    (reported, repeated)
}

#[cfg(test)]
mod tests {
    use super::{made_small, reported};

    #[test]
    fn the_first_in_each_way_come_before_others() {
        let causes = vec![(0, 'a'), (1, 'a'), (2, 'b'), (3, 'a'), (4, 'c'), (5, 'a')];
        let chosen = made_small(causes, |(_, way)| *way);
        assert_eq!(chosen, [(0, 'a'), (1, 'a'), (2, 'b'), (4, 'c')]);
    }

    #[test]
    fn of_each_rule_the_smallest_of_different_causes_are_reported() {
        let all = vec![(1, 'a', 5), (1, 'b', 3), (1, 'a', 1), (1, 'c', 4), (1, 'd', 9), (2, 'a', 7)];
        let (reported, repeated) = reported(all, |it| it.0, |it| (it.0, it.1), |it| it.2);
        assert_eq!(reported, [(1, 'b', 3), (1, 'c', 4), (1, 'a', 5), (2, 'a', 7)]);
        assert_eq!(repeated, [(1, 'a', 1), (1, 'd', 9)]);
    }
}
