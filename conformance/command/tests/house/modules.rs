//! The modules of a crate, with the names that each defines or imports.

use crate::mentions::{Import, Mention, Mentions, attributes, is_test};
use crate::sources::{Sources, syntax};
use std::collections::{BTreeSet, HashMap};
use syn::{Item, ItemMod};

/// A module: a file, or a part of one.
pub(crate) struct Module<'a> {
    /// The path of the file, by which [`Sources`] has it.
    pub(crate) file: &'a str,
    pub(crate) parent: Option<usize>,
    /// Empty for the root.
    pub(crate) name: String,
    /// The items, without those of tests, but with those between the braces of macro calls. A `mod` among them has lost its content: that is a module of its own.
    pub(crate) items: Vec<Item>,
    pub(crate) names: HashMap<String, Vec<Name<'a>>>,
    /// Positions of the imports with `*`.
    pub(crate) globs: Vec<usize>,
}

/// What a name means. It may mean several things: a module and a function, for example.
#[derive(Clone, Copy)]
pub(crate) enum Name<'a> {
    /// The position of a module.
    Module(usize),
    /// An item of that file.
    Item(&'a str),
    /// The position of an import.
    Import(usize),
}

/// A crate without its tests. The first module is the root.
#[derive(Default)]
pub(crate) struct Crate<'a> {
    pub(crate) modules: Vec<Module<'a>>,
    /// Imports, paths and calls of macros, each with the position of its module.
    pub(crate) imports: Vec<(usize, Import)>,
    pub(crate) paths: Vec<(usize, Mention)>,
    pub(crate) macro_calls: Vec<(usize, Mention)>,
    /// The files that define a macro by that name: it may be called by its name alone, without `use`.
    pub(crate) macros: HashMap<String, BTreeSet<&'a str>>,
}

impl<'a> Crate<'a> {
    /// Reads a crate: its root, and the file of every `mod`.
    pub(crate) fn read(root: &str, sources: &'a Sources) -> Crate<'a> {
        let mut this = Crate::default();
        this.file(root, folder_of(root), None, sources);
        this
    }

    /// Reads a file, whose child modules are in that folder. Returns the position of the module.
    fn file(&mut self, path: &str, folder: &str, parent: Option<usize>, sources: &'a Sources) -> usize {
        let (file, text) =
            sources.get_key_value(path).unwrap_or_else(|| panic!("expected the module {path}, found none"));
        self.module(file, syntax(file, text).items, folder, parent, sources)
    }

    fn module(
        &mut self,
        file: &'a str,
        mut items: Vec<Item>,
        folder: &str,
        parent: Option<usize>,
        sources: &'a Sources,
    ) -> usize {
        let module = self.modules.len();
        self.modules.push(Module {
            file,
            parent,
            name: String::new(),
            items: Vec::new(),
            names: HashMap::new(),
            globs: Vec::new(),
        });
        items.retain(|item| !is_test(attributes(item)));
        for item in &mut items {
            if let Item::Mod(child) = item {
                let position = self.child(child, module, folder, sources);
                self.modules[position].name = child.ident.to_string();
                self.define(module, &child.ident, Name::Module(position));
                continue;
            }
            if let Some(name) = defined(item) {
                self.define(module, name, Name::Item(file));
            }
            if let Item::Macro(rules) = item
                && let Some(name) = &rules.ident
            {
                self.macros.entry(name.to_string()).or_default().insert(file);
                if rules.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export")) {
                    self.define(0, name, Name::Item(file));
                }
            }
            self.mentions(module, Mentions::of(item));
        }
        for item in items.iter().flat_map(items_in_call).collect::<Vec<_>>() {
            if let Some(name) = defined(&item) {
                self.define(module, name, Name::Item(file));
            }
            items.push(item);
        }
        self.modules[module].items = items;
        module
    }

    fn child(&mut self, child: &mut ItemMod, parent: usize, folder: &str, sources: &'a Sources) -> usize {
        let file = self.modules[parent].file;
        let below = join(folder, &child.ident.to_string());
        if let Some((_, items)) = child.content.take() {
            return self.module(file, items, &below, Some(parent), sources);
        }
        let (plain, nested) = (format!("{below}.rs"), format!("{below}/mod.rs"));
        let path = match path_attribute(child) {
            Some(path) => join(folder_of(file), &path),
            None if sources.contains_key(&plain) => plain,
            None => nested,
        };
        let folder = if path.ends_with("/mod.rs") { folder_of(&path) } else { path.trim_end_matches(".rs") };
        self.file(&path, folder, Some(parent), sources)
    }

    fn define(&mut self, module: usize, name: &impl ToString, what: Name<'a>) {
        self.modules[module].names.entry(name.to_string()).or_default().push(what);
    }

    fn mentions(&mut self, module: usize, mentions: Mentions) {
        for import in mentions.imports {
            let position = self.imports.len();
            match &import.name {
                Some(name) => self.define(module, name, Name::Import(position)),
                None => self.modules[module].globs.push(position),
            }
            self.imports.push((module, import));
        }
        self.paths.extend(mentions.paths.into_iter().map(|mention| (module, mention)));
        self.macro_calls.extend(mentions.macros.into_iter().map(|mention| (module, mention)));
    }
}

/// Returns the name that an item defines; `None` for imports, implementations and macros.
pub(crate) fn defined(item: &Item) -> Option<&syn::Ident> {
    match item {
        Item::Const(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Fn(item) => Some(&item.sig.ident),
        Item::Static(item) => Some(&item.ident),
        Item::Struct(item) => Some(&item.ident),
        Item::Trait(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        Item::Union(item) => Some(&item.ident),
        _ => None,
    }
}

/// Returns the items between the braces of a macro call, as in `limits! { pub struct Limits { … } }`; none if something else
/// stands there.
fn items_in_call(item: &Item) -> Vec<Item> {
    match item {
        Item::Macro(call) if call.ident.is_none() => {
            syn::parse2::<syn::File>(call.mac.tokens.clone()).map_or_else(|_| Vec::new(), |file| file.items)
        }
        _ => Vec::new(),
    }
}

fn path_attribute(module: &ItemMod) -> Option<String> {
    let attribute = module.attrs.iter().find(|attribute| attribute.path().is_ident("path"))?;
    match &attribute.meta.require_name_value().ok()?.value {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
