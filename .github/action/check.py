"""Runs `array-ctypes check` for the action, and hands its reports to GitHub: see action.yml beside this file.

It reads INPUT_ARGUMENTS, GITHUB_OUTPUT and GITHUB_STEP_SUMMARY. It ends with the exit code of `check`.
"""

import os
import pathlib
import secrets
import shlex
import shutil
import subprocess
import sys

REPORT = pathlib.Path("array-ctypes-report")
REGRESSIONS = pathlib.Path("array-ctypes-regressions")
FILES = {
    "html": "report.html",
    "junit": "junit.xml",
    "json": "results.jsonl",
    "markdown": "summary.md",
    "github": "annotations.txt",
}


def append(variable, text):
    """Appends a text to the file that GitHub names in a variable of the environment."""
    with open(os.environ[variable], "a", encoding="utf-8") as file:
        file.write(text)


def read(name):
    """Returns what was written of a report: nothing if the run did not start."""
    path = REPORT / FILES[name]
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main():
    sys.stdout.reconfigure(encoding="utf-8")  # also on Windows
    shutil.rmtree(REPORT, ignore_errors=True)
    REPORT.mkdir()
    command = [sys.executable, "-m", "array_ctypes", "check", *shlex.split(os.environ["INPUT_ARGUMENTS"])]
    for name, file in FILES.items():
        command += ["--report", "%s=%s" % (name, REPORT / file)]
    # The output shows what an adapter printed. No line of it is a command to GitHub.
    end = secrets.token_hex(16)
    print("::stop-commands::" + end, flush=True)
    code = subprocess.run(command).returncode
    print("::%s::" % end)
    print(read("github"), end="")
    append("GITHUB_STEP_SUMMARY", read("markdown"))
    append("GITHUB_OUTPUT", "exit-code=%d\nreport=%s\n" % (code, REPORT.resolve()))
    if REGRESSIONS.is_dir():
        shutil.copytree(REGRESSIONS, REPORT / REGRESSIONS)
    sys.exit(code)


if __name__ == "__main__":
    main()
