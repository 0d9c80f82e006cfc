//! The list of rules that changed since version 1.0, which `sources.md` has: complete, exact, and with a reason for each.

use array_ctypes_spec::Rule;
use std::collections::HashMap;

/// The rules of version 1.0, which was commit `94cb27a`: identifier, level, profile and text, in one line each.
const BEFORE: &str = include_str!("rules-1.0.tsv");

/// A row of the list: rules, what changed, and why.
struct Row {
    rules: Vec<&'static str>,
    change: &'static str,
    reason: &'static str,
}

fn rows() -> Vec<Row> {
    let (_, list) = include_str!("../src/sources.md").split_once("\n# Rules that changed\n").unwrap();
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.trim_start_matches("| ").trim_end_matches(" |").split(" | ").collect();
        let [names, change, reason] = cells[..] else { panic!("expected three cells, found {line}") };
        Row { rules: names.split(", ").map(|name| name.trim_matches('`')).collect(), change, reason }
    };
    list.lines().filter(|line| line.starts_with("| `")).map(row).collect()
}

/// Text and source of a rule, on one line each.
fn text_and_source(text: &str) -> (String, String) {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (text, source) = line.rsplit_once("Source:").expect("a rule has a source");
    (text.trim().to_owned(), source.trim().to_owned())
}

/// What changed of a rule, as the list has to say it; empty if nothing did.
fn change(rule: Rule, before: Option<&[&str]>) -> String {
    let (level, profile) = (rule.level().name(), rule.profile().name());
    let Some([_, old_level, old_profile, old]) = before else { return format!("new: {level}, `{profile}`") };
    let ((text, source), (old_text, old_source)) = (text_and_source(rule.text()), text_and_source(old));
    let parts = [
        (level != *old_level).then(|| format!("{level}, was {old_level}")),
        (profile != *old_profile).then(|| format!("`{profile}`, was `{old_profile}`")),
        (text != old_text).then(|| "text".to_owned()),
        (source != old_source).then(|| "source".to_owned()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

#[test]
fn every_rule_that_changed_is_listed_with_what_changed_and_no_other() {
    let before: Vec<Vec<&str>> = BEFORE.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(before.len(), 257);
    let mut listed = HashMap::new();
    for row in rows() {
        for name in row.rules {
            assert!(listed.insert(name, row.change).is_none(), "{name} is listed twice");
        }
    }
    for rule in Rule::all() {
        let expected = change(rule, before.iter().find(|old| old[0] == rule.id()).map(Vec::as_slice));
        let found = listed.remove(rule.id()).unwrap_or_default();
        assert_eq!(found, expected, "the change of {rule} in the list of sources.md, after version 1.0");
    }
    for gone in before.iter().filter(|old| Rule::from_id(old[0]).is_none()) {
        assert_eq!(listed.remove(gone[0]), Some("removed"), "{} is no rule any more", gone[0]);
    }
    assert!(listed.is_empty(), "no such rules: {listed:?}");
}

#[test]
fn every_reason_is_a_sentence_or_names_a_row_that_has_one() {
    let rows = rows();
    let is_short = |reason: &str| reason.starts_with("as for `") || reason.starts_with("from `");
    for Row { rules, reason, .. } in &rows {
        if is_short(reason) {
            let (first, _) = reason.split_once(';').unwrap_or((reason, ""));
            for name in first.split('`').skip(1).step_by(2).filter(|name| name.contains('.')) {
                let row = rows.iter().find(|row| row.rules.contains(&name));
                assert!(row.is_some_and(|row| !is_short(row.reason)), "{rules:?}: {name} has no reason of its own");
            }
        } else {
            assert!(reason.split_whitespace().count() >= 5 && !reason.contains("likewise"), "{rules:?}: {reason:?}");
        }
    }
}
