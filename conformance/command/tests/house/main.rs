//! The house stays in order: modules form no circle, few files are unsafe, a chapter has one name in every crate, and the
//! library's public surface changes only on purpose.
//!
//! `cargo test -p array-ctypes-command --test house -- --nocapture` prints how large the files are.
#![forbid(unsafe_code)]

mod circles;
mod declarations;
mod figures;
mod mentions;
mod modules;
mod places;
mod proof;
mod samples;
mod scope;
mod sources;
mod surface;
mod terms;
mod unsafety;

use array_ctypes_conformance::spec::Chapter;
use circles::circles;
use modules::Crate;
use places::places;
use sources::{Sources, syntax};
use std::collections::BTreeMap;
use syn::Item;
use unsafety::{Unsafety, without_invariant};

/// The files that declare the chapters as modules, in each crate. A chapter has one name, and one place in the order.
const CHAPTERS: &[&str] =
    &["spec/src/chapters.rs", "reference/src/lib.rs", "conformance/src/checks.rs", "conformance/command/src/faults.rs"];

/// The only files that may have `unsafe`: the number of their blocks, those of tests included, and the reason.
const UNSAFE: &[(&str, usize, &str)] = &[
    ("benches/by_hand.rs", 8, "reads through raw pointers, for comparison"),
    ("benches/mapped.rs", 4, "maps files by hand, for comparison"),
    ("conformance/adapters/dlpark/src/main.rs", 1, "owns what is handed over"),
    ("conformance/adapters/dlpark/src/slice.rs", 2, "reads and writes what is handed over"),
    ("conformance/adapters/dlpark/src/view.rs", 2, "makes views of what is handed over"),
    ("conformance/adapters/rust-numpy/src/kept.rs", 2, "keeps borrows of arrays beyond a call"),
    ("conformance/command/src/adapters/loaded/library.rs", 19, "calls the functions of an adapter in C"),
    ("conformance/command/src/adapters/reference/c_function.rs", 9, "is C: functions that receive pointers"),
    ("conformance/command/src/adapters/reference/doors.rs", 4, "makes views of what is handed over"),
    ("conformance/command/src/adapters/reference/library.rs", 1, "loads a library, which runs its code"),
    ("conformance/src/transports/forked.rs", 8, "makes copies of the process, and waits for them"),
    ("conformance/fuzz/targets/imports.rs", 11, "describes arrays as anybody may, and owns the tensors"),
    ("conformance/tests/doors.rs", 3, "makes views of what is handed over"),
    ("conformance/tests/mapped.rs", 2, "reads and writes elements at their addresses"),
    ("conformance/src/transports/producer/capsule.rs", 5, "hands out tensors of DLPack, and counts who lets go"),
    ("conformance/src/transports/memory.rs", 1, "lends the bytes of a buffer as a slice"),
    ("conformance/src/transports/outside/linux.rs", 2, "reads and writes memory of another process"),
    ("reference/src/consumer/dlpack.rs", 10, "reads tensors of DLPack, and lets go of them"),
    ("reference/src/consumer/view.rs", 5, "reads and writes elements at addresses that somebody else gave"),
    ("reference/src/ctypeslib/library.rs", 2, "loads and closes libraries"),
    ("reference/src/interface/imports.rs", 4, "imports the C structure of `__array_struct__`"),
    ("reference/src/interface/dlpack.rs", 9, "owns and frees the tensors of DLPack"),
    ("reference/src/layout/slice.rs", 1, "lends the elements of an array as a slice"),
    ("reference/src/memory.rs", 6, "allocates memory, reads it and writes it at addresses"),
    ("reference/src/memory/system.rs", 3, "maps files, and reads and writes mapped bytes"),
    ("reference/src/memory/system/unix.rs", 4, "calls the system: reserves memory, and space on a disk"),
    ("reference/tests/allocations.rs", 1, "borrows a slice; nobody writes meanwhile"),
    ("reference/tests/c_functions.rs", 18, "calls C functions"),
    ("reference/tests/compiled_c.rs", 8, "loads and calls C functions"),
    ("reference/tests/round_trips.rs", 3, "makes views of what an array exports"),
    ("reference/tests/ctypeslib.rs", 1, "loads a library"),
    ("reference/tests/interface.rs", 1, "imports a C structure"),
    ("reference/tests/slices.rs", 1, "borrows a slice; nobody writes meanwhile"),
];

#[test]
fn modules_form_no_circle() {
    let sources = sources::all();
    let chapters: Vec<&str> = Chapter::ALL.iter().map(|chapter| chapter.name()).collect();
    let messages: Vec<String> =
        roots(&sources).flat_map(|root| circles(&places(&Crate::read(root, &sources), &chapters))).collect();
    assert!(messages.is_empty(), "expected no circle of modules, found:\n\n{}", messages.join("\n"));
}

#[test]
fn few_files_are_unsafe_and_the_table_lists_them() {
    let sources = sources::all();
    let listed: BTreeMap<&str, usize> = UNSAFE.iter().map(|(path, blocks, _)| (*path, *blocks)).collect();
    let mut failures = Vec::new();
    for path in listed.keys().filter(|path| !sources.contains_key(**path)) {
        failures.push(format!("{path}: expected a file, found none; correct the table"));
    }
    for (path, text) in &sources {
        let Unsafety { blocks, items } = Unsafety::of(path, text);
        let found = format!("found {blocks} unsafe blocks and {items} unsafe items");
        let failure = match listed.get(path.as_str()) {
            None if blocks + items > 0 => format!("expected none, {found}; move them into a file that the table lists"),
            Some(0) => "expected unsafe blocks, found 0 in the table; remove it there".to_owned(),
            Some(expected) if *expected != blocks => {
                format!("expected {expected} unsafe blocks, {found}; correct the table if you mean it")
            }
            _ => continue,
        };
        failures.push(format!("{path}: {failure}"));
    }
    assert!(failures.is_empty(), "the table `UNSAFE` of this test differs from the code:\n{}", failures.join("\n"));
}

#[test]
fn safety_comments_name_the_invariants_of_their_file() {
    let mut failures = Vec::new();
    for (path, text) in &sources::all() {
        for (line, comment) in without_invariant(text) {
            failures.push(format!("{path}:{line}: SAFETY: {comment}"));
        }
    }
    assert!(failures.is_empty(), "expected the number of an invariant, found none in:\n{}", failures.join("\n"));
}

#[test]
fn libraries_and_programs_forbid_unsafe_code_or_deny_it_around_the_files_that_need_it() {
    let sources = sources::all();
    for root in roots(&sources) {
        let folder = root.trim_end_matches(|letter| letter != '/');
        let needs = UNSAFE.iter().any(|(path, ..)| path.starts_with(folder));
        let has = |attribute: &str| sources[root].lines().any(|line| line == attribute);
        let expected = if needs { "deny" } else { "forbid" };
        assert!(
            has("#![forbid(unsafe_code)]") || needs && has("#![deny(unsafe_code)]"),
            "{root}: expected `#![{expected}(unsafe_code)]`, found none; add it"
        );
    }
}

#[test]
fn a_chapter_has_the_same_name_and_place_in_every_crate() {
    let sources = sources::all();
    let expected: Vec<&str> = Chapter::ALL.iter().map(|chapter| chapter.name()).collect();
    for path in CHAPTERS {
        let text =
            sources.get(*path).unwrap_or_else(|| panic!("expected {path}, found none; correct the table `CHAPTERS`"));
        let modules = syntax(path, text).items.into_iter().filter_map(|item| match item {
            Item::Mod(module) => Some(module.ident.to_string()),
            _ => None,
        });
        let order: Vec<String> = modules.filter(|name| expected.contains(&name.as_str())).collect();
        assert_eq!(order, expected, "{path}: expected the chapters in the order of the specification");
    }
}

#[test]
fn sizes_of_files_are_printed() {
    let sources = sources::all();
    let mut folders: BTreeMap<String, Vec<(usize, &str)>> = BTreeMap::new();
    for (path, text) in &sources {
        let names: Vec<&str> = path.split('/').collect();
        let kind = names.iter().position(|name| ["src", "tests", "benches"].contains(name)).unwrap_or(0);
        folders.entry(names[..=kind].join("/")).or_default().push((text.lines().count(), path));
    }
    for (folder, mut files) in folders {
        files.sort_unstable();
        let (median, (most, largest)) = (files[files.len() / 2].0, files[files.len() - 1]);
        println!("{folder:24} {:4} files, median {median:3} lines, maximum {most:3} ({largest})", files.len());
    }
}

/// Returns the roots of libraries and programs, not those of tests and benchmarks.
fn roots(sources: &Sources) -> impl Iterator<Item = &str> {
    let is_root = |path: &&str| (path.ends_with("/lib.rs") || path.ends_with("/main.rs")) && !path.contains("/tests/");
    sources.keys().map(String::as_str).filter(is_root)
}
