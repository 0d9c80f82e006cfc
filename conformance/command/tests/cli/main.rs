//! The command line as its users meet it: the real program, its output, its messages and its exit codes.
//!
//! Adapters are small Python programs, each in a folder of its own, run by the `python3` of the path, without any package.

mod adapters;
mod arguments;
mod bench;
mod case_files;
mod consumers;
mod declined;
mod deviations;
mod faults;
#[path = "../harness/mod.rs"]
mod harness;
mod library;
mod matrix;
mod old_kit;
mod page;
mod report;
mod results;
mod rules;
mod runs;
mod start;
mod surroundings;
mod text;

use array_ctypes_command::adapters::numpy::{has_numpy, has_packages, python_at_hand};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

fn main() {
    let system = ("these are commands of Unix", !cfg!(unix));
    let python = harness::without(Path::new("python3"));
    harness::run(&[
        (adapters::TESTS, &[system]),
        (adapters::PYTHON_TESTS, &[system, python]),
        (arguments::TESTS, &[system]),
        (bench::TESTS, &[system]),
        (bench::PYTHON_TESTS, &[system, python]),
        (case_files::TESTS, &[system]),
        (consumers::PYTHON_TESTS, &[system, python]),
        (declined::PYTHON_TESTS, &[system, python]),
        (deviations::TESTS, &[system]),
        (deviations::PYTHON_TESTS, &[system, python]),
        (faults::TESTS, &[system]),
        (library::TESTS, &[system, harness::without(Path::new("cc"))]),
        (matrix::PYTHON_TESTS, &[system, python]),
        (old_kit::PYTHON_TESTS, &[system, python]),
        (old_kit::NUMPY_TESTS, &[system, ("no NumPy here", !has_numpy(&python_at_hand()))]),
        (page::TESTS, &[system]),
        (page::PYTHON_TESTS, &[system, python]),
        (report::PYTHON_TESTS, &[system, python]),
        (
            report::SCHEMA_TESTS,
            &[system, python, ("no jsonschema here", !has_packages(&python_at_hand(), "jsonschema"))],
        ),
        (results::TESTS, &[system]),
        (results::PYTHON_TESTS, &[system, python]),
        (rules::TESTS, &[system]),
        (runs::TESTS, &[system]),
        (runs::PYTHON_TESTS, &[system, python]),
        (start::TESTS, &[system]),
        (start::PYTHON_TESTS, &[system, python]),
        (start::CPP_TESTS, &[system, harness::without(Path::new("c++")), harness::without(Path::new("make"))]),
        (surroundings::TESTS, &[system]),
        (surroundings::PYTHON_TESTS, &[system, python]),
        (surroundings::MOUNT_TESTS, &[system, ("no namespaces here", !surroundings::may_mount())]),
        (text::TESTS, &[system]),
        (text::PYTHON_TESTS, &[system, python]),
    ])
}

/// A folder for one test, in which the program runs.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Place {
        Place { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder");
        fs::write(&path, content).expect("the file");
        path
    }

    fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_array-ctypes"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null()).env_remove("ARRAY_CTYPES_PYTHON");
        command
    }

    fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Ran {
        Ran::of(&self.command(arguments).output().expect("the program starts"))
    }

    /// Runs `check` on a Python program as the adapter, with these further arguments.
    fn check_python(&self, program: &str, arguments: &[&str]) -> Ran {
        self.write("adapter.py", format!("import sys\nsys.path.insert(0, {:?})\n{program}", kit()));
        let all = ["check", "--command", "python3 -B adapter.py", "--no-save"];
        self.run(&[&all[..], arguments].concat())
    }
}

/// The folder of the Python kit.
fn kit() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../python").display().to_string()
}

/// A text in one line.
fn flowing(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The result of running the program.
struct Ran {
    code: Option<i32>,
    out: String,
    errors: String,
}

impl Ran {
    fn of(output: &Output) -> Ran {
        let ran = Ran {
            code: output.status.code(),
            out: String::from_utf8(output.stdout.clone()).expect("UTF-8"),
            errors: String::from_utf8(output.stderr.clone()).expect("UTF-8"),
        };
        assert!(!ran.errors.contains("panicked"), "{}", ran.errors);
        ran
    }

    /// Asserts the exit code.
    #[track_caller]
    fn exits(self, code: i32) -> Ran {
        assert_eq!(self.code, Some(code), "output:\n{}\nerrors:\n{}", self.out, self.errors);
        self
    }

    /// Asserts that standard error contains these texts.
    #[track_caller]
    fn reports(self, texts: &[&str]) -> Ran {
        for text in texts {
            assert!(self.errors.contains(text), "expected {text:?} in the errors, found:\n{}", self.errors);
        }
        self
    }

    /// Asserts that standard output contains these texts, wherever their lines are broken.
    #[track_caller]
    fn prints(self, texts: &[&str]) -> Ran {
        for text in texts {
            assert!(
                flowing(&self.out).contains(&flowing(text)),
                "expected {text:?} in the output, found:\n{}",
                self.out
            );
        }
        self
    }

    /// Returns the last line as JSON: the summary.
    #[track_caller]
    fn summary(&self) -> serde_json::Value {
        let last = self.out.lines().last().expect("a line");
        serde_json::from_str::<serde_json::Value>(last).expect("JSON")
    }
}
