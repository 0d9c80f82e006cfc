//! `unsafe` in source files, counted by tokens, so that macros are seen too; and the invariants that SAFETY comments name.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// How often a file has `unsafe`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unsafety {
    /// Unsafe blocks.
    pub(crate) blocks: usize,
    /// Unsafe functions, implementations, traits and external blocks. Types of functions do not count.
    pub(crate) items: usize,
}

impl Unsafety {
    pub(crate) fn of(path: &str, text: &str) -> Unsafety {
        let mut found = Unsafety::default();
        // Most files lack the word; skip the slow reading of tokens.
        if !text.contains("unsafe") {
            return found;
        }
        found.count(text.parse().unwrap_or_else(|error| panic!("{path}: expected Rust, found: {error}")));
        found
    }

    fn count(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.count(group.stream()),
                TokenTree::Ident(word) if word == "unsafe" => match &tokens[at + 1..] {
                    [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::Brace => self.blocks += 1,
                    rest if is_item(rest) => self.items += 1,
                    _ => {}
                },
                _ => {}
            }
        }
    }
}

/// Returns true if what follows `unsafe` declares an item. The type `unsafe extern "C" fn(…)` names no function.
fn is_item(rest: &[TokenTree]) -> bool {
    let word = |at: usize| match rest.get(at) {
        Some(TokenTree::Ident(word)) => word.to_string(),
        _ => String::new(),
    };
    let after_extern = if word(0) != "extern" {
        0
    } else if matches!(rest.get(1), Some(TokenTree::Literal(_))) {
        2
    } else {
        1
    };
    match word(after_extern).as_str() {
        "fn" => !word(after_extern + 1).is_empty(),
        "impl" | "trait" | "mod" => true,
        _ => after_extern > 0,
    }
}

/// Returns the SAFETY comments that name none of the invariants of their file's documentation, each with its line. Empty if
/// the documentation has no list of invariants.
pub(crate) fn without_invariant(text: &str) -> Vec<(usize, String)> {
    let declared = invariants(text);
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(first) = line.strip_prefix("// SAFETY:") else { continue };
        let rest = lines[at + 1..].iter().map_while(|line| line.strip_prefix("// "));
        let comment = [first].into_iter().chain(rest).collect::<Vec<_>>().join(" ");
        if !declared.is_empty() && !named(&comment).iter().any(|number| declared.contains(number)) {
            found.push((at + 1, comment.trim().to_owned()));
        }
    }
    found
}

/// Returns the numbers of the list of invariants in a file's documentation.
fn invariants(text: &str) -> Vec<u32> {
    let lines = text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim_start);
    let list = lines.skip_while(|line| *line != "# Invariants");
    list.filter_map(|line| line.split_once(". ")?.0.parse().ok()).collect()
}

/// Returns the numbers that a comment begins with, as in `1 and 2: …`, or those that it says are made true.
fn named(comment: &str) -> Vec<u32> {
    let (start, made) = (comment.split([':', ';']).next(), comment.split("makes ").nth(1));
    let words =
        start.into_iter().chain(made.and_then(|made| made.split(" true").next())).flat_map(str::split_whitespace);
    words.filter_map(|word| word.parse().ok()).collect()
}

#[test]
fn a_safety_comment_names_an_invariant_by_its_number() {
    let text = "//! # Invariants\n//! The code names them:\n//!\n//! 1. One.\n//!    More.\n//! 2. Two.\n\n\
        // SAFETY: 1: yes.\n// SAFETY: 1 and 2: yes.\n// SAFETY: it starts here. This\n// makes 2 true.\n\
        // SAFETY: 3: unknown.\n  // SAFETY: none of the 2.\n/// // SAFETY: an example.";
    let found: Vec<usize> = without_invariant(text).into_iter().map(|(line, _)| line).collect();
    assert_eq!(found, [12, 13]);
    assert_eq!(without_invariant("//! Nothing.\n// SAFETY: so."), []);
}

#[test]
fn blocks_and_items_are_counted_in_macros_too_and_types_are_not() {
    let text = "unsafe fn a() { unsafe { b() } m!(unsafe { c() }) } unsafe impl S for T {} \
        unsafe extern \"C\" { safe fn d(); } unsafe extern \"C\" fn e() {} unsafe extern {} \
        struct F { f: unsafe fn(u8), g: Option<unsafe extern \"C\" fn(u8)> } // unsafe {}";
    assert_eq!(Unsafety::of("a.rs", text), Unsafety { blocks: 2, items: 5 });
}
