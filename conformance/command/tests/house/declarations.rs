//! The text of a declaration in one line, as it is written in the source: without attributes, comments and bodies.

use proc_macro2::{LineColumn, Span};
use syn::punctuated::Punctuated;
use syn::token::{Comma, Eq, Semi};
use syn::{Attribute, Fields, Item, Meta, Safety, Signature, TraitItem, Visibility};

/// Declarations in one file.
#[derive(Clone, Copy)]
pub(crate) struct Declarations<'a> {
    /// The text of the file.
    pub(crate) text: &'a str,
}

/// A public part of an item: the text behind the item's path, such as `.field`, and its declaration.
pub(crate) type Part = (String, String);

impl Declarations<'_> {
    /// Returns the declaration of an item that defines a name. Its parts stand in [`Declarations::parts`].
    ///
    /// # Panics
    /// If no user can name such an item.
    pub(crate) fn head(self, item: &Item) -> String {
        match item {
            Item::Const(item) => self.between(item.const_token.span, item.eq_token.span.start()),
            Item::Static(item) => self.between(item.static_token.span, item.eq_token.span.start()),
            Item::Type(item) => self.between(item.type_token.span, item.semi_token.span.start()),
            Item::Enum(item) => self.between(item.enum_token.span, item.brace_token.span.open().start()),
            Item::Struct(item) => {
                self.between(item.struct_token.span, end_of_head(&item.fields, item.semi_token.as_ref()))
            }
            Item::Trait(item) => {
                let start = item.unsafety.as_ref().map_or(item.trait_token.span, |word| word.span);
                self.between(start, item.brace_token.span.open().start())
            }
            Item::Fn(item) => self.function(&item.sig, item.block.brace_token.span.open().start()),
            _ => panic!("expected an item that a user can name; teach `Declarations::head` this kind"),
        }
    }

    /// Returns the public fields of a structure, the variants of an enum, or the items of a trait.
    pub(crate) fn parts(self, item: &Item) -> Vec<Part> {
        match item {
            Item::Struct(item) => self.fields(&item.fields),
            Item::Enum(item) => {
                let close = item.brace_token.span.close().start();
                let variant = |variant: &syn::Variant, end: LineColumn| {
                    let text = self.between(variant.ident.span(), end);
                    (format!("::{}", variant.ident), format!("variant {text}"))
                };
                each(&item.variants, close).map(|(item, end)| variant(item, end)).collect()
            }
            Item::Trait(item) => item.items.iter().map(|item| self.trait_item(item)).collect(),
            _ => Vec::new(),
        }
    }

    /// Returns the declaration of a function or method, up to its body.
    pub(crate) fn function(self, signature: &Signature, end: LineColumn) -> String {
        let words = [
            signature.constness.as_ref().map(|word| word.span),
            signature.asyncness.as_ref().map(|word| word.span),
            match &signature.safety {
                Safety::Unsafe(word) => Some(word.span),
                Safety::Safe(_) | Safety::Default => None,
            },
            signature.abi.as_ref().map(|abi| abi.extern_token.span),
        ];
        self.between(words.into_iter().flatten().next().unwrap_or(signature.fn_token.span), end)
    }

    /// Returns the declaration of a constant in an implementation or a trait, up to its value.
    pub(crate) fn constant(self, word: Span, value: Option<&Eq>, semicolon: &Semi) -> String {
        self.between(word, value.map_or(semicolon.span, |eq| eq.span).start())
    }

    fn fields(self, fields: &Fields) -> Vec<Part> {
        let (list, close) = match fields {
            Fields::Named(fields) => (&fields.named, fields.brace_token.span.close().start()),
            Fields::Unnamed(fields) => (&fields.unnamed, fields.paren_token.span.close().start()),
            Fields::Unit => return Vec::new(),
        };
        let public = each(list, close).enumerate().filter(|(_, (field, _))| is_public(&field.vis));
        let part = |(position, (field, end)): (usize, (&syn::Field, LineColumn))| {
            let (name, start) = match (&field.ident, &field.vis) {
                (Some(name), _) => (name.to_string(), name.span()),
                (None, Visibility::Public(word)) => (position.to_string(), word.span),
                (None, _) => unreachable!("the field is public"),
            };
            let text = self.between(start, end);
            let of_type = text.trim_start_matches("pub ").trim_start_matches(&format!("{name}: "));
            (format!(".{name}"), format!("field {of_type}"))
        };
        public.map(part).collect()
    }

    fn trait_item(self, item: &TraitItem) -> Part {
        match item {
            TraitItem::Fn(item) => {
                let body = item.default.as_ref().map(|body| body.brace_token.span.open());
                let end =
                    body.or(item.semi_token.as_ref().map(|semicolon| semicolon.span)).expect("a body or a semicolon");
                let provided = if body.is_some() { " [provided]" } else { "" };
                (format!("::{}", item.sig.ident), self.function(&item.sig, end.start()) + provided)
            }
            TraitItem::Const(item) => {
                let value = item.default.as_ref().map(|(eq, _)| eq);
                (format!("::{}", item.ident), self.constant(item.const_token.span, value, &item.semi_token))
            }
            TraitItem::Type(item) => {
                (format!("::{}", item.ident), self.between(item.type_token.span, item.semi_token.span.start()))
            }
            _ => panic!("expected functions, constants and types in a trait; teach `Declarations` this kind"),
        }
    }

    /// Returns the source from a token up to a place, without comments and attributes, in one line.
    fn between(self, start: Span, end: LineColumn) -> String {
        let start = start.start();
        let mut words = Vec::new();
        for (number, line) in (1..=end.line).zip(self.text.lines()).skip(start.line - 1) {
            // Columns count characters.
            let skipped = if number == start.line { start.column } else { 0 };
            let stop = if number == end.line { end.column } else { usize::MAX };
            let line: String = line.chars().take(stop).skip(skipped).collect();
            let code = line.split("//").next().unwrap_or_default().trim();
            if !code.starts_with("#[") {
                words.extend(code.split_whitespace().map(str::to_owned));
            }
        }
        // Undo the line breaks of rustfmt, and leave out `mut` before arguments, which callers need not know.
        let mut text = words.join(" ");
        for (from, to) in
            [("( ", "("), (", )", ")"), (" )", ")"), (", }", " }"), (" .", "."), ("(mut ", "("), (", mut ", ", ")]
        {
            text = text.replace(from, to);
        }
        text.trim_end_matches([',', ' ']).to_owned()
    }
}

fn end_of_head(fields: &Fields, semicolon: Option<&Semi>) -> LineColumn {
    match (fields, semicolon) {
        (Fields::Named(fields), _) => fields.brace_token.span.open().start(),
        (Fields::Unnamed(fields), _) => fields.paren_token.span.open().start(),
        (Fields::Unit, semicolon) => semicolon.expect("a structure without fields ends with a semicolon").span.start(),
    }
}

/// Returns the items of a list, each with the place where it ends.
fn each<T>(list: &Punctuated<T, Comma>, close: LineColumn) -> impl Iterator<Item = (&T, LineColumn)> {
    list.pairs().map(move |pair| {
        let end = pair.punct().map_or(close, |comma| comma.span.start());
        (pair.into_value(), end)
    })
}

pub(crate) fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Returns the conditions of an item, from its attributes: ` [hidden]` in the documentation, ` [feature NAME]`, or
/// another condition of `cfg`.
pub(crate) fn marks(attributes: &[Attribute]) -> String {
    let mark = |attribute: &Attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("doc") && list.tokens.to_string() == "hidden" => " [hidden]".to_owned(),
        Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string();
            match condition.strip_prefix("feature = ") {
                Some(name) => format!(" [feature {}]", name.trim_matches('"')),
                None => format!(" [if {condition}]"),
            }
        }
        _ => String::new(),
    };
    attributes.iter().map(mark).collect()
}
