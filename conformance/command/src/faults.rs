//! The fault zoo: for every rule faulty implementations that its check catches.
//!
//! A fault is one small mistake on top of the reference: it spoils the reply that the reference gives. Each stands in a
//! function named after the rule that it breaks, in the module of the chapter; a rule without one does not compile, and
//! neither does a function without a rule. The zoo belongs to the command line alone, so that nobody who depends on the
//! library compiles it.

mod platform;
mod ctype;
mod dtype;
mod layout;
mod data;
mod shape;
mod cast;
mod lifetime;
mod interface;
mod memmap;
mod ctypeslib;
mod absent;
mod fault;
pub(crate) mod hunt;
#[cfg(test)]
mod tests;

use crate::adapters::Reading;
use array_ctypes_conformance::spec::{Profile, Rule, for_each_rule};
pub(crate) use fault::{Fault, Faults};

/// The faults of each rule, in the order of the table of rules.
macro_rules! declarations {
    ([] $($chapter:ident $Chapter:ident $file:literal { $($rule:ident $id:literal $level:ident $profile:ident;)* })*) => {
        const DECLARATIONS: &[fn(&mut Faults)] = &[$($($chapter::$rule),*),*];
    };
}

for_each_rule!(declarations);

/// The faults that prove the check of a rule.
pub(crate) fn of(rule: Rule) -> Vec<Fault> {
    let mut faults = Faults::default();
    DECLARATIONS[rule.index()](&mut faults);
    faults.0
}

/// The reading of the documentation that a rule is of.
pub(crate) fn reading(rule: Rule) -> Reading {
    if rule.profile() == Profile::Borrows { Reading::Borrows } else { Reading::Holds }
}

/// Where such mistakes were made, one a line: the name of a fault, a link, and a remark.
const SEEN: &str = include_str!("faults/seen.tsv");

/// Where such a mistake was made outside of the zoo: links with remarks.
pub(crate) fn seen(fault: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let cells =
        |line: &'static str| line.split_once('\t').and_then(|(name, rest)| Some((name, rest.split_once('\t')?)));
    SEEN.lines().filter_map(cells).filter(move |(name, _)| *name == fault).map(|(_, seen)| seen)
}
