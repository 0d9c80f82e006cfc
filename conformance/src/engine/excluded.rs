//! Which rules the limit `steps` leaves without a case.
//!
//! A rule that no case asks about must not look as if it was forgotten. No table says which steps a rule needs: its row draws
//! them. So the same cases are drawn with the limit and without it.

use super::generate::generate;
use super::outcome::Tally;
use super::rules::Rules;
use crate::Limits;
use crate::adapter::hello::Hello;
use crate::adapter::limits::Allowed;
use array_ctypes_spec::Rule;

/// The most cases that are drawn for one rule.
const MAX_CASES: u64 = 1000;

/// The limit excludes a rule if so many cases ask about it without the limit, and none of the same with it.
const ENOUGH: usize = 5;

/// The rules that no case of a run asked about because of the limit `steps`, in order.
pub(super) fn by_steps(rules: &Rules, tallies: &[Tally], hello: &Hello) -> Vec<Rule> {
    if hello.limits.steps.list().is_none() {
        return Vec::new();
    }
    let unlimited = Hello { limits: Limits { steps: Allowed::All, ..hello.limits.clone() }, ..hello.clone() };
    let is_unasked = |tally: &Tally| tally.cases + tally.declined == 0;
    let unasked = Rule::all().zip(tallies).filter(|(rule, tally)| rules.includes(*rule) && is_unasked(tally));
    unasked.map(|(rule, _)| rule).filter(|rule| is_excluded(*rule, hello, &unlimited)).collect()
}

fn is_excluded(rule: Rule, hello: &Hello, unlimited: &Hello) -> bool {
    let mut without_limit = 0;
    for index in 0..MAX_CASES {
        if asks(rule, hello, index) {
            return false;
        }
        without_limit += usize::from(asks(rule, unlimited, index));
        if without_limit == ENOUGH {
            return true;
        }
    }
    false
}

/// Returns true if a case that is drawn for a rule asks about it.
fn asks(rule: Rule, hello: &Hello, index: u64) -> bool {
    let drawn = generate(0, index, hello, &Rules::only(rule));
    drawn.applicable && drawn.case.expect(&hello.platform).iter().any(|prediction| prediction.rule == rule)
}
