//! Reads the entries `[[declined]]` of a file of known deviations: why an implementation may decline many cases of some
//! rules. The other entries of the file are read by `read`.

use super::{DeviationError, Wrong};
use crate::engine::pattern::matches;
use crate::engine::waiver::Waiver;
use array_ctypes_spec::Rule;
use serde::Deserialize;
use std::fs;
use std::path::Path;

/// The parts of the file that are about declining.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct File {
    implementation: Option<String>,
    based_on: Option<String>,
    #[serde(default)]
    declined: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    rule: String,
    reason: String,
}

/// Reads the waivers of a file.
///
/// # Errors
/// [`DeviationError`], with the path and the place.
pub fn read_waivers(path: &Path) -> Result<Vec<Waiver>, DeviationError> {
    let text = fs::read_to_string(path).map_err(|error| DeviationError::Io(path.to_owned(), error))?;
    let content = |place: String, message: String| DeviationError::Content(path.to_owned(), Wrong { place, message });
    let file: File =
        toml::from_str(&text).map_err(|error| content("declined".to_owned(), error.message().to_owned()))?;
    let is_shared = file.based_on.is_some();
    let implementation = file.based_on.or(file.implementation).unwrap_or_default();
    let mut waivers = Vec::with_capacity(file.declined.len());
    for (number, Entry { rule, reason }) in (1..).zip(file.declined) {
        let place = |key: &str| format!("declined {number}, {key}");
        if !Rule::all().any(|known| matches(&rule, known.id())) {
            let message =
                format!("expected a rule or a pattern of rules; `array-ctypes rules` lists them; found {rule:?}");
            return Err(content(place("rule"), message));
        }
        if reason.trim().is_empty() {
            let message = "expected why the implementation declines, in your words, found nothing".to_owned();
            return Err(content(place("reason"), message));
        }
        waivers.push(Waiver { implementation: implementation.clone(), is_shared, rule, reason });
    }
    Ok(waivers)
}
