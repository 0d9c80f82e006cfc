//! Python behind its adapters: the kit, `memoryview`, and NumPy.
//!
//! Tests that need a Python or a NumPy are ignored, with the reason, where it is missing. `ARRAY_CTYPES_PYTHON` names the
//! Python; without it, `python3` of the path is used. Nothing here uses the network.

mod harness;
mod hostile;

use array_ctypes_command::adapters::numpy::{NumPy, faulty, has_numpy, has_packages, python_at_hand};
use array_ctypes_command::page::{Session, asked, predicted};
use array_ctypes_conformance::Implementation;
use array_ctypes_conformance::adapter::implementation::Make;
use array_ctypes_conformance::deviations::read;
use array_ctypes_conformance::engine::deviation::Deviation;
use array_ctypes_conformance::engine::generate::{case, generate};
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::outcome::{Known, Report};
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::report::{failure, snippet};
use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::spec::page::examples;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{
    Answer, Consumer, Expectation, Prediction, Producer, Protocol, Question, Step, expect_making, rules,
};
use array_ctypes_conformance::transports::child::Child;
use array_ctypes_conformance::transports::contained::Contained;
use harness::{Test, tests};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(60);

/// Tests that need a Python.
const PYTHON_TESTS: &[Test] = tests![
    the_kit_passes_its_own_tests,
    the_vectors_are_as_documented_and_their_runner_fails_where_it_must,
    memoryview_conforms_within_its_limits,
    the_consumers_of_python_itself_conform,
    the_arrays_of_python_itself_are_the_same_to_each_consumer,
    a_consumer_that_refuses_everything_does_not_conform,
    a_consumer_that_reads_behind_an_unknown_version_is_caught,
];

/// Tests that need a Python, and look at its memory from outside.
const OUTSIDE_TESTS: &[Test] = tests![a_lie_about_an_address_is_seen_from_outside,];

/// Tests that need pytest, with pytest-xdist.
const PYTEST_TESTS: &[Test] = tests![the_plugin_of_pytest_passes_its_own_tests,];

/// Tests that need NumPy.
const NUMPY_TESTS: &[Test] = tests![
    numpy_conforms_except_for_known_deviations,
    numpy_conforms_as_a_consumer_except_for_known_deviations,
    the_arrays_of_numpy_are_the_same_to_each_consumer_but_for_structures,
    numpy_answers_the_page_as_predicted,
    numpy_reports_what_each_way_to_ask_costs,
    the_python_that_reports_show_runs,
    each_fault_of_numpy_is_caught_by_its_rule,
];

/// Tests that need NumPy, and the platform of a committed snapshot.
const NUMPY_SNAPSHOTS: &[Test] = tests![the_session_of_numpy_is_the_committed_one,];
/// Tests of what one release of NumPy does, on one platform.
const NUMPY_MEASUREMENTS: &[Test] = tests![numpy_does_what_the_open_questions_measured,];

/// Tests that need NumPy, and look at its memory or its processes from outside.
const NUMPY_OUTSIDE_TESTS: &[Test] = tests![
    a_private_copy_of_a_shared_map_is_seen_from_outside,
    a_file_without_the_name_that_a_case_asks_for_is_no_reply,
    a_numpy_adapter_that_misbehaves_loses_exactly_the_cases_it_misbehaves_on,
];

fn main() {
    let python = harness::without(&python_at_hand());
    let numpy = ("no NumPy here", !has_numpy(&python_at_hand()));
    let pytest = ("no pytest with pytest-xdist here", !has_packages(&python_at_hand(), "pytest, xdist, filelock"));
    let snapshot = ("no snapshot of this platform is committed", Platform::host() != Platform::X86_64_LINUX);
    let measured = ("no NumPy 2.4.6 here, which the measurements are of", !has_measured_numpy());
    let system = ("this needs Linux", !cfg!(target_os = "linux"));
    harness::run(&[
        (PYTHON_TESTS, &[python]),
        (OUTSIDE_TESTS, &[system, python]),
        (PYTEST_TESTS, &[python, pytest]),
        (NUMPY_TESTS, &[python, numpy]),
        (NUMPY_SNAPSHOTS, &[python, numpy, snapshot]),
        (NUMPY_MEASUREMENTS, &[python, snapshot, measured]),
        (NUMPY_OUTSIDE_TESTS, &[system, python, numpy]),
    ])
}

/// The folder of the kit and the adapters in Python.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../python")
}

/// Returns true if the NumPy at hand is the one that `spec/src/questions.md` measured.
fn has_measured_numpy() -> bool {
    let mut command = Command::new(python_at_hand());
    command.args(["-c", "import numpy; assert numpy.__version__ == '2.4.6'"]);
    command.output().is_ok_and(|output| output.status.success())
}

fn numpy_does_what_the_open_questions_measured() {
    let questions = folder().join("../../spec/src/questions.md");
    let output = Command::new(python_at_hand()).args(["-B", "-m", "doctest"]).arg(questions).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

fn the_kit_passes_its_own_tests() {
    assert_passes(&folder());
}

/// Those that need NumPy or jsonschema are skipped where it is missing.
fn the_vectors_are_as_documented_and_their_runner_fails_where_it_must() {
    assert_passes(&folder().join("../vectors"));
}

/// Runs the tests in Python of a folder: its files `test_*.py`.
#[track_caller]
fn assert_passes(folder: &Path) {
    let mut command = Command::new(python_at_hand());
    let output = command.args(["-B", "-m", "unittest", "discover"]).current_dir(folder).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// They are run by pytest, with its fixture for tests of plugins. The command that the plugin finds is that of this build.
fn the_plugin_of_pytest_passes_its_own_tests() {
    let program = Path::new(env!("CARGO_BIN_EXE_array-ctypes"));
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let folders = program.parent().map(Path::to_owned).into_iter().chain(std::env::split_paths(&folders));
    let mut command = Command::new(python_at_hand());
    command.args(["-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "pytester"]);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plugin"));
    // It is loaded in the runs that the tests make, too.
    command.env("PYTHONPATH", folder()).env("PYTEST_PLUGINS", "array_ctypes.plugin");
    let path = std::env::join_paths(folders).expect("a path");
    let mut which = Command::new(python_at_hand());
    which.args(["-B", "-c", "from array_ctypes import command; print(command.path(), end='')"]);
    let found = which.env("PYTHONPATH", folder()).env("PATH", &path).output().expect("it runs");
    assert_eq!(
        Path::new(&*String::from_utf8_lossy(&found.stdout)),
        program,
        "an installed package array-ctypes hides this build: pip uninstall array-ctypes"
    );
    let output = command.env("PATH", path).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

fn memoryview_conforms_within_its_limits() {
    let make = || {
        let mut command = Command::new(python_at_hand());
        command.arg("-B").arg(folder().join("memoryview_adapter.py"));
        Ok(Box::new(Child::start(command, TIMEOUT)?) as Box<dyn Implementation>)
    };
    assert_breaks_only(&run(&make, &Options { cases: 50_000, ..Options::default() }), &[]);
}

/// Runs a consumer: a command of Python with these arguments.
fn run_consumer(arguments: &[&str], options: Options) -> Report {
    let make = || {
        let mut command = Command::new(python_at_hand());
        command.arg("-B").args(arguments).current_dir(folder());
        Ok(Box::new(Child::start(command, TIMEOUT)?) as Box<dyn Implementation>)
    };
    run(&make, &options)
}

/// That many cases.
fn few(cases: u64) -> Options {
    Options { cases, ..Options::default() }
}

fn the_consumers_of_python_itself_conform() {
    for adapter in ["memoryview_consumer.py", "ctypes_consumer.py", "strict_consumer.py"] {
        assert_breaks_only(&run_consumer(&[adapter], few(3000)), &[]);
    }
}

fn the_arrays_of_python_itself_are_the_same_to_each_consumer() {
    for consumer in ["memoryview_consumer.py", "ctypes_consumer.py", "strict_consumer.py"] {
        let pair = ["pair_adapter.py", "memoryview_adapter.py", consumer];
        assert_breaks_only(&run_consumer(&pair, few(1000)), &[]);
    }
    assert_breaks_only(&run_consumer(&["pair_adapter.py", "plain_adapter.py", "strict_consumer.py"], few(1000)), &[]);
}

/// NumPy leaves out the padding at the end of a structure in formats, and the flag of writeable memory in the C structure of
/// one with fields: these are known deviations of its exports.
fn the_arrays_of_numpy_are_the_same_to_each_consumer_but_for_structures() {
    for consumer in ["memoryview_consumer.py", "ctypes_consumer.py"] {
        assert_breaks_only(&run_consumer(&["pair_adapter.py", "numpy_adapter.py", consumer], few(1000)), &[]);
    }
    let strict = run_consumer(&["pair_adapter.py", "numpy_adapter.py", "strict_consumer.py"], few(3000));
    assert_breaks_only(&strict, &["consumer.accepts-declared"]);
}

fn a_consumer_that_refuses_everything_does_not_conform() {
    let refuses = "
import array_ctypes_kit as kit

class Refuses(kit.Consumer):
    @kit.door('interface', types='i f')
    def refuse(self, given):
        raise TypeError('no arrays')

kit.serve(Refuses())
";
    let accepts = ["consumer.accepts", "consumer.accepts-no-strides", "consumer.accepts-descr"];
    assert_breaks_only(&run_consumer(&["-c", refuses], few(200)), &accepts);
}

/// It refuses every array, those of another major version too, but it has read the flags by then.
fn a_consumer_that_reads_behind_an_unknown_version_is_caught() {
    let reads = "
import ctypes
import array_ctypes_kit as kit

class Reads(kit.Consumer):
    @kit.door('dlpack-versioned', types='i f')
    def refuse(self, given):
        capsule = given.__dlpack__(max_version=(1, 0))
        find = ctypes.pythonapi.PyCapsule_GetPointer
        find.restype, find.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
        managed = kit.DLManagedTensorVersioned.from_address(find(capsule, b'dltensor_versioned'))
        raise BufferError('flags %d, version %d' % (managed.flags, managed.version[0]))

kit.serve(Reads())
";
    let accepts = ["", "-no-strides", "-offset", "-no-deleter", "-minor", "-copied"];
    let broken = accepts.map(|of| format!("consumer.accepts{of}"));
    let broken = [broken.each_ref().map(String::as_str).as_slice(), &["consumer.answered"]].concat();
    assert_breaks_only(&run_consumer(&["-c", reads], few(300)), &broken);
}

/// As for its arrays, in a file of their own: the doors that copy are another run, and show other cases.
fn numpy_conforms_as_a_consumer_except_for_known_deviations() {
    let known = |name: &str| folder().join("../adapters/numpy").join(name);
    for (arguments, known) in [
        (&["numpy_consumer.py"][..], known("array-ctypes-deviations.toml")),
        (&["numpy_consumer.py", "copies"][..], known("copies.toml")),
    ] {
        let deviations = read(&known, Platform::host().pointer_size()).unwrap_or_else(|error| panic!("{error}"));
        assert!(!deviations.is_empty(), "{}", known.display());
        let report = run_consumer(arguments, Options { cases: 5000, deviations, ..Options::default() });
        assert_breaks_only(&report, &[]);
        for Known { deviation, stale, .. } in &report.known {
            assert_eq!(*stale, None, "expected {} to be broken as {} describes", deviation.rule, known.display());
        }
    }
}

fn numpy_conforms_except_for_known_deviations() {
    let make = || Ok(Box::new(NumPy::start(&python_at_hand(), TIMEOUT)?) as Box<dyn Implementation>);
    let deviations = known_deviations();
    let report = run(&make, &Options { cases: 20_000, deviations, ..Options::default() });
    assert_breaks_only(&report, &[]);
    let document = include_str!("../../numpy.md");
    for Known { deviation, stale, .. } in &report.known {
        let rule = deviation.rule;
        assert!(document.contains(&format!("`{rule}`")), "expected {rule} in numpy.md, found no mention of it");
        assert_eq!(*stale, None, "expected {rule} to be broken as the known deviation describes");
    }
}

/// The session of NumPy.
fn page() -> Session {
    let make = || Ok(Box::new(NumPy::start(&python_at_hand(), TIMEOUT)?) as Box<dyn Implementation>);
    let numpy = make().unwrap_or_else(|error| panic!("{error}"));
    let hello = numpy.hello().clone();
    asked(&mut Contained::new(numpy, &make), &hello).unwrap_or_else(|error| panic!("{error}"))
}

fn numpy_answers_the_page_as_predicted() {
    let Session { text, asked, different } = page();
    assert_eq!((asked, different), (examples().collect(), Vec::new()), "{text}");
    assert_eq!(text, predicted(&Platform::host()));
}

fn the_session_of_numpy_is_the_committed_one() {
    insta::assert_snapshot!("numpy_x86_64-linux", page().text);
}

fn known_deviations() -> Vec<Deviation> {
    array_ctypes_command::deviations::numpy(Platform::host().pointer_size()).unwrap_or_else(|error| panic!("{error}"))
}

fn each_fault_of_numpy_is_caught_by_its_rule() {
    let python = &python_at_hand();
    let hunt = |faults: &[faulty::HuntedFault], options: &faulty::Options| {
        let report = faulty::hunt(python, faults, options, TIMEOUT, &|_| {});
        report.unwrap_or_else(|error| panic!("{error}")).faults
    };
    let faults = faulty::list(python).unwrap_or_else(|error| panic!("{error}"));
    let names: BTreeSet<&str> = faults.iter().map(|fault| fault.name.as_str()).collect();
    assert!(faults.len() >= 14 && names.len() == faults.len(), "{names:?}");
    let options = faulty::Options { seeds: 2, cases: 20_000, jobs: 2 };
    let rows = hunt(&faults, &options);
    assert_eq!(rows.iter().map(|row| &row.fault).collect::<Vec<_>>(), faults.iter().collect::<Vec<_>>());
    let escaped = rows.iter().find(|row| row.cases.len() != 2 || !row.is_caught());
    assert_eq!(escaped, None, "expected each to be caught in each seed");
    // A rule that the mistake does not touch, or that the twin breaks too, catches nothing.
    let missed = |rule| faulty::HuntedFault { rule, ..faults[0].clone() };
    let missed = [missed(rules::memmap::size), missed(rules::absent::as_parameter)];
    let options = faulty::Options { seeds: 1, cases: 500, jobs: 1 };
    let rows = hunt(&missed, &options);
    assert!(rows.iter().all(|row| row.cases == [None]), "{rows:?}");
    let unknown = NumPy::faulty(python, "nothing is wrong", TIMEOUT).expect_err("an unknown fault");
    assert!(unknown.message().contains("expected one of these names"), "{unknown}");
}

fn numpy_reports_what_each_way_to_ask_costs() {
    use array_ctypes_conformance::adapter::cost::Question::{Address, All, Shape, Strides};
    let mut numpy = NumPy::start(&python_at_hand(), TIMEOUT).unwrap_or_else(|error| panic!("{error}"));
    let measured = array_ctypes_command::bench::ask(&mut numpy, Duration::from_millis(500));
    let measured = measured.unwrap_or_else(|error| panic!("{error}"));
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
        (All, "c_function(a.ctypes, a.ctypes.shape, a.ctypes.strides)"),
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
}

/// Starts an adapter that lies about addresses in this way, consistently.
fn liar(lie: &'static str) -> Box<Make<'static>> {
    Box::new(move || {
        let mut command = Command::new(python_at_hand());
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/lying.py");
        command.arg("-B").arg(program).arg(lie).env("PYTHONPATH", folder());
        Ok(Box::new(Child::start(command, TIMEOUT)?) as Box<dyn Implementation>)
    })
}

/// Only reading and writing from outside reveals these lies.
fn a_lie_about_an_address_is_seen_from_outside() {
    let asked = |lie| run(&*liar(lie), &Options { cases: 5000, ..Options::default() });
    assert_breaks_only(&asked("next"), &["data.memory", "data.memory-written"]);
    assert_breaks_only(&asked("stale"), &["data.memory-written"]);
}

fn a_private_copy_of_a_shared_map_is_seen_from_outside() {
    let mapping = Rules::matching("memmap.mapping").expect("a rule");
    let options = Options { cases: 1000, rules: mapping, ..Options::default() };
    assert_breaks_only(&run(&*liar("private"), &options), &["memmap.mapping"]);
}

fn a_file_without_the_name_that_a_case_asks_for_is_no_reply() {
    let asked = Rules::matching("memmap.filename").expect("a rule");
    let report = run(&*liar("named"), &Options { cases: 200, rules: asked.clone(), ..Options::default() });
    let hello = &report.hello;
    let is_named = |index: &u64| {
        let map = generate(report.seed, *index, hello, &asked.binding(hello)).case.array.map;
        map.is_some_and(|map| map.name.is_some())
    };
    let lost: Vec<String> = report.lost.iter().map(|lost| lost.origin.to_string()).collect();
    let named: Vec<String> = (0..200).filter(is_named).map(|index| format!("{}:{index}", report.seed)).collect();
    assert!(lost.len() > 5 && lost.iter().all(|case| named.contains(case)), "{lost:?} {named:?}");
    let is_about_name = |message: &str| message.contains("expected the path of a file named");
    assert!(report.lost.iter().all(|lost| is_about_name(&lost.message)), "{:?}", report.lost);
    assert_eq!(report.tallies[rules::memmap::filename.index()].failed, 0);
}

fn a_numpy_adapter_that_misbehaves_loses_exactly_the_cases_it_misbehaves_on() {
    hostile::assert_loses_only_its_culprits(&["numpy"], 300, 1500, Duration::from_secs(5));
}

/// Runs the snippets of 300 cases, each without the steps that must be refused.
fn the_python_that_reports_show_runs() {
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
    let mut known = known_deviations();
    known.retain(|known| known.versions.iter().all(|range| range.before.is_none()));
    let refused = |prediction: &Prediction| {
        let broken = known.iter().any(|known| known.rule == prediction.rule);
        broken || may_raise(&prediction.expectation)
    };
    let snippets: Vec<String> = (0..300)
        .map(|index| case(9, index, &host))
        .filter(|case| {
            let resolved = resolve(&host, &case.array);
            let is_exported = match case.script.first() {
                // By buffers NumPy does not export each array.
                Some(Step::Consumer(Consumer::Take(take))) => {
                    take.door.takes != Protocol::Buffer
                        && case.expect(&host).first().is_some_and(|taken| !may_raise(&taken.expectation))
                }
                _ => true,
            };
            let must_be_made = expect_making(&case.array, &resolved).expectation == Expectation::Accepted;
            is_exported && must_be_made && resolved.is_ok_and(|layout| layout.shape.len() <= 32)
        })
        .map(|mut case| {
            let predictions = case.expect(&host);
            let mut steps = 0..;
            case.script.retain(|step| {
                let at = steps.next();
                let mut of_step = predictions.iter().filter(|prediction| Some(prediction.step) == at).peekable();
                // A step without a prediction may be refused: where writeability is free, so is all that needs it.
                let free = of_step.peek().is_none()
                    && matches!(
                        step,
                        Step::Ask(Question::Ctypeslib(_) | Question::Buffer(..) | Question::Dlpack(..))
                            | Step::Producer(Producer::Write { .. })
                    );
                !free && !of_step.any(refused)
            });
            snippet::python(&case)
        })
        .collect();
    let mut command = Command::new(python_at_hand());
    let piped = command.args(["-c", RUN]).stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("it starts");
    let mut input = child.stdin.take().expect("its standard input");
    input.write_all(serde_json::Value::from(snippets).to_string().as_bytes()).expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn may_raise(expectation: &Expectation) -> bool {
    match expectation {
        Expectation::Raises(_) => true,
        Expectation::OneOf(answers) => answers.iter().any(|answer| matches!(answer, Answer::Raises(_))),
        Expectation::AnyOf(several) => several.iter().any(may_raise),
        _ => false,
    }
}

fn run(make: &Make, options: &Options) -> Report {
    check(make, options, &|_| {}).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn assert_breaks_only(report: &Report, expected: &[&str]) {
    assert!(report.run_error.is_none(), "{:?}", report.run_error);
    let mut broken: Vec<&str> = report.failures.iter().map(|failure| failure.rule.id()).collect();
    // There is a failure for each cause.
    broken.dedup();
    let text = failure::all(report);
    assert_eq!(broken, expected, "{text}");
}
