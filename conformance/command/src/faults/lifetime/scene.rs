//! The state of a scenario, by which faults of the chapter `lifetime` decide when they change an answer.

use crate::faults::about::About;
use array_ctypes_conformance::spec::{Act, Answer, Derive, Export, Step};

/// How an object was made.
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

    /// Returns true for a number or a copy, which holds nothing. An item may be a number, but counts as a holder.
    fn is_value(self) -> bool {
        match self {
            Made::Taken(what) => match what {
                Export::Data
                | Export::Shape
                | Export::Strides
                | Export::ShapeAs(_)
                | Export::StridesAs(_)
                | Export::Interface => true,
                Export::Ctypes
                | Export::Method
                | Export::DataAs(_)
                | Export::AsParameter
                | Export::View
                | Export::Struct
                | Export::Dlpack
                | Export::Buffer
                | Export::AsCtypes => false,
            },
            Made::Derived(how) => match how {
                Derive::Value => true,
                Derive::Contents
                | Derive::Item
                | Derive::ByRef
                | Derive::Pointer
                | Derive::Cast(_)
                | Derive::AsArray => false,
            },
        }
    }
}

/// The state of a scenario before a step.
#[derive(Default)]
pub(super) struct Scene<'a> {
    pub(super) array_dropped: bool,
    kept: Vec<(u8, Made<'a>)>,
    /// Objects that were kept and dropped.
    dropped: Vec<Made<'a>>,
    /// True if the garbage collector has run since the last drop.
    pub(super) collected: bool,
    pub(super) overwritten: bool,
}

impl<'a> Scene<'a> {
    fn follow(&mut self, act: &'a Act) {
        match act {
            Act::Export { name, what } => self.kept.push((*name, Made::Taken(what))),
            Act::Derive { name, how, .. } => self.kept.push((*name, Made::Derived(how))),
            Act::DropArray => (self.array_dropped, self.collected) = (true, false),
            Act::Drop(name) => {
                self.dropped.extend(self.kept.iter().filter(|(kept, _)| kept == name).map(|(_, made)| *made));
                self.kept.retain(|(kept, _)| kept != name);
                self.collected = false;
            }
            Act::Collect => self.collected = true,
            Act::Overwrite => self.overwritten = true,
            Act::Alive | Act::Memory | Act::Read { .. } | Act::Balance(_) | Act::Call(_) => {}
        }
    }

    /// Returns true if the array is dropped, one such object or more is kept, and no other object that may hold the array.
    pub(super) fn only(&self, such: impl Fn(Made) -> bool) -> bool {
        let mut holders = self.kept.iter().filter(|(_, made)| !made.is_value()).peekable();
        self.array_dropped && holders.peek().is_some() && holders.all(|(_, made)| such(*made))
    }

    /// Returns true if the array is dropped, and no object is kept that may hold it.
    pub(super) fn none(&self) -> bool {
        self.array_dropped && self.kept.iter().all(|(_, made)| made.is_value())
    }

    /// Returns true if such an object is kept.
    pub(super) fn keeps(&self, such: impl Fn(Made) -> bool) -> bool {
        self.kept.iter().any(|(_, made)| such(*made))
    }

    /// Returns true if such an object was kept and dropped.
    pub(super) fn has_dropped(&self, such: impl Fn(Made) -> bool) -> bool {
        self.dropped.iter().any(|made| such(*made))
    }
}

/// Changes the answers to the scenario of a case. The change gets the state before each step.
pub(super) fn scenario(about: &About, answers: &mut [Answer], mut change: impl FnMut(&Scene, &Act, &mut Answer)) {
    let mut scene = Scene::default();
    for (step, answer) in about.case.script.iter().zip(answers) {
        if let Step::Act(act) = step {
            change(&scene, act, answer);
            scene.follow(act);
        }
    }
}

/// Answers whether array and memory exist, in such states.
pub(super) fn answer_presence(about: &About, answers: &mut [Answer], present: bool, when: impl Fn(&Scene) -> bool) {
    scenario(about, answers, |scene, act, answer| {
        if matches!(act, Act::Alive | Act::Memory) && when(scene) {
            *answer = Answer::Bool(present);
        }
    });
}

/// Answers whether the array exists, in such states.
pub(super) fn answer_alive(about: &About, answers: &mut [Answer], alive: bool, when: impl Fn(&Scene) -> bool) {
    scenario(about, answers, |scene, act, answer| {
        if *act == Act::Alive && when(scene) {
            *answer = Answer::Bool(alive);
        }
    });
}
