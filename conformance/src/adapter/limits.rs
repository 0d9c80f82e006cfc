//! Limits: what an implementation declares that it cannot do. The list is closed.
//!
//! A case outside the limits is not applicable to the implementation and is not sent. If the implementation refuses a
//! case inside, that is a failure. So a limit costs coverage, and the report shows how much.

use array_ctypes_spec::dtype::{Dtype, Kind};
use array_ctypes_spec::layout::{self, Layout};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Buffer, View};

/// The limits of an implementation. The default has none: each member is `true` or the largest value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent thing that an implementation can or cannot do"
)]
pub struct Limits {
    /// The kinds of plain element types, as their characters in type strings.
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
    /// The C structure behind `__array_struct__`; only meaningful with the profile `interface`.
    pub array_struct: bool,
    /// A library to load; only meaningful with the profile `ctypeslib`.
    pub load_library: bool,
    /// Counted references to arrays: the count can be asked, and an array that nothing holds is freed at once.
    pub counts_references: bool,
    /// Arrays that do not exist and must be refused: with elements outside the buffer, too many bytes, impossible
    /// views.
    pub invalid: bool,
    /// The most dimensions of an array, before, between and after views.
    pub max_dimensions: usize,
    /// The most bytes of an array, elements times item size.
    pub max_bytes: u64,
    /// The view operations, by the first words of their text forms.
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
    let Array { buffer, map, writeable, dtype, offset, shape, strides, views: _ } = array;
    let before = Array {
        // The layout does not depend on the bytes, which may be many.
        buffer: Buffer { size: buffer.size, bytes: Vec::new(), at: buffer.at },
        map: *map,
        writeable: *writeable,
        dtype: dtype.clone(),
        offset: *offset,
        shape: shape.clone(),
        strides: strides.clone(),
        views: Vec::new(),
    };
    layout::resolve(platform, &before).ok()
}
