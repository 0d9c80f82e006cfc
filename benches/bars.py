"""Measures how fast the suite is, and prints one Markdown table: bar, figure, verdict.

    cargo build --release
    python3 benches/bars.py                  # all parts except `build`: ten minutes on an idle machine
    python3 benches/bars.py jobs busy        # some parts
    python3 benches/bars.py build growth --long
    python3 benches/bars.py kit --before 94cb27a    # the Python kit as it is, beside that of an older revision

It runs the release binary in a folder of its own. Times come from the summary of `check --format json`: they cover making,
asking and judging cases, but not the start of an implementation. Measures that are compared take turns; the figure is the
median of the ratios of all turns, with the smallest and the largest. The baseline runs twice in each turn: the ratio of its
two runs, A/A, is the noise. Each part has its own description below. Exit codes: 0 measured, whatever the verdicts; 2 bad
usage; 3 a run failed.

Python 3.9, standard library, Linux. `busy` and `hypothesis` need a Python with NumPy and Hypothesis.
"""

import argparse
import functools
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from pathlib import Path

from busy import looks

ROOT = Path(__file__).resolve().parent.parent
BARE = ["--profile", "core", "--profile", "ctypes"]

# `met` is None if there is no bar.
Row = namedtuple("Row", "bar figure met")
Run = namedtuple("Run", "output seconds processor peak")


class Stop(Exception):
    """The reason why nothing could be measured, and what to do about it."""


class Bench:
    """The binary, the Python, and how long to measure."""

    def __init__(self, arguments, folder):
        # Absolute paths, since commands run in another folder.
        self.python = os.path.abspath(shutil.which(arguments.python) or arguments.python)
        self.binary, self.folder = str(arguments.binary.resolve()), folder
        self.quick, self.long, self.before = arguments.quick, arguments.long, arguments.before
        self.rounds = 1 if self.quick else 5

    def cases(self, count):
        return max(count // 100, 200) if self.quick else count

    def run(self, command, watch=lambda pid: None, allowed=(0,), **options):
        """Runs a command to its end. Returns its output, wall and processor time, and peak resident memory in MiB."""
        environment = dict(os.environ, ARRAY_CTYPES_PYTHON=self.python)
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
            options = {"cwd": self.folder, "env": environment, "stdout": output, "stderr": errors, **options}
            started = time.perf_counter()
            try:
                process = subprocess.Popen(command, **options)
            except OSError as error:
                raise Stop(f"expected to run {command[0]}, found: {error}") from error
            watch(process.pid)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            errors.seek(0)
            text, error_text = output.read(), errors.read()
        if process.returncode not in allowed:
            raise Stop(f"{' '.join(command)}: found exit code {process.returncode}\n{error_text[-1000:]}")
        return Run(text, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)

    def check(self, *arguments, cases, **options):
        """Returns the summary of a `check`, with its processor time and peak memory. It uses one job unless the arguments
        give another number. Broken rules do not matter here."""
        arguments = [*arguments, *(() if "--jobs" in arguments else ("--jobs", "1"))]
        command = [self.binary, "check", *arguments, "--cases", str(cases), "--format", "json", "--quiet", "--no-save"]
        ran = self.run(command, allowed=(0, 1), **options)
        summary = json.loads(ran.output.splitlines()[-1])
        if summary.get("kind") != "summary" or summary["trouble"]:
            raise Stop(f"{' '.join(command)}: expected a run to the end, found {summary}")
        return dict(summary, processor=ran.processor, peak=ran.peak)

    def by_turns(self, rounds=None, **measures):
        """Returns the figures of each measure; the measures take turns."""
        figures = {name: [] for name in measures}
        for _ in range(rounds or self.rounds):
            for name, measure in measures.items():
                figures[name].append(measure())
        return figures


def ratios(over, under):
    return [one / other for one, other in zip(over, under)]


def spread(figures, form):
    return f"{format(statistics.median(figures), form)} ({format(min(figures), form)} to {format(max(figures), form)})"


def compared(figures, name):
    """Returns the ratio of the measure of that name to the baseline `a`, as text, and its median."""
    found = ratios(figures[name], figures["a"])
    noise = spread(ratios(figures["again"], figures["a"]), ".2f")
    return f"{spread(found, '.2f')}; A/A {noise}", statistics.median(found)


def per_second(summary):
    return summary["cases"] / summary["seconds"]


def per_processor_second(summary):
    """Includes the time of the start, and of the copies that are forked for some steps."""
    return summary["cases"] / summary["processor"]


def observed_per_second(summary):
    """Multiplies by the median number of observations of a case, on both sides of a comparison."""
    return per_second(summary) * summary["observations"]


def rate(bench):
    """Cases a second and core against the reference, in process, with one job."""
    cases = bench.cases(20_000)
    bare = functools.partial(bench.check, *BARE, cases=cases)
    found = bench.by_turns(bare=bare, full=functools.partial(bench.check, cases=cases))
    for name, of in ("bare", "profiles core and ctypes"), ("full", "all profiles"):
        many = found[name][0]["observations"]
        text = f"{spread([per_second(summary) for summary in found[name]], ',.0f')}; by processor time "
        rates = [per_processor_second(summary) for summary in found[name]]
        text += f"{spread(rates, ',.0f')}; {many} observations a case"
        met = statistics.median(rates) >= 250_000 if name == "bare" else None
        bar = ", at least 250,000" if name == "bare" else ""
        yield Row(f"full cases a second and core, {of}{bar}", text, met)


def instructions(bench):
    """Instructions that the processor executes for a case of the profiles core and ctypes, counted by callgrind. The count is
    the same each time, so that it shows differences between revisions that times do not. Needs valgrind."""
    if not shutil.which("valgrind"):
        raise Stop("expected valgrind, found none; install it, or leave out the part `instructions`")

    def count(cases):
        file = Path(bench.folder) / "callgrind.out"
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={file}", bench.binary, "check", *BARE]
        bench.run([*command, "--quiet", "--no-save", "--jobs", "1", "--cases", str(cases)], allowed=(0, 3))
        return int(file.read_text().split("\ntotals:")[1].split()[0])

    few, many = bench.cases(500), bench.cases(2_500)
    each = (count(many) - count(few)) / max(many - few, 1)
    yield Row("instructions a case, profiles core and ctypes", f"{each:,.0f}", None)


def jobs(bench):
    """How much faster two jobs are than one, in process. With all profiles, jobs wait for the system, which handles files and
    forks one at a time."""

    def measure(count, profiles, cases):
        return lambda: per_second(bench.check("--jobs", count, *profiles, cases=bench.cases(cases)))

    for name, profiles, cases in ("profiles core and ctypes", BARE, 200_000), ("all profiles", [], 40_000):
        one, two = measure("1", profiles, cases), measure("2", profiles, cases)
        text, ratio = compared(bench.by_turns(a=one, again=one, two=two), "two")
        yield Row(f"two jobs to one, {name}, at least 1.75", text, ratio >= 1.75)


def busy(bench):
    """The share of the time in which NumPy's side was busy, in runs of all profiles: see `busy.py`. The verdict uses the share
    of the time in which no other process had its core; on an idle machine that is all of the time."""
    shares, all_shares = [], []
    for _ in range(min(bench.rounds, 3)):
        seen = []
        cases = max(bench.cases(10_000), 2_000)
        bench.check("numpy", cases=cases, watch=lambda suite, seen=seen: seen.extend(looks(suite)))
        if len(seen) < 2:
            raise Stop("expected to see the adapter of NumPy at work in /proc, found nothing; is this Linux?")
        wall, processor, ready = (last - first for first, last in zip(seen[0], seen[-1]))
        shares.append(processor / (wall - ready))
        all_shares.append(processor / wall)
    text = f"{spread(shares, '.1%')}; of all time {spread(all_shares, '.1%')}"
    yield Row("NumPy's side is busy, at least 93 %", text, statistics.median(shares) >= 0.93)


def hypothesis(bench):
    """`check numpy` compared with `hypothesis_numpy.py`, with the same Python, by wall time. The suite works in a process
    beside that of NumPy; Hypothesis has one process."""
    script = [bench.python, str(ROOT / "benches" / "hypothesis_numpy.py"), "--format", "json"]

    def with_hypothesis():
        return json.loads(bench.run([*script, "--cases", str(bench.cases(4_000))]).output)

    def with_suite():
        return bench.check("numpy", *BARE, cases=bench.cases(10_000))

    found = bench.by_turns(a=with_hypothesis, again=with_hypothesis, suite=with_suite)
    for what, figure in ("observations", observed_per_second), ("cases", per_second):
        figures = {name: [figure(one) for one in many] for name, many in found.items()}
        text = f"{compared(figures, 'suite')[0]}; suite {statistics.median(figures['suite']):,.0f}, "
        text += f"Hypothesis {statistics.median(figures['a']):,.0f}"
        yield Row(f"{what} a second of NumPy, suite to Hypothesis", text, None)
    many = [found[name][0]["observations"] for name in ("suite", "a")]
    yield Row("observations a case (median), suite and Hypothesis", "{} and {:.0f}".format(*many), None)


def kit(bench):
    """NumPy's adapter over the Python kit of this tree, to the one of an older revision, with the same binary and two jobs."""
    old = Path(bench.folder) / "kit-before"
    old.mkdir()
    archive = ["git", "-C", str(ROOT), "archive", "--format=tar", "--output", str(old / "kit.tar"), bench.before]
    bench.run([*archive, "conformance/python"])
    shutil.unpack_archive(old / "kit.tar", old)

    def measure(tree):
        command = shlex.join([bench.python, str(tree / "conformance" / "python" / "numpy_adapter.py")])
        return lambda: bench.check("--command", command, "--jobs", "2", cases=bench.cases(6_000))

    found = bench.by_turns(a=measure(old), again=measure(old), now=measure(ROOT))
    for what, figure, bar in ("wall time", per_second, 1.25), ("processor time", per_processor_second, None):
        text, ratio = compared({name: [figure(one) for one in many] for name, many in found.items()}, "now")
        at_least = f", at least {bar}" if bar else ""
        yield Row(f"cases of NumPy by {what}, kit to that of {bench.before}{at_least}", text, bar and ratio >= bar)


def growth(bench):
    """Processor time a case and peak memory of longer and longer runs, in process. Shorter runs are repeated more often. The
    largest figure may be 1.15 times the smallest. Wall time is of no use here: some cases wait for a copy of the process,
    which takes several times as long while other processes have the cores."""
    most = 10_000_000 if bench.long else 1_000_000
    for profiles, name, longest in (BARE, "profiles core and ctypes", most), ([], "all profiles", 100_000):
        sizes = [bench.cases(size) for size in (10_000, 100_000, 1_000_000, 10_000_000) if size <= longest]
        found = {size: [] for size in sizes}
        for turn in range(bench.rounds):
            for size in sizes[: max(1, len(sizes) - turn)]:
                found[size].append(bench.check(*profiles, cases=size))
        times = [statistics.median(1e6 / per_processor_second(summary) for summary in found[size]) for size in sizes]
        peaks = [statistics.median(summary["peak"] for summary in found[size]) for size in sizes]
        short = [per_processor_second(summary) for summary in found[sizes[0]]]
        noise = "; A/A " + spread([one / short[0] for one in short], ".2f")
        for what, figures, more in ("µs a case", times, noise), ("MiB at most", peaks, ""):
            text = ", ".join(f"{figure:,.1f} at {size:,}" for size, figure in zip(sizes, figures))
            worst = max(figures) / min(figures)
            bar = f"{what} whatever the number of cases, {name}, within 1.15"
            yield Row(bar, f"{worst:.2f}: {text}{more}", worst <= 1.15)


def start(bench):
    """Wall time of whole processes: of one that does nothing, beside the system's `true`; and of a default `check`."""

    def timed(*command):
        return lambda: 1000 * bench.run(list(command)).seconds

    found = bench.by_turns(5 if bench.quick else 50, version=timed(bench.binary, "--version"), true=timed("true"))
    version, true = (statistics.median(found[name]) for name in ("version", "true"))
    yield Row("start, below 5 ms", f"{version:.2f} ms; `true` {true:.2f} ms", version < 5)
    default = [bench.binary, "check", "--no-save"] + ["--cases", "500"] * bench.quick
    seconds = [bench.run(default).seconds for _ in range(1 if bench.quick else 3)]
    text = f"{spread(seconds, '.1f')} s on {os.cpu_count()} cores"
    yield Row("default `check`, below 10 s", text, statistics.median(seconds) < 10)


def build(bench):
    """Cold release builds of the command, and of a copy in which the three crates are empty, so that only the dependencies,
    with the same features, and the linking are left. Each is built once, after all downloads."""
    found = []
    for emptied in (True, False):
        checkout = Path(bench.folder) / f"checkout-{emptied}"
        shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns("target", ".git"))
        for crate in ("spec", "reference", "conformance") if emptied else ():
            shutil.rmtree(checkout / crate / "src")
            (checkout / crate / "src").mkdir()
            (checkout / crate / "src" / "lib.rs").write_text("//! Emptied.\n")
        if emptied:
            (checkout / "conformance" / "src" / "main.rs").write_text("//! Emptied.\nfn main() {}\n")
        environment = dict(os.environ, CARGO_TARGET_DIR=str(checkout / "target"))
        bench.run(["cargo", "fetch", "--locked"], cwd=checkout, env=environment)
        found.append(bench.run(["cargo", "build", "--release", "--locked", "--package", "array-ctypes-conformance"], cwd=checkout, env=environment).seconds)
        shutil.rmtree(checkout)
    ratio = found[1] / found[0]
    text = f"{ratio:.2f}: {found[1]:.1f} s to {found[0]:.1f} s"
    yield Row("cold build to that of the dependencies, at most 1.4", text, ratio <= 1.4)


PARTS = {part.__name__: part for part in (rate, instructions, jobs, busy, hypothesis, kit, growth, start, build)}


def require(bench, parts):
    """Raises `Stop` at once if something is missing."""
    if not os.access(bench.binary, os.X_OK):
        raise Stop(f"expected the release binary at {bench.binary}, found none; build it: cargo build --release")
    needed = ["numpy"] * bool({"busy", "hypothesis", "kit"} & set(parts)) + ["hypothesis"] * ("hypothesis" in parts)
    for module in needed:
        command = [bench.python, "-c", f"import {module}"]
        if subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode:
            found = f"expected a Python with {module}, found {bench.python} without"
            raise Stop(f"{found}; install it there, or name another one with --python")


def main():
    parser = argparse.ArgumentParser(description="Measures how fast the suite is.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)} [default: all]")
    at_hand = os.environ.get("ARRAY_CTYPES_PYTHON", "python3")
    python_help = "a Python with NumPy and Hypothesis [default: ARRAY_CTYPES_PYTHON, or python3]"
    parser.add_argument("--python", default=at_hand, metavar="PATH", help=python_help)
    binary = ROOT / "target" / "release" / "array-ctypes"
    binary_help = "the command array-ctypes [default: target/release/array-ctypes]"
    parser.add_argument("--binary", type=Path, default=binary, metavar="PATH", help=binary_help)
    parser.add_argument("--long", action="store_true", help="let `growth` reach ten million cases, and run `build`")
    quick_help = "only show that everything runs: with tiny counts, so that the figures mean nothing"
    parser.add_argument("--quick", action="store_true", help=quick_help)
    parser.add_argument("--before", metavar="REVISION", help="with which revision `kit` compares the kit of this tree")
    arguments = parser.parse_args()
    for part in arguments.parts:
        if part not in PARTS:
            parser.error(f"expected a part ({', '.join(PARTS)}), found {part!r}")
    if "kit" in arguments.parts and not arguments.before:
        parser.error("expected --before REVISION beside the part kit, found none")
    asked_for = {"build": arguments.long, "kit": arguments.before is not None, "instructions": bool(shutil.which("valgrind")) and not arguments.quick}
    parts = arguments.parts or [part for part in PARTS if asked_for.get(part, True)]
    with tempfile.TemporaryDirectory(prefix="array-ctypes-bars-") as folder:
        bench = Bench(arguments, folder)
        try:
            require(bench, parts)
            print("| bar | figure | verdict |\n|---|---|---|")
            for part in parts:
                for row in PARTS[part](bench):
                    verdict = {None: "no bar", True: "met", False: "missed"}[row.met]
                    verdict = "not judged" if arguments.quick else verdict
                    print(f"| {row.bar} | {row.figure} | {verdict} |", flush=True)
        except Stop as stop:
            print(f"bars: {stop}", file=sys.stderr)
            sys.exit(3)


if __name__ == "__main__":
    main()
