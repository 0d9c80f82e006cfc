//! Limits: what an implementation declares that it cannot do, and what it can do beyond the least. The list is closed.
//!
//! A case outside the limits is not applicable to the implementation and is not sent. If the implementation refuses a
//! case inside, that is a failure. So a limit costs coverage, and the report shows how much.
//!
//! An ability is a limit that is off unless it is declared: adapters of earlier versions do not know the steps that it
//! is about.

use array_ctypes_spec::dtype::{Dtype, Kind};
use array_ctypes_spec::layout::{self, Layout};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Buffer, Owner, View};

/// Reads the value of a limit from a form of it, such as JSON.
pub(crate) trait Read<T> {
    type Error;

    /// Returns the value. `default` is the value without a limit: a set of words has no members that the default lacks.
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
        }
    };
}

limits! {
    /// The limits of an implementation. By default each member is `true` or the largest value, which excludes nothing. An
    /// ability that implementations of older versions cannot know is off unless it is declared.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Limits {
        /// The kinds of plain element types, as their characters in type strings.
        #[default(Kind::ALL.iter().map(|kind| kind.code()).collect())]
        pub kinds: String,
        /// The largest item size, in bytes.
        #[default(u64::MAX)]
        pub max_item_size: u64,
        /// Structured element types.
        #[default(true)]
        pub records: bool,
        /// Numbers in the byte order that is not the platform's.
        #[default(true)]
        pub swapped: bool,
        /// Arrays whose elements are not aligned.
        #[default(true)]
        pub unaligned: bool,
        /// Arrays that may not be written to.
        #[default(true)]
        pub read_only: bool,
        /// Arrays described directly with strides other than those of C order.
        #[default(true)]
        pub strided: bool,
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
        /// Arrays that do not exist and must be refused: with elements outside the buffer, too many bytes, impossible
        /// views.
        #[default(true)]
        pub invalid: bool,
        /// The most dimensions of an array, before, between and after views.
        #[default(64)]
        pub max_dimensions: usize,
        /// The most bytes of an array, elements times item size.
        #[default(u64::MAX)]
        pub max_bytes: u64,
        /// The view operations, by the first words of their text forms.
        #[default(View::FORMS.iter().map(|form| form.word.to_owned()).collect())]
        pub views: Vec<String>,
        /// How the library makes arrays that own their memory. By default it makes none, because implementations that are
        /// older than this limit do not know such arrays.
        #[default(Vec::new())]
        pub owners: Vec<Owner>,
    }
}

impl Limits {
    /// No limits, and every ability: for cases that are made for no implementation in particular.
    #[must_use]
    pub fn with_all_abilities() -> Limits {
        Limits { functions: true, types: true, owners: Owner::ALL.to_vec(), ..Limits::default() }
    }

    /// The names of the abilities that are declared. Those of `owners` are its words.
    #[must_use]
    pub fn abilities(&self) -> Vec<&'static str> {
        let own = [("functions", self.functions), ("types", self.types)];
        let own = own.into_iter().filter_map(|(name, is_declared)| is_declared.then_some(name));
        own.chain(self.owners.iter().map(|owner| owner.word())).collect()
    }

    /// Declares the ability of that name. Returns false if there is none.
    pub fn declare(&mut self, ability: &str) -> bool {
        match (ability, Owner::from_word(ability)) {
            ("functions", _) => self.functions = true,
            ("types", _) => self.types = true,
            (_, Some(owner)) => self.owners.push(owner),
            _ => return false,
        }
        true
    }

    /// The same limits with no other view operations than these, by the first words of their text forms.
    #[must_use]
    pub fn with_views(self, views: &[&str]) -> Limits {
        Limits { views: views.iter().map(|view| (*view).to_owned()).collect(), ..self }
    }

    /// Returns true if an array is inside the limits. `layout` is that of the array after all views; `None` if the
    /// array does not exist.
    pub fn allow(&self, platform: &Platform, array: &Array, layout: Option<&Layout>) -> bool {
        let size = array.dtype.item_size();
        self.allow_type(platform, &array.dtype)
            && self.allow_owner(platform, array)
            && (array.is_writeable() || self.read_only)
            && (self.strided
                || array.map.is_some_and(|map| map.deduced)
                || array.strides == layout::c_strides(&array.shape, size))
            && (self.negative_strides || array.strides.iter().all(|stride| *stride >= 0))
            && (self.odd_strides || array.strides.iter().all(|stride| stride.unsigned_abs() % size.max(1) == 0))
            && self.allow_dimensions(platform, array, layout)
            && array.views.iter().all(|view| self.allow_view(platform, view))
            && match layout {
                Some(layout) => self.allow_layout(platform, array, layout),
                None => self.invalid,
            }
    }

    /// Returns true if the library is given the memory of the array, or makes such an array itself.
    fn allow_owner(&self, platform: &Platform, array: &Array) -> bool {
        array.owner.is_none_or(|owner| self.owners.contains(&owner) && owner.makes(platform, &array.dtype))
    }

    fn allow_layout(&self, platform: &Platform, array: &Array, layout: &Layout) -> bool {
        let bytes = layout.elements().saturating_mul(layout.dtype.item_size());
        bytes <= self.max_bytes
            && (self.unaligned || layout.is_aligned(platform, array.at()))
            && (self.overlap || !layout.may_overlap())
            && (self.empty || !layout.is_empty() && !array.shape.contains(&0))
            && self.allow_type(platform, &layout.dtype)
    }

    /// Returns true if no array of the chain of views has too many dimensions. `layout` is that of the last; `None` if
    /// the array does not exist.
    fn allow_dimensions(&self, platform: &Platform, array: &Array, layout: Option<&Layout>) -> bool {
        let are_few = |layout: &Layout| layout.shape.len() <= self.max_dimensions;
        if array.shape.len() > self.max_dimensions || !layout.is_none_or(are_few) {
            return false;
        }
        // A chain of one view has no other arrays. In a longer one, those in between exist up to the first impossible
        // view.
        if array.views.len() < 2 {
            return true;
        }
        let Some(mut between) = layout_before_views(platform, array) else { return true };
        for view in &array.views {
            if between.view(platform, view).is_err() {
                return true;
            }
            if !are_few(&between) {
                return false;
            }
        }
        true
    }

    fn allow_view(&self, platform: &Platform, view: &View) -> bool {
        self.views.iter().any(|known| known == view.word())
            && match view {
                View::Reinterpret { dtype } => self.allow_type(platform, dtype),
                _ => true,
            }
    }

    fn allow_type(&self, platform: &Platform, dtype: &Dtype) -> bool {
        dtype.item_size() <= self.max_item_size
            && (self.swapped || !dtype.is_swapped(platform))
            && match dtype {
                Dtype::Plain(plain) => self.kinds.contains(plain.kind.code()),
                Dtype::Record(record) => {
                    self.records && record.fields.iter().all(|field| self.allow_type(platform, &field.dtype))
                }
            }
    }
}

/// The layout of an array before its views; `None` if that array does not exist.
fn layout_before_views(platform: &Platform, array: &Array) -> Option<Layout> {
    let Array { buffer, map, owner, writeable, dtype, offset, shape, strides, views: _ } = array;
    let before = Array {
        // The layout does not depend on the bytes, which may be many.
        buffer: Buffer { size: buffer.size, bytes: Vec::new(), at: buffer.at },
        map: *map,
        owner: *owner,
        writeable: *writeable,
        dtype: dtype.clone(),
        offset: *offset,
        shape: shape.clone(),
        strides: strides.clone(),
        views: Vec::new(),
    };
    layout::resolve(platform, &before).ok()
}
