//! Properties of the suite itself: what is drawn, how it is made small, how it is told, and how it is judged.

mod drawn;
mod judged;
mod shrunk;
mod strategies;
mod told;

use array_ctypes_conformance::Case;
use array_ctypes_conformance::engine::generate;
use array_ctypes_conformance::spec::platform::Platform;

/// So many cases of the host, always the same.
fn cases(count: u64) -> impl Iterator<Item = Case> {
    (0..count).map(|index| generate::case(20, index, &Platform::host()))
}
