//! What a case aims at: up to two properties that its array shall have.
//!
//! Properties drawn independently meet rarely: a read-only array of references with more than 32 axes would come once in
//! many thousand cases. So most cases draw a pair of aims first, and everything else is drawn towards them. An aim is no
//! promise: limits come first, and some pairs exclude each other. If both aims cannot be had, the first counts.

use crate::adapter::limits::ViewWord;
use crate::draw::Draw;
use std::sync::LazyLock;

/// Declares the aims, and lists them in the order in which they are drawn.
macro_rules! aims {
    ($($(#[$doc:meta])* $Aim:ident,)*) => {
        /// A property that the array of a case shall have.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Aim { $($(#[$doc])* $Aim,)* }

        impl Aim {
            const ALL: &[Aim] = &[$(Aim::$Aim),*];
        }
    };
}

aims! {
    Boolean, Integer, Float, Complex, Time, Text, RawBytes, Object, Structured,
    Swapped,
    /// An item size that is no power of 2.
    OddSize,
    /// More than 16 bytes an item.
    LargeItem,
    NegativeStrides, ZeroStrides, Gaps,
    /// Strides that are no multiple of the item size.
    OddStrides,
    COrder, FortranOrder, Overlap, Misaligned,
    NoAxes, OneAxis, TwoAxes,
    /// 3 to 8 axes.
    SomeAxes,
    /// 9 to 32 axes.
    ManyAxes,
    /// More than 32 axes.
    VeryManyAxes,
    Empty,
    /// An axis of length 1.
    SingleLength,
    /// An axis longer than a signed byte counts.
    LongAxis,
    /// A span of more bytes than 16 bits count.
    LongSpan,
    /// A length or a stride of more than 31 bits.
    Large,
    ReadOnly, Refused, Owner,
    MappedR, MappedRPlus, MappedWPlus, MappedC,
    Index, Slice, Reverse, Transpose, NewAxis, Broadcast, Reshape, Field, Reinterpret,
}

/// Aims of which an array has one.
const EXCLUSIVE: [&[Aim]; 4] = [
    &[
        Aim::Boolean,
        Aim::Integer,
        Aim::Float,
        Aim::Complex,
        Aim::Time,
        Aim::Text,
        Aim::RawBytes,
        Aim::Object,
        Aim::Structured,
    ],
    &[Aim::NoAxes, Aim::OneAxis, Aim::TwoAxes, Aim::SomeAxes, Aim::ManyAxes, Aim::VeryManyAxes],
    &[Aim::Owner, Aim::MappedR, Aim::MappedRPlus, Aim::MappedWPlus, Aim::MappedC, Aim::Object],
    &[Aim::Gaps, Aim::COrder, Aim::FortranOrder, Aim::Overlap],
];

/// Spreads the pairs over the turns. No count of pairs is a multiple of it.
const PRIME: u64 = 7919;

/// Aims that arrays of other aims seldom meet.
const RARE: &[Aim] = &[
    Aim::Object,
    Aim::Structured,
    Aim::OddStrides,
    Aim::NoAxes,
    Aim::VeryManyAxes,
    Aim::Large,
    Aim::MappedR,
    Aim::MappedRPlus,
    Aim::MappedWPlus,
    Aim::MappedC,
    Aim::Slice,
    Aim::Reinterpret,
];

/// The pairs of aims that do not obviously exclude each other; twice those of two that are rare.
static PAIRS: LazyLock<Vec<(Aim, Aim)>> = LazyLock::new(|| {
    let excludes = |one: Aim, other: Aim| EXCLUSIVE.iter().any(|group| group.contains(&one) && group.contains(&other));
    let mut pairs = Vec::new();
    for (at, one) in Aim::ALL.iter().enumerate() {
        let others = Aim::ALL[at + 1..].iter().filter(|other| !excludes(*one, **other));
        for other in others {
            let is_rare = RARE.contains(one) && RARE.contains(other);
            pairs.extend(std::iter::repeat_n((*one, *other), 1 + usize::from(is_rare)));
        }
    }
    pairs
});

/// The operations of views, as aims.
pub(crate) const OPERATIONS: [(Aim, ViewWord); 9] = [
    (Aim::Index, ViewWord::Index),
    (Aim::Slice, ViewWord::Slice),
    (Aim::Reverse, ViewWord::Reverse),
    (Aim::Transpose, ViewWord::Transpose),
    (Aim::NewAxis, ViewWord::NewAxis),
    (Aim::Broadcast, ViewWord::Broadcast),
    (Aim::Reshape, ViewWord::Reshape),
    (Aim::Field, ViewWord::Field),
    (Aim::Reinterpret, ViewWord::Reinterpret),
];

/// The aims of one case.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Aims([Option<Aim>; 2]);

impl Aims {
    /// No aims in one case of twelve, otherwise two that do not obviously exclude each other. Each such pair has its turn:
    /// by luck alone, some of a thousand pairs would be drawn half as often as others.
    pub(crate) fn draw(draw: &mut Draw) -> Aims {
        if draw.one_in(12) {
            return Aims::default();
        }
        let count = PAIRS.len() as u64;
        let (one, other) = PAIRS[(draw.turn() % count * PRIME % count) as usize];
        // The first counts, if both cannot be had.
        if draw.one_in(2) { Aims([Some(one), Some(other)]) } else { Aims([Some(other), Some(one)]) }
    }

    /// Returns true if the case aims at this.
    pub(crate) fn has(&self, aim: Aim) -> bool {
        self.0.contains(&Some(aim))
    }

    /// Returns true if the case aims at one of these.
    pub(crate) fn has_any(&self, aims: &[Aim]) -> bool {
        self.iter().any(|aim| aims.contains(&aim))
    }

    /// The aims but for these.
    pub(crate) fn without(&self, others: &[Aim]) -> Aims {
        Aims(self.0.map(|aim| aim.filter(|aim| !others.contains(aim))))
    }

    /// The first words of the operations that the case aims at.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.iter().filter_map(|aim| OPERATIONS.iter().find(|(known, _)| *known == aim).map(|(_, view)| view.word()))
    }

    /// The aims, the first before the second.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Aim> + '_ {
        self.0.iter().flatten().copied()
    }

    /// Returns true if there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// What the first aim with an entry in this table is paired with there.
    pub(crate) fn find<T: Copy>(&self, table: &[(Aim, T)]) -> Option<T> {
        let entry = |aim| table.iter().find(|(known, _)| *known == aim).map(|(_, value)| *value);
        self.iter().find_map(entry)
    }
}
