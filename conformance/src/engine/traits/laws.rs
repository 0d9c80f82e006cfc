//! Pairs of traits that no case has, each with the reason: the laws of what is drawn.

use super::Trait;

/// Traits that exclude each other: no case has one of the first and one of the second.
#[derive(Clone, Copy, Debug)]
pub struct Law {
    /// Any of these
    pub one: &'static [Trait],
    /// excludes any other of these.
    pub other: &'static [Trait],
    /// Why.
    pub reason: &'static str,
}

const KINDS: &[Trait] = &[
    Trait::Boolean,
    Trait::Integer,
    Trait::Float,
    Trait::Complex,
    Trait::Time,
    Trait::Text,
    Trait::RawBytes,
    Trait::Object,
    Trait::Structured,
];

const MODES: &[Trait] = &[Trait::MappedR, Trait::MappedRPlus, Trait::MappedWPlus, Trait::MappedC];

const AXES: &[Trait] = &[Trait::NoAxes, Trait::OneAxis, Trait::TwoAxes, Trait::SomeAxes];

/// What takes an axis.
const OF_AXES: &[Trait] = &[
    Trait::NegativeStrides,
    Trait::ZeroStrides,
    Trait::OddStrides,
    Trait::ZeroSize,
    Trait::Overlap,
    Trait::LargeSizes,
    Trait::Gaps,
    Trait::SingleLength,
    Trait::LongAxis,
    Trait::LongSpan,
];

/// What only an array that exists can have.
const OF_LAYOUT: &[Trait] = &[
    Trait::NegativeStrides,
    Trait::ZeroStrides,
    Trait::OddStrides,
    Trait::MisalignedBase,
    Trait::SwappedBytes,
    Trait::ZeroSize,
    Trait::NoAxes,
    Trait::OneAxis,
    Trait::TwoAxes,
    Trait::SomeAxes,
    Trait::ManyAxes,
    Trait::VeryManyAxes,
    Trait::Overlap,
    Trait::ReadOnly,
    Trait::LargeSizes,
    Trait::Gaps,
    Trait::COrder,
    Trait::FortranOrder,
    Trait::SingleLength,
    Trait::LongAxis,
    Trait::LongSpan,
];

/// The laws.
pub const LAWS: &[Law] = &[
    Law { one: KINDS, other: KINDS, reason: "an element type is of one kind" },
    Law { one: MODES, other: MODES, reason: "a file is mapped in one mode" },
    Law { one: AXES, other: AXES, reason: "an array has one number of axes" },
    Law {
        one: &[Trait::NoAxes],
        other: &[Trait::ManyAxes, Trait::VeryManyAxes],
        reason: "an array has one number of axes",
    },
    Law {
        one: &[Trait::OneAxis],
        other: &[Trait::ManyAxes, Trait::VeryManyAxes],
        reason: "an array has one number of axes",
    },
    Law {
        one: &[Trait::TwoAxes],
        other: &[Trait::ManyAxes, Trait::VeryManyAxes],
        reason: "an array has one number of axes",
    },
    Law {
        one: &[Trait::SomeAxes],
        other: &[Trait::ManyAxes, Trait::VeryManyAxes],
        reason: "an array has one number of axes",
    },
    Law {
        one: &[Trait::NoAxes],
        other: OF_AXES,
        reason: "without axes there are no lengths and strides, and one element",
    },
    Law { one: &[Trait::Mapped], other: &[Trait::Owner], reason: "an array lies in a file, or owns its memory" },
    Law { one: MODES, other: &[Trait::Owner], reason: "an array lies in a file, or owns its memory" },
    Law { one: &[Trait::UnusualName], other: &[Trait::Owner], reason: "an array lies in a file, or owns its memory" },
    Law {
        one: &[Trait::MappedRPlus, Trait::MappedWPlus, Trait::MappedC, Trait::Owner],
        other: &[Trait::ReadOnly],
        reason: "the mode r alone makes a read-only array of a file, and an array with memory of its own is writeable",
    },
    Law {
        one: &[Trait::ZeroSize],
        other: &[Trait::Overlap, Trait::Gaps, Trait::LongSpan],
        reason: "no elements lie anywhere",
    },
    Law { one: &[Trait::Gaps], other: &[Trait::Overlap], reason: "with gaps means without shared bytes" },
    Law { one: &[Trait::Gaps], other: &[Trait::COrder, Trait::FortranOrder], reason: "these orders have no gaps" },
    Law {
        one: &[Trait::Overlap],
        other: &[Trait::COrder, Trait::FortranOrder],
        reason: "in these orders no bytes are shared",
    },
    Law {
        one: &[Trait::Boolean],
        other: &[Trait::SwappedBytes, Trait::MisalignedBase, Trait::OddStrides, Trait::OddSize, Trait::LargeItem],
        reason: "a truth value is one byte",
    },
    Law {
        one: &[Trait::RawBytes],
        other: &[Trait::SwappedBytes, Trait::MisalignedBase],
        reason: "raw bytes have no order",
    },
    Law { one: &[Trait::Object], other: &[Trait::SwappedBytes], reason: "a pointer has the order of the platform" },
    Law {
        one: &[Trait::Integer, Trait::Time, Trait::Object],
        other: &[Trait::OddSize, Trait::LargeItem],
        reason: "these items have 1, 2, 4 or 8 bytes",
    },
    Law { one: &[Trait::Float], other: &[Trait::LargeItem], reason: "no floating point number has more than 16 bytes" },
    Law {
        one: &[Trait::Object],
        other: &[
            Trait::Mapped,
            Trait::MappedR,
            Trait::MappedRPlus,
            Trait::MappedWPlus,
            Trait::MappedC,
            Trait::UnusualName,
            Trait::Owner,
        ],
        reason: "a file cannot hold references, and those of an array of the library's own are the library's choice",
    },
    Law {
        one: &[Trait::Object, Trait::Owner],
        other: &[Trait::LongSpan],
        reason: "all bytes of these arrays are given, so they are small",
    },
    Law {
        one: &[Trait::Object],
        other: &[Trait::Field],
        reason: "the structured types that are drawn hold no references",
    },
    Law { one: &[Trait::Refused], other: OF_LAYOUT, reason: "an array that does not exist has no layout" },
];

/// Returns the reason why no case has both traits; `None` if a case can.
pub fn excluded(one: Trait, other: Trait) -> Option<&'static str> {
    let either = |law: &&Law| {
        let has = |one: Trait, other: Trait| law.one.contains(&one) && law.other.contains(&other);
        one != other && (has(one, other) || has(other, one))
    };
    LAWS.iter().find(either).map(|law| law.reason)
}
