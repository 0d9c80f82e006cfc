//! The modules of a crate with the names that each defines or brings in.

use crate::mentions::{Import, Mention, Mentions, attributes, is_test};
use crate::sources::{Sources, syntax};
use std::collections::HashMap;
use syn::{Item, ItemMod};

/// A module: a file, or a part of one.
pub(crate) struct Module<'a> {
    /// The path of the file, by which [`Sources`] has it.
    pub(crate) file: &'a str,
    pub(crate) parent: Option<usize>,
    pub(crate) names: HashMap<String, Vec<Name<'a>>>,
    /// Positions of what `use` brings in with `*`.
    pub(crate) globs: Vec<usize>,
}

/// What a name means. It may mean several things: a module and a function, say.
#[derive(Clone, Copy)]
pub(crate) enum Name<'a> {
    /// The position of a module.
    Module(usize),
    /// An item of that file.
    Item(&'a str),
    /// The position of what `use` brings in.
    Import(usize),
}

/// A crate. The first module is its root. Modules and items of tests are left out.
#[derive(Default)]
pub(crate) struct Crate<'a> {
    pub(crate) modules: Vec<Module<'a>>,
    /// Each with the module that it stands in.
    pub(crate) imports: Vec<(usize, Import)>,
    /// Each with the module that it stands in.
    pub(crate) paths: Vec<(usize, Mention)>,
    /// Each with the module that it stands in.
    pub(crate) macro_calls: Vec<(usize, Mention)>,
    /// The files of `macro_rules!`, which need not be brought in where they are called.
    pub(crate) macros: HashMap<String, &'a str>,
}

impl<'a> Crate<'a> {
    /// Reads a crate from its root, `lib.rs` or `main.rs`, on.
    pub(crate) fn read(root: &str, sources: &'a Sources) -> Crate<'a> {
        let mut this = Crate::default();
        this.file(root, folder_of(root), None, sources);
        this
    }

    /// Reads a file whose modules are in that folder; returns the module's position.
    fn file(&mut self, path: &str, folder: &str, parent: Option<usize>, sources: &'a Sources) -> usize {
        let (file, text) =
            sources.get_key_value(path).unwrap_or_else(|| panic!("expected the module {path}, found none"));
        self.module(file, &syntax(file, text).items, folder, parent, sources)
    }

    fn module(
        &mut self,
        file: &'a str,
        items: &[Item],
        folder: &str,
        parent: Option<usize>,
        sources: &'a Sources,
    ) -> usize {
        let module = self.modules.len();
        self.modules.push(Module { file, parent, names: HashMap::new(), globs: Vec::new() });
        for item in items.iter().filter(|item| !is_test(attributes(item))) {
            if let Item::Mod(child) = item {
                let position = self.child(child, module, folder, sources);
                self.define(module, &child.ident, Name::Module(position));
                continue;
            }
            if let Some(name) = defined(item) {
                self.define(module, name, Name::Item(file));
            }
            if let Item::Macro(rules) = item
                && let Some(name) = &rules.ident
            {
                self.macros.insert(name.to_string(), file);
                if rules.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export")) {
                    self.define(0, name, Name::Item(file));
                }
            }
            self.mentions(module, Mentions::of(item));
        }
        module
    }

    fn child(&mut self, child: &ItemMod, parent: usize, folder: &str, sources: &'a Sources) -> usize {
        let file = self.modules[parent].file;
        let below = join(folder, &child.ident.to_string());
        if let Some((_, items)) = &child.content {
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

fn defined(item: &Item) -> Option<&syn::Ident> {
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
