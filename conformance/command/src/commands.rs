//! The subcommands, and what they share: which implementation is meant, and how a command ends.

use crate::adapters::Reference;
use crate::adapters::numpy::{NumPy, environment, python_at_hand};
use array_ctypes_conformance::adapter::implementation::Make;
use array_ctypes_conformance::deviations::DeviationError;
use array_ctypes_conformance::engine::deviation::{self, Deviation};
use array_ctypes_conformance::engine::generate::generate;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::files::FileError;
use array_ctypes_conformance::spec::Profile;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::transports::child::Child;
use array_ctypes_conformance::{Case, Hello, Implementation, RunError, deviations, files};
use clap::ArgMatches;
use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

pub(crate) mod bench;
pub(crate) mod cases;
pub(crate) mod check;
pub(crate) mod faults;
pub(crate) mod repro;
pub(crate) mod rules;
pub(crate) mod show;
pub(crate) mod vectors;

/// How a command ends. The numbers are part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: the implementation conforms, or the command did what was asked.
    Conforms = 0,
    /// 1: a rule is violated.
    Violated = 1,
    /// 2: bad usage: an unknown option, rule or implementation, a case that cannot be read.
    Usage = 2,
    /// 3: the implementation could not be run, or not to the end.
    RunError = 3,
    /// 4: a deviation that is said to be known is not there any more.
    Stale = 4,
}

impl Exit {
    /// The graver of two: trouble may hide a violation, and that is graver than a note that is out of date.
    pub(crate) fn or(self, other: Exit) -> Exit {
        let gravity = [Exit::Conforms, Exit::Stale, Exit::Violated, Exit::Usage, Exit::RunError];
        let of = |exit: Exit| gravity.iter().position(|known| *known == exit);
        if of(other) > of(self) { other } else { self }
    }
}

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Stop {
    Usage(String),
    RunError(RunError),
    Output(std::io::Error),
}

impl Stop {
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Stop::Usage(_) => Exit::Usage,
            // A reader that closed the pipe has seen enough.
            Stop::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Conforms,
            Stop::RunError(_) | Stop::Output(_) => Exit::RunError,
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stop::Usage(message) => f.write_str(message),
            Stop::RunError(trouble) => write!(f, "{trouble}"),
            Stop::Output(error) => write!(f, "expected to write the output, found: {error}"),
        }
    }
}

impl From<RunError> for Stop {
    fn from(trouble: RunError) -> Stop {
        Stop::RunError(trouble)
    }
}

impl From<FileError> for Stop {
    fn from(error: FileError) -> Stop {
        Stop::Usage(error.to_string())
    }
}

impl From<DeviationError> for Stop {
    fn from(error: DeviationError) -> Stop {
        Stop::Usage(error.to_string())
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Stop {
        Stop::Output(error)
    }
}

/// Which implementation is meant.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    Reference,
    NumPy(PathBuf),
    Command(String),
}

impl Target {
    /// What the arguments name: the words, or `--command`, or the reference.
    pub(crate) fn all(arguments: &ArgMatches) -> Result<Vec<Target>, Stop> {
        let python = arguments.get_one::<PathBuf>("python");
        let mut targets = Vec::new();
        for name in arguments.get_many::<String>("implementation").into_iter().flatten() {
            targets.push(Target::named(name, python)?);
        }
        targets.extend(arguments.get_many::<String>("command").into_iter().flatten().cloned().map(Target::Command));
        if targets.is_empty() {
            targets.push(python.map_or(Target::Reference, |python| Target::NumPy(python.clone())));
        }
        Ok(targets)
    }

    fn named(name: &str, python: Option<&PathBuf>) -> Result<Target, Stop> {
        match name.split_once("==") {
            None if name == "reference" => Ok(Target::Reference),
            None if name == "numpy" => Ok(Target::NumPy(python.cloned().unwrap_or_else(python_at_hand))),
            Some(("numpy", version)) => Ok(Target::NumPy(environment(version, &|home| {
                let _ = writeln!(io::stderr(), "array-ctypes: making {}, once", home.display());
            })?)),
            _ => Err(Stop::Usage(format!(
                "expected an implementation: `reference`, `numpy` or `numpy==VERSION`, found {name:?}; any other is an \
                 adapter: --command \"…\""
            ))),
        }
    }

    pub(crate) fn start(&self, patience: Duration) -> Result<Box<dyn Implementation>, RunError> {
        match self {
            Target::Reference => Ok(Box::new(Reference::new())),
            Target::NumPy(python) => Ok(Box::new(NumPy::start(python, patience)?)),
            Target::Command(line) => Ok(Box::new(Child::start(shell(line), patience)?)),
        }
    }

    pub(crate) fn maker(&self, patience: Duration) -> Box<Make<'_>> {
        Box::new(move || self.start(patience))
    }

    /// The arguments that name it again.
    pub(crate) fn words(&self) -> String {
        match self {
            Target::Reference => String::new(),
            Target::NumPy(python) => format!(" numpy --python {}", quoted(&python.display().to_string())),
            Target::Command(line) => format!(" --command {}", quoted(line)),
        }
    }
}

/// Prints a whole text. A reader that closed the pipe has seen enough; the verdict stands.
pub(crate) fn print(text: &str) -> Result<(), Stop> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Tells on standard error.
pub(crate) fn tell(message: &str) {
    let _ = writeln!(io::stderr(), "array-ctypes: {message}");
}

/// A word as a POSIX shell reads it back.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A command line as the system's shell reads it, without a shell that stays between.
fn shell(line: &str) -> Command {
    let mut command = Command::new(if cfg!(windows) { "cmd" } else { "sh" });
    if cfg!(windows) {
        command.arg("/C").arg(line);
    } else {
        command.arg("-c").arg(format!("exec {line}"));
    }
    command
}

pub(crate) fn patience(arguments: &ArgMatches) -> Duration {
    seconds(arguments, "timeout").unwrap_or(Duration::from_secs(10))
}

/// An option in seconds.
pub(crate) fn seconds(arguments: &ArgMatches, name: &str) -> Option<Duration> {
    arguments.get_one::<f64>(name).map(|seconds| Duration::from_secs_f64(*seconds))
}

/// The rules that `--rule` names; all without.
pub(crate) fn rules_asked(arguments: &ArgMatches) -> Result<Rules, Stop> {
    match arguments.get_one::<String>("rule") {
        None => Ok(Rules::all()),
        Some(pattern) => Rules::matching(pattern).ok_or_else(|| {
            Stop::Usage(format!(
                "expected a rule, a chapter, or a pattern with `*`, found {pattern:?}; `array-ctypes rules` lists them"
            ))
        }),
    }
}

/// The profiles that `--profile` names; all without.
pub(crate) fn profiles_asked(arguments: &ArgMatches) -> Result<Vec<Profile>, Stop> {
    let Some(names) = arguments.get_many::<String>("profile") else { return Ok(Profile::ALL.to_vec()) };
    let known = || Profile::ALL.iter().map(|profile| profile.name()).collect::<Vec<_>>().join(", ");
    let profile = |name: &String| {
        let unknown = || Stop::Usage(format!("expected a profile, one of {}; found {name:?}", known()));
        Profile::from_name(name).ok_or_else(unknown)
    };
    names.map(profile).collect()
}

/// What the user's files tell of known deviations: those that `--deviations` names, or that of the current directory.
pub(crate) fn deviation_files(arguments: &ArgMatches) -> Result<Vec<(PathBuf, Vec<Deviation>)>, Stop> {
    let named = arguments.get_many::<PathBuf>("deviations").into_iter().flatten().cloned();
    let mut paths: Vec<PathBuf> = named.collect();
    if paths.is_empty() && !arguments.get_flag("no-deviations") && Path::new(deviation::DEFAULT_FILE).exists() {
        paths.push(PathBuf::from(deviation::DEFAULT_FILE));
    }
    let read = |path: PathBuf| deviations::read(&path, Platform::host().pointer_size()).map(|known| (path, known));
    Ok(paths.into_iter().map(read).collect::<Result<_, _>>()?)
}

/// The deviations that are known: those of the user's files, and those of NumPy; none with `--no-deviations`.
pub(crate) fn deviations_known(
    arguments: &ArgMatches,
    files: &[(PathBuf, Vec<Deviation>)],
) -> Result<Vec<Deviation>, Stop> {
    if arguments.get_flag("no-deviations") {
        return Ok(Vec::new());
    }
    let mut known: Vec<Deviation> = files.iter().flat_map(|(_, known)| known).cloned().collect();
    known.extend(crate::deviations::numpy(Platform::host().pointer_size())?);
    Ok(known)
}

/// The case that an argument names: a file, or seed and index for that implementation.
pub(crate) fn case_named(name: &str, hello: &Hello, rules: &Rules) -> Result<Case, Stop> {
    let numbers = name.split_once(':').and_then(|(seed, index)| Some((seed.parse().ok()?, index.parse().ok()?)));
    if let Some((seed, index)) = numbers {
        return Ok(generate(seed, index, hello, &rules.binding(hello)).case);
    }
    if !Path::new(name).exists() {
        return Err(Stop::Usage(format!(
            "expected a case, as `SEED:INDEX` or the path of a case file; there is no file {name:?}"
        )));
    }
    Ok(files::read(Path::new(name), hello.platform.pointer_size())?)
}
