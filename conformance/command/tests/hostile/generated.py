"""Runs the program against every adapter of `mutant.py`: `generated.py PROGRAM [--every N]`.

Each run must end in time, with a documented exit code and a report, with bounded memory; it must leave no process and no
file behind, and touch no stranger. `--every N` runs one in so many. Prints a line for each run that does not, and a table.
"""

import collections
import concurrent.futures
import itertools
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid

from deeds import CHANGES, DEEDS, MOMENTS, SIGNALS

HERE = os.path.dirname(os.path.abspath(__file__))
KIT = os.path.join(HERE, "..", "..", "..", "python")
os.environ["PYTHONPATH"] = KIT
ADAPTERS = ["plain_adapter:Plain", "memoryview_adapter:MemoryView", "strict_consumer:Strict"]
CODES = {0, 1, 3}  # documented, and possible here: not 2, bad usage, and not 4, a stale deviation
# What an adapter may do without a verdict.
HARMLESS = {(moment, deed) for moment in MOMENTS for deed in ("close errors", "flood errors", "grandchild", "orphan")}
HARMLESS |= {("end", "exit 0"), ("end", "close output")}  # by then all answers are there
MOST_SECONDS, MOST_MEGABYTES = 60, 400


def command(words):
    return " ".join("'%s'" % word for word in [sys.executable, "-B", os.path.join(HERE, "mutant.py")] + words)


def check(program, words, **options):
    line = [program, "check", "--cases", "60", "--no-save", "--jobs", "1", "--quiet", "--timeout", "0.5"]
    return subprocess.Popen(
        line + ["--time-limit", "4", "--command", command(words)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    )  # fmt: skip


def fields(program, adapter):
    """Returns the fields of the lines that an honest adapter sends."""
    with tempfile.TemporaryDirectory() as folder:
        errors = os.path.join(folder, "errors")
        line = command(["fields", adapter])
        subprocess.run(
            [program, "check", "--cases", "2000", "--no-save", "--jobs", "1", "--command", "sh -c \"%s 2>'%s'\"" % (line, errors)],
            stdout=subprocess.DEVNULL, check=True,
        )  # fmt: skip
        with open(errors) as file:
            return sorted({line.split(" ", 1)[1].strip() for line in file if line.startswith("field ")})


def scenarios(program):
    seen = set()
    for adapter in ADAPTERS:
        for field in fields(program, adapter):
            if field not in seen:
                seen.add(field)
                for change in CHANGES:
                    yield ["field", field, change, adapter]
    for moment, deed in itertools.product(MOMENTS, DEEDS + SIGNALS):
        yield ["moment", moment, deed]


def marked(mark):
    """Returns the processes that have a mark in their environment."""
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/environ" % number, "rb") as file:
                if mark.encode() in file.read():
                    found.append(int(number))
        except OSError:
            pass
    return found


Outcome = collections.namedtuple("Outcome", "words code seconds wrong")


def run(program, words):
    mark, wrong = uuid.uuid4().hex, []
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        child = check(program, words, env=dict(os.environ, TMPDIR=folder, HOSTILE_MARK=mark), start_new_session=True)
        try:
            output, errors = child.communicate(timeout=MOST_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            output, errors = child.communicate()
            wrong.append("it did not end")
        seconds = time.monotonic() - started
        if child.returncode not in CODES:
            wrong.append("exit code %d" % child.returncode)
        if not (b"\nrules: " in output or errors.startswith(b"array-ctypes: ")):
            wrong.append("no report")
        if words[0] == "moment" and child.returncode == 0 and tuple(words[1:]) not in HARMLESS:
            wrong.append("nothing was found")
        if b"panicked" in errors:
            wrong.append("a panic")
        if any(byte < 32 and byte not in b"\n\t" or byte == 127 for byte in output + errors):
            wrong.append("control characters")
        if any(line.startswith(b"FAILED forged") for line in (output + errors).splitlines()):
            wrong.append("a forged line")
        for process in marked(mark):
            wrong.append("a process is left: %d" % process)
        if os.listdir(folder):
            wrong.append("files are left: %s" % os.listdir(folder))
    return Outcome(words, child.returncode, seconds, wrong)


def main():
    program = os.path.abspath(sys.argv[1])
    every = int(sys.argv[3]) if sys.argv[2:3] == ["--every"] else 1
    bystanders = [subprocess.Popen(["sleep", "10000"], start_new_session=bool(at % 2)) for at in range(4)]
    try:
        chosen = list(itertools.islice(scenarios(program), 0, None, every))
        with concurrent.futures.ThreadPoolExecutor(max(2, os.cpu_count() or 1)) as pool:
            outcomes = list(pool.map(lambda words: run(program, words), chosen))
        strangers = [bystander.poll() for bystander in bystanders]
    finally:
        for bystander in bystanders:
            bystander.kill()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    bad = [outcome for outcome in outcomes if outcome.wrong]
    for outcome in bad:
        print("WRONG %s: %s" % (" ".join(outcome.words), "; ".join(outcome.wrong)))
    groups = collections.defaultdict(collections.Counter)
    slowest = collections.defaultdict(float)
    for words, code, seconds, _ in outcomes:
        deed = words[2] if words[2] not in SIGNALS else "a signal"
        group = "a field: %s" % deed if words[0] == "field" else "at the %s: %s" % (words[1], deed)
        groups[group][code] += 1
        slowest[group] = max(slowest[group], seconds)
    print("| what | runs | exit 0 | 1 | 3 | slowest, s |\n|---|--:|--:|--:|--:|--:|")
    for group, codes in groups.items():
        cells = [sum(codes.values())] + [codes[code] for code in (0, 1, 3)]
        print("| %s | %s | %.1f |" % (group, " | ".join(map(str, cells)), slowest[group]))
    print("%d runs, %d of them wrong; strangers that were touched: %d" % (len(outcomes), len(bad), len(strangers) - strangers.count(None)))
    print("peak memory of a process: %.0f MB, at most %d" % (peak, MOST_MEGABYTES))
    sys.exit(bool(bad or any(strangers) or peak > MOST_MEGABYTES or not outcomes))


main()
