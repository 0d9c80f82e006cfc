//! The traits of a case: what it is like, by looking at the finished array.
//!
//! They show what is drawn (`array-ctypes cases --traits`), narrow known deviations, and are facets of vectors. They
//! are found by looking at the array, not by asking the generator, so they also test the generator.
//!
//! This module does not say which traits matter to a rule.

pub mod laws;
mod layouts;

use crate::Case;
use array_ctypes_spec::Array;
use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::layout::{Layout, resolve};
use array_ctypes_spec::memmap::Mode;
use array_ctypes_spec::platform::Platform;
use layouts::{has_gaps, has_odd_strides, is_base_aligned, is_dense, is_large, overlaps, span};

/// What the predicate of a trait looks at.
struct Subject<'a> {
    array: &'a Array,
    /// After all views; `None` if the array does not exist.
    layout: Option<&'a Layout>,
    platform: &'a Platform,
}

/// Declares the traits: for each its variant, its name, and the predicate that finds it.
macro_rules! traits {
    ($($(#[doc = $doc:literal])+ $Variant:ident $name:literal: $holds:expr;)*) => {
        /// A trait of a case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Trait { $($(#[doc = $doc])+ $Variant,)* }

        impl Trait {
            /// All traits, in the order of reports.
            pub const ALL: &'static [Trait] = &[$(Trait::$Variant),*];

            /// Its name, in reports and in files of known deviations.
            pub const fn name(self) -> &'static str {
                match self { $(Trait::$Variant => $name,)* }
            }

            /// Returns true if the subject has it.
            fn holds(self, subject: &Subject) -> bool {
                let holds: fn(&Subject) -> bool = match self { $(Trait::$Variant => $holds,)* };
                holds(subject)
            }
        }
    };
}

traits! {
    /// A byte stride is negative.
    NegativeStrides "negative strides": |on| on.exists_with(|layout| layout.strides.iter().any(|stride| *stride < 0));
    /// A byte stride is 0.
    ZeroStrides "zero strides": |on| on.exists_with(|layout| layout.strides.contains(&0));
    /// A byte stride is no multiple of the item size.
    OddStrides "strides not a multiple of the item size": |on| on.exists_with(has_odd_strides);
    /// The address of the array is no multiple of the alignment of its element type.
    MisalignedBase "misaligned base": |on| on.exists_with(|layout| !is_base_aligned(on.array, layout, on.platform));
    /// The byte order is not the platform's.
    SwappedBytes "swapped bytes": |on| on.exists_with(|layout| layout.dtype.is_swapped(on.platform));
    /// An axis has length 0.
    ZeroSize "zero size": |on| on.exists_with(|layout| layout.shape.contains(&0));
    /// There is no axis.
    NoAxes "0-d": |on| on.exists_with(|layout| layout.shape.is_empty());
    /// There are more than 8 axes.
    ManyAxes "more than 8 dimensions": |on| on.exists_with(|layout| layout.shape.len() > 8);
    /// Two elements share a byte.
    Overlap "overlap": |on| on.exists_with(overlaps);
    /// The array must not be written to.
    ReadOnly "read-only": |on| on.exists_with(|_| !on.array.is_writeable());
    /// A length or a stride needs more than 31 bits.
    LargeSizes "sizes past 2^31": |on| on.exists_with(is_large);
    /// The array does not exist: an implementation has to refuse it.
    Refused "refused": |on| on.layout.is_none();
    /// The array lies in a mapped file.
    Mapped "mapped": |on| on.array.map.is_some();
    /// The array owns its memory, or is a view of one that does.
    Owner "owner": |on| on.array.owner.is_some();
    /// The elements are truth values.
    Boolean "boolean": |on| on.has_kind("b");
    /// The elements are integers.
    Integer "integer": |on| on.has_kind("iu");
    /// The elements are floating point numbers.
    Float "float": |on| on.has_kind("f");
    /// The elements are complex numbers.
    Complex "complex": |on| on.has_kind("c");
    /// The elements are dates or spans of time.
    Time "time": |on| on.has_kind("mM");
    /// The elements are byte strings or text.
    Text "text": |on| on.has_kind("SU");
    /// The elements are raw bytes.
    RawBytes "raw bytes": |on| on.has_kind("V");
    /// The elements are references to objects.
    Object "object": |on| on.has_kind("O");
    /// The elements have fields.
    Structured "structured": |on| on.dtype().plain().is_none();
    /// The item size is no power of 2.
    OddSize "item size no power of 2": |on| !on.dtype().item_size().is_power_of_two();
    /// An item has more than 16 bytes.
    LargeItem "items of more than 16 bytes": |on| on.dtype().item_size() > 16;
    /// There are bytes between the elements, and no elements share a byte.
    Gaps "gaps": |on| on.exists_with(has_gaps);
    /// Elements follow each other in C order without gaps.
    COrder "C order": |on| on.exists_with(|layout| is_dense(layout, layout.shape.len().checked_sub(1), false));
    /// Elements follow each other in Fortran order without gaps.
    FortranOrder "Fortran order": |on| on.exists_with(|layout| is_dense(layout, Some(0), true));
    /// There is one axis.
    OneAxis "one axis": |on| on.exists_with(|layout| layout.shape.len() == 1);
    /// There are two axes.
    TwoAxes "two axes": |on| on.exists_with(|layout| layout.shape.len() == 2);
    /// There are 3 to 8 axes.
    SomeAxes "3 to 8 dimensions": |on| on.exists_with(|layout| (3..=8).contains(&layout.shape.len()));
    /// There are more than 32 axes.
    VeryManyAxes "more than 32 dimensions": |on| on.exists_with(|layout| layout.shape.len() > 32);
    /// An axis has length 1.
    SingleLength "axis of length 1": |on| on.exists_with(|layout| layout.shape.contains(&1));
    /// A length needs more than 7 bits.
    LongAxis "lengths past 2^7": |on| on.exists_with(|layout| layout.shape.iter().any(|length| *length >= 1 << 7));
    /// The elements lie in more bytes than 16 bits count.
    LongSpan "span past 2^16": |on| on.exists_with(|layout| span(layout) > 1 << 16);
    /// The file is mapped for reading.
    MappedR "mode r": |on| on.has_mode(Mode::R);
    /// The file is mapped for reading and writing.
    MappedRPlus "mode r+": |on| on.has_mode(Mode::RPlus);
    /// The file is emptied or made, and mapped for reading and writing.
    MappedWPlus "mode w+": |on| on.has_mode(Mode::WPlus);
    /// The file is mapped so that writes stay private.
    MappedC "mode c": |on| on.has_mode(Mode::C);
    /// The file has a name with spaces, marks or letters outside ASCII, or one that begins with a dot or dash.
    UnusualName "unusual file name": |on| on.has_unusual_name();
    /// A view is an index.
    Index "index": |on| on.has_view("index");
    /// A view is a slice.
    Slice "slice": |on| on.has_view("slice");
    /// A view reverses an axis.
    Reverse "reverse": |on| on.has_view("reverse");
    /// A view transposes.
    Transpose "transpose": |on| on.has_view("transpose");
    /// A view has a new axis.
    NewAxis "newaxis": |on| on.has_view("newaxis");
    /// A view broadcasts.
    Broadcast "broadcast": |on| on.has_view("broadcast");
    /// A view has another shape.
    Reshape "reshape": |on| on.has_view("reshape");
    /// A view is a field.
    Field "field": |on| on.has_view("field");
    /// A view reinterprets the bytes.
    Reinterpret "view": |on| on.has_view("view");
}

impl Trait {
    /// The trait of that name.
    pub fn from_name(name: &str) -> Option<Trait> {
        Trait::ALL.iter().copied().find(|one| one.name() == name)
    }
}

/// A set of traits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TraitSet {
    /// Bit `n` is the trait of number `n`.
    bits: u64,
}

const _: () = assert!(Trait::ALL.len() <= u64::BITS as usize, "a set of traits needs more bits");

impl TraitSet {
    /// The traits of a case. Most are those of the array after all its views; memory, views and, if there is no such array, the
    /// element type are those that were asked for.
    pub fn of(case: &Case, platform: &Platform) -> TraitSet {
        let layout = resolve(platform, &case.array).ok();
        let subject = Subject { array: &case.array, layout: layout.as_ref(), platform };
        let held = Trait::ALL.iter().filter(|one| one.holds(&subject));
        TraitSet { bits: held.fold(0, |bits, one| bits | bit(*one)) }
    }

    /// Returns true if the trait is in the set.
    pub fn contains(self, one: Trait) -> bool {
        self.bits & bit(one) != 0
    }

    /// The traits in the set, in the order of [`Trait::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Trait> {
        Trait::ALL.iter().copied().filter(move |one| self.contains(*one))
    }

    /// The names of the traits in the set, in order.
    pub fn names(self) -> Vec<&'static str> {
        self.iter().map(Trait::name).collect()
    }
}

fn bit(one: Trait) -> u64 {
    1 << one as u16
}

impl Subject<'_> {
    /// Returns true if the array exists and its layout is so.
    fn exists_with(&self, holds: impl Fn(&Layout) -> bool) -> bool {
        self.layout.is_some_and(holds)
    }

    /// The element type after all views; of an array that does not exist, the one that was asked for.
    fn dtype(&self) -> &Dtype {
        self.layout.map_or(&self.array.dtype, |layout| &layout.dtype)
    }

    /// Returns true if the elements are of one of these kinds.
    fn has_kind(&self, codes: &str) -> bool {
        self.dtype().plain().is_some_and(|plain| codes.contains(plain.kind.code()))
    }

    fn has_mode(&self, mode: Mode) -> bool {
        self.array.map.as_ref().is_some_and(|map| map.mode == mode)
    }

    fn has_unusual_name(&self) -> bool {
        let is_usual = |name: &str| {
            !name.starts_with(['.', '-']) && name.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c))
        };
        self.array.map.as_ref().and_then(|map| map.name.as_deref()).is_some_and(|name| !is_usual(name))
    }

    /// Returns true if a view of the chain has that word, also one that does not exist.
    fn has_view(&self, word: &str) -> bool {
        self.array.views.iter().any(|view| view.word() == word)
    }
}

/// Returns true if a case has no special property: over a buffer, C-contiguous, aligned, native, not empty.
pub fn is_plain(case: &Case, platform: &Platform) -> bool {
    resolve(platform, &case.array).is_ok_and(|layout| {
        case.array.map.is_none()
            && case.array.owner.is_none()
            && layout.is_c_contiguous()
            && layout.is_aligned(platform, case.array.at())
            && !layout.dtype.is_swapped(platform)
            && !layout.is_empty()
    })
}

/// The kind of the element type after all views: the character of its type string, or `r` for structured ones.
pub fn kind(case: &Case, platform: &Platform) -> char {
    let after = resolve(platform, &case.array).map_or_else(|_| case.array.dtype.clone(), |layout| layout.dtype);
    match after {
        Dtype::Plain(plain) => plain.kind.code(),
        Dtype::Record(_) => 'r',
    }
}
