//! The adapter's part of the handshake: name, version, platform, profiles and limits.

use super::error::RunError;
use super::limits::Limits;
use array_ctypes_spec::layout::Layout;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Door, Profile};

/// What an implementation is, and what it claims.
///
/// ```
/// use array_ctypes_conformance::{Hello, Limits, spec::Profile};
/// // A crate that also maps files.
/// let hello = Hello::core("my-arrays", "1.0", Limits::default());
/// let hello = Hello { profiles: vec![Profile::Core, Profile::Memmap], ..hello };
/// assert_eq!(hello.check_limits().map_err(|error| error.to_string()), Ok(()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// What runs it, by name and version, such as `CPython 3.11.7`; `None` for compiled code.
    pub runtime: Option<String>,
    /// The implementation that it is built on, whose shared deviations it has too; `None` if it stands alone.
    pub based_on: Option<Base>,
    /// The platform that it runs on.
    pub platform: Platform,
    /// The profiles that it claims.
    pub profiles: Vec<Profile>,
    /// What it cannot do.
    pub limits: Limits,
    /// The ways in for arrays that it is handed; none unless it claims the profile `consumer`.
    pub doors: Vec<Door>,
}

/// An implementation that another is built on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// Its name, as its own adapter reports it.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Hello {
    /// A crate on this platform that claims the profile `core`.
    pub fn core(name: &str, version: &str, limits: Limits) -> Hello {
        let (name, version) = (name.to_owned(), version.to_owned());
        Hello {
            name,
            version,
            runtime: None,
            based_on: None,
            platform: Platform::host(),
            profiles: vec![Profile::Core],
            limits,
            doors: Vec::new(),
        }
    }

    /// Checks that some array is inside the limits: otherwise nothing could be asked.
    ///
    /// # Errors
    /// [`RunError`] if the limits contradict each other.
    pub fn check_limits(&self) -> Result<(), RunError> {
        let found = self.limits.contradiction(&self.platform);
        found.map_or(Ok(()), |expected| {
            Err(RunError::unavailable(format!(
                "the limits of {}: expected {expected}, found limits that leave no array; declare fewer of them",
                self.name
            )))
        })
    }

    /// Checks that a restarted implementation is the one that was asked before.
    ///
    /// # Errors
    /// [`RunError`] if it introduces itself differently.
    pub(crate) fn expect_same(&self, first: &Hello) -> Result<(), RunError> {
        if self == first {
            return Ok(());
        }
        let (now, before) = (self.title(), first.title());
        let other = if now == before { "other claims or limits".to_owned() } else { now };
        Err(RunError::unavailable(format!(
            "expected the same {before} after a restart, found {other}; an adapter must introduce itself alike each time"
        )))
    }

    /// Name, version and runtime, as reports show them.
    pub fn title(&self) -> String {
        let runtime = self.runtime.as_ref().map(|runtime| format!(" ({runtime})")).unwrap_or_default();
        format!("{} {}{runtime}", self.name, self.version)
    }

    /// The same with no other profiles than these.
    #[must_use]
    pub fn claiming_only(mut self, profiles: &[Profile]) -> Hello {
        self.profiles.retain(|claimed| profiles.contains(claimed));
        self
    }

    /// Returns true if an array is inside the limits and the profiles. `layout` is that of the array after all views;
    /// `None` if the array does not exist.
    pub fn allows(&self, array: &Array, layout: Option<&Layout>) -> bool {
        let mapped = array.map.is_none() || self.profiles.contains(&Profile::Memmap) || !self.doors.is_empty();
        mapped && self.limits.allow(&self.platform, array, layout)
    }
}
