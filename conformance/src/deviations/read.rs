//! Reads files of known deviations. Every entry is checked: an entry with too little, or with something unknown, is an
//! error, since an entry that is read wrongly would hide failures.

use super::keys::{Bound, Pattern, Reason, RuleId, Span, Text, TraitName};
use super::{Deviation, DeviationError, Range, Wrong};
use crate::engine::deviation::Runtime;
use crate::engine::page::PageCase;
use crate::{SavedCase, files};
use array_ctypes_spec::page::Example;
use array_ctypes_spec::platform::Platform;
use serde::Deserialize;
use std::fs;
use std::path::Path;
use toml::Value;
use toml::de::{DeTable, DeValue};

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    implementation: Option<Text>,
    based_on: Option<Text>,
    #[serde(default)]
    deviation: Vec<Entry>,
    /// Read by `waivers`.
    #[serde(default, rename = "declined")]
    _declined: Vec<Value>,
}

/// A deviation as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Entry {
    rule: RuleId,
    #[serde(default)]
    also: Vec<Pattern>,
    since: Option<Bound>,
    before: Option<Bound>,
    versions: Option<Vec<Span>>,
    runtime: Option<Text>,
    runtime_since: Option<Bound>,
    runtime_before: Option<Bound>,
    found: Option<Text>,
    step: Option<Text>,
    view: Option<Text>,
    door: Option<Text>,
    #[serde(default)]
    traits: Vec<TraitName>,
    reason: Reason,
    link: Option<Text>,
    case: Text,
}

/// Reads a file. The cases that it names are files beside it, or examples of the page; references to objects are given
/// that pointer size, in bytes.
///
/// # Errors
/// [`DeviationError`], with the path and the place.
pub fn read(path: &Path, pointer_size: u64) -> Result<Vec<Deviation>, DeviationError> {
    let text = fs::read_to_string(path).map_err(|error| DeviationError::Io(path.to_owned(), error))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let case = |name: &str| files::read_saved(&folder.join(name), pointer_size);
    parse(path, &text, &|name| case(name).map_err(|error| DeviationError::Case(path.to_owned(), error)))
}

/// Parses the text of a file. `case` finds the case of a name that is no example of the page.
///
/// # Errors
/// [`DeviationError`], with the path and the place.
pub fn parse(
    path: &Path,
    text: &str,
    case: &dyn Fn(&str) -> Result<SavedCase, DeviationError>,
) -> Result<Vec<Deviation>, DeviationError> {
    let syntax = |error| DeviationError::Syntax(path.to_owned(), Box::new(error));
    let content = |wrong| DeviationError::Content(path.to_owned(), wrong);
    let tree = DeTable::parse(text).map_err(syntax)?;
    let file: File = toml::from_str(text).map_err(|error| {
        let place = place(tree.get_ref(), &error.span().unwrap_or_default());
        content(Wrong { place, message: error.message().to_owned() })
    })?;
    let (implementation, is_shared) = match (file.implementation, file.based_on) {
        (Some(Text(name)), None) => (name, false),
        (None, Some(Text(name))) => (name, true),
        (own, _) => {
            let found = if own.is_none() { "neither" } else { "both" };
            let message = format!("expected one of the keys `implementation` and `based-on`, found {found}");
            return Err(content(Wrong { place: "the file".to_owned(), message }));
        }
    };
    let mut deviations = Vec::with_capacity(file.deviation.len());
    for (number, entry) in (1..).zip(file.deviation) {
        let Text(name) = &entry.case;
        let case = if let Some(example) = Example::named(name) {
            SavedCase::alone(name.clone(), PageCase::of(example, &Platform::host()).case)
        } else {
            // The path from here, which `repro` takes as an argument.
            let named = path.parent().unwrap_or(Path::new("")).join(name).display().to_string();
            SavedCase { name: named, ..case(name)? }
        };
        let wrong = |(key, message)| content(Wrong { place: format!("deviation {number}, {key}"), message });
        let deviation = entry.deviation(&implementation, case).map_err(wrong)?;
        deviations.push(Deviation { is_shared, ..deviation });
    }
    Ok(deviations)
}

/// The place in a file that a range of its bytes belongs to, as in `deviation 3, rule`.
fn place(file: &DeTable, bytes: &std::ops::Range<usize>) -> String {
    let has = |span: std::ops::Range<usize>| span.start <= bytes.start && bytes.end <= span.end;
    let key = |table: &DeTable| {
        let entry = table.iter().find(|(key, value)| has(key.span()) || has(value.span()));
        entry.map(|(key, _)| format!(", {}", key.get_ref()))
    };
    let entries = file.get("deviation").and_then(|entries| entries.get_ref().as_array());
    let entries = entries.into_iter().flat_map(|entries| entries.iter());
    for (number, entry) in (1..).zip(entries) {
        if let DeValue::Table(table) = entry.get_ref() {
            match key(table) {
                Some(key) => return format!("deviation {number}{key}"),
                None if has(entry.span()) => return format!("deviation {number}"),
                None => {}
            }
        }
    }
    format!("the file{}", key(file).unwrap_or_default())
}

/// A range of versions from one bound to another. `names` are the keys of the bounds.
fn range(
    since: Option<Bound>,
    before: Option<Bound>,
    names: [&'static str; 2],
) -> Result<Range, (&'static str, String)> {
    if let (Some(from), Some(until)) = (&since, &before)
        && from.version >= until.version
    {
        return Err((names[1], format!("expected a version after that of {}, found {:?}", names[0], until.text)));
    }
    Ok(Range { since: since.map(|bound| bound.version), before: before.map(|bound| bound.version) })
}

/// The ranges of versions that an entry lists: one by its bounds, or several, each later than the one before.
fn ranges(
    since: Option<Bound>,
    before: Option<Bound>,
    spans: Option<Vec<Span>>,
) -> Result<Vec<Range>, (&'static str, String)> {
    let Some(spans) = spans else { return Ok(vec![range(since, before, ["since", "before"])?]) };
    let wrong = |message: &str| Err(("versions", message.to_owned()));
    if since.is_some() || before.is_some() {
        return wrong("expected ranges of versions here, or `since` and `before` beside it, found both");
    }
    let mut ranges: Vec<Range> = Vec::with_capacity(spans.len());
    for Span { since, before } in spans {
        let next = range(since, before, ["since", "before"]).map_err(|(_, message)| ("versions", message))?;
        let follows = |last: &Range| matches!((&last.before, &next.since), (Some(end), Some(start)) if end < start);
        if !ranges.last().is_none_or(follows) {
            return wrong("expected each range to begin after the end of the one before, found one that does not");
        }
        ranges.push(next);
    }
    if ranges.is_empty() { wrong("expected at least one range of versions, found none") } else { Ok(ranges) }
}

impl Entry {
    /// The deviation of an implementation, or the key that is wrong and a message.
    fn deviation(self, implementation: &str, case: SavedCase) -> Result<Deviation, (&'static str, String)> {
        let texts = |text: Option<Text>| text.map(|Text(text)| text);
        let is_narrowed = self.found.is_some()
            || self.step.is_some()
            || self.view.is_some()
            || self.door.is_some()
            || !self.traits.is_empty();
        if self.also.iter().any(|Pattern(pattern)| pattern.contains('*')) && !is_narrowed {
            let message = "expected `found`, `step`, `view`, `door` or `traits` beside a pattern, since the pattern alone would hide every failure; \
                           found none";
            return Err(("also", message.to_owned()));
        }
        let runtime_versions = range(self.runtime_since, self.runtime_before, ["runtime-since", "runtime-before"])?;
        let runtime = texts(self.runtime);
        if runtime.is_none() && runtime_versions != Range::default() {
            return Err((
                "runtime",
                "expected a key \"runtime\" beside the versions of the runtime, found none".to_owned(),
            ));
        }
        Ok(Deviation {
            implementation: implementation.to_owned(),
            rule: self.rule.0,
            also: self.also.into_iter().map(|Pattern(pattern)| pattern).collect(),
            is_shared: false,
            versions: ranges(self.since, self.before, self.versions)?,
            runtime: runtime.map(|name| Runtime { name, versions: runtime_versions }),
            found: texts(self.found),
            step: texts(self.step),
            view: texts(self.view),
            door: texts(self.door),
            traits: self.traits.into_iter().map(|TraitName(one)| one).collect(),
            reason: self.reason.0,
            link: texts(self.link),
            case,
        })
    }
}
