"""Tests of the pytest plugin, by pytest's own fixture for that: `python.rs` runs them, with the command on the path."""

import json

import pytest

ADAPTER = """
import os
import array_ctypes_kit as kit, memoryview_adapter

with open(os.environ["STARTS"], "a") as starts:
    starts.write("start\\n")

class Library(memoryview_adapter.MemoryView):
    name = "library"
{body}
kit.serve(Library())
"""

# It says that a reversed axis still goes forward.
WRONG = """
    def strides(self, array):
        return tuple(map(abs, array.strides))
"""

# The stride of an axis of length 1 is not kept, which is a SHOULD.
CARELESS = """
    def strides(self, array):
        return tuple(stride if length > 1 else 1 for length, stride in zip(array.shape, array.strides))
"""

# It crashes in each case.
CRASHES = """
    def array(self, *arguments):
        os._exit(1)
"""

# Its answers are right, and its end is not.
BAD_END = """
import atexit
atexit.register(os._exit, 5)
"""

CASES = "--array-ctypes-check=--cases 3000 --report json=asked.jsonl"


@pytest.fixture
def check(pytester, monkeypatch):
    """Runs pytest on an adapter with that body."""
    monkeypatch.setenv("STARTS", str(pytester.path / "starts"))

    def check(body, *options, name="library.py"):
        pytester.path.joinpath(name).write_text(ADAPTER.format(body=body), "utf-8")
        return pytester.runpytest("--array-ctypes", name, CASES, "-rs", *options)

    return check


def starts(pytester):
    return len(pytester.path.joinpath("starts").read_text("utf-8").splitlines())


def asked(pytester):
    first = pytester.path.joinpath("asked.jsonl").read_text("utf-8").splitlines()[0]
    return json.loads(first)["pattern"]


def test_a_rule_that_holds_passes_and_one_that_was_not_judged_is_skipped_with_the_reason(check):
    result = check("", "-k", "reverse or layout.field or memmap.offset or verdict")
    result.assert_outcomes(passed=2, skipped=2)
    result.stdout.fnmatch_lines(["*the limits exclude every case: *views*", "*does not claim the profile memmap*"])


def test_a_broken_rule_fails_with_its_counterexample_its_picture_and_the_command_that_repeats_it(check, pytester):
    result = check(WRONG, "-k", "layout.reverse or data.first-element or verdict")
    result.assert_outcomes(failed=2, passed=1)
    picture = ["*array of '|u1', shape [[]2], strides [[]1]*", "*view: reverse 0", "*|00 |01 |", "*|[[]1]|[[]0]|"]
    answers = ["*expected: [[]-1]", "*found: *[[]1]", "*repeat: *array-ctypes repro array-ctypes-regressions/layout.reverse-*"]
    result.stdout.fnmatch_lines(["layout.reverse (MUST) is broken in *", *picture, *answers])
    result.stdout.fnmatch_lines(["*does not conform: 1 cause breaks 1 of 2 rules (exit 1)"])
    assert list(pytester.path.glob("array-ctypes-regressions/*.json"))


def deviation(pytester, case):
    text = f"""
        implementation = "library"
        [[deviation]]
        rule = "layout.reverse"
        case = "{case}"
        reason = "it forgets the sign"
    """
    pytester.path.joinpath("array-ctypes-deviations.toml").write_text(text, "utf-8")


def test_a_known_deviation_is_an_expected_failure_and_one_that_is_gone_a_failure(check, pytester):
    check(WRONG, "-k", "layout.reverse")
    case = next(pytester.path.glob("array-ctypes-regressions/*.json"))
    case.rename(pytester.path / "known.json")
    deviation(pytester, "known.json")
    result = check(WRONG, "-k", "layout.reverse", "-rx")
    result.assert_outcomes(xfailed=1)
    result.stdout.fnmatch_lines(["*it forgets the sign*"])
    check(WRONG, "-k", "layout.reverse", "--runxfail").assert_outcomes(failed=1)
    result = check("", "-k", "layout.reverse or verdict")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["expected the case * to break layout.reverse, found: *; remove the entry * it forgets the sign"])


def test_a_should_that_is_broken_is_a_warning_and_with_strict_a_failure(check):
    result = check(CARELESS, "-k", "strides-kept or verdict")
    result.assert_outcomes(passed=2, warnings=1)
    result.stdout.fnmatch_lines(["*shape.strides-kept (SHOULD) is broken in *"])
    result = check(CARELESS, "-k", "strides-kept or verdict", CASES + " --strict")
    result.assert_outcomes(failed=2)


def test_only_the_rules_that_are_selected_are_asked(check, pytester):
    check("", "-k", "layout.reverse or layout.slice").assert_outcomes(passed=2)
    assert asked(pytester) == "layout.slice,layout.reverse"
    check("", "library.py::layout.reverse").assert_outcomes(passed=1)
    assert asked(pytester) == "layout.reverse"


def test_the_adapter_is_asked_once_also_by_several_workers(check, pytester):
    outcomes = [check("", "-k", "layout or dtype", *workers).parseoutcomes() for workers in ([], ["-n", "3"])]
    assert outcomes[0]["passed"] == outcomes[1]["passed"] > 5
    assert starts(pytester) == 2


def test_an_adapter_is_not_imported_even_if_it_looks_like_a_test(check, pytester):
    check("", "-k", "layout.reverse", name="test_library.py").assert_outcomes(passed=1)
    assert starts(pytester) == 1


def test_other_tests_run_beside_it(check, pytester):
    pytester.makepyfile(test_other="def test_reverse(): pass")
    check("", "-k", "reverse").assert_outcomes(passed=2)


def test_an_adapter_that_does_not_start_fails_with_the_reason(pytester):
    pytester.path.joinpath("library.py").write_text("import no_such_library", "utf-8")
    result = pytester.runpytest("--array-ctypes", "library.py", "-k", "layout.reverse or verdict")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*No module named 'no_such_library'*"])
    # On a CI, pytest repeats the whole message in its summary.
    failures = result.stdout.str().partition("short test summary info")[0]
    assert failures.count("No module named") == 1


def test_what_is_wrong_with_the_whole_run_fails_the_rules_that_are_asked_alone(check):
    result = check(CRASHES, "-k", "shape.strides")
    assert result.parseoutcomes().keys() == {"failed", "deselected"}
    result.stdout.fnmatch_lines(["exit code 3"])
    check(BAD_END, "-k", "layout.reverse").assert_outcomes(failed=1)
    result = check(BAD_END, "-k", "layout.reverse or verdict")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*the end of library: *", "exit code 1"])


def test_an_exception_may_have_any_characters(check):
    body = "    def strides(self, array):\n        raise ValueError('a\\u2028b\\x85c')\n"
    result = check(body, "-k", "layout.reverse")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["layout.reverse (MUST) is broken in *"])


def test_the_order_of_tests_does_not_change_what_is_asked(check, pytester):
    pytester.makeconftest("def pytest_collection_modifyitems(items):\n    items.reverse()")
    check("")
    assert asked(pytester) is None
    check("", "-k", "layout.reverse or layout.slice")
    assert asked(pytester) == "layout.slice,layout.reverse"


def test_each_test_is_there_once_also_if_the_folder_is_named(check, pytester):
    check("", "-k", "layout.reverse", ".").assert_outcomes(passed=1)


def test_a_rule_that_is_named_twice_is_asked_in_one_run(check, pytester):
    check("", "-k", "layout.reverse", CASES + " --rule layout.slice").assert_outcomes(passed=1)
    assert asked(pytester) == "layout.reverse,layout.slice"


def test_a_file_that_is_not_there_is_bad_usage(pytester):
    result = pytester.runpytest("--array-ctypes", "library.py")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--array-ctypes: expected a file, found none at *library.py"])
