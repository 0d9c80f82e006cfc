"""Runs what `array-ctypes init` writes: see `.ci/templates`."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from workflow import Broken, Machine

NAME = "demo"
BEFORE = {"rust": ["cargo init --quiet --lib --name " + NAME]}  # what an author has before

# For each kind a mistake: the file, what stands there, what takes its place, and what the log must name.
MISTAKES = {
    "python": ("demo_adapter.py", "return array.strides", "return [1] * array.ndim", "shape.strides"),
    "rust": ("tests/array_ctypes.rs", "let last = self", "let last = 1 + self", "data::first_element ... FAILED"),
    "cpp": ("demo_adapter.cpp", "first + offset", "first + offset / 2", "consumer.value"),
    "pybind11": (
        "demo_binding.cpp",
        "strides(given.strides(), given.strides()",
        "strides(given.shape(), given.shape()",
        "consumer.strides",
    ),
}


def user_environment(home, wheels):
    """Returns the environment of a machine that has nothing of the checkout: a fresh Python that finds the wheels."""
    subprocess.run([sys.executable, "-m", "venv", home / "python"], check=True)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ARRAY_CTYPES", "PYTHON", "CARGO_TARGET"))
    }
    path = "%s:%s" % (home / "python/bin", kept["PATH"])
    links = " ".join(filter(None, [str(wheels), kept.get("PIP_FIND_LINKS")]))
    return dict(kept, PATH=path, PIP_FIND_LINKS=links, CI="true", GITHUB_ACTIONS="true", CARGO_TERM_COLOR="never")


def write(kind, folder, environment):
    """Does what an author does: the command is installed, and writes its files."""
    commands = BEFORE.get(kind, []) + [
        "python -m pip install --quiet array-ctypes",
        "array-ctypes init %s %s" % (kind, NAME),
        "python -m pip uninstall --quiet --yes array-ctypes",
    ]
    for command in commands:
        subprocess.run(["bash", "-ec", command], cwd=folder, env=environment, check=True)


def run_kind(kind, wheels, crates, home):
    file, right, wrong, rule = MISTAKES[kind]
    folder = home / kind
    folder.mkdir()
    (home / ".cargo").mkdir()  # Cargo looks for it above each package
    shutil.copy(crates / "config.toml", home / ".cargo")
    environment = user_environment(home, wheels)
    write(kind, folder, environment)
    machine = Machine(folder, environment)
    print("  as written")
    if not machine.run_workflow():
        raise Broken("expected a green run, found:\n" + machine.log[-3000:])
    print("  with a mistake: %s" % wrong)
    text = (folder / file).read_text()
    if text.count(right) != 1:
        raise Broken(
            "expected `%s` once in %s, found it %d times; name another mistake" % (right, file, text.count(right))
        )
    (folder / file).write_text(text.replace(right, wrong))
    machine = Machine(folder, environment)
    if machine.run_workflow():
        raise Broken("expected the mistake to fail the run, found a green one")
    if rule not in machine.log or (kind != "rust" and rule not in machine.summary):
        raise Broken("expected the rule %s in log and summary, found:\n%s" % (rule, machine.log[-3000:]))


def main():
    wheels, crates, *kinds = sys.argv[1:]
    failed = []
    for kind in kinds or MISTAKES:
        start = time.monotonic()
        print(kind, flush=True)
        with tempfile.TemporaryDirectory() as home:
            try:
                run_kind(kind, pathlib.Path(wheels), pathlib.Path(crates), pathlib.Path(home))
                print("  ok, %.0f s" % (time.monotonic() - start), flush=True)
            except (Broken, subprocess.CalledProcessError) as error:
                failed.append(kind)
                print("  FAILED after %.0f s: %s" % (time.monotonic() - start, error), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
