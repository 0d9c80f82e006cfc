//! Python behind its adapters: the kit, `memoryview`, and NumPy.
//!
//! Tests that need a Python or a NumPy are ignored, with the reason, where it is missing. `ARRAY_CTYPES_PYTHON` names the
//! Python; without it, `python3` of the path is used. Nothing here uses the network.

use array_ctypes_command::adapters::numpy::{NumPy, faulty, has_numpy, python_at_hand};
use array_ctypes_command::report;
use array_ctypes_conformance::Implementation;
use array_ctypes_conformance::adapter::implementation::Make;
use array_ctypes_conformance::engine::generate::case;
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::outcome::{Known, Report};
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::report::snippet;
use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Answer, Expectation, Prediction, Question, Step, expect_making, rules};
use array_ctypes_conformance::transports::child::Child;
use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

#[cfg(target_os = "linux")]
mod hostile;

const TIMEOUT: Duration = Duration::from_secs(60);

fn main() {
    let python = python_at_hand();
    let works = Command::new(&python).arg("--version").output().is_ok_and(|output| output.status.success());
    let numpy = works && has_numpy(&python);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../python");
    let trial = |name: &str, possible: bool, test: fn(&Path, &Path) -> Result<(), Failed>| {
        let (python, folder): (PathBuf, PathBuf) = (python.clone(), folder.clone());
        let name = if possible { name.to_owned() } else { format!("{name} (ignored: no such Python or NumPy here)") };
        Trial::test(name, move || test(&python, &folder)).with_ignored_flag(!possible)
    };
    let trials = vec![
        trial("the kit passes its own tests", works, kit),
        trial("the vectors are as documented, and their runner fails where it must", works, vectors),
        trial("memoryview conforms within its limits", works, memoryview),
        trial("numpy conforms except for known deviations", numpy, numpy_conforms),
        trial("numpy reports what each way to ask costs", numpy, numpy_costs),
        trial("the Python that reports show runs", numpy, snippets_run),
        trial("a lie about an address is seen from outside", works && cfg!(target_os = "linux"), lies),
        trial("a private copy of a shared map is seen from outside", numpy && cfg!(target_os = "linux"), private_map),
        trial("each fault of numpy is caught by its rule", numpy, faults_caught),
        trial(
            "a numpy adapter that misbehaves loses exactly the cases it misbehaves on",
            numpy && cfg!(target_os = "linux"),
            culprits,
        ),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn kit(python: &Path, folder: &Path) -> Result<(), Failed> {
    passes(python, folder)
}

/// Runs the tests of the vectors; those that need NumPy or jsonschema are skipped where it is missing.
fn vectors(python: &Path, folder: &Path) -> Result<(), Failed> {
    passes(python, &folder.join("../vectors"))
}

/// Runs the tests in Python of a folder: its files `test_*.py`.
fn passes(python: &Path, folder: &Path) -> Result<(), Failed> {
    let output = Command::new(python).args(["-B", "-m", "unittest", "discover"]).current_dir(folder).output()?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned().into()) }
}

fn memoryview(python: &Path, folder: &Path) -> Result<(), Failed> {
    let make = || {
        let mut command = Command::new(python);
        command.arg("-B").arg(folder.join("memoryview_adapter.py"));
        Ok(Box::new(Child::start(command, TIMEOUT)?) as Box<dyn Implementation>)
    };
    breaks_only(&run(&make, 50_000)?, &[])
}

fn numpy_conforms(python: &Path, _: &Path) -> Result<(), Failed> {
    let make = || Ok(Box::new(NumPy::start(python, TIMEOUT)?) as Box<dyn Implementation>);
    let deviations = array_ctypes_command::deviations::numpy(Platform::host().pointer_size())?;
    let report = check(&make, &Options { cases: 20_000, deviations, ..Options::default() }, &|_| {})?;
    breaks_only(&report, &[])?;
    let document = include_str!("../../numpy.md");
    let is_listed = |known: &&Known| document.contains(&format!("`{}`", known.deviation.rule));
    if let Some(unlisted) = report.known.iter().find(|known| !is_listed(known)) {
        return Err(format!("expected {} in numpy.md, found no mention of it", unlisted.deviation.rule).into());
    }
    match report.known.iter().find(|known| known.stale.is_some()) {
        Some(Known { deviation, stale, .. }) => {
            Err(format!("expected {} to be broken as the known deviation describes, found: {stale:?}", deviation.rule)
                .into())
        }
        None => Ok(()),
    }
}

fn faults_caught(python: &Path, _: &Path) -> Result<(), Failed> {
    let faults = faulty::list(python)?;
    let names: BTreeSet<&str> = faults.iter().map(|fault| fault.name.as_str()).collect();
    assert!(faults.len() >= 14 && names.len() == faults.len(), "{names:?}");
    let options = faulty::Options { seeds: 2, cases: 20_000, jobs: 2 };
    let rows = faulty::hunt(python, &faults, &options, TIMEOUT, &|_| {})?.faults;
    assert_eq!(rows.iter().map(|row| &row.fault).collect::<Vec<_>>(), faults.iter().collect::<Vec<_>>());
    let escaped = rows.iter().find(|row| row.cases.len() != 2 || !row.is_caught());
    assert_eq!(escaped, None, "expected each to be caught in each seed");
    // A rule that the mistake does not touch, or that the twin breaks too, catches nothing.
    let missed = |rule| faulty::HuntedFault { rule, ..faults[0].clone() };
    let missed = [missed(rules::memmap::size), missed(rules::absent::as_parameter)];
    let options = faulty::Options { seeds: 1, cases: 500, jobs: 1 };
    let rows = faulty::hunt(python, &missed, &options, TIMEOUT, &|_| {})?.faults;
    assert!(rows.iter().all(|row| row.cases == [None]), "{rows:?}");
    let unknown = NumPy::faulty(python, "nothing is wrong", TIMEOUT).err().ok_or("an unknown fault was started")?;
    if unknown.message().contains("expected one of these names") { Ok(()) } else { Err(unknown.message().into()) }
}

fn numpy_costs(python: &Path, _: &Path) -> Result<(), Failed> {
    use array_ctypes_conformance::adapter::cost::Question::{Address, All, Shape, Strides};
    let measured = array_ctypes_command::bench::ask(&mut NumPy::start(python, TIMEOUT)?, Duration::from_millis(500))?;
    let found: Vec<(array_ctypes_conformance::adapter::cost::Question, &str)> =
        measured.costs.iter().map(|cost| (cost.question, cost.name.as_str())).collect();
    let expected = [
        (Address, "a.ctypes.data"),
        (Address, "a.ctypes.data_as(c_void_p)"),
        (Address, "a.ctypes._as_parameter_"),
        (Address, "c.data  # c = a.ctypes"),
        (Address, "a.__array_interface__['data'][0]"),
        (Address, "addressof(c_char.from_buffer(a))"),
        (Address, "ffi.from_buffer(a)  # ffi = cffi.FFI()"),
        (Address, "torch.from_numpy(a).data_ptr()"),
        (Address, "t.data_ptr()  # t = torch.from_numpy(a)"),
        (Shape, "a.ctypes.shape"),
        (Shape, "a.ctypes.shape_as(c_int64)"),
        (Shape, "a.__array_interface__['shape']"),
        (Shape, "memoryview(a).shape"),
        (Shape, "c.shape  # c = a.ctypes"),
        (Shape, "m.shape  # m = memoryview(a)"),
        (Shape, "a.shape"),
        (Strides, "a.ctypes.strides"),
        (Strides, "a.ctypes.strides_as(c_int64)"),
        (Strides, "memoryview(a).strides"),
        (Strides, "c.strides  # c = a.ctypes"),
        (Strides, "m.strides  # m = memoryview(a)"),
        (Strides, "a.strides"),
        (All, "(a.ctypes.data, a.ctypes.shape, a.ctypes.strides)"),
        (All, "a.__array_interface__"),
        (All, "a.__array_struct__"),
        (All, "memoryview(a)"),
        (All, "a.__dlpack__()"),
        (All, "as_ctypes(a)"),
    ];
    assert_eq!(found, expected);
    // Only packages that are not installed may be missing.
    for cost in &measured.costs {
        if let Err(why) = &cost.time {
            assert!(["not installed: cffi", "not installed: torch"].contains(&why.as_str()), "{}: {why}", cost.name);
        }
    }
    Ok(())
}

/// Starts an adapter that lies about addresses in this way, consistently.
fn liar<'a>(python: &'a Path, folder: &'a Path, lie: &'static str) -> Box<Make<'a>> {
    Box::new(move || {
        let mut command = Command::new(python);
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/lying.py");
        command.arg("-B").arg(program).arg(lie).env("PYTHONPATH", folder);
        Ok(Box::new(Child::start(command, TIMEOUT)?) as Box<dyn Implementation>)
    })
}

/// Only reading and writing from outside reveals these lies.
fn lies(python: &Path, folder: &Path) -> Result<(), Failed> {
    breaks_only(&run(&*liar(python, folder, "next"), 5000)?, &["data.memory", "data.memory-written"])?;
    breaks_only(&run(&*liar(python, folder, "stale"), 5000)?, &["data.memory-written"])
}

fn private_map(python: &Path, folder: &Path) -> Result<(), Failed> {
    let mapping = Rules::matching("memmap.mapping").ok_or("no such rule")?;
    let options = Options { cases: 1000, rules: mapping, ..Options::default() };
    breaks_only(&check(&*liar(python, folder, "private"), &options, &|_| {})?, &["memmap.mapping"])
}

#[expect(clippy::unnecessary_wraps, reason = "a trial like the others; a failure panics")]
fn culprits(_: &Path, _: &Path) -> Result<(), Failed> {
    #[cfg(target_os = "linux")]
    hostile::assert_loses_only_its_culprits("numpy", 300, 1500, Duration::from_secs(5));
    Ok(())
}

/// Runs the snippets of 300 cases, each without the steps that must be refused.
fn snippets_run(python: &Path, _: &Path) -> Result<(), Failed> {
    const RUN: &str = "
import contextlib, io, json, sys
for snippet in json.load(sys.stdin):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(snippet, {})
    except Exception as error:
        sys.exit('%s%s: %s' % (snippet, type(error).__name__, error))
";
    let host = Platform::host();
    let mut known = array_ctypes_command::deviations::numpy(host.pointer_size())?;
    known.retain(|known| known.versions.before.is_none());
    let refused = |prediction: &Prediction| {
        let broken = known.iter().any(|known| known.rule == prediction.rule);
        broken || may_raise(&prediction.expectation)
    };
    let snippets: Vec<String> = (0..300)
        .map(|index| case(9, index, &host))
        .filter(|case| {
            let resolved = resolve(&host, &case.array);
            let must_be_made = expect_making(&case.array, &resolved).expectation == Expectation::Accepted;
            must_be_made && resolved.is_ok_and(|layout| layout.shape.len() <= 32)
        })
        .map(|mut case| {
            let predictions = case.expect(&host);
            let mut steps = 0..;
            case.script.retain(|step| {
                let at = steps.next();
                let mut of_step = predictions.iter().filter(|prediction| Some(prediction.step) == at).peekable();
                // A step without a prediction may be refused: where writeability is free, so is all that needs it.
                let free = of_step.peek().is_none()
                    && matches!(step, Step::Ask(Question::Ctypeslib(_) | Question::Buffer(..) | Question::Dlpack(..)));
                !free && !of_step.any(refused)
            });
            snippet::python(&case)
        })
        .collect();
    let mut child = Command::new(python).args(["-c", RUN]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(serde_json::to_string(&snippets)?.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned().into()) }
}

fn may_raise(expectation: &Expectation) -> bool {
    match expectation {
        Expectation::Raises(_) => true,
        Expectation::OneOf(answers) => answers.iter().any(|answer| matches!(answer, Answer::Raises(_))),
        Expectation::AnyOf(several) => several.iter().any(may_raise),
        _ => false,
    }
}

fn run(make: &Make, cases: u64) -> Result<Report, Failed> {
    Ok(check(make, &Options { cases, ..Options::default() }, &|_| {})?)
}

fn breaks_only(report: &Report, known: &[&str]) -> Result<(), Failed> {
    if let Some(error) = &report.run_error {
        return Err(error.to_string().into());
    }
    let broken: Vec<&str> = report.failures.iter().map(|failure| failure.rule.id()).collect();
    if broken == known {
        return Ok(());
    }
    let text = report::text(report, &|at| report.failures[at].origin.to_string(), true);
    Err(format!("expected {known:?} to be broken, found {broken:?}\n{text}").into())
}
