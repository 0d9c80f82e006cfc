"""What the runs of .ci/consumers showed, as lines and as tables, and what an author of an adapter writes."""

import ast
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONFORMANCE = ROOT / "conformance"
ADAPTERS = CONFORMANCE / "adapters"
# The files that an author writes: the adapter, and what it adapts, an extension.
FILES = {
    "numpy": (["python/numpy_consumer.py"], []),
    "numpy-copies": (["python/numpy_consumer.py"], []),
    "memoryview": (["python/memoryview_consumer.py"], []),
    "ctypes": (["python/ctypes_consumer.py"], []),
    "pybind11": (["adapters/pybind11/adapter.py"], ["adapters/pybind11/module.cpp"]),
    "nanobind": (["adapters/nanobind/adapter.py"], ["adapters/nanobind/module.cpp"]),
    "rust-numpy": (["adapters/rust-numpy/adapter.py"], ["adapters/rust-numpy/src/lib.rs", "adapters/rust-numpy/src/kept.rs"]),
    "dlpark": (["adapters/dlpark/src/main.rs", "adapters/dlpark/src/slice.rs", "adapters/dlpark/src/view.rs"], []),
    "xtensor": (["adapters/xtensor/adapter.cpp"], []),
}
LONGEST_DOOR = 10  # lines of Python


def of_kind(lines, kind):
    return [line for line in lines if line["kind"] == kind]


def judged(lines):
    """The rules about consumers that a case asked about."""
    return [line for line in of_kind(lines, "rule") if line["profile"] == "consumer" and line["cases"]]


def refusals(door):
    pairs = sorted(door["features"].items(), key=lambda pair: -pair[1])
    return ", ".join("%s %d" % pair for pair in pairs)


def show(name, lines):
    """Prints what each door took and refused, and the rules that were judged and not held."""
    rules = judged(lines)
    held = [line for line in rules if line["standing"] == "held"]
    print("%s %s: %d of %d rules held" % (name, lines[-1]["version"], len(held), len(rules)))
    for line in of_kind(lines, "door"):
        print("  door %s: took %d, refused %d: %s" % (line["door"], line["taken"], line["refused"], refusals(line)))
    for line in rules:
        if line["standing"] != "held":
            numbers = line["standing"], line["cases"], line["failed"], line["known"]
            print("  %s: %s, %d cases, %d failed, %d known" % (line["rule"], *numbers))
    for line in of_kind(lines, "known"):
        print("  known in %d cases: %s%s" % (line["cases"], line["reason"], ", STALE" if line["stale"] else ""))
    sys.stdout.flush()


def of_runs(runs):
    """Returns what the runs showed, as Markdown."""
    text = "| adapter | door | took | refused | refused, by the first feature that the door does not declare |\n|---|---|--:|--:|---|\n"
    for name, lines in runs:
        for line in of_kind(lines, "door"):
            cells = name, "`%s`" % line["door"], format(line["taken"], ","), format(line["refused"], ","), refusals(line)
            text += "| %s |\n" % " | ".join(cells)
    text += "\n| adapter | rules judged | held | known deviations | lines of the adapter | of the extension |\n|---|--:|--:|--:|--:|--:|\n"
    for name, lines in runs:
        standings = [line["standing"] for line in judged(lines)]
        sizes = [sum(len(code(path)) for path in paths) or "" for paths in FILES[name]]
        version = "%s %s" % (name, lines[-1]["version"])
        cells = version, len(standings), standings.count("held"), standings.count("known"), *sizes
        text += "| %s |\n" % " | ".join(map(str, cells))
    text += "\nKnown deviations, each with the number of cases that show it:\n\n"
    for name, lines in runs:
        for line in of_kind(lines, "known"):
            link = " ([link](%s))" % line["link"] if line["link"] else ""
            text += "- %s, `%s`, %d: %s%s.\n" % (name, line["rule"], line["cases"], line["reason"], link)
    return text


def of_authors():
    """Returns how many lines an author writes, as Markdown."""
    doors = sorted(python_doors().items(), key=lambda item: item[1])
    in_rust = [len(code("adapters/dlpark/src/" + name)) for name in ("slice.rs", "view.rs")]
    rows = [
        ("a door in Python, of %d" % len(doors), "%d to %d" % (doors[0][1], doors[-1][1]), "`%s` to `%s`" % (doors[0][0], doors[-1][0])),
        ("a library in Python with one door", len(code("python/memoryview_consumer.py")), "memoryview"),
        ("a door in Rust, with what is asked of what it makes", "%d to %d" % (min(in_rust), max(in_rust)), "dlpark"),
        ("a crate in Rust with one door", len(code("tests/doors.rs")), "[ndarray](../tests/doors.rs)"),
        ("a library through the C header, with two doors", len(code("adapters/xtensor/adapter.cpp")), "xtensor"),
    ]
    text = "\n## Lines of an author\n\nWithout blank lines and comments:\n\n| what is written | lines | for example |\n|---|--:|---|\n"
    return text + "".join("| %s | %s | %s |\n" % row for row in rows)


def has_long_door():
    """Prints each door in Python that takes more lines than are promised. Returns true if there is one."""
    too_long = [door for door, length in python_doors().items() if length > LONGEST_DOOR]
    for door in too_long:
        print("%s: expected at most %d lines, found more" % (door, LONGEST_DOOR), file=sys.stderr)
    return bool(too_long)


def python_doors():
    """Returns the number of lines of each door of the adapters in Python, its decorators included."""
    doors = {}
    for name, (paths, _) in FILES.items():
        for path in paths:
            if not path.endswith(".py") or name == "numpy-copies":  # which is the file of numpy
                continue
            lines = code(path)
            for function in ast.walk(ast.parse((CONFORMANCE / path).read_text())):
                if isinstance(function, ast.FunctionDef) and any(map(is_door, function.decorator_list)):
                    first = function.decorator_list[0].lineno
                    doors["%s, %s" % (name, function.name)] = len(lines & set(range(first, function.end_lineno + 1)))
    return doors


def is_door(decorator):
    return ast.unparse(decorator).startswith("kit.door(")


def code(path):
    """Returns the numbers of the lines that are neither blank nor comments. Documentation is a comment, too."""
    path = CONFORMANCE / path
    text = path.read_text()
    mark = "#" if path.suffix == ".py" else "//"
    lines = {at for at, line in enumerate(text.splitlines(), 1) if line.strip() and not line.strip().startswith(mark)}
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                lines -= set(range(node.lineno, node.end_lineno + 1))
    return lines
