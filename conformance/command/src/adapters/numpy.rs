//! NumPy, in a child process: the Python at hand, a given one, or a private environment for one version.

use array_ctypes_conformance::adapter::cost::Cost;
use array_ctypes_conformance::transports::child::Child;
use array_ctypes_conformance::transports::folder::{self, Folder};
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
    /// Starts the adapter with that Python. `timeout` is how long any reply may take.
    ///
    /// # Errors
    /// [`RunError`] if it does not start; most often because that Python has no NumPy.
    pub fn start(python: &Path, timeout: Duration) -> Result<NumPy, RunError> {
        NumPy::run(python, "numpy_adapter.py", None, timeout)
    }

    /// Starts the adapter with the fault of that name: see [`faulty::list`].
    ///
    /// # Errors
    /// [`RunError`] if it does not start, or if there is no such fault.
    pub fn faulty(python: &Path, fault: &str, timeout: Duration) -> Result<NumPy, RunError> {
        NumPy::run(python, "faulty_adapters.py", Some(fault), timeout)
    }

    fn run(python: &Path, script: &str, name: Option<&str>, timeout: Duration) -> Result<NumPy, RunError> {
        let folder = written()?;
        let mut command = Command::new(python);
        command.arg("-B").arg(folder.path().join(script)).args(name);
        match Child::start(command, timeout) {
            Ok(child) => Ok(NumPy { child, _folder: folder }),
            // NumPy is looked for only now, since that takes as long as the start itself.
            Err(error) => Err(without_numpy(python).unwrap_or(error)),
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

    fn ignored_process(&self) -> Option<i64> {
        self.child.ignored_process()
    }

    fn revive(&mut self) -> Result<(), RunError> {
        self.child.revive()
    }

    fn end(&mut self) -> Result<(), RunError> {
        self.child.end()
    }

    fn costs(&mut self, array: &Array, budget: Duration) -> Result<Vec<Cost>, RunError> {
        self.child.costs(array, budget)
    }
}

/// A private folder with the files of the adapters.
pub(crate) fn written() -> Result<Folder, RunError> {
    let write = || {
        let folder = Folder::new()?;
        for (path, text) in kit::FILES {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
            fs::write(path, text)?;
        }
        Ok(folder)
    };
    write().map_err(|error: std::io::Error| {
        RunError::unavailable(format!("expected to write the adapter, found: {error}"))
    })
}

/// The variable of the environment that names the Python at hand.
pub const PYTHON_VARIABLE: &str = "ARRAY_CTYPES_PYTHON";

/// The Python at hand if that variable is not set, and no Python lies beside this program.
pub const PYTHON: &str = "python3";

/// The Python at hand: that of [`PYTHON_VARIABLE`]; or the one beside this program, if `pip` installed it there; or else
/// [`PYTHON`].
pub fn python_at_hand() -> PathBuf {
    let beside = || {
        let python = env::current_exe().ok()?.with_file_name(if cfg!(windows) { "python.exe" } else { PYTHON });
        python.exists().then_some(python)
    };
    env::var_os(PYTHON_VARIABLE).map(PathBuf::from).or_else(beside).unwrap_or_else(|| PathBuf::from(PYTHON))
}

/// The error of a Python that runs and has no NumPy; `None` if it has NumPy or does not run.
fn without_numpy(python: &Path) -> Option<RunError> {
    let lacks = quiet(Command::new(python).args(["-c", ""])) && !has_numpy(python);
    lacks.then(|| {
        RunError::unavailable(format!(
            "expected a Python with NumPy, found {} without; install it there, name another with --python, or ask for a \
             version, as in numpy==2.4.6",
            python.display()
        ))
    })
}

/// Returns true if that Python can import NumPy.
pub fn has_numpy(python: &Path) -> bool {
    has_packages(python, "numpy")
}

/// Returns true if that Python can import these packages, with commas between their names.
pub fn has_packages(python: &Path, names: &str) -> bool {
    quiet(Command::new(python).args(["-c", &format!("import {names}")]))
}

/// The Python of a private environment with that version of NumPy. It is made once, under the user's cache directory,
/// with the newest Python on the machine that the version has a wheel for.
///
/// `making` is called with its folder before it is made, which takes a while.
///
/// # Errors
/// [`RunError`] if there is no such Python, no such version, or no network to get it from.
pub fn environment(version: &str, making: &dyn Fn(&Path)) -> Result<PathBuf, RunError> {
    let is_version = version.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    if version.is_empty() || !is_version {
        return Err(RunError::unavailable(format!("expected a version of NumPy such as 1.26.4, found {version:?}")));
    }
    let home = cache().join(format!("numpy-{version}"));
    let python = home.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    // It is written last: without it an environment is half made, or its maker was killed.
    let complete = home.join("complete");
    let is_there = || complete.exists() && has_numpy(&python);
    if is_there() {
        return Ok(python);
    }
    let fail = |error: std::io::Error| {
        let home = home.display();
        RunError::unavailable(format!(
            "expected to make {home}, found: {error}; name another place in XDG_CACHE_HOME, or a Python with --python"
        ))
    };
    folder::private(&cache()).map_err(fail)?;
    let _lock = folder::locked(&cache().join(format!("numpy-{version}.lock"))).map_err(fail)?;
    // Another run may have made it meanwhile.
    if is_there() {
        return Ok(python);
    }
    making(&home);
    let wanted = format!("numpy=={version}");
    let pythons = pythons();
    let mut first_error = None;
    for base in &pythons {
        // Downloading the wheel alone shows quickly whether there is one for this Python.
        let wheels = tempfile::tempdir_in(cache()).map_err(fail)?;
        let mut download = Command::new(base);
        download.args(["-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d"]).arg(wheels.path());
        let output = download.arg(&wanted).env("PIP_DISABLE_PIP_VERSION_CHECK", "1").stdin(Stdio::null()).output();
        if !output.as_ref().is_ok_and(|output| output.status.success()) {
            // The error of the newest Python explains most.
            let errors = output.map(|output| String::from_utf8_lossy(&output.stderr).trim().to_owned());
            first_error = first_error.or(errors.unwrap_or_default().lines().last().map(str::to_owned));
            continue;
        }
        let _ = fs::remove_dir_all(&home);
        let made = quiet(Command::new(base).args(["-m", "venv"]).arg(&home));
        let mut install = Command::new(&python);
        install.args(["-m", "pip", "install", "-q", "--no-deps", "--no-index", "--find-links"]).arg(wheels.path());
        if made && quiet(install.arg(&wanted)) && has_numpy(&python) {
            fs::write(&complete, "").map_err(fail)?;
            return Ok(python);
        }
    }
    let tried: Vec<String> = pythons.iter().map(|python| python.display().to_string()).collect();
    Err(RunError::unavailable(format!(
        "expected a Python that can install {wanted}, found none among: {}\n  the error of the newest: {}\n  name one that has it \
         with --python",
        tried.join(", "),
        first_error.unwrap_or_default()
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
        let output = Command::new(&path).args(["-c", version]).stderr(Stdio::null()).output();
        let Some(output) = output.ok().filter(|output| output.status.success()) else { return };
        let version = String::from_utf8_lossy(&output.stdout).into_owned();
        let version: Vec<u32> = version.trim().split('.').filter_map(|part| part.parse().ok()).collect();
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

/// Runs a command without output, and returns true if it succeeds.
fn quiet(command: &mut Command) -> bool {
    let silent = command.env("PIP_DISABLE_PIP_VERSION_CHECK", OsString::from("1")).stdin(Stdio::null());
    silent.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
