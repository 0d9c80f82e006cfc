//! What an implementation says that it cannot do: a closed list.
//!
//! A case outside the limits is not applicable to the implementation and is not sent. A case inside that the
//! implementation refuses is a failure.

use array_ctypes_spec::dtype::{Dtype, Kind};
use array_ctypes_spec::layout::{self, Layout};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, View};

/// Limits of an implementation. The default has none.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent thing that an implementation can or cannot do"
)]
pub struct Limits {
    /// Kinds of plain element types, as their characters in type strings.
    pub kinds: String,
    /// The largest item size, in bytes.
    pub max_item_size: u64,
    /// Structured element types.
    pub records: bool,
    /// Numbers in the byte order that is not the platform's.
    pub swapped: bool,
    /// Arrays whose elements are not aligned.
    pub unaligned: bool,
    /// Arrays that may not be written to.
    pub read_only: bool,
    /// Arrays described directly with strides other than those of C order.
    pub strided: bool,
    /// Negative byte strides in arrays described directly.
    pub negative_strides: bool,
    /// Byte strides that are no multiple of the item size.
    pub odd_strides: bool,
    /// Elements that share bytes, zero strides included.
    pub overlap: bool,
    /// Arrays without elements.
    pub empty: bool,
    /// The C structure behind `__array_struct__`, where the profile `interface` is claimed.
    pub array_struct: bool,
    /// A library to load, where the profile `ctypeslib` is claimed.
    pub load_library: bool,
    /// References to arrays are counted: the count can be asked, and what nothing holds is freed at once.
    pub counts_references: bool,
    /// Arrays that are to be refused: elements outside the buffer, too many bytes, views that do not exist.
    pub invalid: bool,
    /// The most dimensions, after views too.
    pub max_dimensions: usize,
    /// The most bytes of an array, elements times item size.
    pub max_bytes: u64,
    /// Names of view operations.
    pub views: Vec<String>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            kinds: Kind::ALL.iter().map(|kind| kind.code()).collect(),
            max_item_size: u64::MAX,
            records: true,
            swapped: true,
            unaligned: true,
            read_only: true,
            strided: true,
            negative_strides: true,
            odd_strides: true,
            overlap: true,
            empty: true,
            array_struct: true,
            load_library: true,
            counts_references: true,
            invalid: true,
            max_dimensions: 64,
            max_bytes: u64::MAX,
            views: View::FORMS.iter().map(|form| form.word.to_owned()).collect(),
        }
    }
}

impl Limits {
    /// The same limits, and of the view operations only these, by the first words of their text forms.
    #[must_use]
    pub fn with_views(self, views: &[&str]) -> Limits {
        Limits { views: views.iter().map(|view| (*view).to_owned()).collect(), ..self }
    }

    /// Whether an array is inside the limits, given where its elements are, or that it is invalid.
    pub fn allow(&self, platform: &Platform, array: &Array, layout: Option<&Layout>) -> bool {
        let size = array.dtype.item_size();
        self.allow_type(platform, &array.dtype)
            && (array.is_writeable() || self.read_only)
            && (self.strided
                || array.map.is_some_and(|map| map.deduced)
                || array.strides == layout::c_strides(&array.shape, size))
            && (self.negative_strides || array.strides.iter().all(|stride| *stride >= 0))
            && (self.odd_strides || array.strides.iter().all(|stride| stride.unsigned_abs() % size.max(1) == 0))
            && self.allow_dimensions(platform, array)
            && array.views.iter().all(|view| self.allow_view(platform, view))
            && match layout {
                Some(layout) => self.allow_layout(platform, array, layout),
                None => self.invalid,
            }
    }

    fn allow_layout(&self, platform: &Platform, array: &Array, layout: &Layout) -> bool {
        let bytes = layout.elements().saturating_mul(layout.dtype.item_size());
        bytes <= self.max_bytes
            && (self.unaligned || layout.is_aligned(platform, array.at()))
            && (self.overlap || !layout.may_overlap())
            && (self.empty || !layout.is_empty() && !array.shape.contains(&0))
            && self.allow_type(platform, &layout.dtype)
    }

    /// No array of the chain has too many dimensions, not only the last.
    fn allow_dimensions(&self, platform: &Platform, array: &Array) -> bool {
        if array.shape.len() > self.max_dimensions {
            return false;
        }
        // Most chains can be seen not to add too many axes; only these views add any.
        let longest = array.views.iter().fold(array.shape.len(), |axes, view| match view {
            View::NewAxis { .. } => axes.saturating_add(1),
            View::Broadcast { shape } | View::Reshape { shape } => axes.max(shape.len()),
            View::Field { .. } => usize::MAX,
            _ => axes,
        });
        if longest <= self.max_dimensions {
            return true;
        }
        let grows = |view: &View| {
            matches!(view, View::NewAxis { .. } | View::Broadcast { .. } | View::Reshape { .. } | View::Field { .. })
        };
        let mut views = array.views.clone();
        while let Some(view) = views.pop() {
            if grows(&view) {
                let shorter = Array { views: [&views[..], &[view]].concat(), ..array.clone() };
                if layout::resolve(platform, &shorter).is_ok_and(|layout| layout.shape.len() > self.max_dimensions) {
                    return false;
                }
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
