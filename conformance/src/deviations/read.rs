//! Reads files of known deviations. Every entry is checked: an entry with too little, or with something unknown, is an
//! error, since an entry that is read wrongly would hide failures.

use super::{Deviation, DeviationError, Range, Version, Wrong};
use crate::engine::deviation::Runtime;
use crate::engine::page::PageCase;
use crate::engine::pattern::matches;
use crate::engine::traits::Trait;
use crate::{Case, SavedCase, files};
use array_ctypes_spec::Rule;
use array_ctypes_spec::page::Example;
use array_ctypes_spec::platform::Platform;
use serde::Deserialize;
use std::fs;
use std::path::Path;
use toml::Value;
use toml::de::{DeTable, DeValue};

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    implementation: Text,
    #[serde(default)]
    deviation: Vec<Entry>,
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
    runtime: Option<Text>,
    runtime_since: Option<Bound>,
    runtime_before: Option<Bound>,
    found: Option<Text>,
    step: Option<Text>,
    view: Option<Text>,
    #[serde(default)]
    traits: Vec<TraitName>,
    reason: Text,
    link: Option<Text>,
    case: Text,
}

/// A text that is not blank.
#[derive(Deserialize)]
#[serde(try_from = "Value")]
struct Text(String);

impl TryFrom<Value> for Text {
    type Error = String;

    fn try_from(value: Value) -> Result<Text, String> {
        match value {
            Value::String(text) if !text.trim().is_empty() => Ok(Text(text)),
            Value::String(text) => Err(format!("expected a text, found {text:?}")),
            other => Err(format!("expected a text, found {}", other.type_str())),
        }
    }
}

/// The identifier of a rule.
#[derive(Deserialize)]
#[serde(try_from = "Text")]
struct RuleId(Rule);

impl TryFrom<Text> for RuleId {
    type Error = String;

    fn try_from(Text(id): Text) -> Result<RuleId, String> {
        let rule = Rule::from_id(&id);
        rule.map(RuleId).ok_or_else(|| format!("expected a rule; `array-ctypes rules` lists them; found {id:?}"))
    }
}

/// A pattern that some rule matches.
#[derive(Deserialize)]
#[serde(try_from = "Text")]
struct Pattern(String);

impl TryFrom<Text> for Pattern {
    type Error = String;

    fn try_from(Text(pattern): Text) -> Result<Pattern, String> {
        if Rule::all().any(|rule| matches(&pattern, rule.id())) {
            return Ok(Pattern(pattern));
        }
        Err(format!("expected rules, or patterns of rules; `array-ctypes rules` lists them; found {pattern:?}"))
    }
}

/// The name of a trait of cases.
#[derive(Deserialize)]
#[serde(try_from = "Text")]
struct TraitName(Trait);

impl TryFrom<Text> for TraitName {
    type Error = String;

    fn try_from(Text(name): Text) -> Result<TraitName, String> {
        let names = || Trait::ALL.iter().map(|one| one.name()).collect::<Vec<_>>().join(", ");
        let one = Trait::from_name(&name);
        one.map(TraitName).ok_or_else(|| format!("expected traits, of: {}; found {name:?}", names()))
    }
}

/// The bound of a range of versions.
#[derive(Deserialize)]
#[serde(try_from = "Text")]
struct Bound {
    version: Version,
    text: String,
}

impl TryFrom<Text> for Bound {
    type Error = String;

    fn try_from(Text(text): Text) -> Result<Bound, String> {
        match Version::exact(&text) {
            Some(version) => Ok(Bound { version, text }),
            None => Err(format!("expected a version of numbers and dots, such as 1.16, found {text:?}")),
        }
    }
}

/// Reads a file. The cases that it names are files beside it, or examples of the page; references to objects are given
/// that pointer size, in bytes.
///
/// # Errors
/// [`DeviationError`], with the path and the place.
pub fn read(path: &Path, pointer_size: u64) -> Result<Vec<Deviation>, DeviationError> {
    let text = fs::read_to_string(path).map_err(|error| DeviationError::Io(path.to_owned(), error))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let case = |name: &str| files::read(&folder.join(name), pointer_size);
    parse(path, &text, &|name| case(name).map_err(|error| DeviationError::Case(path.to_owned(), error)))
}

/// Parses the text of a file. `case` finds the case of a name that is no example of the page.
///
/// # Errors
/// [`DeviationError`], with the path and the place.
pub fn parse(
    path: &Path,
    text: &str,
    case: &dyn Fn(&str) -> Result<Case, DeviationError>,
) -> Result<Vec<Deviation>, DeviationError> {
    let syntax = |error| DeviationError::Syntax(path.to_owned(), Box::new(error));
    let content = |wrong| DeviationError::Content(path.to_owned(), wrong);
    let tree = DeTable::parse(text).map_err(syntax)?;
    let file: File = toml::from_str(text).map_err(|error| {
        let place = place(tree.get_ref(), &error.span().unwrap_or_default());
        content(Wrong { place, message: error.message().to_owned() })
    })?;
    let mut deviations = Vec::with_capacity(file.deviation.len());
    for (number, entry) in (1..).zip(file.deviation) {
        let Text(name) = &entry.case;
        let case = if let Some(example) = Example::named(name) {
            SavedCase { name: name.clone(), case: PageCase::of(example, &Platform::host()).case }
        } else {
            // The path from here, which `repro` takes as an argument.
            let named = path.parent().unwrap_or(Path::new("")).join(name).display().to_string();
            SavedCase { name: named, case: case(name)? }
        };
        let wrong = |(key, message)| content(Wrong { place: format!("deviation {number}, {key}"), message });
        deviations.push(entry.deviation(&file.implementation.0, case).map_err(wrong)?);
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

impl Entry {
    /// The deviation of an implementation, or the key that is wrong and a message.
    fn deviation(self, implementation: &str, case: SavedCase) -> Result<Deviation, (&'static str, String)> {
        let texts = |text: Option<Text>| text.map(|Text(text)| text);
        let is_narrowed = self.found.is_some() || self.step.is_some() || self.view.is_some() || !self.traits.is_empty();
        if self.also.iter().any(|Pattern(pattern)| pattern.contains('*')) && !is_narrowed {
            let message = "expected `found`, `step`, `view` or `traits` beside a pattern, since the pattern alone would hide every failure; \
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
            versions: range(self.since, self.before, ["since", "before"])?,
            runtime: runtime.map(|name| Runtime { name, versions: runtime_versions }),
            found: texts(self.found),
            step: texts(self.step),
            view: texts(self.view),
            traits: self.traits.into_iter().map(|TraitName(one)| one).collect(),
            reason: self.reason.0,
            link: texts(self.link),
            case,
        })
    }
}
