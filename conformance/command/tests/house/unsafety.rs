//! `unsafe` in source files, counted by tokens, so that macros are seen too.

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

#[test]
fn blocks_and_items_are_counted_in_macros_too_and_types_are_not() {
    let text = "unsafe fn a() { unsafe { b() } m!(unsafe { c() }) } unsafe impl S for T {} \
        unsafe extern \"C\" { safe fn d(); } unsafe extern \"C\" fn e() {} unsafe extern {} \
        struct F { f: unsafe fn(u8), g: Option<unsafe extern \"C\" fn(u8)> } // unsafe {}";
    assert_eq!(Unsafety::of("a.rs", text), Unsafety { blocks: 2, items: 5 });
}
