//! The rules that somebody names.

use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::spec::Rule;
use std::str::FromStr;

/// Patterns of rules, and the rules that match one of them.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    pub(crate) text: String,
    rules: Rules,
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Pattern, String> {
        let rules = Rules::matching(text).ok_or_else(|| {
            let unknown = text.split(',').find(|pattern| Rules::matching(pattern).is_none()).unwrap_or(text);
            let alike: Vec<&str> = Rule::all().map(Rule::id).filter(|id| !unknown.is_empty() && id.contains(unknown)).take(5).collect();
            let hint = if alike.is_empty() { String::new() } else { format!("; did you mean {}?", alike.join(", ")) };
            format!(
                "expected a rule, a chapter, or a pattern with `*`, or several with commas between them; found {unknown:?}{hint}; \
                 `array-ctypes rules` lists them"
            )
        })?;
        Ok(Pattern { text: text.to_owned(), rules })
    }
}

impl Pattern {
    /// The patterns as one: each adds its rules. Nothing if there is none.
    pub(crate) fn joined(patterns: &[Pattern]) -> Option<Pattern> {
        let added = |one: Pattern, next: &Pattern| Pattern {
            text: format!("{},{}", one.text, next.text),
            rules: Rule::all()
                .filter(|rule| next.rules.includes(*rule))
                .fold(one.rules, |rules, rule| rules.with(rule)),
        };
        patterns.split_first().map(|(first, others)| others.iter().fold(first.clone(), added))
    }
}

/// The rules that match a pattern; all rules if there is no pattern.
pub(crate) fn rules(pattern: Option<&Pattern>) -> Rules {
    pattern.map_or_else(Rules::all, |pattern| pattern.rules.clone())
}
