//! Which rules the limits leave without a case.
//!
//! A rule that no case asks about must not look as if it was forgotten. No table says what a rule needs: its row draws steps
//! for arrays. So the same cases are drawn with the limits, without them, and with each of them alone.

use super::generate::generate;
use super::rules::Rules;
use crate::adapter::hello::Hello;
use crate::{Case, Limits};
use array_ctypes_spec::layout::resolve;
use array_ctypes_spec::{Profile, Rule, expect_making, expect_reply};

/// The most cases that are drawn for one rule.
const MAX_CASES: u64 = 1000;

/// Limits exclude a rule if so many cases ask about it without them, and none of the same with them.
const ENOUGH: usize = 5;

/// A rule that the limits leave without a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excluded {
    /// The rule.
    pub rule: Rule,
    /// The names of the limits each of which alone leaves no case of the rule; if only several together do, all that are
    /// declared.
    pub limits: Vec<&'static str>,
}

/// Those of the rules that the limits leave without a case. Each binds the implementation.
pub(crate) fn by_limits(rules: impl Iterator<Item = Rule>, hello: &Hello) -> Vec<Excluded> {
    rules.filter_map(|rule| excluded(rule, hello)).collect()
}

fn excluded(rule: Rule, hello: &Hello) -> Option<Excluded> {
    // No limits, but the doors decide what a consumer is asked.
    if rule.profile() == Profile::Consumer {
        let is_asked = (0..MAX_CASES).any(|index| asks(rule, hello, index));
        return (!is_asked).then(|| Excluded { rule, limits: vec!["doors"] });
    }
    let with = |limits: Limits| Hello { limits, ..hello.clone() };
    let unlimited = with(hello.limits.abilities_alone());
    let mut without_limits = 0;
    let mut drawn = 0;
    while without_limits < ENOUGH {
        if drawn == MAX_CASES || asks(rule, hello, drawn) {
            return None;
        }
        without_limits += usize::from(asks(rule, &unlimited, drawn));
        drawn += 1;
    }
    let declared = hello.limits.declared();
    let excludes = |name: &&'static str| {
        let alone = with(hello.limits.alone(name));
        !(0..drawn).any(|index| asks(rule, &alone, index))
    };
    let limits: Vec<&'static str> = declared.iter().copied().filter(excludes).collect();
    Some(Excluded { rule, limits: if limits.is_empty() { declared } else { limits } })
}

/// Returns true if a case that is drawn for a rule asks about it.
fn asks(rule: Rule, hello: &Hello, index: u64) -> bool {
    let drawn = generate(0, index, hello, &Rules::only(rule));
    let Case { array, script } = &drawn.case;
    let resolved = resolve(&hello.platform, array);
    drawn.applicable
        && (expect_reply(script).rule == rule
            || resolved.is_ok() && expect_making(array, &resolved).rule == rule
            || drawn.case.expect(&hello.platform).iter().any(|prediction| prediction.rule == rule))
}
