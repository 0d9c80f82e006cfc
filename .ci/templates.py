"""Runs what `array-ctypes init` writes: see `.ci/templates`.

It does what GitHub does with `run`, `env`, `if`, `working-directory`, `${{ … }}`, and our composite action. Actions of others are
skipped and printed; of an upload it sees that there is something to upload. Of a matrix it runs the first combination.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
ACTION = "array-ctypes/array-ctypes/.github/action@"
NAME = "demo"

# For each kind: what an author runs before, and a mistake: the file, a text of it, what takes its place, the rule that must break.
KINDS = {
    "python": ([], ("demo_adapter.py", "return array.strides", "return [stride + 1 for stride in array.strides]", "shape.strides")),
    "rust": (["cargo init --quiet --lib --name demo"], ("tests/array_ctypes.rs", "let last = self.shape[axis]", "let last = 1 + self.shape[axis]", "layout::reverse ... FAILED")),
    "cpp": ([], ("demo_adapter.cpp", "return first + offset", "return first + offset / 2", "consumer.value")),
    "pybind11": ([], ("demo_binding.cpp", "given.shape() + given.ndim()), strides", "given.shape() + given.ndim()), strides(shape), unused", "consumer.strides")),
}


class Broken(Exception):
    """A template, or the action, does not do what it should."""


def evaluate(text, contexts):
    """Replaces each `${{ NAME.NAME }}` by its value in the contexts."""

    def value(found):
        at = contexts
        for name in found.group(1).split("."):
            if not isinstance(at, dict) or name not in at:
                raise Broken("expected one of %s, found ${{ %s }}" % (", ".join(contexts), found.group(1)))
            at = at[name]
        return str(at)

    return re.sub(r"\$\{\{ ([\w.-]+) \}\}", value, text)


def is_due(step, has_failed):
    """Returns true if the `if` of a step lets it run now."""
    condition = str(step.get("if", "success()")).strip("${} ")
    due = {"success()": not has_failed, "failure()": has_failed, "always()": True, "!cancelled()": True}
    if condition not in due:
        raise Broken("expected `if` to be one of %s, found %s" % (", ".join(due), condition))
    return due[condition]


class Machine:
    """A machine that runs the jobs of one folder: its environment, and what steps leave."""

    def __init__(self, folder, environment):
        self.folder, self.environment = folder, environment
        self.summary, self.log = "", ""

    def run_workflow(self):
        """Runs all jobs of the workflow. Returns true if no step failed."""
        path = self.folder / ".github/workflows/array-ctypes.yml"
        workflow = yaml.safe_load(path.read_text())
        results = []
        for job in workflow["jobs"].values():
            matrix = {name: values[0] for name, values in job.get("strategy", {}).get("matrix", {}).items()}
            results.append(self.run_steps(job["steps"], {"matrix": matrix})[0])
        return all(results)

    def run_steps(self, steps, contexts, action=None):
        """Returns true if no step failed, and the contexts with the outputs of the steps."""
        contexts, has_failed = dict(contexts, steps={}), False
        for step in steps:
            if not is_due(step, has_failed):
                continue
            inputs = {name: evaluate(str(value), contexts) for name, value in step.get("with", {}).items()}
            if "run" in step:
                succeeded, outputs = self.run_script(step, contexts, action)
            elif step["uses"].startswith(ACTION):
                succeeded, outputs = self.run_action(inputs)
            else:
                succeeded, outputs = self.skip(step["uses"], inputs), {}
            contexts["steps"][step.get("id")] = {"outputs": outputs}
            has_failed = has_failed or not succeeded
        return not has_failed, contexts

    def run_action(self, inputs):
        """Runs our composite action."""
        action = yaml.safe_load((ROOT / ".github/action/action.yml").read_text())
        unknown = set(inputs) - set(action["inputs"])
        required = {name for name, about in action["inputs"].items() if about.get("required")}
        if unknown or required - set(inputs):
            raise Broken("inputs of the action: unknown %s, missing %s" % (sorted(unknown), sorted(required - set(inputs))))
        inputs = {**{name: about.get("default", "") for name, about in action["inputs"].items()}, **inputs}
        succeeded, contexts = self.run_steps(action["runs"]["steps"], {"inputs": inputs}, ROOT / ".github/action")
        outputs = {name: evaluate(about["value"], contexts) for name, about in action["outputs"].items()}
        print("    outputs of the action: %s" % outputs)
        return succeeded, outputs

    def run_script(self, step, contexts, action):
        """Runs the script of a step as GitHub does: `bash -e`, with more if the step names the shell."""
        files = {name: pathlib.Path(tempfile.mkstemp(dir=self.folder.parent)[1]) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        environment = {**self.environment, **{name: str(path) for name, path in files.items()}}
        environment.update({name: evaluate(str(value), contexts) for name, value in step.get("env", {}).items()})
        if action:
            environment["GITHUB_ACTION_PATH"] = str(action)
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"] if step.get("shell") == "bash" else ["bash", "-e", "-c"]
        folder = self.folder / evaluate(step.get("working-directory", "."), contexts)
        script, start = evaluate(step["run"], contexts), time.monotonic()
        ran = subprocess.run(shell + [script], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        lines = ran.stdout.strip().splitlines()
        print("    run (%.1f s, exit %d): %s" % (time.monotonic() - start, ran.returncode, script.strip().splitlines()[0]))
        print("".join("      | %s\n" % line for line in lines[-3:]), end="", flush=True)
        self.log += ran.stdout
        self.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
        return ran.returncode == 0, outputs

    def skip(self, uses, inputs):
        """Skips an action of others. Returns false if it would find nothing to upload."""
        path = self.folder / inputs.get("path", ".")
        count = sum(found.is_file() for found in path.rglob("*"))
        print("    skipped: %s %s" % (uses, "of %d files in %s" % (count, path.name) if "upload" in uses else inputs or ""))
        return count > 0 or "upload" not in uses


def user_environment(home, wheels):
    """Returns the environment of a machine that has nothing of the checkout: a fresh Python that finds the wheels."""
    subprocess.run([sys.executable, "-m", "venv", home / "python"], check=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ARRAY_CTYPES", "PYTHON", "CARGO_TARGET"))}
    path = "%s:%s" % (home / "python/bin", kept["PATH"])
    links = " ".join(filter(None, [str(wheels), kept.get("PIP_FIND_LINKS")]))
    return dict(kept, PATH=path, PIP_FIND_LINKS=links, CI="true", GITHUB_ACTIONS="true", CARGO_TERM_COLOR="never")


def write(kind, folder, before, environment):
    """Does what an author does: the command is installed, and writes its files."""
    commands = before + ["python -m pip install --quiet array-ctypes", "array-ctypes init %s %s" % (kind, NAME), "pip uninstall -qy array-ctypes"]
    for command in commands:
        subprocess.run(["bash", "-ec", command], cwd=folder, env=environment, check=True)


def run_kind(kind, wheels, crates, home):
    before, (file, right, wrong, rule) = KINDS[kind]
    folder = home / kind
    folder.mkdir()
    (home / ".cargo").mkdir()  # Cargo looks for it above each package
    shutil.copy(crates / "config.toml", home / ".cargo")
    environment = user_environment(home, wheels)
    write(kind, folder, before, environment)
    machine = Machine(folder, environment)
    print("  as written")
    if not machine.run_workflow():
        raise Broken("expected a green run, found:\n" + machine.log[-3000:])
    print("  with a mistake: %s" % wrong)
    text = (folder / file).read_text()
    if text.count(right) != 1:
        raise Broken("expected `%s` once in %s, found it %d times; name another mistake" % (right, file, text.count(right)))
    (folder / file).write_text(text.replace(right, wrong))
    machine = Machine(folder, environment)
    if machine.run_workflow():
        raise Broken("expected the mistake to fail the run, found a green one")
    if rule not in machine.log or (kind != "rust" and rule not in machine.summary):
        raise Broken("expected the rule %s in log and summary, found:\n%s" % (rule, machine.log[-3000:]))


def main():
    wheels, crates, *kinds = sys.argv[1:]
    failed = []
    for kind in kinds or KINDS:
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
