//! What a library begins with: an adapter to fill in, and a workflow that runs the suite.

use crate::error::CommandError;
use crate::manifest::{completed, is_root};
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
        let python = if cfg!(windows) { "python" } else { "python3" };
        let dynamic_lookup = if cfg!(target_os = "macos") { " -undefined dynamic_lookup" } else { "" };
        match self {
            Kind::Python => vec![
                format!("array-ctypes check --command \"{python} {name}_adapter.py\""),
                format!("pytest --array-ctypes {name}_adapter.py    # pip install 'array-ctypes[pytest]'"),
            ],
            Kind::Rust => vec!["cargo test --test array_ctypes".to_owned()],
            Kind::Cpp => vec!["make -f array-ctypes.mk check".to_owned()],
            Kind::Pybind11 => vec![
                format!("{python} -m pip install numpy pybind11"),
                format!(
                    "c++ -O1 -std=c++17 -shared -fPIC{dynamic_lookup} $({python} -m pybind11 --includes) {name}_binding.cpp -o {name}_binding.so"
                ),
                format!("array-ctypes check --command \"{python} {name}_consumer.py\""),
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
    let manifest = if kind == Kind::Rust { manifest(folder)? } else { None };
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

/// The manifest of the crate in a folder, and its text with what the tests need; nothing if all of it is there.
fn manifest(folder: &Path) -> Result<Option<(PathBuf, String)>, CommandError> {
    let path = folder.join("Cargo.toml");
    let refused = |error: String| {
        CommandError::Usage(format!(
            "expected the manifest of a crate at {}, found: {error}; run this in the folder of the crate",
            path.display()
        ))
    };
    let text = fs::read_to_string(&path).map_err(|error| refused(error.to_string()))?;
    let completed = completed(&text, is_root(folder, &text)).map_err(refused)?;
    Ok((completed != text).then_some((path, completed)))
}
