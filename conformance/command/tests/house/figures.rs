//! The reference's README says how many lines the core has, and how many each feature adds.

use crate::sources::{Sources, all, syntax, workspace};
use std::collections::BTreeMap;
use std::fs;
use syn::{Attribute, Item};

const ROOT: &str = "reference/src/lib.rs";
const README: &str = "reference/README.md";

/// Lines of code, without comments, empty lines and tests; and all lines.
#[derive(Clone, Copy, Default)]
struct Lines {
    code: usize,
    all: usize,
}

impl Lines {
    fn of(text: &str) -> Lines {
        let code = text.lines().map(str::trim).take_while(|line| *line != "#[cfg(test)]");
        let is_code = |line: &&str| !line.is_empty() && !line.starts_with("//");
        Lines { code: code.filter(is_code).count(), all: text.lines().count() }
    }

    fn plus(self, other: Lines) -> Lines {
        Lines { code: self.code + other.code, all: self.all + other.all }
    }
}

/// Returns the feature that an item depends on.
fn feature(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).find_map(|attribute| {
        let condition = attribute.meta.require_list().ok()?.tokens.to_string();
        Some(condition.split_once("feature = \"")?.1.split('"').next()?.to_owned())
    })
}

/// The rows of the README: modules of the core in the order of the code, then the features in alphabetical order.
#[derive(Default)]
struct Parts {
    modules: Vec<(String, Lines)>,
    features: BTreeMap<String, Lines>,
}

impl Parts {
    fn read(sources: &Sources) -> Parts {
        let mut parts = Parts::default();
        parts.file("lib", ROOT, "reference/src", None, sources);
        parts
    }

    /// Adds a file and those of the modules that it declares, which are in that folder.
    fn file(&mut self, top: &str, path: &str, folder: &str, needs: Option<&str>, sources: &Sources) {
        let text = &sources[path];
        let lines = Lines::of(text);
        match (needs, self.modules.last_mut()) {
            (Some(name), _) => {
                let sum = self.features.entry(name.to_owned()).or_default();
                *sum = sum.plus(lines);
            }
            (None, Some((name, sum))) if name == top => *sum = sum.plus(lines),
            (None, _) => self.modules.push((top.to_owned(), lines)),
        }
        for item in syntax(path, text).items {
            let Item::Mod(module) = item else { continue };
            if module.content.is_none() {
                let name = module.ident.to_string();
                let own = feature(&module.attrs);
                let folder = format!("{folder}/{name}");
                let top = if path == ROOT { &name } else { top };
                self.file(top, &format!("{folder}.rs"), &folder, needs.or(own.as_deref()), sources);
            }
        }
    }

    /// Returns the beginnings of all rows.
    fn rows(&self) -> Vec<String> {
        let row = |name: &str, lines: Lines| format!("| `{name}` | {} | {} |", lines.code, lines.all);
        let core = self.modules.iter().fold(Lines::default(), |sum, (_, lines)| sum.plus(*lines));
        let all = self.features.values().fold(core, |sum, lines| sum.plus(*lines));
        let modules = self.modules.iter().map(|(name, lines)| row(name, *lines));
        let features = self.features.iter().map(|(name, lines)| row(name, *lines));
        modules.chain([row("core", core)]).chain(features).chain([row("all", all)]).collect()
    }
}

#[test]
fn the_readme_of_the_reference_says_how_many_lines_the_core_and_each_feature_have() {
    let text = fs::read_to_string(workspace().join(README)).expect("the reference has a README");
    let is_row = |line: &&str| {
        line.starts_with("| `") && line.split('|').nth(2).is_some_and(|cell| cell.trim().parse::<usize>().is_ok())
    };
    let found: Vec<&str> = text.lines().filter(is_row).collect();
    let expected = Parts::read(&all()).rows();
    let same = found.len() == expected.len() && found.iter().zip(&expected).all(|(found, row)| found.starts_with(row));
    assert!(
        same,
        "{README}: expected rows that begin with these, found others; correct them:\n{}\n\nfound:\n{}",
        expected.join("\n"),
        found.join("\n")
    );
}

#[test]
fn lines_of_code_are_those_that_are_not_empty_not_comments_and_not_tests() {
    let Lines { code, all } =
        Lines::of("//! A.\nuse b;\n\n/// C.\nfn c() {\n    // D.\n    d(); // E.\n}\n\n#[cfg(test)]\nmod tests {}\n");
    assert_eq!((code, all), (4, 11));
}

#[test]
fn a_file_belongs_to_the_feature_of_its_module_or_of_the_module_above() {
    let files = [
        (ROOT, "pub mod a;\n#[cfg(feature = \"f\")]\npub mod b;\n"),
        ("reference/src/a.rs", "mod one;\n#[cfg(all(unix, feature = \"g\"))]\nmod two;\n"),
        ("reference/src/a/one.rs", "fn one() {}\n"),
        ("reference/src/a/two.rs", "fn two() {}\nfn too() {}\n"),
        ("reference/src/b.rs", "mod three;\n"),
        ("reference/src/b/three.rs", "fn three() {}\n"),
    ];
    let sources: Sources = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let rows = Parts::read(&sources).rows();
    let expected = [
        "| `lib` | 3 | 3 |",
        "| `a` | 4 | 4 |",
        "| `core` | 7 | 7 |",
        "| `f` | 2 | 2 |",
        "| `g` | 2 | 2 |",
        "| `all` | 11 | 11 |",
    ];
    assert_eq!(rows, expected);
}
