//! The documents beside the chapters: where sources are read, the contract on one page, open questions.

use array_ctypes_spec::sources::linked;
use array_ctypes_spec::{Chapter, Rule, documentation, questions, sources, summary};
use std::collections::{BTreeMap, BTreeSet};

/// The definitions `[label]: address` of links to the web.
fn definitions(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| {
        let (label, address) = line.strip_prefix('[')?.split_once("]: ")?;
        address.starts_with("https://").then_some((label, address))
    })
}

/// The pages that rules name as their sources, in brackets.
fn pages() -> BTreeSet<String> {
    let label = |source: String| Some(source.strip_prefix('[')?.split_once(']')?.0.to_owned());
    Rule::all().flat_map(|rule| rule.sources().filter_map(label).collect::<Vec<_>>()).collect()
}

/// The names in the first column of the list of sources.
fn listed() -> Vec<&'static str> {
    let (_, section) = sources::PAGE.split_once("\n# Where to read them\n").expect("the section");
    let (section, _) = section.split_once("\n# ").expect("a section after it");
    let rows = section.lines().filter_map(|row| row.strip_prefix("| `")?.split_once("` |"));
    rows.flat_map(|(names, _)| names.split("`, `")).collect()
}

/// The identifiers of rules in a text. Words in backquotes that begin like one are meant as one.
fn rules_in(text: &str) -> Vec<&str> {
    let is_meant = |word: &&str| {
        word.split_once('.').is_some_and(|(chapter, name)| {
            Chapter::from_name(chapter).is_some() && name.bytes().all(|c| c.is_ascii_lowercase() || c == b'-')
        })
    };
    text.split('`').skip(1).step_by(2).filter(is_meant).collect()
}

#[test]
fn every_page_that_a_rule_names_has_one_link_and_every_link_is_named() {
    let links: BTreeMap<&str, &str> = definitions(sources::PAGE).collect();
    assert_eq!(definitions(sources::PAGE).count(), links.len(), "sources.md defines a link twice");
    let (named, linked): (Vec<_>, Vec<_>) = (pages().into_iter().collect(), links.keys().copied().collect());
    assert_eq!(named, linked, "left: pages that rules name; right: links of sources.md");
    let others = [("documentation", documentation::PAGE), ("questions", questions::PAGE)];
    let texts = Chapter::ALL.iter().map(|chapter| (chapter.name(), chapter.prose())).chain(others);
    for (text, (label, address)) in texts.flat_map(|(name, text)| definitions(text).map(move |link| (name, link))) {
        if let Some(link) = links.get(label) {
            assert_eq!(address, *link, "[{label}] of {text}.md and of sources.md");
        }
    }
}

#[test]
fn every_link_of_a_source_names_one_version_of_its_text() {
    for (label, address) in definitions(sources::PAGE) {
        let moving = ["/latest/", "/stable/", "/3/", "/dev/", "/main/", "/master/"];
        assert!(!moving.iter().any(|part| address.contains(part)), "[{label}] moves with its text: {address}");
    }
}

#[test]
fn every_source_is_in_the_list_of_where_to_read_it_and_every_row_is_a_source() {
    let listed = listed();
    let mut used = BTreeSet::new();
    for rule in Rule::all() {
        for source in rule.sources() {
            let row = listed.iter().filter(|name| source.starts_with(**name)).max_by_key(|name| name.len());
            used.insert(*row.unwrap_or_else(|| panic!("{rule}: sources.md does not say where to read {source:?}")));
        }
    }
    let unused: Vec<_> = listed.iter().filter(|name| !used.contains(*name)).collect();
    assert!(unused.is_empty(), "no rule has these sources: {unused:?}");
}

#[test]
fn standards_and_issues_are_links_and_measurements_are_not() {
    let issue = |number| format!("[{number}](https://github.com/numpy/numpy/issues/{number})");
    assert_eq!(linked("numpy issues 9537 and 13510"), format!("numpy issues {} and {}", issue(9537), issue(13510)));
    assert_eq!(linked("numpy #9647, #11721"), format!("numpy #{}, #{}", issue(9647), issue(11721)));
    assert_eq!(linked("POSIX, `mmap`"), "[POSIX](https://pubs.opengroup.org/onlinepubs/9699919799/), `mmap`");
    for source in ["measured, NumPy 2.5.5", "[DLPack], `data`", "what users expect", "measured, CPython 3.6 to 3.13"] {
        assert_eq!(linked(source), source);
    }
    for rule in Rule::all() {
        for source in rule.sources().filter(|source| source.starts_with("numpy ") || source.starts_with("Python")) {
            assert!(linked(&source).contains("](https://"), "{rule}: {source}");
        }
    }
}

#[test]
fn the_summary_fits_on_a_page_and_each_of_its_points_names_rules_that_exist() {
    assert!(summary::PAGE.lines().count() <= 60, "{} lines", summary::PAGE.lines().count());
    // Each sentence of a point ends with its rules. The first paragraph is about the page.
    let (_, points) = summary::PAGE.split_once("\n# ").expect("a heading");
    assert!(points.matches("\n- ").count() >= 15);
    for sentence in points.split("\n\n").filter(|block| block.starts_with("- ")).flat_map(|block| block.split(". ")) {
        let is_lead = sentence.trim_start_matches("- ").matches("**").count() == 1 || sentence.ends_with("**");
        assert!(is_lead || !rules_in(sentence).is_empty(), "no rule in {sentence:?}");
    }
    for rule in rules_in(summary::PAGE) {
        assert!(Rule::from_id(rule).is_some(), "{rule} is no rule");
    }
}

#[test]
fn every_open_question_has_sources_a_measurement_a_rule_and_words_to_adopt() {
    let (_, entries) = questions::PAGE.split_once("\n## ").expect("a question");
    let entries: Vec<&str> = entries.split("\n## ").collect();
    for (number, entry) in (1..).zip(&entries) {
        let title = entry.lines().next().unwrap_or_default();
        assert!(title.starts_with(&format!("{number}. ")) && title.ends_with('?'), "{title}");
        for part in ["\n- *Sources.* ", "\n- *NumPy 2.4.6*", "\n```python\n>>> ", "\n- *We ", "\n- *Proposed"] {
            assert_eq!(entry.matches(part).count(), 1, "{title}: {part:?}");
        }
        assert!(entry.contains('['), "{title}: no link");
        assert!(!rules_in(entry).is_empty() || entry.contains("no rule"), "{title}: no rule");
    }
    for rule in rules_in(questions::PAGE) {
        assert!(Rule::from_id(rule).is_some(), "{rule} is no rule");
    }
}
