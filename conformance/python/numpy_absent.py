"""NumPy in a process that has no ctypes: numpy_adapter.py starts this file and asks it about the chapter absent.

It reads JSON Lines. Each is a list of a mark, an array and a question, and is answered with one line: the mark and the answer.
Other lines are skipped, since the process that writes them may die within a line. The memory of an array is that of an
`array.array`, which reports its address without ctypes; addresses in answers are relative to the buffer.

The adapter of NumPy imports `Views` from here, so that both make views in the same way.
"""

import sys

if __name__ == "__main__":
    sys.modules["_ctypes"] = None  # as in a Python that was built without it

import array
import json
import operator
import signal

import numpy as np

SECONDS = 20  # a question that takes longer ends this process; the adapter starts another one


class Views:
    """The view operations, as NumPy spells them. Their arguments are those of the kit's `Adapter`."""

    def index(self, array, axis, at):
        return array[on_axis(axis, at)]

    def slice(self, array, axis, start, stop, step):
        return array[on_axis(axis, slice(start, stop, step))]

    def reverse(self, array, axis):
        return array[on_axis(axis, slice(None, None, -1))]

    def transpose(self, array, axes):
        return array.transpose(axes)

    def newaxis(self, array, axis):
        return array[on_axis(axis, None)]

    def broadcast(self, array, shape):
        return np.broadcast_to(array, shape)

    def reshape(self, array, shape):
        reshaped = array.reshape(shape)
        if reshaped.nbytes and not np.may_share_memory(reshaped, array):
            raise ValueError("expected a shape that needs no copy, found %s" % (shape,))
        return reshaped

    def field(self, array, name):
        return array[name]

    def view(self, array, dtype):
        return array.view(dtype)


def on_axis(axis, index):
    return (slice(None),) * axis + (index, Ellipsis)


def integers(words):
    return tuple(map(int, words))


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
    """Returns the array, and the address of its buffer."""
    buffer, size = given["buffer"], int(given["buffer"]["size"])
    memory = array.array("B", bytes(size + 4096))
    address = memory.buffer_info()[0]
    skip = (buffer["at"] - address) % 4096
    view = memoryview(memory)[skip : skip + size]
    content = bytes.fromhex(buffer["bytes"])
    view[: len(content)] = content
    made = np.ndarray(integers(given["shape"]), dtype(given["dtype"]), view, int(given["offset"]), integers(given["strides"]))
    made.flags.writeable = given["writeable"]
    for name, arguments in given["views"]:
        # JSON has no tuples.
        arguments = [tuple(argument) if isinstance(argument, list) else argument for argument in arguments]
        made = getattr(Views(), name)(made, *arguments)
    return made, address + skip


def type_name(value):
    """Returns the name of the nearest class of the value's type that the protocol has a name for: see PROTOCOL.md."""
    plain = [bool, int, float, complex, str, bytes, list, tuple]
    nearest = next((kind for kind in type(value).__mro__ if kind in plain), None)
    return nearest.__name__ if nearest else "%s.%s" % (type(value).__module__, type(value).__qualname__)


def interface(made):
    """Returns the interface object. Faulty adapters, and their twins, put another one in its place."""
    return made.ctypes


def answer(given, what):
    made, start = make(given)
    if what == "ctypes":
        return interface(made) is not None
    if what.endswith("-type"):
        return {"text": type_name(getattr(interface(made), what[: -len("-type")]))}
    value = getattr(interface(made), what)
    if what.endswith("_as"):
        value = value(int)  # without ctypes there is no C type to name
    if value is None:
        return None
    if what in ("data", "_as_parameter_", "data_as"):
        return {"address": str(operator.index(value) - start)}
    return {"integers": [str(operator.index(item)) for item in value]}


def set_alarm(seconds):
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def serve():
    for line in sys.stdin:
        try:
            mark, given, what = json.loads(line)
        except ValueError:
            continue
        set_alarm(SECONDS)
        try:
            reply = answer(given, what)
        except Exception as error:
            reply = {"raises": type(error).__name__, "message": str(error)}
        set_alarm(0)
        sys.stdout.write(json.dumps([mark, reply]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
