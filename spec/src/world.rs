//! The state that a script is folded over: what was asked, written, mapped and kept. It names no rule.
//!
//! [`World`] has the state and what follows from it at once; reading and writing memory have files of their own.

use crate::vocabulary::layout::Layout;
use crate::vocabulary::memmap::Mode;
use crate::vocabulary::platform::Platform;
use crate::vocabulary::{Address, Answer, Array, Expectation, Question, Step, View};
use change::Change;
use handed::Handed;
use kept::Kept;
use mapping::Mapping;

pub(crate) mod change;
pub(crate) mod handed;
pub(crate) mod kept;
mod mapping;
mod predictions;
mod reading;
mod writing;

pub(crate) use predictions::Predictions;

/// The state before one step of a script.
pub(crate) struct World<'a> {
    pub(crate) platform: &'a Platform,
    pub(crate) array: &'a Array,
    /// Layout of the array after all its views.
    pub(crate) layout: &'a Layout,
    script: &'a [Step],
    /// Position of the step in the script.
    step: usize,
    changed: Option<Change>,
    /// The first bytes of the buffer, once something has been written to it.
    memory: Option<Vec<u8>>,
    /// The state of the mapping and of its file.
    mapping: Mapping,
    /// The objects that the script has kept.
    pub(crate) kept: Kept<'a>,
    /// What a consumer was handed.
    pub(crate) handed: Option<Handed<'a>>,
}

impl<'a> World<'a> {
    /// The state before the first step.
    pub(crate) fn new(platform: &'a Platform, array: &'a Array, layout: &'a Layout, script: &'a [Step]) -> World<'a> {
        let (mapping, kept, handed) = (Mapping::default(), Kept::default(), None);
        World { platform, array, layout, script, step: 0, changed: None, memory: None, mapping, kept, handed }
    }

    /// Moves on to that step of the script.
    pub(crate) fn at(&mut self, step: usize) {
        self.step = step;
    }

    /// Position of the step in the script.
    pub(crate) fn step(&self) -> usize {
        self.step
    }

    /// What the last write changed.
    pub(crate) fn changed(&self) -> Option<Change> {
        self.changed
    }

    /// Returns true if the last write changed the memory of elements, as far as it knows.
    pub(crate) fn is_written(&self) -> bool {
        matches!(self.changed, Some(Change::Element | Change::Pointed | Change::Outside | Change::File))
    }

    /// Returns true if the mapping is gone, or may be: the script ends there.
    pub(crate) fn is_over(&self) -> bool {
        self.mapping.over
    }

    /// Takes note of a question, after it was asked.
    pub(crate) fn asked(&mut self, question: &Question) {
        self.kept.asked(question);
        self.mapping.asked(question);
    }

    /// The steps before this one.
    pub(crate) fn earlier(&self) -> &'a [Step] {
        &self.script[..self.step]
    }

    /// The latest earlier step that asked this.
    pub(crate) fn asked_before(&self, question: &Question) -> Option<usize> {
        self.earlier().iter().rposition(|step| step.asks(question))
    }

    /// Returns true if memory refers to objects, which only the implementation may read or write.
    pub(crate) fn has_objects(&self) -> bool {
        self.array.dtype.has_objects()
    }

    /// The address of the first element; `None` if there is none: then no address is right or wrong.
    pub(crate) fn address(&self) -> Option<Answer> {
        (!self.layout.is_empty()).then_some(Answer::Address(Address::InBuffer(self.layout.offset)))
    }

    /// The lengths of the axes as numbers of C.
    pub(crate) fn lengths(&self) -> Vec<i64> {
        self.layout.shape.iter().map(|length| *length as i64).collect()
    }

    /// What is expected of the byte strides.
    pub(crate) fn expected_strides(&self) -> Expectation {
        Expectation::integers(self.layout.strides.clone(), self.layout.strides_that_matter())
    }

    /// Returns true if the array was described directly over a buffer, with its strides.
    pub(crate) fn is_direct(&self) -> bool {
        let Array { views, map, owner, .. } = self.array;
        views.is_empty() && map.is_none() && owner.is_none()
    }

    /// Returns true if the implementation chooses whether the array may be written to: it is broadcast from a writeable one.
    pub(crate) fn writeability_is_free(&self) -> bool {
        self.array.is_writeable() && self.array.is_broadcast()
    }

    /// Returns true if the implementation has answered all that the suite needs to find elements from outside.
    pub(crate) fn is_located(&self) -> bool {
        let needed = [Question::Data, Question::ItemSize, Question::Shape, Question::Strides];
        needed.iter().all(|question| self.asked_before(question).is_some())
    }

    /// How the file of the array is mapped, if it lies in one.
    pub(crate) fn mode(&self) -> Option<Mode> {
        self.array.map.as_ref().map(|map| map.mode)
    }

    /// Returns true if the file was cut under its mapping.
    pub(crate) fn is_cut(&self) -> bool {
        self.mapping.cut.is_some()
    }

    /// Size of the file in bytes, as it is now.
    pub(crate) fn file_size(&self) -> u64 {
        self.mapping.cut.unwrap_or_else(|| self.array.memory().size)
    }

    /// Returns true if the array still is the library's own mapped array. An array without elements, or a broadcast one,
    /// may be of another type.
    pub(crate) fn is_mapped_type(&self) -> bool {
        !self.layout.is_empty() && !self.array.views.iter().any(|view| matches!(view, View::Broadcast { .. }))
    }
}
