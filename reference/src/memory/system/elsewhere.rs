//! Windows, and systems without mappings.

use std::fs::File;
use std::io;

/// Allocation granularity in bytes: offsets of mappings are multiples of it. Every Windows has had this one.
pub(crate) fn granularity() -> usize {
    65536
}

/// No such system is asked to reserve space.
///
/// # Errors
/// Always.
pub(crate) fn reserve_space(_: &File, _: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
