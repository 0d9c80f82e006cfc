"""Runs a workflow on this machine as GitHub would.

It does what GitHub does with `run`, `env`, `if`, `working-directory`, `${{ … }}`, and our composite action. Actions of
others are skipped and printed; of an upload it sees that there is something to upload. Of a matrix it runs the first
combination.
"""

import pathlib
import re
import subprocess
import tempfile
import time

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
ACTION = "array-ctypes/array-ctypes/.github/action@"


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
            raise Broken(
                "inputs of the action: unknown %s, missing %s" % (sorted(unknown), sorted(required - set(inputs)))
            )
        inputs = {**{name: about.get("default", "") for name, about in action["inputs"].items()}, **inputs}
        succeeded, contexts = self.run_steps(action["runs"]["steps"], {"inputs": inputs}, ROOT / ".github/action")
        outputs = {name: evaluate(about["value"], contexts) for name, about in action["outputs"].items()}
        print("    outputs of the action: %s" % outputs)
        return succeeded, outputs

    def run_script(self, step, contexts, action):
        """Runs the script of a step as GitHub does: `bash -e`, with more if the step names the shell."""
        files = {
            name: pathlib.Path(tempfile.mkstemp(dir=self.folder.parent)[1])
            for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
        }
        environment = {**self.environment, **{name: str(path) for name, path in files.items()}}
        environment.update({name: evaluate(str(value), contexts) for name, value in step.get("env", {}).items()})
        if action:
            environment["GITHUB_ACTION_PATH"] = str(action)
        shell = (
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]
            if step.get("shell") == "bash"
            else ["bash", "-e", "-c"]
        )
        folder = self.folder / evaluate(step.get("working-directory", "."), contexts)
        script, start = evaluate(step["run"], contexts), time.monotonic()
        ran = subprocess.run(
            shell + [script], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        lines = ran.stdout.strip().splitlines()
        print(
            "    run (%.1f s, exit %d): %s" % (time.monotonic() - start, ran.returncode, script.strip().splitlines()[0])
        )
        print("".join("      | %s\n" % line for line in lines[-3:]), end="", flush=True)
        self.log += ran.stdout
        self.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
        return ran.returncode == 0, outputs

    def skip(self, uses, inputs):
        """Skips an action of others. Returns false if it would find nothing to upload."""
        path = self.folder / inputs.get("path", ".")
        count = sum(found.is_file() for found in path.rglob("*"))
        print(
            "    skipped: %s %s"
            % (uses, "of %d files in %s" % (count, path.name) if "upload" in uses else inputs or "")
        )
        return count > 0 or "upload" not in uses
