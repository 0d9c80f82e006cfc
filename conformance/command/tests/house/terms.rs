//! Terms: what a chapter defines is in the glossary, and the glossary defines it once.

use array_ctypes_conformance::spec::Chapter;
use std::collections::BTreeSet;

const GLOSSARY: &str = include_str!("../../../GLOSSARY.md");

/// The terms of the glossary, in its order.
fn terms() -> Vec<&'static str> {
    GLOSSARY.lines().filter_map(|line| Some(line.strip_prefix("- **")?.split_once("**")?.0)).collect()
}

/// The words that a text defines: what it emphasises, outside of code.
fn defined(prose: &str) -> Vec<String> {
    let texts: String = prose.split("```").step_by(2).collect();
    let words: String = texts.split('`').step_by(2).collect();
    let emphasised = words.split('*').skip(1).step_by(2);
    emphasised.map(|term| term.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()).collect()
}

/// Returns true if this is the term, perhaps in another form of the word.
fn is_form_of(word: &str, term: &str) -> bool {
    word.strip_prefix(term).is_some_and(|ending| ["", "s", "es", "ing"].contains(&ending))
}

#[test]
fn every_term_that_a_chapter_defines_is_in_the_glossary() {
    let terms = terms();
    let mut found = 0;
    for chapter in Chapter::ALL {
        for word in defined(chapter.prose()) {
            found += 1;
            assert!(
                terms.iter().any(|term| is_form_of(&word, term)),
                "spec/src/chapters/{}.md defines *{word}*, and conformance/GLOSSARY.md has no such term; add it",
                chapter.name()
            );
        }
    }
    assert!(found > 10, "expected the terms that chapters define, found {found}");
}

#[test]
fn the_glossary_defines_each_term_once_and_the_words_of_the_specification_in_order() {
    let terms = terms();
    let distinct: BTreeSet<_> = terms.iter().collect();
    assert_eq!(distinct.len(), terms.len(), "a term is defined twice: {terms:?}");
    let (specified, _) = GLOSSARY.split_once("\n## What is run\n").expect("the part on what is specified");
    let count = specified.matches("\n- **").count();
    assert!(
        terms[..count].is_sorted(),
        "expected the words of the specification in order, found {:?}",
        &terms[..count]
    );
}
