//! The places where a file of a crate names what another file defines.

use crate::mentions::Mention;
use crate::modules::Crate;
use crate::scope::{Scope, Target};
use std::collections::BTreeSet;

/// A path in the code of one file that leads to another file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place<'a> {
    pub(crate) from: &'a str,
    pub(crate) line: usize,
    pub(crate) path: String,
    pub(crate) to: &'a str,
}

/// Returns all places of a crate in the order of files and lines. Neither `mod` nor a re-export is a place.
pub(crate) fn places<'a>(of: &Crate<'a>, chapters: &[&str]) -> BTreeSet<Place<'a>> {
    let scope = Scope { of, chapters };
    let mut places = BTreeSet::new();
    let mut add = |module: usize, line: usize, path: &[String], to: &'a str| {
        let from = of.modules[module].file;
        if from != to {
            places.insert(Place { from, line, path: path.join("::"), to });
        }
    };
    for (module, Mention { path, line }) in &of.paths {
        for file in scope.items(*module, path) {
            add(*module, *line, path, file);
        }
    }
    for (module, Mention { path, line }) in &of.macro_calls {
        let mut files: BTreeSet<&str> = scope.items(*module, path).collect();
        if files.is_empty() {
            files = of.macros.get(&path[0]).cloned().unwrap_or_default();
        }
        // Of two macros with one name, the one in the same file is nearer.
        if !files.contains(of.modules[*module].file) {
            for file in files {
                add(*module, *line, path, file);
            }
        }
    }
    for (module, import) in of.imports.iter().filter(|(_, import)| import.private) {
        for target in scope.resolve(*module, &import.path) {
            match target {
                Target::Item(file) => add(*module, import.line, &import.path, file),
                // The code may call methods of a trait that `*` imports, and never name it.
                Target::Module(other) if import.name.is_none() => {
                    let path = [&import.path[..], &["*".to_owned()]].concat();
                    add(*module, import.line, &path, of.modules[other].file);
                }
                // An import of a module uses nothing yet: the paths that begin with its name do.
                Target::Module(_) | Target::Outside => {}
            }
        }
    }
    places
}
