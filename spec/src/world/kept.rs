//! The objects that a script takes from an array, keeps and drops, and what they hold.

use crate::vocabulary::ctype::CType;
use crate::vocabulary::{Ctypeslib, Question, Rule};
use std::collections::BTreeMap;

/// What an object keeps, and by which rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// The array.
    Array(Rule),
    /// The memory; the implementation chooses if it keeps the array too.
    Memory(Rule),
    /// The array in the newer reading of the documentation, nothing in the older one.
    Pointer(Rule),
    /// The memory in the newer reading, nothing in the older one; the implementation chooses if it keeps the array too.
    PointerToMemory(Rule),
    /// Nothing.
    Nothing(Rule),
    /// The array, or nothing, as the implementation chooses; nothing by a habit of NumPy.
    Chosen(Rule),
}

/// The kind of an object, which decides what can be made of it.
#[derive(Clone, Copy)]
pub(crate) enum Form<'a> {
    /// What ctypes makes of a pointer of that type.
    Pointer(&'a CType),
    /// What ctypes makes of the array as an object with that many axes.
    Object(usize),
    /// Any other object. The specification predicts nothing about objects made of it.
    Other,
}

/// An object that is kept.
pub(crate) struct Object<'a> {
    pub(crate) holds: Holds,
    /// True if it holds the address.
    pub(crate) points: bool,
    pub(crate) form: Form<'a>,
}

/// The objects that a script has kept so far.
#[derive(Default)]
pub(crate) struct Kept<'a> {
    pub(crate) array_dropped: bool,
    /// The objects that are kept, by the numbers that the script gives them.
    pub(crate) objects: BTreeMap<u8, Object<'a>>,
    /// True if the garbage collector has run since something was dropped.
    pub(crate) collected: bool,
    /// True if ctypes was made to leave a reference cycle.
    pub(crate) cyclic: bool,
}

impl Kept<'_> {
    /// Takes note of a question that was asked of the array.
    pub(crate) fn asked(&mut self, question: &Question) {
        // It may cast the pointer that it is given.
        self.cyclic |= matches!(question, Question::Ctypeslib(Ctypeslib::AsArray { .. }));
    }

    /// The rules that `rule` picks of what the kept objects hold, each once, in order.
    pub(crate) fn rules(&self, rule: impl Fn(Holds) -> Option<Rule>) -> Vec<Rule> {
        let mut rules: Vec<Rule> = self.objects.values().filter_map(|object| rule(object.holds)).collect();
        rules.sort();
        rules.dedup();
        rules
    }
}
