//! How an implementation introduces itself.

use super::limits::Limits;
use array_ctypes_spec::layout::Layout;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Profile};

/// How an implementation introduces itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// What runs it, by name and version, such as `CPython 3.11.7`, where that may matter.
    pub runtime: Option<String>,
    /// Where it runs.
    pub platform: Platform,
    /// What it claims to be.
    pub profiles: Vec<Profile>,
    /// What it cannot do.
    pub limits: Limits,
}

impl Hello {
    /// A crate on this platform that claims the profile `core`.
    pub fn core(name: &str, version: &str, limits: Limits) -> Hello {
        let (name, version) = (name.to_owned(), version.to_owned());
        Hello { name, version, runtime: None, platform: Platform::host(), profiles: vec![Profile::Core], limits }
    }

    /// Name, version, and what runs it, as reports say them.
    pub fn title(&self) -> String {
        let runtime = self.runtime.as_ref().map(|runtime| format!(" ({runtime})")).unwrap_or_default();
        format!("{} {}{runtime}", self.name, self.version)
    }

    /// The same, as if it claimed no profiles but these.
    #[must_use]
    pub fn claiming_only(mut self, profiles: &[Profile]) -> Hello {
        self.profiles.retain(|claimed| profiles.contains(claimed));
        self
    }

    /// Whether an array is inside the limits, and of a profile that is claimed; given where its elements are, or that it is
    /// invalid.
    pub fn allows(&self, array: &Array, layout: Option<&Layout>) -> bool {
        let mapped = array.map.is_none() || self.profiles.contains(&Profile::Memmap);
        mapped && self.limits.allow(&self.platform, array, layout)
    }
}
