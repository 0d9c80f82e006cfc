//! What the fuzz targets share: changes of JSON that keep it JSON, and an implementation that claims everything.
//!
//! `.ci/fuzz` runs the targets. Each is a law in a few lines about a text or a structure that comes from a file, an adapter, a
//! library or a user, and so may be anything.
#![forbid(unsafe_code)]

mod change;

pub use change::{change, mutate};

use arbitrary::Unstructured;
use array_ctypes_conformance::{Hello, Limits};
use array_ctypes_spec::Profile;

/// An implementation on this platform that claims every profile of the newer reading but `consumer`, and declares no limits.
pub fn hello() -> Hello {
    let mut hello = Hello::core("anything", "1", Limits::with_all_abilities());
    let is_claimed = |profile: &Profile| !matches!(profile, Profile::Borrows | Profile::Consumer);
    hello.profiles = Profile::ALL.iter().copied().filter(is_claimed).collect();
    hello
}

/// The rest of the input, as text.
pub fn text(bytes: &mut Unstructured) -> String {
    let rest = bytes.len();
    String::from_utf8_lossy(bytes.bytes(rest).unwrap_or_default()).into_owned()
}
