//! The manifest of a crate, and what its tests need there.

use std::path::Path;
use toml_edit::{DocumentMut, Item, Table, TableLike, TomlError};

/// What is added to the manifest of a crate.
const ADDED: &str = include_str!("../templates/rust/dev-dependencies.toml");

/// Returns a manifest with the entries of [`ADDED`] that it lacks; all others stay as they are. Only the root of a workspace, which a
/// crate alone is too, has profiles.
///
/// # Errors
/// If the text is no TOML, or what is a table in manifests is none in this.
pub(crate) fn completed(text: &str, is_root: bool) -> Result<String, String> {
    let parsed = |text: &str| text.parse().map_err(|error: TomlError| error.to_string());
    let (added, mut manifest): (DocumentMut, DocumentMut) = (parsed(ADDED)?, parsed(text)?);
    let before = manifest.to_string();
    let mut paths = vec![(&["dev-dependencies"][..], "array-ctypes-conformance")];
    if is_root {
        paths.push((&["profile", "dev", "package"], "*"));
    }
    for (path, key) in paths {
        let from = path.iter().try_fold(added.as_item(), |item, key| item.get(key)).and_then(|item| item.get(key));
        let into = table(manifest.as_table_mut(), path)?;
        if let Some(entry) = from.filter(|_| !into.contains_key(key)) {
            let mut entry = entry.clone();
            if let Item::Table(table) = &mut entry {
                // Behind all others.
                table.set_position(None);
            }
            into.insert(key, entry);
        }
    }
    let after = manifest.to_string();
    // The library ends all lines in one way.
    Ok(if after == before {
        text.to_owned()
    } else if text.contains("\r\n") {
        after.replace("\r\n", "\n").replace('\n', "\r\n")
    } else {
        after
    })
}

/// The table at a path, which is made if it is not there.
fn table<'a>(root: &'a mut Table, path: &[&str]) -> Result<&'a mut dyn TableLike, String> {
    let mut found: &mut dyn TableLike = root;
    for key in path {
        let made = || {
            let mut table = Table::new();
            // Only the last table of such a path gets a header: that of the entry.
            table.set_implicit(path.len() > 1);
            Item::Table(table)
        };
        let item = found.entry(key).or_insert_with(made);
        found = item.as_table_like_mut().ok_or_else(|| format!("`{key}` is no table"))?;
    }
    Ok(found)
}

/// Returns true if no workspace above the folder can have the profiles of the crate there, whose manifest is `text`.
pub(crate) fn is_root(folder: &Path, text: &str) -> bool {
    let has_workspace = |text: &str| text.parse().is_ok_and(|manifest: DocumentMut| manifest.contains_key("workspace"));
    let above = std::path::absolute(folder).unwrap_or_default();
    let is_below = |folder: &Path| {
        std::fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|manifest| has_workspace(&manifest))
    };
    has_workspace(text) || !above.ancestors().skip(1).any(is_below)
}

#[cfg(test)]
mod tests {
    use super::{completed, is_root};
    use std::fs;
    use std::path::Path;

    const LINE: &str = "array-ctypes-conformance = \"0.1\"\n";
    const PROFILE: &str =
        "\n# Cases are drawn and judged several times faster with this.\n[profile.dev.package.\"*\"]\nopt-level = 2\n";

    fn of_root(text: &str) -> String {
        completed(text, true).expect("a manifest")
    }

    #[test]
    fn a_manifest_keeps_its_lines_and_gets_what_it_lacks_once() {
        let plain = "[package]\nname = \"mine\"\n";
        assert_eq!(of_root(plain), format!("{plain}\n[dev-dependencies]\n{LINE}{PROFILE}"));
        assert_eq!(completed(plain, false), Ok(format!("{plain}\n[dev-dependencies]\n{LINE}")));
        for has_section in [
            "[dev-dependencies] # of tests\nproptest = \"1\"\n",
            "[ dev-dependencies ]\n",
            "[dev-dependencies]\nproptest.workspace = true\n",
        ] {
            assert_eq!(of_root(has_section), format!("{has_section}{LINE}{PROFILE}"));
        }
        for text in
            [plain, "[dev-dependencies.proptest]\nversion = \"1\"\n", "dev-dependencies = { proptest = \"1\" }\n"]
        {
            let once = of_root(text);
            assert!(
                once.contains("array-ctypes-conformance") && once.contains("[profile.dev.package.\"*\"]"),
                "{once}"
            );
            assert_eq!(of_root(&once), once);
        }
    }

    #[test]
    fn what_is_there_is_found_in_every_spelling() {
        let of_workspace = "[workspace.dependencies]\narray-ctypes-conformance = \"0.1\"\n";
        assert_eq!(of_root(of_workspace), format!("{of_workspace}\n[dev-dependencies]\n{LINE}{PROFILE}"));
        for text in [
            "[dev-dependencies.array-ctypes-conformance]\nworkspace = true\n\n[profile]\ndev.package.\"*\".opt-level = 3\n",
            "[dev-dependencies]\narray-ctypes-conformance.workspace = true\n[profile.dev.package.'*']\nopt-level = 1\n",
        ] {
            assert_eq!(of_root(text), text);
        }
        let inline = of_root("[profile.dev]\npackage = { mine = { opt-level = 1 } }\n");
        assert!(inline.contains("package = { mine = { opt-level = 1 } , \"*\" = { opt-level = 2 } }"), "{inline}");
        let crlf = "[package]\r\nname = \"mine\"\r\n";
        assert_eq!(of_root(crlf).matches('\n').count(), of_root(crlf).matches("\r\n").count());
    }

    #[test]
    fn what_is_no_manifest_is_refused() {
        assert!(completed("[package", true).is_err());
        assert_eq!(completed("dev-dependencies = 1\n", true), Err("`dev-dependencies` is no table".to_owned()));
    }

    #[test]
    fn a_member_has_a_workspace_above_it() {
        let place = tempfile::tempdir().expect("a folder");
        let member = place.path().join("crates/mine");
        fs::create_dir_all(&member).expect("a folder");
        let of_member = |text: &str| is_root(&member, text);
        assert!(of_member("[package]\nedition.workspace = true\n"));
        fs::write(place.path().join("Cargo.toml"), "[workspace]\nmembers = [\"crates/*\"]\n").expect("a file");
        assert!(!of_member("[package]\n") && of_member("[package]\n[workspace]\n"));
        assert!(is_root(Path::new("/"), "[package]\n"));
    }
}
