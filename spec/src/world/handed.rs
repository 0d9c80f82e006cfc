//! What a consumer was handed, and what has become of it.

use crate::vocabulary::{Copies, Feature, Protocol, Take};

/// An array that was handed to a door.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and none excludes another")]
#[derive(Clone, Debug)]
pub(crate) struct Handed<'a> {
    pub(crate) take: &'a Take,
    /// The step in which it was handed over.
    pub(crate) step: usize,
    pub(crate) features: Vec<Feature>,
    /// True if the door has to refuse it. What it makes of it then means nothing.
    pub(crate) refused: bool,
    /// True if the consumer has let go of what it made.
    pub(crate) dropped: bool,
    /// True if the producer has let go of the array.
    pub(crate) left: bool,
    /// True if the array was taken and let go of many times.
    pub(crate) repeated: bool,
    /// What the last write was done by.
    pub(crate) written: Option<Writer>,
    /// What was written to the copy that the consumer made.
    pub(crate) copy: Vec<(i128, Vec<u8>)>,
    /// True if something happened after which elements may have any value.
    pub(crate) unsure: bool,
}

/// Who wrote last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writer {
    Consumer,
    Producer,
}

impl<'a> Handed<'a> {
    /// An array that has just been handed over.
    pub(crate) fn new(take: &'a Take, step: usize, features: Vec<Feature>) -> Handed<'a> {
        let (copy, unsure) = (Vec::new(), false);
        Handed {
            take,
            step,
            features,
            refused: false,
            dropped: false,
            left: false,
            repeated: false,
            written: None,
            copy,
            unsure,
        }
    }

    /// Returns true if it has that feature.
    pub(crate) fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }

    /// Returns true if the door is a bare pointer, which holds nothing and knows no flags.
    pub(crate) fn is_pointer(&self) -> bool {
        self.take.door.takes == Protocol::Pointer
    }

    /// Returns true if the consumer shares the memory.
    pub(crate) fn shares(&self) -> bool {
        self.take.door.copies == Copies::Never
    }

    /// Returns true if elements are described as those of another type, or in the memory of another device. A door that knows
    /// such elements may take them.
    pub(crate) fn is_foreign(&self) -> bool {
        [Feature::Lanes, Feature::SubByte, Feature::Device].into_iter().any(|feature| self.has(feature))
    }

    /// Returns true if there is anything about it that the door might have refused.
    pub(crate) fn is_beyond(&self) -> bool {
        let accepts = &self.take.door.accepts;
        self.features.iter().any(|feature| !feature.is_harmless() && !accepts.contains(feature))
    }

    /// Returns true if the producer learns when it is let go of.
    pub(crate) fn is_counted(&self) -> bool {
        !self.is_pointer() && !self.has(Feature::NoDeleter)
    }

    /// Returns true if the consumer may have made numbers of another type in a copy of its own.
    pub(crate) fn converts(&self) -> bool {
        !self.shares() && (self.has(Feature::OtherType) || self.has(Feature::Record))
    }
}
