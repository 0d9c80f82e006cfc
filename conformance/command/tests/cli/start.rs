//! What somebody does first: `init`, `kit` and `doctor`.

use crate::harness::{Test, tests};
use crate::{Place, Ran};
use array_ctypes_conformance::kit::{FILES, HEADERS};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const TESTS: &[Test] = tests![
    a_start_has_the_name_of_the_library_everywhere,
    a_start_replaces_no_file_and_then_writes_none,
    a_name_that_code_cannot_spell_is_bad_usage,
    a_start_for_a_crate_needs_its_manifest,
    doctor_says_what_is_missing_what_it_costs_and_how_to_get_it,
];

/// Tests that need a Python.
pub(crate) const PYTHON_TESTS: &[Test] =
    tests![a_start_for_python_holds_at_once, the_kit_is_all_that_an_adapter_needs, doctor_tries_what_is_there,];

/// Tests that need a C++ compiler and make.
pub(crate) const CPP_TESTS: &[Test] = tests![a_start_for_cpp_holds_at_once,];

const KINDS: [&str; 4] = ["python", "rust", "cpp", "pybind11"];

const MANIFEST: &str = "[package]\nname = \"mine\"\n";

/// The files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn a_start_has_the_name_of_the_library_everywhere() {
    for kind in KINDS {
        let place = Place::new();
        if kind == "rust" {
            place.write("Cargo.toml", MANIFEST);
        }
        let ran = place.run(&["init", kind, "mylib"]).exits(0);
        let written = ran.out.lines().filter_map(|line| line.strip_prefix("wrote "));
        let written: Vec<PathBuf> = written.map(|path| place.path(path)).collect();
        assert!(
            written.len() >= 3 && written.contains(&place.path(".github/workflows/array-ctypes.yml")),
            "{}",
            ran.out
        );
        for path in files(&place.path("")) {
            let text = fs::read_to_string(&path).expect("a text");
            assert!(!path.display().to_string().contains("{{") && !text.contains("{{name}}"), "{}", path.display());
            assert!(written.contains(&path), "expected {} to be listed: {}", path.display(), ran.out);
            assert!(text.contains("mylib") || path.ends_with("Cargo.toml"), "{}", path.display());
        }
    }
}

fn a_start_replaces_no_file_and_then_writes_none() {
    for kind in KINDS {
        let place = Place::new();
        place.write("Cargo.toml", MANIFEST);
        place.write(".github/workflows/array-ctypes.yml", "mine");
        place.run(&["init", kind, "mylib"]).exits(2).reports(&["expected no file .github/workflows/array-ctypes.yml"]);
        assert_eq!(files(&place.path("")).len(), 2, "{kind}");
        assert_eq!(fs::read_to_string(place.path("Cargo.toml")).expect("a text"), MANIFEST);
    }
}

fn a_name_that_code_cannot_spell_is_bad_usage() {
    for name in ["", "1st", "../up", "a b"] {
        Place::new().run(&["init", "python", name]).exits(2).reports(&["expected the name of a library"]);
    }
    Place::new().run(&["init", "python", "my-lib.x"]).exits(0).prints(&["wrote my_lib_x_adapter.py"]);
}

fn a_start_for_a_crate_needs_its_manifest() {
    let place = Place::new();
    place.run(&["init", "rust", "mylib"]).exits(2).reports(&["Cargo.toml", "run this in the folder of the crate"]);
    assert!(files(&place.path("")).is_empty());
}

/// Runs `check` on what was written.
fn check(place: &Place, arguments: &[&str]) -> Ran {
    let all = [&["check", "--cases", "2000", "--quiet", "--no-save"], arguments].concat();
    let mut command = place.command(&all);
    Ran::of(&command.env("PYTHONPATH", place.path("kit")).output().expect("the program starts"))
}

fn a_start_for_python_holds_at_once() {
    let place = Place::new();
    place.run(&["kit", "--write", "kit"]).exits(0);
    place.run(&["init", "python", "mylib"]).exits(0);
    let ran = check(&place, &["--command", "python3 -B mylib_adapter.py"]).exits(0);
    // Nobody takes the first run for a verdict on the library.
    ran.prints(&["mylib-stand-in", ": conforms (exit 0)"]);
}

fn a_start_for_cpp_holds_at_once() {
    let place = Place::new();
    // The start makes the header by itself.
    place.run(&["kit", "--write", "array-ctypes-kit"]).exits(0);
    place.run(&["init", "cpp", "mylib"]).exits(0);
    let mut make = Command::new("make");
    let made = make
        .args(["-s", "-f", "array-ctypes.mk", "CXXFLAGS=-Wall -Wextra -Werror"])
        .current_dir(place.path(""))
        .output();
    let made = made.expect("make starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    check(&place, &["--library", "./libmylib_adapter.so"]).exits(0).prints(&["mylib-stand-in", ": conforms (exit 0)"]);
}

fn the_kit_is_all_that_an_adapter_needs() {
    let place = Place::new();
    let listed = place.run(&["kit"]).exits(0).out;
    place.run(&["kit", "--write", "kit"]).exits(0);
    // Again, as after an upgrade.
    place.run(&["kit", "--write", "kit"]).exits(0);
    let count = FILES.len() + HEADERS.len();
    assert_eq!((listed.lines().count(), files(&place.path("kit")).len()), (count, count));
    assert!(listed.lines().all(|path| place.path("kit").join(path).is_file()), "{listed}");
    check(&place, &["--command", "python3 -B kit/memoryview_adapter.py"]).exits(0).prints(&[": conforms (exit 0)"]);
}

fn doctor_says_what_is_missing_what_it_costs_and_how_to_get_it() {
    let place = Place::new();
    let mut command = place.command(&["doctor"]);
    command.env("PATH", place.path("")).env_remove("ARRAY_CTYPES_CC").env_remove("CXX");
    let ran = Ran::of(&command.output().expect("the program starts")).exits(0);
    let about = |name: &str| {
        let start = ran.out.find(&format!("\nmissing: {name}\n")).unwrap_or_else(|| panic!("{name}: {}", ran.out));
        let lines: Vec<&str> = ran.out[start + 1..].lines().take(4).collect();
        let words = ["missing: ", "  found: ", "  costs: ", "  to get it: "];
        assert!(
            lines.iter().zip(words).all(|(line, word)| line.starts_with(word) && line.len() > word.len()),
            "{lines:?}"
        );
    };
    about("Python");
    about("C compiler");
    about("C++ compiler");
    ran.prints(&["rules (consumer.", "parts are missing"]);
}

fn doctor_tries_what_is_there() {
    let place = Place::new();
    let program = env!("CARGO_BIN_EXE_array-ctypes");
    let script = format!("ulimit -n 64; exec '{program}' doctor");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).current_dir(place.path("")).env_remove("ARRAY_CTYPES_PYTHON").env_remove("PYTHONPATH");
    let ran = Ran::of(&shell.output().expect("a shell")).exits(0);
    assert!(ran.out.lines().any(|line| line.starts_with("Python ") && line.contains(": python3")), "{}", ran.out);
    ran.prints(&["missing: descriptors found: 64", "missing: kit", "array-ctypes kit --write"]);
}
