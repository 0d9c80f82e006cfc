"""NumPy in a process that has no ctypes: what numpy_adapter.py starts, and asks about the chapter absent.

It reads JSON Lines, one question about one array each with a mark, and answers each with one line: the mark, and the
answer. What is no line of that kind is passed over: whoever asks may die within one. The memory of an array is that of
an `array.array`, which tells its address without ctypes; addresses in answers are relative to the buffer.
"""

import sys

sys.modules["_ctypes"] = None  # as in a Python that was built without it

import array
import json
import operator
import signal

import numpy as np


def on(axis, what):
    return (slice(None),) * axis + (what, Ellipsis)


def bounds(words):
    return slice(*[None if word == "_" else int(word) for word in words])


def integers(words):
    return tuple(map(int, words))


VIEWS = {
    "index": lambda a, axis, at: a[on(int(axis), int(at))],
    "slice": lambda a, axis, *words: a[on(int(axis), bounds(words))],
    "reverse": lambda a, axis: a[on(int(axis), slice(None, None, -1))],
    "transpose": lambda a, *axes: a.transpose(integers(axes)),
    "newaxis": lambda a, axis: a[on(int(axis), None)],
    "broadcast": lambda a, *shape: np.broadcast_to(a, integers(shape)),
    "reshape": lambda a, *shape: a.reshape(integers(shape)),
    "field": lambda a, name: a[name],
    "view": lambda a, typestr: a.view(typestr),
}


def dtype(given):
    if isinstance(given, str):
        return np.dtype(given)
    fields = given["fields"]
    shapes = [integers(field["shape"]) for field in fields]
    formats = [dtype(field["dtype"]) for field in fields]
    described = {
        "names": [field["name"] for field in fields],
        "formats": [(of, shape) if shape else of for of, shape in zip(formats, shapes)],
        "offsets": [int(field["offset"]) for field in fields],
        "itemsize": int(given["size"]),
    }
    return np.dtype(described, align=given["aligned"])


def make(given):
    """The array, and the address of its buffer."""
    buffer, size = given["buffer"], int(given["buffer"]["size"])
    memory = array.array("B", bytes(size + 4096))
    address = memory.buffer_info()[0]
    skip = (buffer["at"] - address) % 4096
    view = memoryview(memory)[skip : skip + size]
    content = bytes.fromhex(buffer["bytes"])
    view[: len(content)] = content
    made = np.ndarray(integers(given["shape"]), dtype(given["dtype"]), view, int(given["offset"]), integers(given["strides"]))
    made.flags.writeable = given["writeable"]
    for words in map(str.split, given["views"]):
        made = VIEWS[words[0]](made, *words[1:])
    return made, address + skip


def answer(given, what):
    made, start = make(given)
    if what == "ctypes":
        return made.ctypes is not None
    value = getattr(made.ctypes, what)
    if what.endswith("_as"):
        value = value(int)  # there is no C type to name
    if value is None:
        return None
    if what in ("data", "_as_parameter_", "data_as"):
        return {"address": str(operator.index(value) - start)}
    return {"integers": [str(operator.index(item)) for item in value]}


for line in sys.stdin:
    try:
        mark, given, what = json.loads(line)
    except ValueError:
        continue
    if hasattr(signal, "alarm"):
        signal.alarm(20)  # a question that takes for ever ends this process; another takes its place
    try:
        said = answer(given, what)
    except Exception as error:
        said = {"raises": type(error).__name__, "message": str(error)}
    if hasattr(signal, "alarm"):
        signal.alarm(0)
    sys.stdout.write(json.dumps([mark, said]) + "\n")
    sys.stdout.flush()
