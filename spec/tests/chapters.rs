//! Each rule is predicted in the module of its chapter, and nowhere else.

use array_ctypes_spec::{Chapter, Rule};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The Rust files below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The chapter that a file below `src` belongs to, if it belongs to one.
fn chapter_of(file: &Path) -> Option<Chapter> {
    let place = file.strip_prefix(sources()).unwrap().strip_prefix("chapters").ok()?;
    let first = place.components().next()?.as_os_str().to_str()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    Some(Chapter::ALL.iter().copied().find(|chapter| chapter.name() == name).expect("a file of no chapter"))
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// What follows each `rules::` in the code of a file: a word, and what comes right after it.
fn names_after_rules(file: &Path) -> Vec<(String, String)> {
    let text = fs::read_to_string(file).unwrap();
    let code: String = text.lines().map(|line| line.split("//").next().unwrap().to_owned() + "\n").collect();
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let split = |rest: &str| {
        let (word, after) = rest.split_at(rest.find(|c| !is_word(c)).unwrap_or(rest.len()));
        (word.to_owned(), after.chars().take(4).collect())
    };
    code.split("rules::").skip(1).map(split).collect()
}

#[test]
fn a_chapters_files_name_only_the_rules_of_that_chapter() {
    let (mut files_of_chapters, mut predicted) = (0, BTreeSet::new());
    for file in files(&sources()) {
        let Some(chapter) = chapter_of(&file) else { continue };
        files_of_chapters += 1;
        for (word, after) in names_after_rules(&file) {
            let file = file.display();
            if after.starts_with(" as ") {
                assert_eq!(word, chapter.name(), "{file} imports the rules of another chapter");
                continue;
            }
            let id = format!("{}.{}", chapter.name(), word.replace('_', "-"));
            let rule = Rule::from_id(&id).filter(|_| !after.starts_with("::"));
            predicted
                .insert(rule.unwrap_or_else(|| panic!("{file} names `rules::{word}`, which is not in its chapter")));
        }
    }
    assert!(files_of_chapters >= Chapter::ALL.len());
    let left: Vec<Rule> = Rule::all().filter(|rule| !predicted.contains(rule)).collect();
    assert!(left.is_empty(), "not predicted in their chapter: {left:?}");
}

#[test]
fn no_other_file_names_a_rule() {
    for file in files(&sources()).iter().filter(|file| chapter_of(file).is_none()) {
        for (word, _) in names_after_rules(file) {
            let is_chapter = Chapter::ALL.iter().any(|chapter| chapter.name() == word);
            assert!(!is_chapter, "{} names a rule of {word}", file.display());
        }
    }
}
