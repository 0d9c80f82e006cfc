"""Runs a document: writes its files, runs its commands in a new empty folder, and compares what they print.

    python3 conformance/docs/run.py conformance/docs/tutorial.md

A block of the language `console` has commands, in lines that begin with `$ `; one that ends with a backslash goes on in the next
line. All commands of a document run in one shell, so `cd` and variables last. The lines below a command are what it prints, on
standard output and standard error: `…` stands for any text within a line, a line `…` for any lines. Without such lines, it may
print anything. A command ends with 0, unless its lines show `exit N`, or `echo $?` follows.

A line that is a name in backquotes and a colon, directly above a block, makes the block a file of that name.

--provided COMMAND, which may be repeated, names a command that is not run, because what it installs is there.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

FENCE = re.compile(r"^```(\w*)$")
FILE = re.compile(r"^`([\w./-]+)`:$")
END = "end of the command 7d2f"


class Different(Exception):
    """What a document says is not so."""


class File:
    def __init__(self, name, lines):
        self.name, self.text = name, joined(lines)


class Command:
    def __init__(self, line, text):
        self.line, self.text, self.printed = line, text, []


def joined(lines):
    return "".join(line + "\n" for line in lines)


def blocks(lines):
    """Yields of each fenced block the number of its first line, the line above it, its language and its lines."""
    start = None
    for at, text in enumerate(lines):
        fence = FENCE.match(text)
        if start is None and fence:
            start, language = at, fence[1]
        elif start is not None and text == "```":
            yield start + 2, lines[start - 1] if start else "", language, lines[start + 1 : at]
            start = None


def commands(first, lines):
    """Yields the commands of a block."""
    command = None
    for line, text in enumerate(lines, first):
        if command and not command.printed and command.text.endswith("\\"):
            command.text += "\n" + text
        elif text.startswith("$ "):
            if command:
                yield command
            command = Command(line, text[2:])
        elif command:
            command.printed.append(text)
        else:
            raise Different("%d: expected a command, `$ ` and its text, found %r" % (line, text))
    if command:
        yield command


def read(document):
    """Returns the files and commands of a document, in their order."""
    steps = []
    for line, above, language, lines in blocks(document.read_text(encoding="utf-8").splitlines()):
        named = FILE.match(above)
        if named:
            steps.append(File(named[1], lines))
        elif language == "console":
            steps += commands(line, lines)
    return steps


def pattern(lines):
    """Returns the pattern of what is printed, if these lines show it."""
    lines = ("(?:.*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + "\n" for line in lines)
    return re.compile("".join(lines))


class Shell:
    """One shell for all commands of a document."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            ["bash"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace"
        )

    def run(self, text):
        """Returns what a command printed, without spaces at the ends of lines, and its exit code."""
        self.process.stdin.write("{ %s\n} < /dev/null\nended=$?; printf '\\n%s %%d\\n' $ended; (exit $ended)\n" % (text, END))
        self.process.stdin.flush()
        printed = []
        for line in self.process.stdout:
            if line.startswith(END):
                # The line break before the end is not the command's, if it ended its last line.
                if printed and not printed[-1]:
                    printed.pop()
                return joined(printed), int(line.split()[-1])
            printed.append(line.rstrip())
        raise Different("the shell ended after: %s" % text)

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def judge(command, printed, code, code_shown):
    """Raises Different if a command printed something else, or ended otherwise, than the document says."""
    shown = joined(command.printed)
    as_shown = not command.printed or pattern(command.printed).fullmatch(printed)
    as_ended = code == 0 or code_shown or re.search(r"\bexit(?: code)? %d\b" % code, shown)
    if not (as_shown and as_ended):
        expected = shown or "(exit code 0)\n"
        raise Different("%d: $ %s\nexpected:\n%sfound, with exit code %d:\n%s" % (command.line, command.text, expected, code, printed))


def run(steps, folder, provided):
    shell = Shell(folder)
    try:
        for at, step in enumerate(steps):
            if isinstance(step, File):
                path = pathlib.Path(folder, step.name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(step.text, encoding="utf-8")
            elif step.text not in provided:
                code_shown = at + 1 < len(steps) and getattr(steps[at + 1], "text", "") == "echo $?"
                judge(step, *shell.run(step.text), code_shown)
    finally:
        shell.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("document", type=pathlib.Path)
    parser.add_argument("--provided", metavar="COMMAND", action="append", default=[])
    arguments = parser.parse_args()
    try:
        steps = read(arguments.document)
        if not any(isinstance(step, Command) for step in steps):
            raise Different("expected commands in blocks of the language console, found none")
        with tempfile.TemporaryDirectory(prefix="array-ctypes-") as folder:
            run(steps, folder, arguments.provided)
    except Different as different:
        sys.exit("%s:%s" % (arguments.document, different))


if __name__ == "__main__":
    main()
