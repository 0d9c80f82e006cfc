//! No gap between the documentation, rules, checks and faults: each rule has cases and faults, each statement has rules.

use crate::Place;
use crate::harness::{Test, tests};
use array_ctypes_conformance::engine::table::module_of;
use array_ctypes_conformance::spec::Rule;
use array_ctypes_conformance::spec::documentation::statements;
use std::path::Path;

pub(crate) const TESTS: &[Test] = tests![
    the_table_of_rules_has_no_gap,
    every_statement_of_the_documentation_is_listed_with_its_rules,
    the_statements_of_a_pattern_are_those_of_its_rules,
    the_rules_as_data_are_all_rules,
    several_patterns_choose_the_rules_of_each,
    the_row_of_each_rule_is_in_the_chapter_of_the_rule,
];

fn the_table_of_rules_has_no_gap() {
    let out = Place::new().run(&["rules"]).exits(0).out;
    let mut rules = Rule::all();
    for row in out.lines().skip(2) {
        let cells: Vec<&str> = row.split_whitespace().collect();
        let [id, _, _, cases, faults, statements, ..] = cells[..] else { panic!("{row}") };
        assert!(Rule::from_id(id).is_some() && rules.next().is_some(), "{row}");
        assert!(
            cases.parse::<u64>().is_ok_and(|cases| cases > 0),
            "expected drawn cases that ask about the rule: {row}"
        );
        assert!(faults.parse::<u64>().is_ok_and(|faults| faults > 0), "expected a fault that proves the check: {row}");
        assert!(statements == "-" || statements.starts_with(|c: char| c.is_ascii_digit()), "{row}");
    }
    assert_eq!(rules.next(), None, "expected a row for each rule");
}

fn the_rules_as_data_are_all_rules() {
    let out = Place::new().run(&["rules", "--format", "json"]).exits(0).out;
    let records: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(records.iter().filter_map(|record| record["rule"].as_str()).eq(Rule::all().map(Rule::id)));
    let is_text = |record: &serde_json::Value| ["level", "profile", "text"].iter().all(|key| record[key].is_string());
    assert!(records.iter().all(is_text), "{out}");
}

fn several_patterns_choose_the_rules_of_each() {
    let rules = |globs: &str| {
        let out = Place::new().run(&["rules", globs, "--format", "json"]).exits(0).out;
        out.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rules("data,shape.strides"), [rules("data"), rules("shape.strides")].concat());
    for globs in ["data,", "data,nothing.*"] {
        Place::new().run(&["rules", globs]).exits(2).reports(&["several with commas between them"]);
    }
}

fn every_statement_of_the_documentation_is_listed_with_its_rules() {
    let out = Place::new().run(&["rules", "--statements"]).exits(0).out;
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 3 * statements().count());
    for (lines, statement) in lines.chunks(3).zip(statements()) {
        assert_eq!(lines[0].trim_start(), format!("{}. {}", statement.number, statement.text));
        assert!(lines[1].ends_with(statement.link), "{}", lines[1]);
        let none = statement.no_claim.map(|reason| format!("none: {reason}"));
        assert_eq!(lines[2].trim_start(), none.unwrap_or_else(|| statement.rules.join(", ")));
    }
}

fn the_statements_of_a_pattern_are_those_of_its_rules() {
    let place = Place::new();
    place
        .run(&["rules", "--statements", "data.unsigned"])
        .exits(0)
        .prints(&["12. `data` is an integer", "\n51. `data` prints"]);
}

fn the_row_of_each_rule_is_in_the_chapter_of_the_rule() {
    for rule in Rule::all() {
        let module = module_of(rule);
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../src/{}.rs", module.replace("::", "/")));
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let (chapter, name) = rule.id().split_once('.').expect("a chapter and a name");
        assert!(text.contains(&format!("    {}: ", name.replace('-', "_"))), "{}: no row {name}", file.display());
        assert_eq!(module.split("::").take(2).collect::<Vec<_>>(), ["checks", chapter]);
    }
}
