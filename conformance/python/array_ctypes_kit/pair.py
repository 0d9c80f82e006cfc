"""Pairs: the arrays of one library, handed to the doors of another, in one process."""

import importlib.util
import os
import sys
from ctypes import c_ssize_t, c_ubyte

from .adapter import Adapter
from .answers import Declined
from .buffer import py_buffer
from .capsules import refusal
from .cases import element_type
from .consumer import Consumer
from .elements import buffer_format, is_record, plain, type_string

# For each protocol, the profile of an adapter whose library exports arrays by it. Any library gives an address.
PROFILES = {
    "pointer": "core",
    "interface": "interface",
    "struct": "struct",
    "buffer": "buffer",
    "dlpack": "dlpack",
    "dlpack-versioned": "dlpack",
}

# If a protocol that lets a producer refuse has words for an array.
HAS_WORDS = {
    "buffer": lambda array: buffer_format(array.dtype) is not None,
    "dlpack": lambda array: not refusal(array, is_versioned=False),
    "dlpack-versioned": lambda array: not refusal(array, is_versioned=True),
}

# The steps about who holds the array: whoever made it does not say.
LIFETIMES = {"producer-lets-go", "producer-held", "producer-exports", "producer-capsule"}

# The features of records that have a format. Fields that share bytes, or are out of order, have none.
RECORDS_OF_BUFFERS = ["nested", "sub-arrays", "padded", "unaligned", "titles"]

# Limits of a library that say which arrays it makes.
OF_ARRAYS = """kinds max_item_size element_types item_sizes records swapped unaligned read_only writeable strided orders
negative_strides odd_strides overlap empty min_dimensions max_dimensions max_bytes max_span""".split()


class Pair(Consumer):
    """A consumer whose arrays another library makes. Neither is asked for more than the two have in common."""

    def __init__(self, producer, consumer):
        if not producer.limits.get("given_memory", True):
            raise SystemExit("%s: expected a producer of arrays in memory that it is given" % producer.name)
        self.producer, self.consumer = producer, consumer
        self.name = "%s to %s" % (producer.name, consumer.name)
        self.version = "%s, %s" % (producer.version, consumer.version)
        self.limits = dict(consumer.limits, features=False)
        for name in OF_ARRAYS:
            if name in producer.limits:
                self.limits[name] = _both(self.limits.get(name), producer.limits[name])
        if any(declared["takes"] == "buffer" for declared, _ in self.doors()):
            self.limits["records"] = _both(self.limits.get("records"), RECORDS_OF_BUFFERS)

    def doors(self):
        """Returns the doors that take arrays by a protocol of the producer. What stands for the method of one is the door."""
        common = [door for door in self.consumer.doors() if PROFILES.get(door[0]["takes"]) in self.producer.profiles]
        return [(_narrowed(declared), (declared, method)) for declared, method in common]

    def export(self, protocol, array, features):
        """Returns the export of an array of the other library, over the memory of the producer's."""
        return Lent(self.producer, protocol, array)

    def take(self, door, lent):
        """Returns what the consumer makes of an array. It declines what turns out not to be common: an array that the producer
        refuses, or exports as another, or describes with a feature that the door does not declare."""
        declared, method = door
        self.may_write = declared.get("mutable") and not lent.array.is_read_only
        unknown = lent.features() - set(declared["accepts"])
        if unknown:
            raise Declined("the producer describes the array with " + ", ".join(sorted(unknown)))
        try:
            made = self.consumer.take(method, lent.hand())
        except Exception:
            if lent.error and lent.has_words() and not _may_refuse(declared, lent.array):
                raise Declined("the producer refuses: %s" % lent.error)
            raise
        if not lent.has_words() and not lent.error:
            raise Declined("the protocol has no words for the array, so the producer exports another")
        return made

    def read_only(self, made):
        """Returns true if elements can only be read. The producer may lend what may be written to for reading only."""
        found = self.consumer.read_only(made)
        if found and self.may_write:
            raise Declined("the producer may have lent the array for reading only")
        return found

    def put(self, made, index, value):
        self.read_only(made)
        self.consumer.put(made, index, value)

    def __getattr__(self, name):
        return getattr(self.consumer, name)


# Everything else is asked of the consumer.
for _name in "let_go data shape strides itemsize length value bytes".split():
    setattr(Pair, _name, (lambda name: lambda self, *arguments: getattr(self.consumer, name)(*arguments))(_name))


def _narrowed(declared):
    """Returns the declaration of a door without what it cannot promise for arrays of every producer. A native format is one of
    aligned elements, so others may have a standard one."""
    if declared["takes"] != "buffer" or "standard" in declared["accepts"]:
        return declared
    return dict(declared, accepts=[feature for feature in declared["accepts"] if feature != "unaligned"])


def _may_refuse(declared, array):
    """Returns true if a door does not declare the element type of an array."""
    accepts, dtype = declared["accepts"], array.dtype
    if is_record(dtype):
        return "record" not in accepts
    kind, size = plain(dtype)[1:]
    is_listed = not {kind, "%s%d" % (kind, size)}.isdisjoint(declared["types"])
    return array.is_swapped and "swapped" not in accepts or not is_listed and "other-type" not in accepts


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
        self.protocol, self.array = protocol, array
        try:
            dtype = element_type(producer, array.dtype)
            lent = producer.array(_Memory(array), dtype, array.offset, array.shape, array.strides)
        except Exception as error:
            raise Declined("the producer makes no such array: %s" % error)
        self.refused = None
        try:
            self.thing = HANDED[protocol](producer, lent)
        except Exception as error:
            if protocol != "buffer":
                raise
            self.thing, self.refused = None, error
        if protocol == "pointer":
            self.thing.itemsize, self.thing.typestr = array.itemsize, type_string(array.dtype)

    def hand(self):
        """Returns what is handed to the consumer."""
        if self.refused:
            raise self.refused
        return self.thing

    @property
    def error(self):
        """Why the producer refused the array, by the buffer protocol or DLPack; None if it did not."""
        return self.refused or getattr(self.thing, "error", None)

    def has_words(self):
        """Returns true if the protocol has words for the array. If not, a producer has to refuse it."""
        return HAS_WORDS.get(self.protocol, lambda array: True)(self.array)

    def features(self):
        """Returns what the producer says of its own accord: the suite asks no producer of a pair for any feature."""
        found = []
        if self.protocol == "interface":
            entries = self.thing.__array_interface__
            found.append(("memory", not isinstance(entries.get("data"), tuple)))
            found.append(("mask", entries.get("mask") is not None))
        elif self.protocol == "buffer" and not self.refused:
            with py_buffer(self.thing, "full_ro") as filled:
                begins, suboffsets = (filled.format or b"B")[:1], filled.suboffsets and filled.suboffsets[: filled.ndim]
            is_native = self.array.is_aligned and not self.array.is_swapped and not is_record(self.array.dtype)
            found.append(("standard", is_native and begins in b"<>=!"))
            found.append(("suboffsets", any(suboffset >= 0 for suboffset in suboffsets or ())))
        return {feature for feature, is_there in found if is_there}

    def take(self):
        return self

    def count(self):
        return 0

    holders = count

    def name(self):
        return None

    def is_kept(self):
        return True

    def close(self):
        self.thing = self.refused = None


class _Memory:
    """The memory of a producer, as adapters are given it."""

    def __init__(self, array):
        memory = array.memory
        self.address = memory.address
        self.block = (c_ubyte * memory.size).from_address(memory.address)
        view = memoryview(self.block).cast("B")
        self.view = view.toreadonly() if array.is_read_only else view


class Pointer:
    """An address, and C arrays of lengths and strides."""

    def __init__(self, producer, array):
        self.kept, self.address = array, producer.data(array)
        shape, strides = producer.shape(array), producer.strides(array)
        axes = c_ssize_t * len(shape)
        self.shape, self.strides, self.ndim = axes(*shape), axes(*strides), len(shape)


class Interface:
    """An object that has the array's `__array_interface__` alone. Where that leaves `data` to the buffer of the array, it names
    the array."""

    def __init__(self, producer, array):
        self.producer, self.array = producer, array

    @property
    def __array_interface__(self):
        entries = self.producer.array_interface(self.array)
        if isinstance(entries, dict) and entries.get("data") is None:
            return dict(entries, data=self.producer.buffer(self.array))
        return entries


class Struct(Interface):
    """An object that has the array's `__array_struct__` alone."""

    __array_interface__ = property()

    @property
    def __array_struct__(self):
        return self.producer.array_struct(self.array)


class Dlpack:
    """An object that has the array's `__dlpack__` alone, and knows no version. It keeps the error of one that was refused."""

    error = None

    def __init__(self, producer, array):
        self.producer, self.array = producer, array

    def __dlpack__(self, **arguments):
        return self.capsule(None)

    def __dlpack_device__(self):
        answers = self.producer.limits.get("dlpack_arguments", False)
        return self.producer.dlpack_device(self.array) if answers else (1, 0)

    def capsule(self, max_version):
        try:
            return self.producer.dlpack(self.array, max_version)
        except Exception as error:
            self.error = str(error)
            raise


class DlpackVersioned(Dlpack):
    """The same, for whoever asks for a version."""

    def __dlpack__(self, max_version=None, **arguments):
        return self.capsule(max_version)


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
    if spec is None or not os.path.isfile(path):
        raise SystemExit("%s: expected a file of Python, found none" % path)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = [kind for kind in vars(module).values() if _is_adapter(kind) and kind.__module__ == name]
    if not found:
        raise SystemExit("%s: expected a class of an adapter, found none" % path)
    return found[0]()


def _is_adapter(kind):
    return isinstance(kind, type) and issubclass(kind, (Adapter, Consumer))
