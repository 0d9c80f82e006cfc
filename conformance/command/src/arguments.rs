//! Arguments that several commands share. The arguments of one command alone stand beside it, in `commands`.

use crate::adapters::numpy::{PYTHON, PYTHON_VARIABLE};
use crate::error::CommandError;
use crate::output::print_error;
use crate::pattern::{Pattern, rules};
use crate::report::{Detail, View};
use crate::styled::Color;
use crate::target::{Name, Target};
use array_ctypes_conformance::adapter::hello::Hello;
use array_ctypes_conformance::engine::deviation::{self, Deviation};
use array_ctypes_conformance::engine::generate::generate;
use array_ctypes_conformance::engine::page::PageCase;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::engine::waiver::Waiver;
use array_ctypes_conformance::spec::Profile;
use array_ctypes_conformance::spec::page::{Example, examples};
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::{SavedCase, deviations, files};
use clap::{Args, ValueEnum};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::thread::available_parallelism;
use std::time::Duration;

/// The timeout of adapters if none is named, in seconds.
const TIMEOUT_SECONDS: &str = "10";

// The structs of this module have no documentation for rustdoc: clap would take it for that of the command.

// Which implementations are run.
#[derive(Args, Debug)]
pub(crate) struct Targets {
    /// reference, numpy, or numpy==VERSION [default: reference]
    #[arg(value_name = "IMPLEMENTATION")]
    names: Vec<Name>,
    #[command(flatten)]
    python: PythonPath,
    /// An adapter: any program that speaks the protocol
    #[arg(long = "command", value_name = "LINE")]
    commands: Vec<String>,
    #[arg(
        long = "library",
        value_name = "FILE",
        help = "A shared library with an adapter in C: see array_ctypes_adapter.h"
    )]
    libraries: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) timeout: Timeout,
}

impl Targets {
    /// The implementations that the arguments name: first by name, then by `--command` and `--library`; if none, the reference or the
    /// NumPy of
    /// `--python`.
    pub(crate) fn all(&self) -> Result<Vec<Target>, CommandError> {
        let python = self.python.path.as_deref();
        let mut targets = self.names.iter().map(|name| Target::of(name, python)).collect::<Result<Vec<Target>, _>>()?;
        targets.extend(self.commands.iter().cloned().map(Target::Command));
        targets.extend(self.libraries.iter().cloned().map(Target::Library));
        if targets.is_empty() {
            warn_of_others(python.is_some());
            targets.push(python.map_or(Target::Reference, |python| Target::NumPy(python.to_owned())));
        }
        Ok(targets)
    }
}

/// Says that the reference is run, if there are files here that look as if something else was meant.
fn warn_of_others(is_numpy: bool) {
    let is_adapter = |path: &Path| {
        path.extension().is_some_and(|extension| extension == "py")
            && files::text(path).is_ok_and(|text| text.contains("array_ctypes_kit"))
    };
    let here = std::fs::read_dir(".").into_iter().flatten().flatten().map(|entry| entry.path());
    let mut adapters: Vec<PathBuf> = here.filter(|path| is_adapter(path)).collect();
    adapters.sort();
    let deviations = Path::new(deviation::DEFAULT_FILE).exists().then(|| PathBuf::from(deviation::DEFAULT_FILE));
    let Some(found) = adapters.first().or(deviations.as_ref()) else { return };
    let found = found.strip_prefix(".").unwrap_or(found).display().to_string();
    let what = if is_numpy { "NumPy" } else { "the reference of this project" };
    let name = if adapters.is_empty() { "ADAPTER".to_owned() } else { found.clone() };
    print_error(&format!(
        "no implementation is named, so {what} is asked, although there is {found} here; to ask an adapter: --command 'python3 {name}'"
    ));
}

// Which Python runs NumPy.
#[derive(Args, Debug)]
pub(crate) struct PythonPath {
    #[arg(long = "python", value_name = "PATH", help = format!(
        "The Python that has the NumPy to run [default: {PYTHON_VARIABLE}, or {PYTHON}]"
    ))]
    pub(crate) path: Option<PathBuf>,
}

// How long an adapter may take.
#[derive(Args, Debug)]
pub(crate) struct Timeout {
    /// How long any reply of an adapter may take; its start may take ten times as long
    #[arg(long = "timeout", value_name = "SECONDS", value_parser = seconds, default_value = TIMEOUT_SECONDS)]
    pub(crate) duration: Duration,
}

// Which failures are known.
#[derive(Args, Debug)]
pub(crate) struct KnownDeviations {
    #[arg(long = "deviations", value_name = "FILE", help = format!(
        "Known deviations, beside those of NumPy; may be repeated [default: {}, if there]",
        deviation::DEFAULT_FILE
    ))]
    files: Vec<PathBuf>,
    /// Treat every deviation as a new failure
    #[arg(long, conflicts_with = "files")]
    no_deviations: bool,
}

/// A file of known deviations.
pub(crate) struct DeviationFile {
    pub(crate) path: PathBuf,
    pub(crate) deviations: Vec<Deviation>,
    /// Why many cases of some rules may be declined.
    pub(crate) waivers: Vec<Waiver>,
}

impl KnownDeviations {
    /// Reads the user's files: those that `--deviations` names, or the one of the current directory.
    pub(crate) fn read(&self) -> Result<Vec<DeviationFile>, CommandError> {
        let mut paths = self.files.clone();
        if paths.is_empty() && !self.no_deviations && Path::new(deviation::DEFAULT_FILE).exists() {
            paths.push(PathBuf::from(deviation::DEFAULT_FILE));
        }
        let read = |path: PathBuf| {
            let deviations = deviations::read(&path, Platform::host().pointer_size())?;
            let waivers = deviations::read_waivers(&path)?;
            Ok(DeviationFile { path, deviations, waivers })
        };
        paths.into_iter().map(read).collect()
    }

    /// The known deviations: those of the user's files and those of NumPy; none with `--no-deviations`.
    pub(crate) fn all(&self, files: &[DeviationFile]) -> Result<Vec<Deviation>, CommandError> {
        if self.no_deviations {
            return Ok(Vec::new());
        }
        let mut known: Vec<Deviation> = files.iter().flat_map(|file| &file.deviations).cloned().collect();
        known.extend(crate::deviations::numpy(Platform::host().pointer_size())?);
        Ok(known)
    }
}

// Which rules the case asks about.
#[derive(Args, Debug)]
pub(crate) struct AskedRules {
    /// Ask only about rules that match, as in data.* or shape.strides,layout.*; may be repeated
    #[arg(long = "rule", value_name = "GLOBS")]
    patterns: Vec<Pattern>,
}

impl AskedRules {
    /// All patterns as one, unless there is none.
    pub(crate) fn pattern(&self) -> Option<Pattern> {
        Pattern::joined(&self.patterns)
    }

    /// The rules that match a pattern; all rules if there is no pattern.
    pub(crate) fn rules(&self) -> Rules {
        rules(self.pattern().as_ref())
    }
}

// Which broken rules are violations.
#[derive(Args, Debug)]
pub(crate) struct BindingRules {
    /// Check only this profile, if the implementation claims it; may be repeated
    #[arg(long = "profile", value_name = "NAME", value_parser = profile)]
    pub(crate) profiles: Vec<Profile>,
    /// A broken SHOULD is a violation too
    #[arg(long)]
    pub(crate) strict: bool,
}

// How much is printed, and in which colours.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Looks {
    /// List only rules that failed, warned, were declined or were not exercised, and leave out the Python of counterexamples
    #[arg(long)]
    quiet: bool,
    /// Print every failure, not only the one that shows its cause best, and list rules that do not bind
    #[arg(long, conflicts_with = "quiet")]
    verbose: bool,
    /// When to use colours [default: auto, on a terminal unless `NO_COLOR` is set, or if `CLICOLOR_FORCE` is]
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Color::Auto, hide_default_value = true, hide_possible_values = false)]
    pub(crate) color: Color,
}

impl Looks {
    /// How much is printed.
    pub(crate) fn detail(self) -> Detail {
        match (self.quiet, self.verbose) {
            (true, _) => Detail::Quiet,
            (_, true) => Detail::Verbose,
            _ => Detail::Usual,
        }
    }
}

/// A file that a report is written to.
#[derive(Clone, Debug)]
pub(crate) struct ReportFile {
    pub(crate) view: View,
    pub(crate) path: PathBuf,
}

impl FromStr for ReportFile {
    type Err = String;

    fn from_str(text: &str) -> Result<ReportFile, String> {
        let names = || View::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let wrong = || {
            let names: Vec<String> = names().map(|name| name.get_name().to_owned()).collect();
            format!("expected FORMAT=FILE, the format one of {}; found {text:?}", names.join(", "))
        };
        let (name, path) = text.split_once('=').filter(|(_, path)| !path.is_empty()).ok_or_else(wrong)?;
        let view = View::from_str(name, false).map_err(|_| wrong())?;
        Ok(ReportFile { view, path: PathBuf::from(path) })
    }
}

/// The forms of the output of `bench` and `matrix`. The variants have no documentation: clap would give each a paragraph in the
/// help.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

/// Parses the name of a profile.
pub(crate) fn profile(name: &str) -> Result<Profile, String> {
    let known = || Profile::ALL.iter().map(|profile| profile.name()).collect::<Vec<_>>().join(", ");
    Profile::from_name(name).ok_or_else(|| format!("expected a profile, one of {}; found {name:?}", known()))
}

/// The profiles that were named; all profiles if none was.
pub(crate) fn profiles(named: &[Profile]) -> Vec<Profile> {
    if named.is_empty() { Profile::ALL.to_vec() } else { named.to_vec() }
}

/// The number of jobs: the one that was named, or one for each core but no more than `most`; at least one.
pub(crate) fn jobs(named: Option<u16>, most: u64) -> usize {
    let cores = || available_parallelism().map_or(1, NonZero::get).min(usize::try_from(most).unwrap_or(usize::MAX));
    named.map_or_else(cores, usize::from).max(1)
}

/// Parses the name of a platform.
pub(crate) fn platform(name: &str) -> Result<Platform, String> {
    let known = || Platform::ALL.map(|(name, _)| name).join(", ");
    let platform = Platform::ALL.into_iter().find(|(known, _)| *known == name);
    platform
        .map(|(_, platform)| platform)
        .ok_or_else(|| format!("expected a platform, one of {}; found {name:?}", known()))
}

/// Parses a whole number from 1 on.
pub(crate) fn count(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|count| *count > 0)
        .ok_or_else(|| format!("expected a whole number from 1 on, found {text:?}"))
}

/// Parses a whole number.
pub(crate) fn whole_number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("expected a whole number, found {text:?}"))
}

/// Parses a positive number of seconds.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds < 1e9 => Ok(Duration::from_secs_f64(seconds)),
        _ => Err(format!("expected a positive number of seconds, found {text:?}")),
    }
}

/// The case that an argument names: a file, an example of the page, or a seed and an index, drawn for that
/// implementation. Only a file may have cases to ask before it.
pub(crate) fn case(name: &str, hello: &Hello, rules: &Rules) -> Result<SavedCase, CommandError> {
    let alone = |case| SavedCase::alone(name.to_owned(), case);
    let numbers = name.split_once(':').and_then(|(seed, index)| Some((seed.parse().ok()?, index.parse().ok()?)));
    if let Some((seed, index)) = numbers {
        return Ok(alone(generate(seed, index, hello, &rules.binding(hello)).case));
    }
    if let Some(example) = Example::named(name) {
        return Ok(alone(PageCase::of(example, &hello.platform).case));
    }
    if name.starts_with("page:") {
        let count = examples().count();
        return Err(CommandError::Usage(format!(
            "expected one of page:1 to page:{count}, found {name:?}; `array-ctypes page` prints them"
        )));
    }
    if !Path::new(name).exists() {
        return Err(CommandError::Usage(format!(
            "expected a case, as `SEED:INDEX`, `page:1` to `page:{}`, or the path of a case file; found {name:?}, and there is no \
             such file; check the path",
            examples().count()
        )));
    }
    Ok(files::read_saved(Path::new(name), hello.platform.pointer_size())?)
}
