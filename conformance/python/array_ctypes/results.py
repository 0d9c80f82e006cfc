"""One run of `array-ctypes check` for all tests of an adapter, and what its results say of each rule.

docs/report.md of the project describes the lines of the results.
"""

import functools
import hashlib
import json
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from . import command

# What the folder that workers share is called among what they are given.
FOLDER = "array_ctypes_folder"

# What becomes of a rule that was not judged, by its standing.
NOT_JUDGED = {
    "not claimed": "the adapter does not claim the profile {profile}",
    "not asked": "the adapter does not declare the limit that it needs: {abilities}",
    "excluded by limits": "the limits exclude every case: {excluded_by}",
    "not exercised": "only {cases} cases judged it, which is too few: ask more with --array-ctypes-check '--cases N'",
    "not chosen": "the options of the run leave it out",
}


class RunError(Exception):
    """The command did not start, or wrote no results."""


def run(arguments, **options):
    """Runs the command, and returns what subprocess.run does."""
    try:
        line = [command.path(), *arguments]
    except command.CommandMissing as error:
        raise RunError(str(error)) from None
    return subprocess.run(
        line, env=command.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        encoding="utf-8", errors="backslashreplace", **options
    )  # fmt: skip


@functools.lru_cache(maxsize=None)
def rules():
    """The rules of the specification, in order."""
    listed = run(["rules", "--format", "json"])
    if listed.returncode != 0:
        raise RunError(listed.stderr)
    return [line["rule"] for line in read(listed.stdout)]


def read(text):
    """The objects of a text with one in each line; the last line may have been cut."""
    return [json.loads(line) for line in text.split("\n")[:-1]]


def words(line):
    """The words of a command line, as the system's shell finds them."""
    if os.name == "nt":
        return [word.strip('"') for word in shlex.split(line, posix=False)]
    return shlex.split(line)


def joined(words):
    """A command line of these words, for the system's shell."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


class Asked:
    """What is asked of one adapter: the rules that are selected, all at once."""

    def __init__(self, adapter, config):
        self.adapter = adapter
        self.arguments = words(config.getoption("array_ctypes_check"))
        self.folder = config.invocation_params.dir
        self.selected = set()
        self.has_verdict = False
        self.known = None

    def select(self, rule):
        """Adds a rule; None stands for the test of the run as a whole."""
        if rule is None:
            self.has_verdict = True
        else:
            self.selected.add(rule)

    def rules(self):
        """The options that choose the rules: none if all are selected, or only the run as a whole."""
        chosen = [rule for rule in rules() if rule in self.selected]
        return ["--rule", ",".join(chosen)] if 0 < len(chosen) < len(rules()) else []

    def target(self):
        """The options that name the implementation: how the adapter is started, by what it is."""
        path = str(self.adapter)
        if self.adapter.suffix in (".so", ".dylib"):
            return ["--library", path]
        return ["--command", joined([sys.executable, "-B", path] if self.adapter.suffix == ".py" else [path])]

    def lines(self, config):
        """The results; the first test that asks for them makes the run, whichever worker it is in.

        Raises RunError, without another run, each time that there are none: only the first says why."""
        if isinstance(self.known, RunError):
            raise self.known
        if self.known is None:
            self.known = RunError("there was no run: the first test of this adapter says why")
            made = self.asked(getattr(config, "workerinput", {}).get(FOLDER))
            made.expect_started()
            self.known = made
        return self.known

    def asked(self, shared):
        arguments = ["check", *self.target(), *self.rules(), *self.arguments]
        if shared is not None:
            return self.shared(arguments, Path(shared))
        with tempfile.TemporaryDirectory(prefix="array-ctypes-") as folder:
            return self.made(arguments, Path(folder) / "results.jsonl")

    def shared(self, arguments, folder):
        """The run that the workers of one session share: the first that has the lock makes it."""
        try:
            from filelock import FileLock
        except ImportError:
            raise RunError(
                "expected the package filelock for the workers of pytest-xdist, found none; pip install 'array-ctypes[pytest]'"
            ) from None
        name = hashlib.sha256("\0".join(arguments).encode()).hexdigest()[:16]
        results, end = folder / (name + ".jsonl"), folder / (name + ".end")
        with FileLock(str(folder / (name + ".lock"))):
            if not end.exists():
                made = self.made(arguments, results)
                written = end.with_suffix(".new")
                written.write_text(json.dumps([made.exit, made.output, made.errors]), "utf-8")
                written.replace(end)
                return made
            return Lines(results, *json.loads(end.read_text("utf-8")))

    def made(self, arguments, results):
        """Makes the run. It saves failing cases, and reads known deviations, where pytest was started."""
        ended = run([*arguments, "--quiet", "--color", "never", "--report", "json={}".format(results)], cwd=self.folder)
        return Lines(results, ended.returncode, ended.stdout, ended.stderr)


class Lines:
    """The results of one run."""

    def __init__(self, path, exit, output, errors):
        self.exit, self.output, self.errors = exit, output, errors
        self.kinds = {}
        for line in read(path.read_bytes().decode("utf-8")) if path.exists() else ():
            self.kinds.setdefault(line["kind"], []).append(line)
        self.of_rule = {line["rule"]: line for line in self.kinds.get("rule", ())}

    def about(self, kind, rule):
        """The lines of a kind about a rule."""
        return [line for line in self.kinds.get(kind, ()) if line["rule"] == rule]

    def expect_started(self):
        """Raises RunError if nothing was judged at all."""
        if not self.of_rule:
            raise RunError(self.errors or self.output or "the command ended with exit code {}".format(self.exit))

    def disorder(self):
        """What kept the run from its end, the adapter from ending in order, or lost cases from being judged; otherwise nothing."""
        for end in self.kinds.get("summary", ()):
            if not (end["trouble"] or end["end"] or end["lost"] and end["exit"] == 3):
                return ""
        return self.verdict() or "the results have no end"

    def standing(self, rule):
        """How a rule stands."""
        return self.of_rule[rule]["standing"]

    def broken(self, rule):
        """What is wrong with a rule: its small counterexamples, or a known deviation that is gone. Empty if nothing is."""
        line = self.of_rule[rule]
        strict = self.kinds["run"][0]["strict"]
        if line["standing"] == "failed" or line["standing"] == "warned" and strict:
            return self.counterexamples(rule)
        if line["standing"] == "declined":
            return "expected few cases of {} to be declined, found {}: see the test verdict".format(rule, line["declined"])
        stale = [known for known in self.about("known", rule) if known["stale"]]
        return "\n".join(
            "expected the case {case} to break {rule}, found: {stale}; remove the entry of the known deviation: {reason}".format(
                **known
            )
            for known in stale
        )

    def counterexamples(self, rule):
        """The failures of a rule, each with its picture, and the command that repeats it."""
        failures = [line for line in self.about("failure", rule) if not line["repeated"]]
        counted = "{rule} ({level}) is broken in {failed} of {cases} cases".format(**self.of_rule[rule])
        shown = [
            "{described}\n  repeat:   {repeat}".format(described=line["described"].rstrip(), repeat=line["repeat"])
            for line in failures
        ]
        return "\n\n".join([counted + "\n" + failures[0]["text"] if failures else counted, *shown])

    def known(self, rule):
        """The reasons of the known deviations of a rule."""
        return "; ".join(dict.fromkeys(line["reason"] for line in self.about("known", rule))) or "a known deviation"

    def not_judged(self, rule):
        """Why a rule was not judged."""
        line = self.of_rule[rule]
        missing = [one["limit"] for one in self.kinds.get("missing", ()) if rule in one["rules"]]
        about = {**line, "abilities": ", ".join(missing), "excluded_by": ", ".join(line.get("excluded_by") or ())}
        return NOT_JUDGED.get(line["standing"], line["standing"]).format(**about)

    def verdict(self):
        """The last lines of the report if the command did not end with 0; otherwise nothing."""
        if self.exit == 0:
            return ""
        last = self.output.rstrip().rsplit("\n\n", 1)[-1]
        return "\n".join(text for text in (last, self.errors.rstrip(), "exit code {}".format(self.exit)) if text)
