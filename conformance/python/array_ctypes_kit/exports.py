"""How a producer hands out an array by address, by interface and by buffer, and how it counts who holds it.

What is handed out, an object or a capsule, stays the producer's too. So a reference that is dropped too often crashes nothing: it
shows in the count.
"""

import ctypes
import sys
from ctypes import addressof, c_ssize_t, c_void_p, sizeof

from .answers import Declined
from .elements import buffer_format, described, type_string
from .exporter import Exported, exporter

SPARE = 8  # references that the producer keeps


def _references(things):
    if not hasattr(sys, "getrefcount"):
        raise Declined("references are not counted")
    return sys.getrefcount(things[0]) - len(things)


class Watched:
    """An object that is handed out, and how many references others have to it."""

    def __init__(self, thing, own=0):
        self.things, self.own = [thing] * SPARE, own  # `own` is how many more references the producer has

    def count(self):
        return _references(self.things) - _references([object()] * SPARE) - self.own


class Export:
    """An array that is handed out once. `make` returns the object that the consumer gets."""

    def __init__(self, array, features):
        self.array, self.features, self.watched, self.kept = array, features, [], []
        self._thing = self.make()

    def take(self):
        """Returns the object. From then on the references of others count."""
        thing, self._thing = self._thing, None
        self.watched.append(Watched(thing))
        return thing

    def count(self):
        """Returns how many times somebody took hold of it, less how many times somebody let go."""
        return sum(watched.count() for watched in self.watched)

    def holders(self):
        """Returns how many of them keep the memory."""
        return self.count()

    def name(self):
        """Returns the name of the capsule; None if there is none."""
        return None

    def is_kept(self):
        """Returns true if nobody can know how long the memory is needed."""
        return False

    def close(self):
        self.watched, self.kept = [], []

    def buffer(self, address, itemsize, shape, strides, element_format, suboffsets=None, refusal=None):
        """Returns an object that exposes memory."""
        read_only, axes = self.array.is_read_only, len(shape)
        arrays = [numbers and (c_ssize_t * axes)(*numbers) for numbers in (shape, strides, suboffsets)]
        exported = Exported()
        whole = exported.whole
        whole.buf, whole.itemsize, whole.readonly, whole.ndim = address, itemsize, read_only, axes
        whole.len = itemsize
        for length in shape:
            whole.len *= length
        whole.format = element_format and element_format.encode()
        for name, numbers in zip(("shape", "strides", "suboffsets"), arrays):
            if numbers:
                setattr(whole, name, numbers)
        exported.is_c = not suboffsets and is_contiguous(shape, strides, itemsize)
        exported.is_f = not suboffsets and is_contiguous(shape[::-1], strides[::-1], itemsize)
        exported.refusal = refusal
        self.kept.append((exported, arrays))
        return exporter(exported)


def is_contiguous(shape, strides, itemsize):
    """Returns true if elements follow each other in C order."""
    expected = itemsize
    for length, stride in zip(shape[::-1], strides[::-1]):
        if length > 1 and stride != expected:
            return 0 in shape
        expected *= length
    return True


class Pointer(Export):
    """An address, and C arrays of lengths and strides. Nobody counts."""

    def make(self):
        array = self.array
        axes = c_ssize_t * len(array.shape)
        self.address, self.shape, self.strides = array.address, axes(*array.shape), axes(*array.strides)
        self.ndim, self.itemsize, self.typestr = len(array.shape), array.itemsize, type_string(array.dtype)
        return self

    def take(self):
        return self

    def count(self):
        return 0


class Interface(Export):
    def make(self):
        array = self.array
        entries = {"version": 3, "shape": array.shape, "typestr": type_string(array.dtype), "strides": array.strides}
        entries["data"] = array.address, array.is_read_only
        if "no-strides" in self.features:
            entries["strides"] = None
        if "descr" in self.features:
            entries["descr"] = described(array.dtype)
        if "memory" in self.features:
            size = array.memory.size
            entries["data"] = self.buffer(array.memory.address, 1, (size,), (1,), "B")
            entries["offset"] = array.address - array.memory.address
            self.watched.append(Watched(entries["data"], 1))
        if "mask" in self.features:
            mask = ctypes.c_bool()  # one for all elements
            self.kept.append(mask)
            strides = (0,) * len(array.shape)
            all_false = dict(entries, typestr="|b1", strides=strides, data=(addressof(mask), False))
            entries["mask"] = InterfaceExporter(all_false)
            self.watched.append(Watched(entries["mask"], 1))
        return InterfaceExporter(entries)


class InterfaceExporter:
    """An object with an `__array_interface__`, which is a new dictionary each time."""

    def __init__(self, entries):
        self.entries = entries

    @property
    def __array_interface__(self):
        return dict(self.entries)


class Buffer(Export):
    def make(self):
        array = self.array
        address, strides, suboffsets = array.address, array.strides, None
        if "suboffsets" in self.features:
            rows = (c_void_p * array.shape[0])(*[address + row * strides[0] for row in range(array.shape[0])])
            self.kept.append(rows)
            address, strides = addressof(rows), (sizeof(c_void_p),) + strides[1:]
            suboffsets = (0,) + (-1,) * (len(strides) - 1)
        spelling = buffer_format(array.dtype, "standard" in self.features)
        refusal = None if spelling else b"no format describes the type"
        return self.buffer(address, array.itemsize, array.shape, strides, spelling, suboffsets=suboffsets, refusal=refusal)

    def count(self):
        return super().count() or self.holders()

    def holders(self):
        """Returns how many buffers were not released. A reference to the exporter keeps no memory: it may be resized."""
        return sum(exported.taken - exported.released for exported, *_ in self.kept if isinstance(exported, Exported))
