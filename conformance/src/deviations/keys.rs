//! The values of keys in files of known deviations, each parsed as what it means.

use super::Version;
use crate::engine::pattern::matches;
use crate::engine::traits::Trait;
use array_ctypes_spec::Rule;
use serde::Deserialize;
use toml::Value;

/// One of several ranges of versions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Span {
    pub(super) since: Option<Bound>,
    pub(super) before: Option<Bound>,
}

/// The cause of a deviation, in words. `check --write-deviations` leaves it empty, since only people know it.
#[derive(Deserialize)]
#[serde(try_from = "Value")]
pub(super) struct Reason(pub(super) String);

impl TryFrom<Value> for Reason {
    type Error = String;

    fn try_from(value: Value) -> Result<Reason, String> {
        if value.as_str().is_some_and(|text| text.trim().is_empty()) {
            return Err(
                "expected the cause in your words, found none: say why the implementation breaks the rule".to_owned()
            );
        }
        Text::try_from(value).map(|Text(text)| Reason(text))
    }
}

/// A text that is not blank.
#[derive(Deserialize)]
#[serde(try_from = "Value")]
pub(super) struct Text(pub(super) String);

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
pub(super) struct RuleId(pub(super) Rule);

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
pub(super) struct Pattern(pub(super) String);

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
pub(super) struct TraitName(pub(super) Trait);

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
pub(super) struct Bound {
    pub(super) version: Version,
    pub(super) text: String,
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
