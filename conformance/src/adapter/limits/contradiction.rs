//! Limits that leave no array: no case would be inside them, so a run would prove nothing.

use super::{Limits, Order, Records};
use array_ctypes_spec::dtype::{Dtype, Kind};
use array_ctypes_spec::platform::Platform;

/// The largest number in the type strings that are tried, beside the item sizes that a limit lists.
const LARGEST: u64 = 64;

impl Limits {
    /// What would have to hold so that an array can be inside these limits, if they contradict each other.
    pub(crate) fn contradiction(&self, platform: &Platform) -> Option<String> {
        if self.min_dimensions > self.max_dimensions {
            return Some(format!("min_dimensions of at most {}, as max_dimensions says", self.max_dimensions));
        }
        if !self.read_only && !self.writeable {
            return Some("read_only or writeable to be true".to_owned());
        }
        if self.orders.is_empty() {
            return Some("orders to list C, F or both".to_owned());
        }
        if self.strided && self.orders != [Order::C] {
            return Some("strided to be false, as orders limits nothing otherwise".to_owned());
        }
        let is_left = |dtype: &Dtype| {
            // The sizes of structures are as many as there are structures.
            self.allow_type(platform, dtype) || self.records != Records::None && self.allow_parts(platform, dtype)
        };
        let names = "kinds, element_types, item_sizes, max_item_size and swapped";
        (!self.candidates(platform).any(|dtype| is_left(&dtype)))
            .then(|| format!("some element type of this platform that {names} leave"))
    }

    /// The plain types of the platform, with the sizes that are usual or listed.
    fn candidates(&self, platform: &Platform) -> impl Iterator<Item = Dtype> {
        let listed = self.item_sizes.list().unwrap_or_default().iter().flat_map(|size| [*size, size / 4]);
        let sizes: Vec<u64> = (0..=LARGEST).chain(listed).collect();
        let typestrs = Kind::ALL.into_iter().flat_map(move |kind| {
            let unit = if kind.has_unit() { "[s]" } else { "" };
            let orders = ['|', '<', '>'];
            let sizes = sizes.clone().into_iter();
            sizes.flat_map(move |size| orders.map(|order| format!("{order}{}{size}{unit}", kind.code())))
        });
        let plain = typestrs.filter_map(|typestr| Dtype::from_typestr(&typestr).ok());
        let listed = self.element_types.list().unwrap_or_default().iter().cloned();
        let platform = *platform;
        plain
            .chain(listed)
            .map(move |dtype| dtype.with_pointers(platform.pointer_size()))
            .filter(move |dtype| dtype.exists_on(&platform))
    }
}
