//! The words of PROTOCOL.md: in its tables of views, limits, steps and helpers, and in its lists.

use crate::harness::{Test, tests};
use crate::{Words, rust};
use array_ctypes_conformance::spec::dtype::Kind;
use std::collections::BTreeSet;

pub(crate) const TESTS: &[Test] = tests![
    the_tables_have_the_words_of_the_rust_code,
    the_lists_have_the_words_of_the_rust_code,
    every_word_of_the_rust_code_is_in_the_document,
    the_limit_kinds_is_by_default_all_kinds,
];

const PROTOCOL: &str = include_str!("../../../PROTOCOL.md");

/// Returns the rows, as cells, of the tables whose header begins with one of these cells.
fn rows(headers: &[&str]) -> Vec<Vec<&'static str>> {
    let (mut rows, mut inside) = (Vec::new(), false);
    for line in PROTOCOL.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        if !line.starts_with('|') {
            inside = false;
        } else if headers.contains(&cells[0]) {
            inside = true;
        } else if inside && !cells[0].starts_with("---") {
            rows.push(cells);
        }
    }
    assert!(!rows.is_empty(), "expected a table in PROTOCOL.md whose header begins with one of {headers:?}");
    rows
}

/// Returns the texts between backticks.
fn spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or(text)
}

/// Returns the shortest sentence with all these words between backticks.
fn sentence_with(words: &[&str]) -> &'static str {
    let sentences =
        PROTOCOL.split("\n\n").flat_map(|paragraph| paragraph.split(".\n")).flat_map(|part| part.split(". "));
    let has_all = |sentence: &&str| words.iter().all(|word| spans(sentence).any(|span| span == *word));
    let found = sentences.filter(has_all).min_by_key(|sentence| sentence.len());
    found.unwrap_or_else(|| panic!("expected a sentence in PROTOCOL.md with `{}`", words.join("` and `")))
}

fn the_tables_have_the_words_of_the_rust_code() {
    let mut found = Words::default();
    rows(&["view"]).iter().flat_map(|row| spans(row[0])).for_each(|span| found.add_view(span));
    rows(&["limit"]).iter().flat_map(|row| spans(row[0])).for_each(|span| found.add("limit", span));
    rows(&["helper"]).iter().flat_map(|row| spans(row[0])).for_each(|span| found.add("ctypeslib", first_word(span)));
    let steps = rows(&["step"]);
    // `flag c_contiguous`, `f_contiguous` …: what follows a step with an argument is another argument.
    let arguments = ["c_contiguous", "f_contiguous", "aligned", "writeable"];
    let words = steps.iter().flat_map(|row| spans(row[0])).filter(|span| !arguments.contains(span)).map(first_word);
    found.add_all("step", words);
    for (step, vocabulary) in [("interface KEY", "interface"), ("struct MEMBER", "struct")] {
        let row = steps.iter().find(|row| spans(row[0]).any(|span| span == step));
        let row = row.unwrap_or_else(|| panic!("expected a row for `{step}` in PROTOCOL.md"));
        found.add_all(vocabulary, spans(row[2]));
    }
    rust::words().assert_repeated_by("a table of PROTOCOL.md", &found, &["view", "limit", "ctypeslib", "step"]);
}

fn the_lists_have_the_words_of_the_rust_code() {
    let mut found = Words::default();
    found.add_all("profile", spans(sentence_with(&["core", "memmap", "holds"])).filter(|word| *word != "profiles"));
    let exceptions = spans(PROTOCOL).filter(|span| span.ends_with("Error") && *span != "ArgumentError");
    found.add_all("exception", exceptions);
    rust::words().assert_repeated_by("a list of PROTOCOL.md", &found, &["profile", "exception"]);
}

fn every_word_of_the_rust_code_is_in_the_document() {
    let part = |c: char| !(c.is_alphanumeric() || "_-+".contains(c));
    let found: BTreeSet<&str> = spans(PROTOCOL).flat_map(|span| span.split(part).chain([span])).collect();
    let words = rust::words();
    for (vocabulary, words) in words.0.iter().filter(|(vocabulary, _)| *vocabulary != "kind") {
        let missing: Vec<_> = words.iter().filter(|word| !found.contains(word.as_str())).collect();
        assert!(missing.is_empty(), "PROTOCOL.md lacks words of {vocabulary:?}: {missing:?}");
    }
}

fn the_limit_kinds_is_by_default_all_kinds() {
    let limits = rows(&["limit"]);
    let row = limits.iter().find(|row| row[0] == "`kinds`").expect("a row for `kinds` in PROTOCOL.md");
    assert_eq!(row[1], format!("`\"{}\"`", Kind::CODES), "the default of the limit `kinds` in PROTOCOL.md");
}
