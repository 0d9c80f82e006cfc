"""Twins that speak the protocol otherwise: other spellings, other entries, other processes."""

import json
import os

import array_ctypes_kit as kit
from memoryview_adapter import MemoryView
from plain_adapter import Plain
from twins_ctypes import Light

CORE = ["core", "interface", "import"]


def with_hello(change):
    """Lets `change` edit the entries of the handshake."""
    make = kit.protocol._hello

    def hello(adapter, given):
        entries = json.loads(make(adapter, given))["hello"]
        change(entries)
        return json.dumps({"hello": entries})

    kit.protocol._hello = hello


class NoProcess(Plain):
    """no process number: it runs in a container, or on another machine"""

    rule = "data.first-element"
    permitted = "protocol: `pid` is optional"

    def __init__(self):
        kit.protocol._visible_from_outside = lambda: False


class ForeignProcess(Plain):
    """a process number from elsewhere: here it is nobody's"""

    rule = "data.first-element"
    permitted = "protocol: a number that means nothing here"

    def __init__(self):
        with_hello(lambda entries: entries.update(pid=(1 << 31) - 1))


class LeastHello(Plain):
    """the least handshake: no entry that may be left out"""

    rule = "shape.shape"
    permitted = "protocol: optional entries"

    def __init__(self):
        kit.protocol.FORKS = False
        with_hello(self.shorten)

    @staticmethod
    def shorten(entries):
        for name in "runtime", "costs", "restarts", "pid":
            entries.pop(name, None)


class NoCopies(MemoryView):
    """no copies of its process: when it dies, the suite starts it anew"""

    rule = "layout.answered"
    permitted = "protocol: `restarts` is optional"

    name = "alone"

    def __init__(self):
        kit.protocol.FORKS = False


class NoCompiler(Light):
    """no compiler: the functions of `hand` and `walk` are made by ctypes"""

    rule = "cast.walk"
    permitted = "protocol: ctypes makes functions that answer the same"

    def __init__(self):
        os.environ["ARRAY_CTYPES_CC"] = ""


class OtherSpelling(Plain):
    """another spelling of JSON: other spaces, other order, escapes for letters"""

    rule = "layout.answered"
    permitted = "protocol: JSON Lines"

    def __init__(self):
        send = kit.protocol.send
        kit.protocol.send = lambda line: send("\n".join(map(self.spell, line.split("\n"))))

    def spell(self, line):
        return self.text(json.loads(line)) if line else line

    def text(self, value):
        if isinstance(value, dict):
            entries = [self.text(name) + " : " + self.text(value[name]) for name in reversed(list(value))]
            return " { " + " , ".join(entries) + " } "
        if isinstance(value, list):
            return "[ " + " , ".join(map(self.text, value)) + " ]"
        if isinstance(value, str):
            return '"%s"' % "".join("\\u%04x" % ord(letter) if letter in "aeiou" else json.dumps(letter)[1:-1] for letter in value)
        return json.dumps(value)


class StrayPrints(MemoryView):
    """prints of its own: on standard output, while it answers"""

    rule = "layout.answered"
    permitted = "protocol: standard error is the adapter's own"

    name = "talkative"

    def shape(self, array):
        print("the shape is asked for")
        return super().shape(array)


class OwnErrors(Plain):
    """errors of its own: each is a subclass of one that the protocol knows, and has a message of many letters"""

    rule = "layout.view-refused"
    permitted = "protocol: an exception is named after its first known base"

    def guarded(name):
        method = getattr(Plain, name)

        def call(self, *arguments):
            try:
                return method(self, *arguments)
            except Exception as error:
                raise own(type(error))("\u00e9\u2603\"\\\n" * 99) from error

        return call

    array, index, slice, transpose, newaxis, broadcast, field, import_array = map(
        guarded, "array index slice transpose newaxis broadcast field import_array".split()
    )


def own(kind):
    return type("Own" + kind.__name__, (kind,), {})


class Declines(Plain):
    """some cases declined: arrays of more than sixty axes are too slow to make"""

    rule = "layout.accepted"
    permitted = "protocol: a case may be declined"

    def array(self, memory, dtype, offset, shape, strides):
        if len(shape) > 60:
            raise kit.Declined("no arrays of more than sixty axes")
        return super().array(memory, dtype, offset, shape, strides)


class DeclinesSteps(Plain):
    """some steps declined: elements of more than sixty axes are not found"""

    rule = "layout.element"
    permitted = "protocol: a step may be declined"

    def item(self, array, index):
        if len(array.shape) > 60:
            raise kit.Declined("no elements of more than sixty axes")
        return super().item(array, index)
