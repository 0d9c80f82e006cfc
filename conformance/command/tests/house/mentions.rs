//! The paths, also inside macros, and the imports in the code of an item.

use proc_macro2::{Delimiter, Spacing, Span, TokenStream, TokenTree};
use std::collections::HashSet;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Meta, UseTree, Visibility};

/// A path in the code, as in `crate::layout::Layout`.
pub(crate) struct Mention {
    /// `$crate` is `crate`; any other metavariable keeps its `$`.
    pub(crate) path: Vec<String>,
    pub(crate) line: usize,
}

/// One name that `use` imports, or all names of a module.
pub(crate) struct Import {
    /// `None` for `*`.
    pub(crate) name: Option<String>,
    pub(crate) path: Vec<String>,
    /// True for a plain `use`, false for a re-export of any visibility.
    pub(crate) private: bool,
    pub(crate) line: usize,
}

#[derive(Default)]
pub(crate) struct Mentions {
    pub(crate) paths: Vec<Mention>,
    /// Calls of macros by a name alone.
    pub(crate) macros: Vec<Mention>,
    pub(crate) imports: Vec<Import>,
    /// Names that patterns of the item bind. Such a name alone is a variable.
    bound: HashSet<String>,
}

impl Mentions {
    pub(crate) fn of(item: &Item) -> Mentions {
        let mut bound = Bound(HashSet::new());
        bound.visit_item(item);
        let mut mentions = Mentions { bound: bound.0, ..Mentions::default() };
        mentions.visit_item(item);
        mentions
    }

    fn name(&mut self, path: Vec<String>, span: Span) {
        let variable = path.len() == 1 && self.bound.contains(&path[0]);
        if !variable {
            self.paths.push(Mention { path, line: span.start().line });
        }
    }

    /// Finds paths in the tokens of a macro. The prefix is what stands before `::{` around the tokens.
    fn scan(&mut self, tokens: TokenStream, prefix: &[String]) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            let Some((first, mut next)) = segment(&tokens, at) else {
                if let TokenTree::Group(group) = &tokens[at] {
                    self.scan(group.stream(), &[]);
                }
                at += 1;
                continue;
            };
            let mut path = [prefix, &[first]].concat();
            while are_colons(&tokens, next)
                && let Some((more, after)) = segment(&tokens, next + 2)
            {
                path.push(more);
                next = after;
            }
            match tokens.get(next + 2) {
                Some(TokenTree::Group(group)) if are_colons(&tokens, next) && group.delimiter() == Delimiter::Brace => {
                    self.scan(group.stream(), &path);
                    next += 3;
                }
                _ if is_mention(&tokens, at) => self.name(path, tokens[at].span()),
                _ => {}
            }
            at = next;
        }
    }
}

/// Returns a segment of a path, and the position behind it.
fn segment(tokens: &[TokenTree], at: usize) -> Option<(String, usize)> {
    match (tokens.get(at)?, tokens.get(at + 1)) {
        (TokenTree::Ident(name), _) => Some((name.to_string(), at + 1)),
        (TokenTree::Punct(dollar), Some(TokenTree::Ident(name))) if dollar.as_char() == '$' => {
            Some((if name == "crate" { "crate".to_owned() } else { format!("${name}") }, at + 2))
        }
        _ => None,
    }
}

fn are_colons(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    let joint = matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.spacing() == Spacing::Joint);
    joint && is_colon(at) && is_colon(at + 1)
}

/// Returns true if a path begins here; false behind `::`, `.`, the quote of a lifetime, or a keyword that defines a
/// name.
fn is_mention(tokens: &[TokenTree], at: usize) -> bool {
    let after_colons = at >= 2 && are_colons(tokens, at - 2);
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    !after_colons
        && match before {
            Some(TokenTree::Punct(punct)) => !['\'', '.'].contains(&punct.as_char()),
            Some(TokenTree::Ident(word)) => {
                !["fn", "mod", "struct", "enum", "type", "as"].iter().any(|key| word == key)
            }
            _ => true,
        }
}

impl<'ast> Visit<'ast> for Mentions {
    // Attributes and `pub(in …)` use no items.
    fn visit_attribute(&mut self, _: &'ast Attribute) {}
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !is_test(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if item.leading_colon.is_none() {
            let private = matches!(item.vis, Visibility::Inherited);
            flatten(&item.tree, &[], private, item.use_token.span, &mut self.imports);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            let segments = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.name(segments, path.segments[0].ident.span());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        match call.path.get_ident() {
            Some(name) => self.macros.push(Mention { path: vec![name.to_string()], line: name.span().start().line }),
            None => self.visit_path(&call.path),
        }
        self.scan(call.tokens.clone(), &[]);
    }
}

fn flatten(tree: &UseTree, prefix: &[String], private: bool, span: Span, imports: &mut Vec<Import>) {
    let mut push = |name: Option<String>, path: Vec<String>, span: Span| {
        imports.push(Import { name, path, private, line: span.start().line });
    };
    let below = |name: &syn::Ident| [prefix, &[name.to_string()]].concat();
    match tree {
        UseTree::Path(path) => flatten(&path.tree, &below(&path.ident), private, path.ident.span(), imports),
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, prefix, private, span, imports)),
        UseTree::Name(name) if name.ident == "self" => push(prefix.last().cloned(), prefix.to_vec(), span),
        UseTree::Name(name) => push(Some(name.ident.to_string()), below(&name.ident), name.ident.span()),
        UseTree::Rename(rename) if rename.ident == "self" => {
            push(Some(rename.rename.to_string()), prefix.to_vec(), span);
        }
        UseTree::Rename(rename) => push(Some(rename.rename.to_string()), below(&rename.ident), rename.ident.span()),
        UseTree::Glob(_) => push(None, prefix.to_vec(), span),
    }
}

/// The names that patterns bind.
struct Bound(HashSet<String>);

impl<'ast> Visit<'ast> for Bound {
    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        self.0.insert(pattern.ident.to_string());
        visit::visit_pat_ident(self, pattern);
    }
}

/// Returns true if the attributes have `#[cfg(test)]` or `#[cfg(all(test, …))]`.
pub(crate) fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string();
            condition == "test" || condition.starts_with("all (test")
        }
        _ => false,
    })
}

pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
