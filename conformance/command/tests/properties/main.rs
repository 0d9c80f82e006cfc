//! Properties of the suite itself: how cases are drawn, shrunk, judged, and written as JSON.

mod drawn;
mod independent;
mod inside;
mod json;
mod judged;
mod limited;
mod persisted;
mod shrunk;
mod strategies;

use array_ctypes_conformance::Case;
use array_ctypes_conformance::engine::generate;
use array_ctypes_conformance::spec::platform::Platform;

/// Returns this many cases for the host, the same in each run.
fn cases(count: u64) -> impl Iterator<Item = Case> {
    (0..count).map(|index| generate::case(20, index, &Platform::host()))
}
