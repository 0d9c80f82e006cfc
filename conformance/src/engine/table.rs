//! The table of rows: for each rule its row in `checks`, in the order of the rules.
//!
//! The table walks the specification's own list of rules, so a rule without a row does not compile, and nothing lists
//! the rows a second time. What a row asks is in `checks`; what a case is made of, in [`generate`](super::generate).
//!
//! Used by the command; not stable.

use crate::checks::row::Row;
use crate::checks::{
    absent, cast, consumer, ctype, ctypeslib, data, dtype, interface, layout, lifetime, memmap, platform, shape,
};
use crate::hash::stable_hash;
use array_ctypes_spec::{Rule, for_each_rule};

/// The row of a rule, with the number of its own choices.
pub(super) struct Numbered {
    pub(super) row: Row,
    /// A hash of the rule's identifier. It is the same whatever other rules there are.
    pub(super) number: u64,
}

macro_rules! table {
    ([] $($chapter:ident $Chapter:ident $file:literal {
        $($rule:ident $id:literal $level:ident $profile:ident;)*
    })*) => {
        /// The row of each rule, in the order of the rules.
        pub(super) const ROWS: &[Numbered] =
            &[$($(Numbered { row: $chapter::$rule(), number: stable_hash($id) }),*),*];
    };
}

for_each_rule!(table);

/// Returns the module of a rule's row, as a path in this crate: `checks::ctypeslib::ndpointer` is the file
/// `src/checks/ctypeslib/ndpointer.rs`.
pub fn module_of(rule: Rule) -> &'static str {
    ROWS[rule.index()].row.module.split_once("::").map_or("", |(_, path)| path)
}

/// Returns a rule's row as it is written in that module, without the name: `once(&[Question::Data])`.
pub fn text_of(rule: Rule) -> &'static str {
    ROWS[rule.index()].row.text
}
