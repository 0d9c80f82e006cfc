//! Resolves a path in the module where it stands.

use crate::modules::{Crate, Name};

/// What a path leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    /// A module, by its position.
    Module(usize),
    /// An item that this file defines.
    Item(&'a str),
    /// Another crate, a variable, a name of the prelude.
    Outside,
}

/// Resolves the paths of a crate. In a macro, `$chapter` stands for every chapter, because `for_each_rule!` passes them
/// all. Any other metavariable behind `::` stands for every name that the module before it exports.
pub(crate) struct Scope<'a, 'c> {
    pub(crate) of: &'c Crate<'a>,
    pub(crate) chapters: &'c [&'c str],
}

impl<'a> Scope<'a, '_> {
    /// Returns the files that define the items that a path may mean.
    pub(crate) fn items(&self, module: usize, path: &[String]) -> impl Iterator<Item = &'a str> {
        self.resolve(module, path).into_iter().filter_map(|target| match target {
            Target::Item(file) => Some(file),
            Target::Module(_) | Target::Outside => None,
        })
    }

    /// Returns all that a path may mean in a module: a function and a module may have one name.
    pub(crate) fn resolve(&self, module: usize, path: &[String]) -> Vec<Target<'a>> {
        self.follow(module, path, &mut Vec::new())
    }

    /// Follows a path, but no import twice: `use shape::shape` begins with the name that it imports. `busy` lists the
    /// imports that it is following.
    fn follow(&self, module: usize, path: &[String], busy: &mut Vec<usize>) -> Vec<Target<'a>> {
        let Some((first, rest)) = path.split_first() else { return Vec::new() };
        let mut targets = match first.as_str() {
            "crate" => vec![Target::Module(0)],
            "self" | "super" => self.step(Target::Module(module), first, busy),
            _ if first.starts_with('$') && (first != "$chapter" || rest.is_empty()) => Vec::new(),
            _ => self.named(module, first, busy),
        };
        if targets.is_empty() {
            targets.push(Target::Outside);
        }
        for name in rest {
            targets = targets.into_iter().flat_map(|target| self.step(target, name, busy)).collect();
        }
        targets
    }

    /// Follows one segment. A path ends at an item: a type has its variants and functions in its own file.
    fn step(&self, target: Target<'a>, name: &str, busy: &mut Vec<usize>) -> Vec<Target<'a>> {
        let Target::Module(module) = target else { return vec![target] };
        let here = &self.of.modules[module];
        match name {
            "self" => vec![target],
            "super" => here.parent.map(Target::Module).into_iter().collect(),
            _ => match self.named(module, name, busy) {
                // No item has the name, so a macro of that file makes it.
                found if found.is_empty() => vec![Target::Item(here.file)],
                found => found,
            },
        }
    }

    /// Returns what a name means in a module; nothing if the module lacks it.
    fn named(&self, module: usize, name: &str, busy: &mut Vec<usize>) -> Vec<Target<'a>> {
        let here = &self.of.modules[module];
        let names: Vec<Name> = match name {
            "$chapter" => {
                self.chapters.iter().filter_map(|chapter| here.names.get(*chapter)).flatten().copied().collect()
            }
            _ if name.starts_with('$') => {
                here.names.values().flatten().copied().filter(|name| self.exports(*name)).collect()
            }
            _ => here.names.get(name).into_iter().flatten().copied().collect(),
        };
        let mut found: Vec<_> = names.into_iter().flat_map(|name| self.meaning(name, busy)).collect();
        if !found.is_empty() {
            return found;
        }
        for glob in &here.globs {
            if !busy.contains(glob) {
                busy.push(*glob);
                for target in self.follow(module, &self.of.imports[*glob].1.path, busy) {
                    if let Target::Module(other) = target {
                        found.extend(self.named(other, name, busy));
                    }
                }
                busy.pop();
            }
        }
        found
    }

    fn exports(&self, name: Name) -> bool {
        !matches!(name, Name::Import(position) if self.of.imports[position].1.private)
    }

    fn meaning(&self, name: Name<'a>, busy: &mut Vec<usize>) -> Vec<Target<'a>> {
        match name {
            Name::Module(module) => vec![Target::Module(module)],
            Name::Item(file) => vec![Target::Item(file)],
            Name::Import(position) if busy.contains(&position) => Vec::new(),
            Name::Import(position) => {
                let (module, import) = &self.of.imports[position];
                busy.push(position);
                let found = self.follow(*module, &import.path, busy);
                busy.pop();
                found
            }
        }
    }
}
