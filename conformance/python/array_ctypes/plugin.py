"""The pytest plugin: one test for each rule of the specification, and one, `verdict`, for the run as a whole.

    pytest --array-ctypes my_adapter.py

An adapter is asked once, about the rules that are selected, when its first test starts. Workers of pytest-xdist share that run.
"""

import tempfile
import warnings

import pytest

from .results import FOLDER, Asked, RunError, rules

OPTION = "--array-ctypes"
VERDICT = "verdict"

ADAPTERS = pytest.StashKey()
RUNS = pytest.StashKey()
SHARED = pytest.StashKey()


def pytest_addoption(parser):
    group = parser.getgroup("array-ctypes", "conformance to the array ctypes interface")
    group.addoption(
        OPTION,
        dest="array_ctypes",
        metavar="ADAPTER",
        action="append",
        default=[],
        help="an adapter to check, one test for each rule: a Python file, which this Python runs, another program, or a"
        " shared library; may be repeated",
    )
    group.addoption(
        "--array-ctypes-check",
        dest="array_ctypes_check",
        metavar="OPTIONS",
        default="",
        help="more options of `array-ctypes check`, as in '--cases 20000 --strict'",
    )


def pytest_configure(config):
    adapters = []
    for name in config.getoption("array_ctypes"):
        adapter = (config.invocation_params.dir / name).resolve()
        if not adapter.is_file():
            raise pytest.UsageError(f"{OPTION}: expected a file, found none at {adapter}")
        adapters.append(adapter)
        # It may be outside the folders where pytest looks for tests.
        named = (config.invocation_params.dir / part.split("::")[0] for part in config.args)
        if adapter not in (path.resolve() for path in named):
            config.args.append(str(adapter))
    config.stash[ADAPTERS] = adapters
    config.stash[RUNS] = {}


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """Names to a worker of pytest-xdist the folder that all of them share a run in."""
    stash = node.config.stash
    if SHARED not in stash:
        stash[SHARED] = tempfile.TemporaryDirectory(prefix="array-ctypes-")
    node.workerinput[FOLDER] = stash[SHARED].name


def pytest_unconfigure(config):
    if SHARED in config.stash:
        config.stash[SHARED].cleanup()


# The collector of a test module gives way: it would import the adapter, which would serve the standard input of pytest.
@pytest.hookimpl(hookwrapper=True)
def pytest_collect_file(file_path, parent):
    collected = yield
    if file_path in parent.config.stash[ADAPTERS]:
        collected.force_result([Adapter.from_parent(parent, path=file_path)])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Removes the second test of a name: an adapter that is named and in a folder that is named is collected twice by pytest 7."""
    seen = set()
    for item in list(items):
        if isinstance(item, Item) and item.nodeid in seen:
            items.remove(item)
        seen.add(item.nodeid)


def pytest_collection_finish(session):
    """Notes what is asked of each adapter: the rules that `-k`, `-m` and the arguments left."""
    runs = session.config.stash[RUNS]
    for item in session.items:
        if isinstance(item, Item):
            if item.path not in runs:
                runs[item.path] = Asked(item.path, session.config)
            runs[item.path].select(item.name if isinstance(item, RuleItem) else None)


class Adapter(pytest.File):
    """An adapter, with a test for each rule."""

    def collect(self):
        try:
            known = rules()
        except RunError as error:
            raise self.CollectError(str(error)) from None
        for rule in known:
            yield RuleItem.from_parent(self, name=rule)
        yield VerdictItem.from_parent(self, name=VERDICT)


class Failed(Exception):
    """What is wrong, for people to read."""


class Item(pytest.Item):
    """A test of an adapter."""

    @property
    def asked(self):
        """What is asked of the adapter."""
        return self.config.stash[RUNS][self.path]

    def run(self):
        """The lines of the run."""
        return self.asked.lines(self.config)

    def repr_failure(self, excinfo, style=None):
        if isinstance(excinfo.value, (Failed, RunError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self):
        return self.path, 0, self.name


class RuleItem(Item):
    """The test of one rule."""

    def runtest(self):
        lines = self.run()
        # If the test `verdict` is selected, it alone reports a run that went wrong. Otherwise every rule does.
        text = lines.broken(self.name) or (not self.asked.has_verdict and lines.disorder())
        if text:
            raise Failed(text)
        standing = lines.standing(self.name)
        if standing == "known" and self.config.option.runxfail:
            raise Failed(lines.known(self.name))
        if standing == "known":
            pytest.xfail(lines.known(self.name))
        if standing == "warned":
            warnings.warn(lines.counterexamples(self.name), stacklevel=1)
        elif standing != "held":
            raise pytest.skip.Exception(lines.not_judged(self.name), _use_item_location=True)


class VerdictItem(Item):
    """The test of the run as a whole: it passes if `check` would end with 0."""

    def runtest(self):
        text = self.run().verdict()
        if text:
            raise Failed(text)
