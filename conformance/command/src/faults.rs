//! The fault zoo: for every rule, faulty implementations that its check catches.
//!
//! A fault is one small mistake on top of the reference: it spoils the reply that the reference gives. It stands in a
//! function named after the rule that it breaks, in the module of the rule's chapter. Nothing else lists these functions:
//! the table of rules calls each by its name. So a rule without such a function does not compile, a function without a rule
//! is reported as unused, and a test fails for a function without a fault.
//!
//! The zoo belongs to the command alone, so no user of the library compiles it.

mod platform;
mod ctype;
mod dtype;
mod layout;
mod data;
mod shape;
mod cast;
mod lifetime;
mod consumer;
mod interface;
mod memmap;
mod ctypeslib;
mod absent;

mod about;
mod answers;
mod families;
mod fault;
pub(crate) mod sentences;
pub(crate) mod spoiled;
#[cfg(test)]
mod tests;

use crate::adapters::Reading;
use array_ctypes_conformance::spec::{Profile, Rule, for_each_rule};
pub(crate) use fault::Fault;
use fault::Faults;

/// The function of each rule that declares its faults, in the order of the table of rules.
macro_rules! declarations {
    ([] $($chapter:ident $Chapter:ident $file:literal { $($rule:ident $id:literal $level:ident $profile:ident;)* })*) => {
        const DECLARATIONS: &[fn(&mut Faults)] = &[$($($chapter::$rule),*),*];
    };
}

for_each_rule!(declarations);

/// Returns the faults that prove the check of a rule.
pub(crate) fn of(rule: Rule) -> Vec<Fault> {
    Faults::declared_by(DECLARATIONS[rule.index()])
}

/// Returns the reading of the documentation that a rule belongs to.
pub(crate) fn reading(rule: Rule) -> Reading {
    if rule.profile() == Profile::Borrows { Reading::Borrows } else { Reading::Holds }
}

/// Faults that were made in real projects, one in each line: the name of the fault, a link, and a remark.
const SEEN: &str = include_str!("faults/seen.tsv");

/// Returns where a fault was made in real projects: links with remarks.
pub(crate) fn seen(fault: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let cells =
        |line: &'static str| line.split_once('\t').and_then(|(name, rest)| Some((name, rest.split_once('\t')?)));
    SEEN.lines().filter_map(cells).filter(move |(name, _)| *name == fault).map(|(_, seen)| seen)
}
