//! Limits: what an implementation declares that it cannot do, and what it can do beyond the least. The list is closed.
//!
//! A case outside the limits is not applicable to the implementation and is not sent. If the implementation refuses a
//! case inside, that is a failure. So a limit costs coverage, and the report shows how much.
//!
//! An ability is a limit that is off unless it is declared: adapters of earlier versions do not know the steps that it
//! is about.

use array_ctypes_spec::Owner;
use array_ctypes_spec::dtype::{Dtype, Kind};

mod allowed;
mod arrays;
mod contradiction;
mod order;
mod records;
mod steps;
mod types;

pub use allowed::{Allowed, StepWord, ViewWord};
pub use order::Order;
pub use records::{RecordFeature, Records};

/// Reads the value of a limit from a form of it, such as JSON.
pub(crate) trait Read<T> {
    type Error;

    /// Returns the value. `default` is the value without a limit.
    fn read(&self, default: &T) -> Result<T, Self::Error>;
}

/// Declares the limits: the structure, its default, the names, and the function that sets a limit by its name.
macro_rules! limits {
    ($(#[$attribute:meta])* pub struct Limits {
        $($(#[doc = $doc:literal])* #[default($default:expr)] pub $name:ident: $Type:ty,)*
    }) => {
        $(#[$attribute])*
        pub struct Limits { $($(#[doc = $doc])* pub $name: $Type,)* }

        impl Default for Limits {
            fn default() -> Limits {
                Limits { $($name: $default,)* }
            }
        }

        impl Limits {
            /// The names of the limits in the protocol, which are those of the fields, in order.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

            /// Sets the limit of that name. Returns false if there is no such limit.
            pub(crate) fn set<V, E>(&mut self, name: &str, value: &V) -> Result<bool, E>
            where
                $(V: Read<$Type, Error = E>,)*
            {
                match name {
                    $(stringify!($name) => self.$name = value.read(&$default)?,)*
                    _ => return Ok(false),
                }
                Ok(true)
            }

            /// The names of the limits that are declared, in order. An ability is none.
            pub fn declared(&self) -> Vec<&'static str> {
                let without = self.abilities_alone();
                let mut declared = Vec::new();
                $(if self.$name != without.$name {
                    declared.push(stringify!($name));
                })*
                declared
            }

            /// The limit of that name alone, with the same abilities.
            pub(crate) fn alone(&self, name: &str) -> Limits {
                let mut alone = self.abilities_alone();
                match name {
                    $(stringify!($name) => alone.$name = self.$name.clone(),)*
                    _ => {}
                }
                alone
            }
        }
    };
}

limits! {
    /// The limits of an implementation. By default each member is `true` or the largest value, which excludes nothing. An
    /// ability that implementations of older versions cannot know is off unless it is declared.
    ///
    /// ```
    /// use array_ctypes_conformance::{Limits, Records, ViewWord};
    /// // Numbers in the machine's byte order, no structures, and two views.
    /// let limits = Limits { swapped: false, records: Records::None, ..Limits::default() };
    /// let limits = limits.with_views(&[ViewWord::Reverse, ViewWord::Transpose]);
    /// assert!(limits.negative_strides);
    /// ```
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Limits {
        /// The kinds of plain element types.
        #[default(Allowed::All)]
        pub kinds: Allowed<Kind>,
        /// The largest item size, in bytes.
        #[default(u64::MAX)]
        pub max_item_size: u64,
        /// The plain element types, those of the fields of structured types included.
        #[default(Allowed::All)]
        pub element_types: Allowed<Dtype>,
        /// The item sizes of arrays, in bytes.
        #[default(Allowed::All)]
        pub item_sizes: Allowed<u64>,
        /// Structured element types.
        #[default(Records::All)]
        pub records: Records,
        /// Numbers in the byte order that is not the platform's.
        #[default(true)]
        pub swapped: bool,
        /// Arrays whose elements are not aligned.
        #[default(true)]
        pub unaligned: bool,
        /// Arrays that may not be written to.
        #[default(true)]
        pub read_only: bool,
        /// Arrays that may be written to. Without them the library's arrays are always read-only.
        #[default(true)]
        pub writeable: bool,
        /// Elements that are set through the library: the step `write-item`.
        #[default(true)]
        pub assigns: bool,
        /// Arrays described directly with strides other than those of `orders`.
        #[default(true)]
        pub strided: bool,
        /// The orders of arrays described directly; only meaningful if `strided` is false.
        #[default(vec![Order::C])]
        pub orders: Vec<Order>,
        /// Negative byte strides in arrays described directly.
        #[default(true)]
        pub negative_strides: bool,
        /// Byte strides that are no multiple of the item size.
        #[default(true)]
        pub odd_strides: bool,
        /// Elements that share bytes, zero strides included.
        #[default(true)]
        pub overlap: bool,
        /// Arrays without elements.
        #[default(true)]
        pub empty: bool,
        /// An address for arrays without elements that says where the first would be. Without it, that address may be NULL
        /// or any other.
        #[default(true)]
        pub address_if_empty: bool,
        /// Memory that the library is given. Without it, the library allocates the memory of its arrays, the adapter
        /// reports where that is, and an array fills its memory.
        #[default(true)]
        pub given_memory: bool,
        /// Copies in place of imports: an array made of an interface has memory of its own. Only meaningful with the profile
        /// `import`.
        #[default(false)]
        pub copies_imports: bool,
        /// The C structure behind `__array_struct__`; only meaningful with the profile `interface`.
        #[default(true)]
        pub array_struct: bool,
        /// A library to load; only meaningful with the profile `ctypeslib`.
        #[default(true)]
        pub load_library: bool,
        /// Counted references to arrays: the count can be asked, and an array that nothing holds is freed at once.
        #[default(true)]
        pub counts_references: bool,
        /// An ability: foreign functions. The implementation hands them what the interface object yields.
        #[default(false)]
        pub functions: bool,
        /// An ability: the question `type` is answered, for each value that the interface object yields; with the
        /// profile `absent`, also the questions about types there.
        #[default(false)]
        pub types: bool,
        /// An ability: the questions about types in `__array_interface__` are answered; only meaningful with the profile
        /// `interface`.
        #[default(false)]
        pub interface_types: bool,
        /// An ability: the arguments of `__dlpack__` that came with version 1, the members of a tensor that show what they
        /// do, and `__dlpack_device__`; only meaningful with the profile `dlpack`.
        #[default(false)]
        pub dlpack_arguments: bool,
        /// An ability: a capsule of `DLPack` and a buffer can be kept; only meaningful with the profiles `dlpack` and `buffer`.
        #[default(false)]
        pub exports: bool,
        /// An ability: files have the names that cases give them; only meaningful with the profile `memmap`.
        #[default(false)]
        pub file_names: bool,
        /// Arrays that do not exist and must be refused: with elements outside the buffer, too many bytes, impossible
        /// views.
        #[default(true)]
        pub invalid: bool,
        /// Refusals that the library returns. Without them it panics; only meaningful for crates in this process.
        #[default(true)]
        pub returns_refusals: bool,
        /// The fewest dimensions of an array, before, between and after views.
        #[default(0)]
        pub min_dimensions: usize,
        /// The most dimensions of an array, before, between and after views.
        #[default(64)]
        pub max_dimensions: usize,
        /// The most bytes of an array, elements times item size.
        #[default(u64::MAX)]
        pub max_bytes: u64,
        /// The most bytes from the first byte of an array to its last.
        #[default(u64::MAX)]
        pub max_span: u64,
        /// The view operations.
        #[default(Allowed::All)]
        pub views: Allowed<ViewWord>,
        /// The axes on which views of one axis exist, such as an index or a slice. Negative ones count from the end; the axis
        /// of `newaxis` counts in the result.
        #[default(Allowed::All)]
        pub view_axes: Allowed<i64>,
        /// Negative steps of slices, and `reverse`.
        #[default(true)]
        pub negative_steps: bool,
        /// The largest magnitude of an index, and of a bound or step of a slice.
        #[default(u64::MAX)]
        pub max_index: u64,
        /// The steps that the implementation answers, by their first words.
        #[default(Allowed::All)]
        pub steps: Allowed<StepWord>,
        /// Features that are asked of the producer of an array; only meaningful with the profile `consumer`.
        #[default(true)]
        pub features: bool,
        /// How the library makes arrays that own their memory. By default it makes none, because implementations that are
        /// older than this limit do not know such arrays.
        #[default(Vec::new())]
        pub owners: Vec<Owner>,
    }
}

/// Declares the abilities that are limits of their own.
macro_rules! abilities {
    ($($name:ident),*) => {
        impl Limits {
            fn own_abilities(&self) -> impl Iterator<Item = (&'static str, bool)> + use<> {
                [$((stringify!($name), self.$name)),*].into_iter()
            }

            fn own_ability(&mut self, name: &str) -> Option<&mut bool> {
                match name {
                    $(stringify!($name) => Some(&mut self.$name),)*
                    _ => None,
                }
            }
        }
    };
}

abilities!(functions, types, interface_types, dlpack_arguments, exports, file_names);

impl Limits {
    /// No limits, and every ability: for cases that are made for no implementation in particular.
    #[must_use]
    pub fn with_all_abilities() -> Limits {
        let mut all = Limits { owners: Owner::ALL.to_vec(), ..Limits::default() };
        for (name, _) in all.own_abilities() {
            all.declare(name);
        }
        all
    }

    /// The names of the abilities that are declared. Those of `owners` are its words.
    #[must_use]
    pub fn abilities(&self) -> Vec<&'static str> {
        let own = self.own_abilities().filter_map(|(name, is_declared)| is_declared.then_some(name));
        own.chain(self.owners.iter().map(|owner| owner.word())).collect()
    }

    /// No limits, but the same abilities.
    pub(crate) fn abilities_alone(&self) -> Limits {
        let mut alone = Limits::default();
        for ability in self.abilities() {
            alone.declare(ability);
        }
        alone
    }

    /// Declares the ability of that name. Returns false if there is none.
    pub fn declare(&mut self, ability: &str) -> bool {
        if let Some(own) = self.own_ability(ability) {
            *own = true;
            return true;
        }
        let owner = Owner::from_word(ability);
        self.owners.extend(owner);
        owner.is_some()
    }

    /// The same limits with no other view operations than these.
    #[must_use]
    pub fn with_views(self, views: &[ViewWord]) -> Limits {
        Limits { views: Allowed::only(views.iter().copied()), ..self }
    }

    /// The same limits with no other kinds of plain element types than these.
    #[must_use]
    pub fn with_kinds(self, kinds: &[Kind]) -> Limits {
        Limits { kinds: Allowed::only(kinds.iter().copied()), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ability_is_no_declared_limit() {
        let all = Limits::with_all_abilities();
        assert_eq!(all.declared(), Vec::<&str>::new());
        assert_eq!(all.alone("empty"), all);
        let limits = Limits { empty: false, ..all };
        assert_eq!(limits.declared(), ["empty"]);
        assert_eq!(limits.alone("empty"), limits);
    }
}
