//! Source files of the workspace.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Texts of files by their paths below one folder, with `/` between names.
pub(crate) type Sources = BTreeMap<String, String>;

/// Reads every Rust file of the workspace. Paths are relative to the workspace.
pub(crate) fn all() -> Sources {
    let workspace = workspace();
    let mut sources = Sources::new();
    let mut folders = vec![workspace.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("folders of the workspace can be read") {
            let path = entry.expect("entries of a folder can be read").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let below = path.strip_prefix(&workspace).expect("the file is below the workspace");
                let text = fs::read_to_string(&path).expect("source files are UTF-8");
                sources.insert(below.to_string_lossy().replace('\\', "/"), text);
            }
        }
    }
    sources
}

/// Finds the folder whose `Cargo.toml` has `[workspace]`: it is above this package.
pub(crate) fn workspace() -> PathBuf {
    let is_root =
        |folder: &&Path| fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|text| text.contains("[workspace]"));
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().find(is_root).expect("a folder above this package is the workspace").to_owned()
}

/// The syntax of a file.
pub(crate) fn syntax(path: &str, text: &str) -> syn::File {
    syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: expected Rust, found: {error}"))
}
