//! The domain that cases are drawn from: the platform, and what the profiles and limits of an implementation leave.
//!
//! A case outside the limits is not sent, so it would test nothing. Nothing here depends on the name of an
//! implementation, or on what a run has counted.

use crate::adapter::hello::Hello;
use crate::adapter::limits::{Limits, Order, RecordFeature};
use array_ctypes_spec::dtype::{Dtype, Kind};
use array_ctypes_spec::layout::Layout;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Profile, View};

/// What cases are drawn from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Domain<'a> {
    pub(crate) platform: &'a Platform,
    pub(crate) limits: &'a Limits,
    /// True if arrays may lie in mapped files.
    pub(crate) files: bool,
    /// True if a producer maps the files, each as a whole: none with more bytes than there are addresses.
    pub(crate) whole_files: bool,
}

impl<'a> Domain<'a> {
    /// The domain of an implementation.
    pub(crate) fn of(hello: &'a Hello) -> Domain<'a> {
        let files = hello.profiles.contains(&Profile::Memmap) || !hello.doors.is_empty();
        Domain { platform: &hello.platform, limits: &hello.limits, files, whole_files: false }
    }

    /// Every array over a buffer that the platform has.
    #[cfg(feature = "strategies")]
    pub(crate) fn without_limits(platform: &'a Platform) -> Domain<'a> {
        static NO_LIMITS: std::sync::LazyLock<Limits> = std::sync::LazyLock::new(Limits::default);
        Domain { platform, limits: &NO_LIMITS, files: false, whole_files: false }
    }

    /// Returns true if the array is inside the limits, with all its views.
    pub(crate) fn allows(&self, array: &Array, layout: Option<&Layout>) -> bool {
        let is_whole = || array.memory().size <= self.platform.intp_max() as u64;
        (array.map.is_none() || self.files && (!self.whole_files || is_whole()))
            && self.limits.allow(self.platform, array, layout)
    }

    /// Returns true if elements may have that type.
    pub(crate) fn allows_type(&self, dtype: &Dtype) -> bool {
        self.limits.allow_type(self.platform, dtype)
    }

    /// The kinds that elements may have.
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        Kind::ALL.into_iter().filter(|kind| self.limits.allow_kind(*kind)).collect()
    }

    /// Applies a view to the layout of an array whose memory begins at that address, modulo 4096. Returns false, and
    /// leaves the layout, if the view does not exist or is outside the limits.
    pub(crate) fn apply(&self, at: u32, view: &View, layout: &mut Layout) -> bool {
        if !self.limits.allow_view(self.platform, view, layout.shape.len()) {
            return false;
        }
        let mut after = layout.clone();
        let is_inside = after.view(self.platform, view).is_ok() && self.limits.allow_layout(self.platform, at, &after);
        if is_inside {
            *layout = after;
        }
        is_inside
    }

    /// Byte strides of an array without gaps: in that order, if the limits leave it.
    pub(crate) fn packed(&self, wanted: Order, shape: &[u64], item_size: u64) -> Vec<i64> {
        let limits = self.limits;
        let order =
            if limits.strided { None } else { limits.orders.first().filter(|_| !limits.orders.contains(&wanted)) };
        order.copied().unwrap_or(wanted).strides(shape, item_size)
    }

    /// Returns true if structured types may have that feature.
    pub(crate) fn have(&self, feature: RecordFeature) -> bool {
        self.limits.records.have(feature)
    }

    /// The number that each byte stride must be a multiple of.
    pub(crate) fn stride_unit(&self, dtype: &Dtype) -> u64 {
        if !self.limits.odd_strides {
            dtype.item_size().max(1)
        } else if !self.limits.unaligned {
            dtype.alignment(self.platform)
        } else {
            1
        }
    }

    /// The most bytes from the first byte of an array to its last: more than any memory has if the memory is only reserved,
    /// few if the library fills or copies all of it.
    pub(crate) fn max_span(&self) -> u64 {
        // A 64-bit system reserves what nobody touches; a 32-bit one has no room for much more than this.
        let system = if self.platform.pointer_size() == 8 { 1 << 40 } else { 1 << 25 };
        let own = if self.limits.given_memory { system } else { MAX_ALLOCATED_BYTES };
        own.min(self.limits.max_span)
    }
}

/// The most bytes of memory that a library allocates itself: all of them are given.
const MAX_ALLOCATED_BYTES: u64 = 1 << 14;
