//! The traits of a case: what it is like, by looking at the finished array.
//!
//! They show what is drawn (`array-ctypes cases --traits`), narrow known deviations, and are facets of vectors. They
//! are found by looking at the array, not by asking the generator, so they also test the generator.
//!
//! This module does not say which traits matter to a rule.

use crate::Case;
use array_ctypes_spec::Array;
use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::layout::{Layout, resolve};
use array_ctypes_spec::platform::Platform;
use std::collections::HashSet;

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
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    bits: u16,
}

const _: () = assert!(Trait::ALL.len() <= u16::BITS as usize, "a set of traits needs more bits");

impl TraitSet {
    /// The traits of a case. All but [`Trait::Refused`], [`Trait::Mapped`] and [`Trait::Owner`] are those of the array after all its
    /// views.
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

fn bit(one: Trait) -> u16 {
    1 << one as u16
}

impl Subject<'_> {
    /// Returns true if the array exists and its layout is so.
    fn exists_with(&self, holds: impl Fn(&Layout) -> bool) -> bool {
        self.layout.is_some_and(holds)
    }
}

fn has_odd_strides(layout: &Layout) -> bool {
    let item = layout.dtype.item_size() as i64;
    layout.strides.iter().any(|stride| stride % item != 0)
}

fn is_base_aligned(array: &Array, layout: &Layout, platform: &Platform) -> bool {
    let address = i64::from(array.at()) + layout.offset;
    address % layout.dtype.alignment(platform) as i64 == 0
}

fn is_large(layout: &Layout) -> bool {
    let large = |value: u64| value >= 1 << 31;
    // On an axis of length 1 a stride reaches nothing.
    let reaches_far = |(stride, length): (&i64, &u64)| *length > 1 && large(stride.unsigned_abs());
    layout.shape.iter().any(|length| large(*length)) || layout.strides.iter().zip(&layout.shape).any(reaches_far)
}

/// Returns true if two elements share a byte. Notes every byte of the first 4096 elements: a larger array has zero
/// strides or two far ends, which the first elements show.
fn overlaps(layout: &Layout) -> bool {
    let size = i128::from(layout.dtype.item_size());
    let mut seen = HashSet::new();
    !layout.offsets().take(4096).all(|start| (start..start + size).all(|byte| seen.insert(byte)))
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
