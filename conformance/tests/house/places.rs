//! The places where a file of a crate names what another file defines.

use crate::mentions::Mention;
use crate::modules::Crate;
use crate::scope::{Scope, Target};
use std::collections::BTreeSet;

/// Where a path stands, and the file that it leads to, which is another.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place<'a> {
    pub(crate) from: &'a str,
    pub(crate) line: usize,
    pub(crate) path: String,
    pub(crate) to: &'a str,
}

/// All places, in the order of files and lines. Neither `mod` nor a re-export is one.
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
        let file = scope.items(*module, path).next().or(of.macros.get(&path[0]).copied());
        if let Some(file) = file {
            add(*module, *line, path, file);
        }
    }
    for (module, import) in of.imports.iter().filter(|(_, import)| import.private) {
        for target in scope.resolve(*module, &import.path) {
            match target {
                Target::Item(file) => add(*module, import.line, &import.path, file),
                // Methods of a trait may be called, and so its module used, without a name.
                Target::Module(other) if import.name.is_none() => {
                    let path = [&import.path[..], &["*".to_owned()]].concat();
                    add(*module, import.line, &path, of.modules[other].file);
                }
                // A module alone is no item: what is used of it is named with it.
                Target::Module(_) | Target::Outside => {}
            }
        }
    }
    places
}
