//! What this machine has that a run needs, and what its absence costs.
//!
//! Each part is tried, as a run would use it: nothing is concluded from names or versions.

use crate::adapters::numpy::{PYTHON_VARIABLE, python_at_hand, written};
use crate::drawn::drawn;
use crate::output::quoted;
use crate::target::Target;
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Profile, Rule, Step};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Descriptors that a run with a few jobs needs. With 64 some cases are declined; measured with NumPy on Linux.
const DESCRIPTORS: u64 = 128;

/// Addresses that the largest arrays of a run need: they are reserved, not used.
const ADDRESSES: u64 = 1 << 40;

/// Cases that are asked to see if memory can be looked at.
const CASES: u64 = 200;

/// Cases that are drawn to see which rules need that: each is asked about often enough.
const DRAWN: u64 = 2_000;

/// How long an adapter may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A part of the machine.
pub(crate) struct Part {
    /// Its name, in one or two words.
    pub(crate) name: &'static str,
    /// What was found; or else what is missing.
    pub(crate) found: Result<String, Missing>,
}

/// A part that is missing.
pub(crate) struct Missing {
    /// What was found instead.
    pub(crate) found: String,
    /// Which verdicts that costs.
    pub(crate) costs: String,
    /// How to get it.
    pub(crate) get: String,
}

impl Missing {
    fn new(found: impl Into<String>, costs: impl Into<String>, get: impl Into<String>) -> Missing {
        Missing { found: found.into(), costs: costs.into(), get: get.into() }
    }
}

/// Tries all parts.
pub(crate) fn parts() -> Vec<Part> {
    let python = python_at_hand();
    let found = self::python(&python);
    let is_there = found.is_ok();
    let mut parts = vec![Part { name: "Python", found }];
    if is_there {
        parts.push(Part { name: "NumPy", found: numpy(&python) });
        parts.push(Part { name: "kit", found: kit(&python) });
        parts.push(Part { name: "environments", found: environments(&python) });
        parts.push(Part { name: "memory", found: memory(&python) });
    }
    parts.push(Part { name: "C compiler", found: c_compiler() });
    parts.push(Part { name: "C++ compiler", found: cpp_compiler() });
    parts.push(Part { name: "files", found: files() });
    if let Ok(limits) = fs::read_to_string("/proc/self/limits") {
        parts.push(Part { name: "descriptors", found: descriptors(&limits) });
        parts.push(Part { name: "addresses", found: addresses(&limits) });
    }
    parts
}

/// Runs a command, and returns the first line that it prints, or the last line of its errors.
fn first_line(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| error.to_string())?;
    let line = |bytes: &[u8], last: bool| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let line = if last { text.trim_end().lines().next_back() } else { text.lines().next() };
        line.unwrap_or_default().to_owned()
    };
    if output.status.success() { Ok(line(&output.stdout, false)) } else { Err(line(&output.stderr, true)) }
}

fn asked_of(python: &Path, code: &str) -> Result<String, String> {
    first_line(Command::new(python).args(["-c", code]))
}

/// The rules of a list, as a count and the first of them.
fn counted(rules: &[Rule]) -> String {
    let names: Vec<&str> = rules.iter().take(4).map(|rule| rule.id()).collect();
    let more = if rules.len() > names.len() { ", …" } else { "" };
    format!("{} rules ({}{more})", rules.len(), names.join(", "))
}

fn python(python: &Path) -> Result<String, Missing> {
    let code = "import sys, platform; print(platform.python_implementation(), platform.python_version())";
    asked_of(python, code).map(|version| format!("{version}: {}", python.display())).map_err(|error| {
        Missing::new(
            format!("{}: {error}", python.display()),
            "NumPy, and any adapter in Python, cannot be asked; crates and libraries in C can",
            format!("install Python 3, or name one in {PYTHON_VARIABLE}"),
        )
    })
}

fn numpy(python: &Path) -> Result<String, Missing> {
    asked_of(python, "import numpy; print(numpy.__version__)").map_err(|error| {
        Missing::new(
            error,
            "`check numpy` cannot run; the Python that repeats a failure needs NumPy, too",
            format!("{} -m pip install numpy, or ask for a version: check numpy==2.4.6", python.display()),
        )
    })
}

fn kit(python: &Path) -> Result<String, Missing> {
    let code = "import importlib.util as u; print(u.find_spec('array_ctypes_kit').submodule_search_locations[0])";
    asked_of(python, code).map_err(|_| {
        Missing::new(
            "that Python does not find array_ctypes_kit",
            "an adapter in Python does not start; `check numpy` does, since it brings its own",
            "pip install array-ctypes; or: array-ctypes kit --write kit, and PYTHONPATH=kit",
        )
    })
}

fn environments(python: &Path) -> Result<String, Missing> {
    let made = asked_of(python, "import venv, ensurepip, pip; print(pip.__version__)");
    made.map(|version| format!("venv, and pip {version}")).map_err(|error| {
        Missing::new(
            error,
            "`check numpy==VERSION` cannot make its environment",
            "install the modules venv and pip of that Python, such as Debian's python3-venv",
        )
    })
}

/// The rules that are judged by what the suite itself sees of the memory of an implementation, in order.
fn looked_at() -> Vec<Rule> {
    let mut rules = Vec::new();
    for (case, predictions) in drawn(Platform::host(), DRAWN) {
        let looks = predictions.iter().filter(|prediction| matches!(case.script[prediction.step], Step::Outside(_)));
        rules.extend(looks.map(|prediction| prediction.rule));
    }
    rules.sort_unstable_by_key(|rule| rule.index());
    rules.dedup();
    rules
}

/// Asks Python's own memoryview, and sees if its memory was looked at.
fn memory(python: &Path) -> Result<String, Missing> {
    let rules = looked_at();
    let looked = || -> Result<bool, String> {
        let folder = written().map_err(|error| error.to_string())?;
        let adapter = folder.path().join("memoryview_adapter.py");
        let line = [python, Path::new("-B"), &adapter].map(|part| quoted(&part.display().to_string()));
        let target = Target::Command(line.join(" "));
        let of_core = rules.iter().find(|rule| rule.profile() == Profile::Core).copied();
        let Some(rule) = of_core else { return Ok(false) };
        let options = Options { cases: CASES, rules: Rules::only(rule), ..Options::default() };
        let report = check(&*target.maker(TIMEOUT), &options, &|_| ()).map_err(|error| error.to_string())?;
        let failed = report.run_error.map(|error| error.to_string());
        failed
            .or(report.lost.first().map(|lost| lost.message.clone()))
            .map_or_else(|| Ok(report.tallies[rule.index()].cases > 0), Err)
    };
    let costs = format!("{} are not judged of programs in processes of their own", counted(&rules));
    match looked() {
        Ok(true) => Ok("the suite reads and writes that of its adapters".to_owned()),
        Ok(false) if cfg!(target_os = "linux") => Err(Missing::new(
            "the system does not let the suite look at the memory of its own child processes",
            costs,
            "in a container, allow process_vm_readv and /proc: --cap-add SYS_PTRACE, no seccomp profile against it, one PID namespace",
        )),
        Ok(false) => Err(Missing::new("this system lets no process look", costs, "run on Linux, too")),
        Err(error) => Err(Missing::new(error, costs, "see the error")),
    }
}

/// Has the compiler that a variable may name make a shared library of a source, as the kit and the templates do.
fn compiler(variable: &str, usual: &str, file: &str, source: &str) -> Result<String, String> {
    let line = env::var(variable).unwrap_or_else(|_| usual.to_owned());
    if line.trim().is_empty() {
        return Err(format!("{variable} is empty"));
    }
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    fs::write(folder.path().join(file), source).map_err(|error| error.to_string())?;
    let asked = |options: &str| {
        first_line(Command::new("sh").args(["-c", &format!("{line} {options}")]).current_dir(folder.path()))
            .map_err(|error| format!("{line}: {error}"))
    };
    asked(&format!("-shared -fPIC -O1 -o library.so {file}"))?;
    asked("--version").map(|version| format!("{version}: {line}"))
}

fn c_compiler() -> Result<String, Missing> {
    compiler("ARRAY_CTYPES_CC", "cc", "try.c", "#include <stdint.h>\n#include <stdlib.h>\n").map_err(|error| {
        let consumer: Vec<Rule> = Rule::all().filter(|rule| rule.profile() == Profile::Consumer).collect();
        let costs =
            format!("{} are declined for consumers in Python: the kit makes the buffers in C", counted(&consumer));
        Missing::new(
            error,
            costs,
            "install gcc or clang with the headers of the C library, or name one in ARRAY_CTYPES_CC",
        )
    })
}

fn cpp_compiler() -> Result<String, Missing> {
    compiler("CXX", "c++", "try.cpp", "#include <vector>\n").map_err(|error| {
        let costs = "an adapter in C++ cannot be compiled here; one that is compiled runs";
        Missing::new(error, costs, "install g++ or clang++ with the headers of the C++ library, or name one in CXX")
    })
}

/// Where the files of cases are.
fn files() -> Result<String, Missing> {
    let folder = written().map_err(|error| {
        Missing::new(
            error.to_string(),
            "nothing but the reference can be asked",
            "free some space, or name a folder in TMPDIR",
        )
    })?;
    let place = folder.path().parent().map_or_else(PathBuf::new, Path::to_owned);
    if place.starts_with("/dev/shm") || !cfg!(target_os = "linux") || env::var_os("TMPDIR").is_some() {
        return Ok(format!("in {}", place.display()));
    }
    Err(Missing::new(
        format!("/dev/shm cannot be written, so they are in {}", place.display()),
        "no verdict; cases that map files are slower",
        "mount a tmpfs at /dev/shm, or name a folder in memory in TMPDIR",
    ))
}

/// The soft limit of a row of /proc/self/limits; `None` if there is none.
fn limit(limits: &str, row: &str) -> Option<u64> {
    limits.lines().find_map(|line| line.strip_prefix(row))?.split_whitespace().next()?.parse().ok()
}

fn descriptors(limits: &str) -> Result<String, Missing> {
    match limit(limits, "Max open files") {
        Some(found) if found < DESCRIPTORS => Err(Missing::new(
            format!("{found}"),
            "cases that need files are declined, and too many of them are no verdict (exit code 3)",
            format!("ulimit -n {DESCRIPTORS}, or fewer --jobs"),
        )),
        found => Ok(found.map_or_else(|| "unlimited".to_owned(), |found| found.to_string())),
    }
}

fn addresses(limits: &str) -> Result<String, Missing> {
    match limit(limits, "Max address space") {
        Some(found) if found < ADDRESSES => Err(Missing::new(
            format!("{} MB", found >> 20),
            "cases of large arrays, which reserve addresses and use none, are declined",
            "ulimit -v unlimited; limit resident memory instead",
        )),
        found => Ok(found.map_or_else(|| "unlimited".to_owned(), |found| format!("{} MB", found >> 20))),
    }
}

#[cfg(test)]
mod tests {
    use super::{limit, looked_at};

    #[test]
    fn the_rules_that_need_a_look_at_memory_are_those_of_memory_and_mappings() {
        let rules: Vec<&str> = looked_at().iter().map(|rule| rule.id()).collect();
        assert!(
            ["data.memory", "data.memory-written", "memmap.mapping"].iter().all(|rule| rules.contains(rule)),
            "{rules:?}"
        );
        assert!(!rules.contains(&"shape.shape"), "{rules:?}");
    }

    #[test]
    fn a_limit_is_the_soft_one_of_its_row() {
        let limits = "Limit Soft Hard Units\nMax address space         unlimited            unlimited            bytes\n\
                      Max open files            64                   4096                 files\n";
        assert_eq!((limit(limits, "Max open files"), limit(limits, "Max address space")), (Some(64), None));
    }
}
