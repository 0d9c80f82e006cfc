//! The public surface of the suite's library, in a snapshot that shows each new, changed or removed item. Implementations of
//! traits are left out.

use crate::declarations::{Declarations, is_public, marks};
use crate::mentions::{Mentions, attributes, is_test};
use crate::modules::{Crate, Module, defined};
use crate::scope::{Scope, Target};
use crate::sources::{self, Sources};
use std::collections::{BTreeMap, BTreeSet};
use syn::{ImplItem, Item, Type};

/// A definition: its file, and its name there.
type Key<'a> = (&'a str, String);

/// The public items of a crate, by the paths that a user writes behind the crate's name.
struct Surface<'a> {
    of: &'a Crate<'a>,
    sources: &'a Sources,
    /// Path, declaration and marks of each item, and of each part of one.
    lines: BTreeSet<(String, String)>,
    /// The path and the marks of each definition that a user can name.
    named: BTreeMap<Key<'a>, (String, String)>,
}

impl<'a> Surface<'a> {
    fn read(of: &'a Crate<'a>, sources: &'a Sources) -> Surface<'a> {
        let mut this = Surface { of, sources, lines: BTreeSet::new(), named: BTreeMap::new() };
        let modules: Vec<(usize, String, String)> = (0..of.modules.len())
            .filter_map(|module| this.public_path(module).map(|(path, marks)| (module, path, marks)))
            .collect();
        for (module, path, marks) in &modules {
            this.definitions(*module, path, marks);
        }
        for (module, path, marks) in &modules {
            this.re_exports(*module, path, marks);
        }
        for module in 0..of.modules.len() {
            this.macros(module);
            this.methods(module);
        }
        this
    }

    /// Returns the path of a module, with `::` at its end, and its marks; `None` if a user cannot name it.
    fn public_path(&self, module: usize) -> Option<(String, String)> {
        let Module { parent, name, .. } = &self.of.modules[module];
        let Some(parent) = *parent else { return Some((String::new(), String::new())) };
        let (path, above) = self.public_path(parent)?;
        self.of.modules[parent].items.iter().find_map(|item| match item {
            Item::Mod(declared) if declared.ident == name && is_public(&declared.vis) => {
                Some((format!("{path}{name}::"), format!("{above}{}", marks(&declared.attrs))))
            }
            _ => None,
        })
    }

    /// Adds a module, and what it defines.
    fn definitions(&mut self, module: usize, path: &str, marks: &str) {
        if let Some(name) = path.strip_suffix("::") {
            self.lines.insert((name.to_owned(), format!("mod{marks}")));
        }
        for item in &self.of.modules[module].items {
            if let Some(name) = defined(item).filter(|_| is_public_item(item)) {
                self.definition(self.of.modules[module].file, item, format!("{path}{name}"), marks);
            }
        }
    }

    fn definition(&mut self, file: &'a str, item: &Item, path: String, above: &str) {
        let declarations = Declarations { text: &self.sources[file] };
        let marks = format!("{above}{}", marks(attributes(item)));
        self.lines.insert((path.clone(), declarations.head(item) + &marks));
        for (part, text) in declarations.parts(item) {
            self.lines.insert((format!("{path}{part}"), text + &marks));
        }
        let name = defined(item).expect("the item has a name").to_string();
        self.named.insert((file, name), (path, marks));
    }

    /// Adds what a module re-exports: the definition if it has no other path, else where it is.
    fn re_exports(&mut self, module: usize, path: &str, above: &str) {
        let scope = Scope { of: self.of, chapters: &[] };
        let items = self.of.modules[module].items.iter();
        for item in items.filter(|item| matches!(item, Item::Use(item) if is_public(&item.vis))) {
            for import in Mentions::of(item).imports {
                let whole = import.path.join("::");
                let name = import.name.unwrap_or_else(|| panic!("expected names in `pub use {whole}::*`; write them"));
                let path = format!("{path}{name}");
                for target in scope.resolve(module, &import.path) {
                    match target {
                        Target::Item(file) => {
                            let key = (file, import.path.last().expect("a path has a name").clone());
                            match self.named.get(&key) {
                                // If a module and a function share a name, the path resolves twice to the same item.
                                Some((other, _)) if *other == path => {}
                                Some((other, marks)) => {
                                    self.lines.insert((path.clone(), format!("= {other}{marks}")));
                                }
                                None => self.definition(file, self.item(&key), path.clone(), above),
                            }
                        }
                        Target::Outside => {
                            self.lines.insert((path.clone(), format!("= crate {whole}{above}")));
                        }
                        Target::Module(_) => {
                            panic!("expected items in `pub use {whole}`, found a module; make it public")
                        }
                    }
                }
            }
        }
    }

    /// Returns the item that a file defines under a name.
    fn item(&self, (file, name): &Key) -> &'a Item {
        let items = self.of.modules.iter().filter(|module| module.file == *file).flat_map(|module| &module.items);
        let mut found = items.filter(|item| defined(item).is_some_and(|defined| defined == name));
        found.next().unwrap_or_else(|| panic!("expected {name} in {file}, found it under another name; name it there"))
    }

    /// Adds the exported macros of a module: they are in the root of the crate.
    fn macros(&mut self, module: usize) {
        for item in &self.of.modules[module].items {
            if let Item::Macro(rules) = item
                && let Some(name) = &rules.ident
                && rules.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export"))
            {
                self.lines.insert((format!("{name}!"), format!("macro{}", marks(&rules.attrs))));
            }
        }
    }

    /// Adds public functions and constants of the types that a user can name.
    fn methods(&mut self, module: usize) {
        let scope = Scope { of: self.of, chapters: &[] };
        let file = self.of.modules[module].file;
        let declarations = Declarations { text: &self.sources[file] };
        for item in &self.of.modules[module].items {
            let Item::Impl(block) = item else { continue };
            let (None, Type::Path(subject)) = (&block.trait_, &*block.self_ty) else { continue };
            let subject: Vec<String> = subject.path.segments.iter().map(|name| name.ident.to_string()).collect();
            let name = subject.last().expect("a path has a name");
            let mut keys = scope.items(module, &subject).map(|file| (file, name.clone()));
            let Some((path, above)) = keys.find_map(|key| self.named.get(&key).cloned()) else { continue };
            for item in &block.items {
                let (name, text, attributes) = match item {
                    ImplItem::Fn(item) if is_public(&item.vis) => {
                        let end = item.block.brace_token.span.open().start();
                        (&item.sig.ident, declarations.function(&item.sig, end), &item.attrs)
                    }
                    ImplItem::Const(item) if is_public(&item.vis) => {
                        let word = item.const_token.span;
                        (&item.ident, declarations.constant(word, Some(&item.eq_token), &item.semi_token), &item.attrs)
                    }
                    _ => continue,
                };
                if !is_test(attributes) {
                    let marks = format!("{above}{}{}", marks(&block.attrs), marks(attributes));
                    self.lines.insert((format!("{path}::{name}"), text + &marks));
                }
            }
        }
    }

    /// Returns the lines below a header that counts them.
    fn text(&self, name: &str) -> String {
        let count = |kinds: &[&str]| self.lines.iter().filter(|(_, text)| kinds.contains(&kind(text))).count();
        let hidden = self.lines.iter().filter(|(_, text)| text.contains(" [hidden]")).count();
        let header = format!(
            "{} public items of {name}: {} modules, {} types, {} traits, {} functions and methods, {} variants, \
             {} fields, {} constants, {} macros, {} re-exports; {hidden} hidden",
            self.lines.len(),
            count(&["mod"]),
            count(&["struct", "enum", "type"]),
            count(&["trait"]),
            count(&["fn"]),
            count(&["variant"]),
            count(&["field"]),
            count(&["const", "static"]),
            count(&["macro"]),
            count(&["="]),
        );
        let lines: String = self.lines.iter().map(|(path, text)| format!("{path}: {text}\n")).collect();
        format!("{header}\n\n{}", lines.replace(": = ", " = "))
    }
}

/// Returns the kind of a declaration, which is its first word but for functions.
fn kind(text: &str) -> &str {
    let is_function = text.split(' ').take_while(|word| !word.contains('(')).any(|word| word == "fn");
    if is_function { "fn" } else { text.split(' ').next().unwrap_or(text) }
}

fn is_public_item(item: &Item) -> bool {
    let visibility = match item {
        Item::Const(item) => &item.vis,
        Item::Enum(item) => &item.vis,
        Item::Fn(item) => &item.vis,
        Item::Static(item) => &item.vis,
        Item::Struct(item) => &item.vis,
        Item::Trait(item) => &item.vis,
        Item::Type(item) => &item.vis,
        _ => return false,
    };
    is_public(visibility)
}

fn surface_of(name: &str, root: &str, sources: &Sources) -> String {
    Surface::read(&Crate::read(root, sources), sources).text(name)
}

#[test]
fn the_public_items_of_the_library_are_in_the_snapshot() {
    let text = surface_of("array-ctypes-conformance", "conformance/src/lib.rs", &sources::all());
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("surface", text);
    });
}

/// The small crate has an item of each kind, and items that a user cannot name.
#[test]
fn items_that_a_user_can_name_are_listed_and_no_others() {
    let files = [
        (
            "lib.rs",
            "pub mod a; mod b; pub mod e; #[cfg(feature = \"f\")] pub mod c; pub(crate) mod d;
             pub use a::A; pub use b::{B, b as bee}; pub(crate) use d::D; pub use std as other; use d::d;",
        ),
        (
            "a.rs",
            "/// A.\n#[derive(Debug)]\npub struct A { /// First.\n pub one: Vec<(u8, u8)>, two: u8, pub(crate) three: u8 }
             impl A { pub const N: u8 = 1; pub fn new(\n    one: u8,\n    mut two: u8,\n) -> A { todo!() } fn hidden() {} }
             impl Clone for A { fn clone(&self) -> A { todo!() } }
             pub const LIST: [&str; 2] = [\"a\", \"b\"];
             #[doc(hidden)] #[macro_export] macro_rules! m { () => {} } macro_rules! n { () => {} }",
        ),
        (
            "b.rs",
            "pub struct B(pub u8, u8); pub const fn b() {} pub fn unnamed() {}
             mod inner { impl super::B { pub unsafe fn first(&self) -> u8 { todo!() } #[cfg(test)] pub fn t() {} } }",
        ),
        (
            "c.rs",
            "pub enum C<'a> { /// One.\n One, Two { /// A text.\n text: &'a str,\n }, Three(u8) }
             pub trait T: Sized { const K: u8; type Item; fn one(&self); fn two(&self) -> u8 { 2 } }
             #[cfg(test)] pub fn t() {}",
        ),
        ("d.rs", "pub struct D; pub fn d() {}"),
        ("e.rs", "rows! { #[rows] pub struct E { #[default(1)] pub one: u8, } } words! { E one }"),
    ];
    let sources: Sources = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let expected = "\
26 public items of small: 3 modules, 5 types, 1 traits, 5 functions and methods, 3 variants, 3 fields, 3 constants, \
1 macros, 2 re-exports; 1 hidden

A = a::A
B: struct B
B.0: field u8
B::first: unsafe fn first(&self) -> u8
a: mod
a::A: struct A
a::A.one: field Vec<(u8, u8)>
a::A::N: const N: u8
a::A::new: fn new(one: u8, two: u8) -> A
a::LIST: const LIST: [&str; 2]
bee: const fn b()
c: mod [feature f]
c::C: enum C<'a> [feature f]
c::C::One: variant One [feature f]
c::C::Three: variant Three(u8) [feature f]
c::C::Two: variant Two { text: &'a str } [feature f]
c::T: trait T: Sized [feature f]
c::T::Item: type Item [feature f]
c::T::K: const K: u8 [feature f]
c::T::one: fn one(&self) [feature f]
c::T::two: fn two(&self) -> u8 [provided] [feature f]
e: mod
e::E: struct E
e::E.one: field u8
m!: macro [hidden]
other = crate std
";
    assert_eq!(surface_of("small", "lib.rs", &sources), expected);
}
