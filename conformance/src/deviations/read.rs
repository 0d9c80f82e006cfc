//! Reads files of known deviations. Every entry is checked: one that says too little, or something unknown, is an error,
//! since what is overlooked there would hide failures.

use super::{Deviation, DeviationError, Range, Version, Wrong};
use crate::engine::deviation::Runtime;
use crate::engine::pattern::matches;
use crate::engine::traits::Trait;
use crate::{Case, SavedCase, files};
use array_ctypes_spec::Rule;
use std::fs;
use std::path::Path;
use toml::{Table, Value};

/// What an entry may say.
const KEYS: [&str; 14] = [
    "rule",
    "also",
    "since",
    "before",
    "runtime",
    "runtime-since",
    "runtime-before",
    "found",
    "step",
    "view",
    "traits",
    "reason",
    "link",
    "case",
];

/// What tells failures of a rule apart.
const NARROW: [&str; 4] = ["found", "step", "view", "traits"];

/// Reads a file. The cases that it names are files beside it; references to objects are given that pointer size, in bytes.
///
/// # Errors
/// [`DeviationError`], with the path and the place.
pub fn read(path: &Path, pointer_size: u64) -> Result<Vec<Deviation>, DeviationError> {
    let text = fs::read_to_string(path).map_err(|error| DeviationError::Io(path.to_owned(), error))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let case = |name: &str| files::read(&folder.join(name), pointer_size);
    parse(path, &text, &|name| case(name).map_err(|error| DeviationError::Case(path.to_owned(), error)))
}

/// Reads a text. `case` finds the case of a name.
pub fn parse(
    path: &Path,
    text: &str,
    case: &dyn Fn(&str) -> Result<Case, DeviationError>,
) -> Result<Vec<Deviation>, DeviationError> {
    let table: Table = text.parse().map_err(|error| DeviationError::Syntax(path.to_owned(), Box::new(error)))?;
    let content = |wrong: Wrong| DeviationError::Content(path.to_owned(), wrong);
    let whole = Entry { place: "the file".to_owned(), table: &table };
    whole.knows(&["implementation", "deviation"]).map_err(content)?;
    let implementation = whole.needed("implementation").map_err(content)?;
    let entries = match table.get("deviation") {
        Some(Value::Array(entries)) => entries.as_slice(),
        None => &[],
        Some(other) => return Err(content(wrong("deviation", "entries `[[deviation]]`", other))),
    };
    let mut deviations = Vec::with_capacity(entries.len());
    for (number, entry) in (1..).zip(entries) {
        let place = format!("deviation {number}");
        let Value::Table(table) = entry else { return Err(content(wrong(&place, "entries `[[deviation]]`", entry))) };
        let entry = Entry { place, table };
        let name = entry.needed("case").map_err(content)?;
        // As it is found from here, so that it can be handed to `repro`.
        let named = path.parent().unwrap_or(Path::new("")).join(name).display().to_string();
        let case = SavedCase { name: named, case: case(name)? };
        deviations.push(entry.deviation(implementation, case).map_err(content)?);
    }
    Ok(deviations)
}

fn wrong(place: &str, expected: &str, found: &Value) -> Wrong {
    let found = match found {
        Value::String(text) => format!("{text:?}"),
        other => other.type_str().to_owned(),
    };
    Wrong { place: place.to_owned(), expected: expected.to_owned(), found }
}

/// A table of the file, and where it is.
struct Entry<'a> {
    place: String,
    table: &'a Table,
}

impl Entry<'_> {
    fn at(&self, key: &str) -> String {
        format!("{}, {key}", self.place)
    }

    /// That it says nothing else.
    fn knows(&self, keys: &[&str]) -> Result<(), Wrong> {
        let unknown = self.table.keys().find(|key| !keys.contains(&key.as_str()));
        unknown.map_or(Ok(()), |key| {
            let expected = format!("no keys but {}", keys.join(", "));
            Err(Wrong { place: self.place.clone(), expected, found: format!("{key:?}") })
        })
    }

    fn text(&self, key: &str) -> Result<Option<&str>, Wrong> {
        match self.table.get(key) {
            None => Ok(None),
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text)),
            Some(other) => Err(wrong(&self.at(key), "a text", other)),
        }
    }

    fn needed(&self, key: &str) -> Result<&str, Wrong> {
        let missing =
            || Wrong { place: self.place.clone(), expected: format!("a key {key:?}"), found: "none".to_owned() };
        self.text(key)?.ok_or_else(missing)
    }

    fn version(&self, key: &str) -> Result<Option<Version>, Wrong> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let expected = "a version of numbers and dots, such as 1.16";
        let wrong = || Wrong { place: self.at(key), expected: expected.to_owned(), found: format!("{text:?}") };
        Version::exact(text).map(Some).ok_or_else(wrong)
    }

    fn range(&self, since: &str, before: &str) -> Result<Range, Wrong> {
        let range = Range { since: self.version(since)?, before: self.version(before)? };
        match &range {
            Range { since: Some(from), before: Some(until) } if from >= until => Err(Wrong {
                place: self.at(before),
                expected: format!("a version after that of {since}"),
                found: format!("{:?}", self.needed(before)?),
            }),
            _ => Ok(range),
        }
    }

    fn deviation(&self, implementation: &str, case: SavedCase) -> Result<Deviation, Wrong> {
        self.knows(&KEYS)?;
        let id = self.needed("rule")?;
        let no_rule = || Wrong {
            place: self.at("rule"),
            expected: "a rule; `array-ctypes rules` lists them".to_owned(),
            found: format!("{id:?}"),
        };
        let runtime_versions = self.range("runtime-since", "runtime-before")?;
        let runtime = self.text("runtime")?.map(str::to_owned);
        if runtime.is_none() && runtime_versions != Range::default() {
            self.needed("runtime")?;
        }
        let also = self.also()?;
        let traits = self.traits()?;
        let narrows = |key: &&str| self.table.contains_key(*key) && (*key != "traits" || !traits.is_empty());
        if also.iter().any(|pattern| pattern.contains('*')) && !NARROW.iter().any(narrows) {
            return Err(Wrong {
                place: self.at("also"),
                expected: format!("with a pattern of rules one of {}, lest all that fails is known", NARROW.join(", ")),
                found: "none".to_owned(),
            });
        }
        Ok(Deviation {
            implementation: implementation.to_owned(),
            rule: Rule::from_id(id).ok_or_else(no_rule)?,
            also,
            versions: self.range("since", "before")?,
            runtime: runtime.map(|name| Runtime { name, versions: runtime_versions }),
            found: self.text("found")?.map(str::to_owned),
            step: self.text("step")?.map(str::to_owned),
            view: self.text("view")?.map(str::to_owned),
            traits,
            reason: self.needed("reason")?.to_owned(),
            link: self.text("link")?.map(str::to_owned),
            case,
        })
    }

    /// A list of texts of that kind.
    fn list(&self, key: &str, expected: &str, is_one: &dyn Fn(&str) -> bool) -> Result<Vec<String>, Wrong> {
        let Some(value) = self.table.get(key) else { return Ok(Vec::new()) };
        let unknown = |value: &Value| wrong(&self.at(key), expected, value);
        let Value::Array(items) = value else { return Err(unknown(value)) };
        let known = |item: &Value| match item {
            Value::String(item) if is_one(item) => Ok(item.clone()),
            other => Err(unknown(other)),
        };
        items.iter().map(known).collect()
    }

    fn traits(&self) -> Result<Vec<Trait>, Wrong> {
        let names: Vec<&str> = Trait::ALL.iter().map(|one| one.name()).collect();
        let expected = format!("a list of traits, of: {}", names.join(", "));
        let given = self.list("traits", &expected, &|name| names.contains(&name))?;
        Ok(given.iter().filter_map(|name| Trait::from_name(name)).collect())
    }

    fn also(&self) -> Result<Vec<String>, Wrong> {
        let expected = "a list of rules, or of patterns of rules; `array-ctypes rules` lists them";
        self.list("also", expected, &|pattern| Rule::all().any(|rule| matches(pattern, rule.id())))
    }
}
