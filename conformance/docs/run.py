"""Runs a document: writes its files, runs its commands in a new empty folder, and compares what they print.

    python3 conformance/docs/run.py conformance/docs/tutorial.md

A block of the language `console` has commands, in lines that begin with `$ `; one that ends with a backslash goes on in
the next line. All commands of a document run in one shell, so `cd` and variables last. The lines below a command are what
it prints, on standard output and standard error: `…` stands for any text within a line, a line `…` for any lines. Without
such lines, it may print anything. A command ends with 0, unless its lines show `exit N`, or `echo $?` follows.

A line that is a name in backquotes and a colon, directly above a block, makes the block a file of that name.

--provided COMMAND, which may be repeated, names a command that is not run, because what it installs is there.
"""

import argparse
import collections
import pathlib
import re
import subprocess
import sys
import tempfile

FENCE = re.compile(r"^```(\w*).*$")
FILE = re.compile(r"^`([\w./-]+)`:$")
END = "end of the command 7d2f"

File = collections.namedtuple("File", "name text")
Command = collections.namedtuple("Command", "line text printed")


class Different(Exception):
    """What a document says is not so."""


def joined(lines):
    return "".join(line + "\n" for line in lines)


def blocks(lines):
    """Yields of each fenced block the line above it, its language, the number of its first line, and its lines."""
    start = None
    for at, text in enumerate(lines):
        fence = FENCE.match(text)
        if start is None and fence:
            start, language = at, fence[1]
        elif start is not None and text == "```":
            yield lines[start - 1] if start else "", language, start + 2, lines[start + 1 : at]
            start = None


def commands(first, lines):
    """Returns the commands of a block."""
    found, goes_on = [], False
    for line, text in enumerate(lines, first):
        if goes_on:
            found[-1] = found[-1]._replace(text=found[-1].text + "\n" + text)
        elif text.startswith("$ "):
            found.append(Command(line, text[2:], []))
        elif found:
            found[-1].printed.append(text)
        else:
            raise Different("%d: expected a command, `$ ` and its text, found %r" % (line, text))
        goes_on = (goes_on or text.startswith("$ ")) and text.endswith("\\")
    return found


def read(document):
    """Returns the files and commands of a document, in their order."""
    steps = []
    for above, language, first, lines in blocks(document.read_text(encoding="utf-8").splitlines()):
        named = FILE.match(above)
        if named:
            steps.append(File(named[1], joined(lines)))
        elif language == "console":
            steps += commands(first, lines)
    return steps


def pattern(lines):
    """Returns the pattern of what is printed, if these lines show it."""
    lines = ("(?:.*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + "\n" for line in lines)
    return re.compile("".join(lines))


def enter(shell, command):
    """Returns what a command printed, without spaces at the ends of lines, and its exit code."""
    end = "ended=$?; printf '\\n%s %%d\\n' $ended; (exit $ended)" % END
    shell.stdin.write("{ %s\n} < /dev/null\n%s\n" % (command.text, end))
    shell.stdin.flush()
    printed = []
    for line in shell.stdout:
        if line.startswith(END):
            # The line break before the end is not the command's, if it ended its last line.
            return joined(printed if printed[-1] else printed[:-1]), int(line.split()[-1])
        printed.append(line.rstrip())
    raise Different("%d: the shell ended after: %s" % (command.line, command.text))


def judge(command, printed, code, is_code_shown):
    """Raises Different if a command printed something else, or ended otherwise, than the document says."""
    shown = joined(command.printed)
    is_as_shown = not shown or pattern(command.printed).fullmatch(printed)
    is_code_shown = code == 0 or is_code_shown or re.search(r"\bexit(?: code)? %d\b" % code, shown)
    if not (is_as_shown and is_code_shown):
        expected = "%d: $ %s\nexpected:\n%s" % (command.line, command.text, shown or "(exit code 0)\n")
        raise Different("%sfound, with exit code %d:\n%s" % (expected, code, printed))


def run(steps, folder, provided):
    options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(["bash"], cwd=folder, encoding="utf-8", errors="replace", **options) as shell:
        for at, step in enumerate(steps):
            if isinstance(step, File):
                path = pathlib.Path(folder, step.name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(step.text, encoding="utf-8")
            elif step.text not in provided:
                is_code_shown = at + 1 < len(steps) and steps[at + 1].text == "echo $?"
                judge(step, *enter(shell, step), is_code_shown)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("document", type=pathlib.Path)
    parser.add_argument("--provided", metavar="COMMAND", action="append", default=[])
    arguments = parser.parse_args()
    try:
        steps = read(arguments.document)
        if not any(isinstance(step, Command) for step in steps):
            raise Different(" expected commands in blocks of the language console, found none")
        with tempfile.TemporaryDirectory(prefix="array-ctypes-") as folder:
            run(steps, folder, arguments.provided)
    except Different as different:
        sys.exit("%s:%s" % (arguments.document, different))


if __name__ == "__main__":
    main()
