//! What a library begins with: an adapter to fill in, and a workflow that runs the suite.

use crate::error::CommandError;
use clap::ValueEnum;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// What a start is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A library for Python: an adapter on the kit
    Python,
    /// A crate: a test file, and the dev-dependency in Cargo.toml
    Rust,
    /// A library in C++: an adapter through the header
    Cpp,
    /// A binding with pybind11 or nanobind, which is handed arrays
    Pybind11,
}

/// A file of a start: where it is written, and its text. In both, `{{name}}` is the library.
type Template = (&'static str, &'static str);

macro_rules! template {
    ($path:literal, $file:literal) => {
        ($path, include_str!(concat!("../templates/", $file)))
    };
}

const WORKFLOW: &str = ".github/workflows/array-ctypes.yml";
const DEVIATIONS: Template = template!("array-ctypes-deviations.toml", "array-ctypes-deviations.toml");

/// What is added to the manifest of a crate: sections, with an empty line between them.
const MANIFEST: &str = include_str!("../templates/rust/dev-dependencies.toml");

impl Kind {
    fn templates(self) -> Vec<Template> {
        match self {
            Kind::Python => vec![
                template!("{{name}}_adapter.py", "python/name_adapter.py"),
                DEVIATIONS,
                (WORKFLOW, include_str!("../templates/python/array-ctypes.yml")),
            ],
            Kind::Rust => vec![
                template!("tests/array_ctypes.rs", "rust/array_ctypes.rs"),
                (WORKFLOW, include_str!("../templates/rust/array-ctypes.yml")),
            ],
            Kind::Cpp => vec![
                template!("{{name}}_adapter.cpp", "cpp/name_adapter.cpp"),
                template!("array-ctypes.mk", "cpp/array-ctypes.mk"),
                DEVIATIONS,
                (WORKFLOW, include_str!("../templates/cpp/array-ctypes.yml")),
            ],
            Kind::Pybind11 => vec![
                template!("{{name}}_binding.cpp", "pybind11/name_binding.cpp"),
                template!("{{name}}_consumer.py", "pybind11/name_consumer.py"),
                DEVIATIONS,
                (WORKFLOW, include_str!("../templates/pybind11/array-ctypes.yml")),
            ],
        }
    }

    /// How the suite is run on what was written.
    pub(crate) fn commands(self, name: &str) -> Vec<String> {
        match self {
            Kind::Python => vec![
                format!("array-ctypes check --command \"python3 {name}_adapter.py\""),
                format!("pytest --array-ctypes {name}_adapter.py    # pip install 'array-ctypes[pytest]'"),
            ],
            Kind::Rust => vec!["cargo test --test array_ctypes".to_owned()],
            Kind::Cpp => vec!["make -f array-ctypes.mk check".to_owned()],
            Kind::Pybind11 => vec![
                "python3 -m pip install numpy pybind11".to_owned(),
                format!(
                    "c++ -O1 -std=c++17 -shared -fPIC $(python3 -m pybind11 --includes) {name}_binding.cpp -o {name}_binding.so"
                ),
                format!("array-ctypes check --command \"python3 {name}_consumer.py\""),
            ],
        }
    }
}

/// Writes a start to a folder, and returns the paths that were written. A file that is there is never replaced: then nothing is
/// written at all.
pub(crate) fn write(kind: Kind, name: &str, folder: &Path) -> Result<Vec<PathBuf>, CommandError> {
    let named = |text: &str| text.replace("{{name}}", name);
    let files: Vec<(PathBuf, String)> =
        kind.templates().into_iter().map(|(path, text)| (folder.join(named(path)), named(text))).collect();
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()) {
        return Err(CommandError::Usage(format!(
            "expected no file {}, found one; move it away, or write the start into another folder and compare",
            path.display()
        )));
    }
    let manifest = (kind == Kind::Rust).then(|| manifest(folder)).transpose()?;
    for (path, text) in &files {
        let made = fs::create_dir_all(path.parent().unwrap_or(folder)).and_then(|()| fs::write(path, text));
        made.map_err(|error| CommandError::File(path.clone(), error))?;
    }
    let mut written: Vec<PathBuf> = files.into_iter().map(|(path, _)| path).collect();
    if let Some((path, text)) = manifest {
        let made = fs::File::create(&path).and_then(|mut file| file.write_all(text.as_bytes()));
        made.map_err(|error| CommandError::File(path.clone(), error))?;
        written.push(path);
    }
    Ok(written)
}

/// The manifest of the crate in a folder, and its text with what the tests need.
fn manifest(folder: &Path) -> Result<(PathBuf, String), CommandError> {
    let path = folder.join("Cargo.toml");
    let text = fs::read_to_string(&path).map_err(|error| {
        CommandError::Usage(format!(
            "expected the manifest of a crate at {}, found: {error}; run this in the folder of the crate",
            path.display()
        ))
    })?;
    Ok((path, with_sections(&text)))
}

/// A manifest with the sections of [`MANIFEST`]. A section that is there keeps its lines; those that it lacks come first. The
/// member of a workspace has no profiles of its own.
fn with_sections(manifest: &str) -> String {
    let mut text = manifest.trim_end().to_owned();
    let is_member = manifest.contains("workspace = true");
    for section in MANIFEST.trim_end().split("\n\n") {
        let lines: Vec<&str> = section.lines().collect();
        let Some(at) = lines.iter().position(|line| line.starts_with('[')) else { continue };
        let (header, body) = (lines[at], &lines[at + 1..]);
        let keys = |line: &&str| line.split('=').next().map(|key| key.trim().to_owned());
        let is_there =
            body.iter().filter_map(keys).any(|key| text.lines().any(|line| line.trim_start().starts_with(&key)));
        if header.starts_with("[profile") {
            if !is_member && !text.contains(header) {
                text = format!("{text}\n\n{section}");
            }
        } else if !is_there {
            let place = text.lines().position(|line| line.trim() == header);
            text = match place {
                Some(place) => {
                    let mut lines: Vec<&str> = text.lines().collect();
                    lines.splice(place + 1..=place, body.iter().copied());
                    lines.join("\n")
                }
                None => format!("{text}\n\n{section}"),
            };
        }
    }
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::with_sections;

    #[test]
    fn a_manifest_keeps_its_lines_and_gets_what_it_lacks_once() {
        let plain = "[package]\nname = \"mine\"\n\n[dev-dependencies]\nproptest = \"1\"\n";
        let once = with_sections(plain);
        let line = "array-ctypes-conformance = ";
        assert!(
            once.starts_with("[package]\nname = \"mine\"\n\n[dev-dependencies]\narray-ctypes-conformance = "),
            "{once}"
        );
        assert!(once.contains("proptest = \"1\"") && once.contains("[profile.dev.package.\"*\"]"), "{once}");
        assert_eq!(with_sections(&once), once);
        let without = with_sections("[package]\nname = \"mine\"\nedition.workspace = true\n");
        assert_eq!(without.matches(line).count(), 1, "{without}");
        assert!(!without.contains("[profile"), "the profiles of a member are those of its workspace: {without}");
    }
}
