"""Pairs: the arrays of one library, handed to the doors of another, in one process."""

import importlib.util
import os
import sys
from ctypes import c_ssize_t, c_ubyte

from .adapter import Adapter
from .cases import element_type
from .consumer import Consumer
from .elements import type_string

# For each protocol, the profile of an adapter whose library exports arrays by it. Any library gives an address.
PROFILES = {
    "pointer": "core",
    "interface": "interface",
    "struct": "struct",
    "buffer": "buffer",
    "dlpack": "dlpack",
    "dlpack-versioned": "dlpack",
}

# The steps about who holds the array: whoever made it does not say.
LIFETIMES = {"producer-lets-go", "producer-held", "producer-exports", "producer-capsule"}

# Limits of a library that say which arrays it makes.
OF_ARRAYS = """kinds max_item_size element_types item_sizes records swapped unaligned read_only writeable strided orders
negative_strides odd_strides overlap empty min_dimensions max_dimensions max_bytes max_span""".split()


class Pair(Consumer):
    """A consumer whose arrays another library makes. Neither is asked for more than the two have in common."""

    def __init__(self, producer, consumer):
        self.producer, self.consumer = producer, consumer
        self.name = "%s to %s" % (producer.name, consumer.name)
        self.version = "%s, %s" % (producer.version, consumer.version)
        self.limits = dict(consumer.limits, features=False)
        for name in OF_ARRAYS:
            if name in producer.limits:
                self.limits[name] = _both(self.limits.get(name), producer.limits[name])

    def doors(self):
        return [door for door in self.consumer.doors() if PROFILES.get(door[0]["takes"]) in self.producer.profiles]

    def export(self, protocol, array, features):
        """Returns the export of an array of the other library, over the memory of the producer's."""
        return Lent(self.producer, protocol, array)

    def __getattr__(self, name):
        return getattr(self.consumer, name)


# Everything else is asked of the consumer.
for _name in "take let_go data shape strides itemsize length read_only value put bytes".split():
    setattr(Pair, _name, (lambda name: lambda self, *arguments: getattr(self.consumer, name)(*arguments))(_name))


def _both(one, other):
    """Returns what two limits of the same name allow together."""
    if one is None or one is True:
        return other
    if isinstance(one, bool) or isinstance(other, bool):
        return other if one else one
    if isinstance(one, (str, list)):
        common = [item for item in one if item in other]
        return "".join(common) if isinstance(one, str) else common
    return min(one, other)


class Lent:
    """An array of a library that is handed to another. Nobody counts who holds it."""

    def __init__(self, producer, protocol, array):
        memory = _Memory(array)
        dtype = element_type(producer, array.dtype)
        lent = producer.array(memory, dtype, array.offset, array.shape, array.strides)
        self.thing = HANDED[protocol](producer, lent)
        if protocol == "pointer":
            self.thing.itemsize, self.thing.typestr = array.itemsize, type_string(array.dtype)

    def take(self):
        return self.thing

    def count(self):
        return 0

    def name(self):
        return None

    def is_kept(self):
        return True

    def close(self):
        self.thing = None


class _Memory:
    """The memory of a producer, as adapters are given it."""

    def __init__(self, array):
        memory = array.memory
        self.block, self.address = memory, memory.address
        view = memoryview((c_ubyte * memory.size).from_address(memory.address)).cast("B")
        self.view = view.toreadonly() if array.is_read_only else view


class Pointer:
    """An address, and C arrays of lengths and strides."""

    def __init__(self, producer, array):
        self.kept, self.address = array, producer.data(array)
        shape, strides = producer.shape(array), producer.strides(array)
        axes = c_ssize_t * len(shape)
        self.shape, self.strides, self.ndim = axes(*shape), axes(*strides), len(shape)


class Interface:
    """An object that has the array's `__array_interface__` alone."""

    def __init__(self, producer, array):
        self.producer, self.array = producer, array

    @property
    def __array_interface__(self):
        return self.producer.array_interface(self.array)


class Struct(Interface):
    """An object that has the array's `__array_struct__` alone."""

    __array_interface__ = property()

    @property
    def __array_struct__(self):
        return self.producer.array_struct(self.array)


class Dlpack:
    """An object that has the array's `__dlpack__` alone, and knows no version."""

    def __init__(self, producer, array):
        self.producer, self.array = producer, array

    def __dlpack__(self, **arguments):
        return self.producer.dlpack(self.array, None)

    def __dlpack_device__(self):
        return self.producer.dlpack_device(self.array)


class DlpackVersioned(Dlpack):
    """The same, for whoever asks for a version."""

    def __dlpack__(self, max_version=None, **arguments):
        return self.producer.dlpack(self.array, max_version)


HANDED = {
    "pointer": Pointer,
    "interface": Interface,
    "struct": Struct,
    "buffer": lambda producer, array: memoryview(producer.buffer(array)),
    "dlpack": Dlpack,
    "dlpack-versioned": DlpackVersioned,
}


def adapter_in(path):
    """Returns an adapter of the first class of one that a file defines."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = [kind for kind in vars(module).values() if _is_adapter(kind) and kind.__module__ == name]
    if not found:
        raise SystemExit("%s: expected a class of an adapter, found none" % path)
    return found[0]()


def _is_adapter(kind):
    return isinstance(kind, type) and issubclass(kind, (Adapter, Consumer))
