//! Small crates with and without circles prove that the search finds what it must, and no more.

use crate::circles::circles;
use crate::modules::Crate;
use crate::places::places;
use crate::sources::Sources;

/// Returns the messages about a crate of these files.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let sources: Sources = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    circles(&places(&Crate::read("lib.rs", &sources), &["one", "two"]))
}

#[track_caller]
fn assert_circle(files: &[(&str, &str)], circle: &str) {
    let found = found(files);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].lines().next(), Some(circle), "{found:?}");
}

#[track_caller]
fn assert_none(files: &[(&str, &str)]) {
    assert_eq!(found(files), [""; 0]);
}

#[test]
fn two_files_that_name_each_other_form_a_circle() {
    let found = found(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::B; pub struct A(B);"),
        ("b.rs", "\npub struct B; fn b() { crate::a::A::new() }"),
    ]);
    let message = "a.rs → b.rs → a.rs
  a.rs:1 names `B`, which is in b.rs (first of 2 places)
  b.rs:2 names `crate::a::A::new`, which is in a.rs
  Move what both need into a module below both.
";
    assert_eq!(found, [message]);
}

#[test]
fn a_circle_of_three_is_found_and_the_shortest_is_named() {
    let files = [
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "use crate::b::B; pub struct A;"),
        ("b.rs", "use crate::c::C; pub struct B;"),
        ("c.rs", "use crate::a::A; pub struct C;"),
    ];
    assert_circle(&files, "a.rs → b.rs → c.rs → a.rs");
    let back = ("c.rs", "use crate::a::A; use crate::b::B; pub struct C;");
    assert_circle(&[&files[..3], &[back]].concat(), "b.rs → c.rs → b.rs");
}

#[test]
fn a_re_export_leads_to_the_file_that_defines() {
    let lib = ("lib.rs", "mod a; mod b; pub use a::A as Renamed; pub(crate) use crate::Renamed as Again;");
    assert_circle(
        &[lib, ("a.rs", "pub struct A(crate::b::B);"), ("b.rs", "pub struct B(crate::Again);")],
        "a.rs → b.rs → a.rs",
    );
}

#[test]
fn a_name_that_is_a_module_and_a_function_is_both() {
    let lib = ("lib.rs", "mod a; mod b; pub use a::a;");
    assert_circle(
        &[lib, ("a.rs", "pub fn a() { crate::b::b() }"), ("b.rs", "use crate::a; pub fn b() { a() }")],
        "a.rs → b.rs → a.rs",
    );
}

#[test]
fn a_glob_leads_to_the_file_that_defines() {
    let lib = ("lib.rs", "mod a; mod b; mod all { pub use crate::a::*; pub use crate::all::*; }");
    let a = ("a.rs", "pub fn a() { crate::b::b() }");
    assert_circle(&[lib, a, ("b.rs", "pub fn b() { crate::all::a() }")], "a.rs → b.rs → a.rs");
    assert_circle(&[lib, a, ("b.rs", "pub(crate) use crate::all::*; pub fn b() { a() }")], "a.rs → b.rs → a.rs");
    assert_circle(&[lib, a, ("b.rs", "use crate::a::*; pub fn b() {}")], "a.rs → b.rs → a.rs");
}

#[test]
fn super_and_self_lead_to_the_file_that_defines() {
    let lib = ("lib.rs", "mod a;");
    let b = ("a/b.rs", "pub fn b() { super::a() }");
    assert_circle(&[lib, ("a.rs", "mod b; fn a() { self::b::b() }"), b], "a.rs → a/b.rs → a.rs");
    let b = ("a/b.rs", "pub fn b() { inner::b() } mod inner { pub fn b() { super::super::a() } }");
    assert_circle(&[lib, ("a/mod.rs", "mod b; fn a() { b::b() }"), b], "a/b.rs → a/mod.rs → a/b.rs");
}

#[test]
fn an_import_of_the_parent_leads_to_the_file_that_defines() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "mod c; use crate::b::B;"),
        ("a/c.rs", "pub struct C(super::B);"),
        ("b.rs", "pub struct B(Option<crate::a::c::C>);"),
    ];
    assert_circle(&files, "a/c.rs → b.rs → a/c.rs");
}

#[test]
fn paths_in_macros_and_their_definitions_count() {
    let lib = ("lib.rs", "#[macro_use] mod a; mod b;");
    let a = ("a.rs", "pub fn a() { assert_eq!(1, crate::b::b(2)); }");
    assert_circle(&[lib, a, ("b.rs", "macro_rules! b { () => { $crate::a::a() } }")], "a.rs → b.rs → a.rs");
    let b = ("b.rs", "macro_rules! b { () => { use crate::{a::{self, a}}; } }");
    assert_circle(&[lib, a, b], "a.rs → b.rs → a.rs");
    assert_circle(&[lib, a, ("b.rs", "pub(super) use super::a::a; fn b() { vec![a()]; }")], "a.rs → b.rs → a.rs");
    let a = ("a.rs", "macro_rules! a { () => { $crate::b::b() } }");
    assert_circle(&[lib, a, ("b.rs", "pub fn b() { a!() }")], "a.rs → b.rs → a.rs");
}

#[test]
fn an_item_that_a_macro_makes_belongs_to_the_file_that_calls_the_macro() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "define! { A } use crate::b::B;"),
        ("b.rs", "pub struct B(crate::a::A);"),
    ];
    assert_circle(&files, "a.rs → b.rs → a.rs");
}

#[test]
fn the_metavariable_chapter_stands_for_every_chapter() {
    let files = [
        ("lib.rs", "mod one; mod table; mod three;"),
        ("table.rs", "pub struct T; macro_rules! table { ($chapter:ident $rule:ident) => { crate::$chapter::$rule } }"),
        ("one.rs", "mod rules; pub use rules::rule; use std::fmt;"),
        ("one/rules.rs", "pub fn rule() { crate::table::T }"),
        ("three.rs", "use crate::table::T; pub struct A;"),
    ];
    assert_circle(&files, "one/rules.rs → table.rs → one/rules.rs");
    let words =
        ("table.rs", "mod one; pub struct T; macro_rules! words { ($name:ident $word:ident) => { $name::$word } }");
    assert_none(&[("lib.rs", "mod table;"), words, ("table/one.rs", "pub fn rule() { super::T }")]);
}

#[test]
fn a_parent_that_only_re_exports_is_in_no_circle() {
    assert_none(&[
        ("lib.rs", "pub mod a; pub use a::{A, B as C}; pub const VERSION: &str = \"1\";"),
        ("a.rs", "mod b; pub use b::*; pub(crate) use b::B; pub struct A;"),
        ("a/b.rs", "use super::A; pub struct B(A); fn version() { crate::VERSION }"),
    ]);
}

#[test]
fn modules_that_name_each_other_with_what_is_below_them_form_a_circle() {
    let lib = ("lib.rs", "mod a; mod b;");
    let (a, b) = (("a.rs", "mod x; pub struct A;"), ("b.rs", "mod y; pub(crate) use y::Y; pub struct B;"));
    assert_circle(&[lib, a, b, ("a/x.rs", "use crate::b::B;"), ("b/y.rs", "use crate::a::A;")], "a → b → a");
    assert_circle(
        &[lib, a, b, ("a/x.rs", "use crate::b::Y;"), ("b/y.rs", "use crate::a::A; pub struct Y;")],
        "a → b → a",
    );
    assert_none(&[lib, a, b, ("a/x.rs", "use crate::b::B;"), ("b/y.rs", "use super::B;")]);
}

#[test]
fn tests_variables_and_other_crates_form_no_circle() {
    assert_none(
        &[
            ("lib.rs", "mod a; mod b; use std as elsewhere; #[cfg(test)] mod tests;"),
            (
                "a.rs",
                "pub fn a() {} #[cfg(test)] mod tests { use crate::b; } #[cfg(all(test, unix))] fn t() { crate::b::b() }",
            ),
            (
                "b.rs",
                "pub(crate) use crate::a::a; pub fn b() { let a = 1; f(a); println!(\"{}\", a); }
             fn other() { crate::elsewhere::a(); ::a::a(); std::a(); x.a(); y!(.a()) }",
            ),
            ("elsewhere.rs", "not even there"),
        ][..3],
    );
    assert_circle(
        &[
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "#[cfg(not(test))] fn a() { crate::b::b() }"),
            ("b.rs", "pub fn b() { crate::a::a() }"),
        ],
        "a.rs → b.rs → a.rs",
    );
}

#[test]
fn a_module_may_name_its_file() {
    let files = [
        ("lib.rs", "mod a; #[path = \"elsewhere/b.rs\"] mod c;"),
        ("a.rs", "pub struct A; use crate::c::B;"),
        ("elsewhere/b.rs", "pub struct B(crate::a::A);"),
    ];
    assert_circle(&files, "a.rs → elsewhere/b.rs → a.rs");
}
