//! How far a scenario has come, and what is kept in it: what faults of the chapter `lifetime` go by.

use crate::faults::fault::About;
use array_ctypes_conformance::spec::{Act, Answer, Derive, Export, Step};

/// How an object came about.
#[derive(Clone, Copy)]
pub(super) enum Made<'a> {
    Taken(&'a Export),
    Derived(&'a Derive),
}

impl Made<'_> {
    pub(super) fn is(self, what: fn(&Export) -> bool) -> bool {
        matches!(self, Made::Taken(export) if what(export))
    }

    pub(super) fn is_derived(self, what: fn(&Derive) -> bool) -> bool {
        matches!(self, Made::Derived(how) if what(how))
    }

    /// A number, or a copy: nothing that anybody takes for a holder. An item may be one.
    pub(super) fn is_value(self) -> bool {
        match self {
            Made::Taken(export) => !matches!(
                export,
                Export::Ctypes
                    | Export::Method
                    | Export::DataAs(_)
                    | Export::AsParameter
                    | Export::View
                    | Export::Struct
                    | Export::AsCtypes
            ),
            Made::Derived(how) => matches!(how, Derive::Value),
        }
    }
}

/// How far a scenario has come.
#[derive(Default)]
pub(super) struct Scene<'a> {
    pub(super) array_dropped: bool,
    pub(super) kept: Vec<(u8, Made<'a>)>,
    /// What was ever kept and is not any more.
    pub(super) gone: Vec<Made<'a>>,
    pub(super) collected: bool,
    pub(super) overwritten: bool,
}

impl<'a> Scene<'a> {
    pub(super) fn follow(&mut self, act: &'a Act) {
        match act {
            Act::Export { name, what } => self.kept.push((*name, Made::Taken(what))),
            Act::Derive { name, how, .. } => self.kept.push((*name, Made::Derived(how))),
            Act::DropArray => (self.array_dropped, self.collected) = (true, false),
            Act::Drop(name) => {
                self.gone.extend(self.kept.iter().filter(|(kept, _)| kept == name).map(|(_, made)| *made));
                self.kept.retain(|(kept, _)| kept != name);
                self.collected = false;
            }
            Act::Collect => self.collected = true,
            Act::Overwrite => self.overwritten = true,
            _ => {}
        }
    }

    /// Whether the array is dropped, and of those that may hold it only such are left, one at least.
    pub(super) fn only(&self, such: impl Fn(Made) -> bool) -> bool {
        let mut holders = self.kept.iter().filter(|(_, made)| !made.is_value()).peekable();
        self.array_dropped && holders.peek().is_some() && holders.all(|(_, made)| such(*made))
    }

    /// Whether the array is dropped, and nothing is left that anybody takes for a holder.
    pub(super) fn none(&self) -> bool {
        self.array_dropped && self.kept.iter().all(|(_, made)| made.is_value())
    }

    pub(super) fn keeps(&self, such: impl Fn(Made) -> bool) -> bool {
        self.kept.iter().any(|(_, made)| such(*made))
    }

    pub(super) fn has_had(&self, such: impl Fn(Made) -> bool) -> bool {
        self.gone.iter().any(|made| such(*made))
    }
}

/// Goes through the scenario of a case, and lets the fault change the answer to each step of it.
pub(super) fn scenario(about: &About, answers: &mut [Answer], mut change: impl FnMut(&Scene, &Act, &mut Answer)) {
    let mut scene = Scene::default();
    for (step, answer) in about.case.script.iter().zip(answers) {
        if let Step::Act(act) = step {
            change(&scene, act, answer);
            scene.follow(act);
        }
    }
}

/// Array and memory are there, or not, at such times.
pub(super) fn there(about: &About, answers: &mut [Answer], there: bool, when: impl Fn(&Scene) -> bool) {
    scenario(about, answers, |scene, act, answer| {
        if matches!(act, Act::Alive | Act::Memory) && when(scene) {
            *answer = Answer::Bool(there);
        }
    });
}

/// Likewise the array alone.
pub(super) fn array_is_there(about: &About, answers: &mut [Answer], there: bool, when: impl Fn(&Scene) -> bool) {
    scenario(about, answers, |scene, act, answer| {
        if *act == Act::Alive && when(scene) {
            *answer = Answer::Bool(there);
        }
    });
}
