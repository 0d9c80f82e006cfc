//! NumPy, in a child process: the Python at hand, a given one, or a private environment for one version.

use array_ctypes_conformance::adapter::cost::Cost;
use array_ctypes_conformance::transports::child::Child;
use array_ctypes_conformance::transports::leftovers::Folder;
use array_ctypes_conformance::{Case, Hello, Implementation, Reply, RunError, kit};
use array_ctypes_spec::Array;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs};

pub mod faulty;

/// NumPy behind its adapter, and the folder that the adapter was written to.
#[derive(Debug)]
pub struct NumPy {
    child: Child,
    _folder: Folder,
}

impl NumPy {
    /// Starts the adapter with that Python.
    ///
    /// # Errors
    /// [`RunError`] where it does not start; most often because that Python has no NumPy.
    pub fn start(python: &Path, patience: Duration) -> Result<NumPy, RunError> {
        NumPy::run(python, "numpy_adapter.py", None, patience)
    }

    /// Likewise, with the mistake of that name: see [`faulty::list`].
    ///
    /// # Errors
    /// [`RunError`], also where there is no such mistake.
    pub fn faulty(python: &Path, mistake: &str, patience: Duration) -> Result<NumPy, RunError> {
        NumPy::run(python, "faulty_adapters.py", Some(mistake), patience)
    }

    fn run(python: &Path, script: &str, mistake: Option<&str>, patience: Duration) -> Result<NumPy, RunError> {
        let folder = written()?;
        let mut command = Command::new(python);
        command.arg("-B").arg(folder.path().join(script)).args(mistake);
        match Child::start(command, patience) {
            Ok(child) => Ok(NumPy { child, _folder: folder }),
            // Asked only now, since it takes as long as the start itself.
            Err(trouble) => Err(without_numpy(python).unwrap_or(trouble)),
        }
    }
}

impl Implementation for NumPy {
    fn hello(&self) -> &Hello {
        self.child.hello()
    }

    fn send(&mut self, cases: &[Case]) -> Result<(), RunError> {
        self.child.send(cases)
    }

    fn receive(&mut self, replies: &mut Vec<Reply>) -> Result<(), RunError> {
        self.child.receive(replies)
    }

    fn revive(&mut self) -> Result<(), RunError> {
        self.child.revive()
    }

    fn costs(&mut self, array: &Array, budget: Duration) -> Result<Vec<Cost>, RunError> {
        self.child.costs(array, budget)
    }
}

/// A private folder with the files of the adapters.
fn written() -> Result<Folder, RunError> {
    let write = || {
        let folder = Folder::new()?;
        kit::FILES.iter().try_for_each(|(name, text)| fs::write(folder.path().join(name), text))?;
        Ok(folder)
    };
    write().map_err(|error: std::io::Error| trouble(&format!("expected to write the adapter, found: {error}")))
}

/// The Python at hand: `ARRAY_CTYPES_PYTHON`, or `python3` on the path.
pub fn python_at_hand() -> PathBuf {
    env::var_os("ARRAY_CTYPES_PYTHON").map_or_else(|| PathBuf::from("python3"), PathBuf::from)
}

/// What is wrong with a Python that runs and has no NumPy.
fn without_numpy(python: &Path) -> Option<RunError> {
    let lacks = quiet(Command::new(python).args(["-c", ""])) && !has_numpy(python);
    lacks.then(|| {
        trouble(&format!(
            "expected a Python with NumPy, found {} without; install it there, name another with --python, or ask for a \
             version, as in numpy==2.4.6",
            python.display()
        ))
    })
}

/// Whether that Python imports NumPy.
pub fn has_numpy(python: &Path) -> bool {
    quiet(Command::new(python).args(["-c", "import numpy"]))
}

/// The Python of a private environment with that version of NumPy. It is made once, under the user's cache directory,
/// with the newest Python on the machine that the version has a wheel for.
///
/// `making` is told the folder before one is made, which takes a while.
///
/// # Errors
/// [`RunError`] where there is no such Python, no such version, or no network to get it from.
pub fn environment(version: &str, making: &dyn Fn(&Path)) -> Result<PathBuf, RunError> {
    let known = version.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    if version.is_empty() || !known {
        return Err(trouble(&format!("expected a version of NumPy such as 1.26.4, found {version:?}")));
    }
    let home = cache().join(format!("numpy-{version}"));
    let python = home.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if has_numpy(&python) {
        return Ok(python);
    }
    let fail = |error: std::io::Error| trouble(&format!("expected to make {}, found: {error}", home.display()));
    fs::create_dir_all(cache()).map_err(fail)?;
    making(&home);
    let wanted = format!("numpy=={version}");
    let pythons = pythons();
    let mut refusal = None;
    for base in &pythons {
        // Asking for the wheel alone tells quickly whether this Python has one.
        let wheels = tempfile::tempdir_in(cache()).map_err(fail)?;
        let mut download = Command::new(base);
        download.args(["-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d"]).arg(wheels.path());
        let told = download.arg(&wanted).env("PIP_DISABLE_PIP_VERSION_CHECK", "1").stdin(Stdio::null()).output();
        if !told.as_ref().is_ok_and(|told| told.status.success()) {
            // What the newest says is the most telling.
            let said = told.map(|told| String::from_utf8_lossy(&told.stderr).trim().to_owned()).unwrap_or_default();
            refusal = refusal.or(said.lines().last().map(str::to_owned));
            continue;
        }
        let _ = fs::remove_dir_all(&home);
        let made = quiet(Command::new(base).args(["-m", "venv"]).arg(&home));
        let mut install = Command::new(&python);
        install.args(["-m", "pip", "install", "-q", "--no-deps", "--no-index", "--find-links"]).arg(wheels.path());
        if made && quiet(install.arg(&wanted)) && has_numpy(&python) {
            return Ok(python);
        }
    }
    let tried: Vec<String> = pythons.iter().map(|python| python.display().to_string()).collect();
    Err(trouble(&format!(
        "expected a Python that can install {wanted}, found none among: {}\n  the newest says: {}\n  name one that has it \
         with --python",
        tried.join(", "),
        refusal.unwrap_or_default()
    )))
}

/// The user's cache directory, and in it ours.
fn cache() -> PathBuf {
    let at = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base =
        at("XDG_CACHE_HOME").or_else(|| at("LOCALAPPDATA")).or_else(|| at("HOME").map(|home| home.join(".cache")));
    base.unwrap_or_else(env::temp_dir).join("array-ctypes")
}

/// Every Python found on the path and among pyenv's, newest first.
fn pythons() -> Vec<PathBuf> {
    let mut found: Vec<(Vec<u32>, PathBuf)> = Vec::new();
    let mut add = |path: PathBuf| {
        let version = "import sys; print('.'.join(map(str, sys.version_info[:3])))";
        let told = Command::new(&path).args(["-c", version]).stderr(Stdio::null()).output();
        let Some(told) = told.ok().filter(|told| told.status.success()) else { return };
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        let version: Vec<u32> = told.trim().split('.').filter_map(|part| part.parse().ok()).collect();
        if version.first() == Some(&3) && found.iter().all(|(known, _)| *known != version) {
            found.push((version, path));
        }
    };
    let names = (6..20).map(|minor| format!("python3.{minor}")).chain(["python3".to_owned(), "python".to_owned()]);
    names.for_each(|name| add(PathBuf::from(name)));
    let root = env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root = root.or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".pyenv")));
    if let Some(Ok(versions)) = root.map(|root| fs::read_dir(root.join("versions"))) {
        versions.flatten().for_each(|version| add(version.path().join("bin/python3")));
    }
    found.sort();
    found.into_iter().rev().map(|(_, path)| path).collect()
}

fn quiet(command: &mut Command) -> bool {
    let silent = command.env("PIP_DISABLE_PIP_VERSION_CHECK", OsString::from("1")).stdin(Stdio::null());
    silent.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn trouble(message: &str) -> RunError {
    RunError::unavailable(message)
}
