"""How a producer hands out an array: an export for each protocol, which counts who holds it.

What is handed out, an object or a capsule, stays the producer's too. So a reference that is dropped too often crashes nothing: it
shows in the count.
"""

import ctypes
import sys
from ctypes import addressof, c_char_p, c_int64, c_ssize_t, c_void_p, sizeof

from .adapter import Declined
from .buffer import python_api
from .dlpack import DLManagedTensor, DLManagedTensorVersioned
from .elements import buffer_format, described, dlpack_type, type_string
from .exporter import Exported, deleters, exporter
from .interface import PyArrayInterface
from .types import C_TYPES

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
    """An array that was handed out once. `thing` is what the consumer gets."""

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

    def name(self):
        """Returns the name of the capsule; None if there is none."""
        return None

    def is_kept(self):
        """Returns true if nobody can know how long the memory is needed."""
        return False

    def close(self):
        self.watched, self.kept = [], []

    def buffer(self, address, itemsize, shape, strides, element_format, **others):
        """Returns an object that exposes memory."""
        read_only, suboffsets = self.array.is_read_only, others.get("suboffsets")
        axes = len(shape)
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
        exported.refusal = others.get("refusal")
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
        return InterfaceExporter(entries)


class InterfaceExporter:
    """An object with an `__array_interface__`, which is a new dictionary each time."""

    def __init__(self, entries):
        self.entries = entries

    @property
    def __array_interface__(self):
        return dict(self.entries)


class Struct(Export):
    C_CONTIGUOUS, F_CONTIGUOUS, ALIGNED, NOT_SWAPPED, WRITEABLE = 0x1, 0x2, 0x100, 0x200, 0x400

    def make(self):
        return StructExporter(self)

    def capsule(self):
        array = self.array
        shape, strides = [(C_TYPES["c_intp"] * len(array.shape))(*numbers) for numbers in (array.shape, array.strides)]
        structure = PyArrayInterface(two=2, nd=len(array.shape), itemsize=array.itemsize, data=array.address)
        structure.typekind = type_string(array.dtype)[1].encode()
        structure.shape, structure.strides, structure.flags = shape, strides, self.flags()
        self.kept.append((structure, shape, strides))
        capsule = _new_capsule(addressof(structure), None)
        self.watched.append(Watched(capsule))
        return capsule

    def flags(self):
        array = self.array
        layout = array.shape, array.strides
        facts = {
            self.C_CONTIGUOUS: is_contiguous(*layout, array.itemsize),
            self.F_CONTIGUOUS: is_contiguous(*(numbers[::-1] for numbers in layout), array.itemsize),
            self.ALIGNED: array.is_aligned,
            self.NOT_SWAPPED: not array.is_swapped,
            self.WRITEABLE: not array.is_read_only,
        }
        return sum(flag for flag, is_set in facts.items() if is_set)


class StructExporter:
    """An object with an `__array_struct__`."""

    def __init__(self, export):
        self.export = export

    @property
    def __array_struct__(self):
        return self.export.capsule()


def _new_capsule(address, name, destructor=None):
    return python_api(ctypes.py_object, "PyCapsule_New", c_void_p, c_char_p, c_void_p)(address, name, destructor)


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
        views = sum(exported.taken - exported.released for exported, *_ in self.kept if isinstance(exported, Exported))
        return super().count() or views


class Dlpack(Export):
    """An object with a `__dlpack__` that knows no version."""

    def make(self):
        self.capsules = []  # those that were handed out, each with the count of calls of its deleter
        return Tensor(self)

    def refusal(self, is_versioned):
        """Returns why the array cannot be handed out so; None if it can."""
        array = self.array
        if dlpack_type(array.dtype) is None or array.is_swapped:
            return "DLPack has no such type"
        if any(stride % array.itemsize for stride in array.strides_that_matter()):
            return "DLPack has no such strides"
        return None if is_versioned or not array.is_read_only else "DLPack without a version has no read-only memory"

    def capsule(self, max_version):
        return self.new_capsule(DLManagedTensor, b"dltensor")

    def new_capsule(self, structure, name):
        is_versioned = structure is DLManagedTensorVersioned
        refusal = self.refusal(is_versioned)
        if refusal:
            raise BufferError(refusal)
        managed, calls = structure(), c_ssize_t()
        self.fill(managed.tensor)
        managed.manager_ctx = addressof(calls)
        if "no-deleter" not in self.features:
            managed.deleter = deleters()[is_versioned]
        if is_versioned:
            self.fill_version(managed)
        # A function of Python's that does nothing stands for a destructor, which a consumer may remove.
        destructor = ctypes.cast(ctypes.pythonapi.PyCapsule_GetContext, c_void_p)
        capsule = _new_capsule(addressof(managed), name, destructor)
        self.capsules.append((Watched(capsule), calls, managed))
        return capsule

    def fill(self, tensor):
        array, features = self.array, self.features
        code, bits = dlpack_type(array.dtype)
        lanes = 1
        if "lanes" in features:
            bits, lanes = bits // 2, 2
        elif "sub-byte" in features:
            bits = 4
        offset = 64 if "offset" in features else 0
        tensor.data, tensor.byte_offset = array.address - offset, offset
        tensor.device[:] = self.device()
        tensor.code, tensor.bits, tensor.lanes, tensor.ndim = code, bits, lanes, len(array.shape)
        axes = c_int64 * len(array.shape)
        shape, strides = axes(*array.shape), axes(*[stride // array.itemsize for stride in array.strides])
        tensor.shape = shape
        if "no-strides" not in features:
            tensor.strides = strides
        self.kept.append((shape, strides))

    def device(self):
        return (2 if "device" in self.features else 1), 0

    def fill_version(self, managed):
        """Version 1.0, unless the features ask for another. Since 1.2 strides are never left out."""
        features = self.features
        managed.version[:] = (1, 1 if "no-strides" in features else 9 if "minor" in features else 0)
        managed.flags = self.array.is_read_only | ("copied" in features) << 1 | ("unknown-flag" in features) << 40
        if "major" in features:
            managed.version[:] = (2, 0)  # what follows looks like version 1, so that nobody refuses it by chance

    def count(self):
        return super().count() or sum(self._count(*capsule) for capsule in self.capsules)

    def _count(self, watched, calls, managed):
        """A capsule that nobody took and nobody refers to any more has called the deleter, if it has its destructor."""
        if not managed.deleter:
            return 0
        is_idle = not self.name_of(watched).startswith("used_") and watched.count() == 0 and self.destructor_of(watched)
        return 1 - calls.value - bool(is_idle)

    def close(self):
        super().close()
        self.capsules = []

    def is_kept(self):
        """Returns true if somebody has taken a capsule that has no deleter."""
        taken = [managed for watched, _, managed in self.capsules if self.name_of(watched).startswith("used_")]
        return any(not managed.deleter for managed in taken)

    @staticmethod
    def name_of(watched):
        return python_api(c_char_p, "PyCapsule_GetName", ctypes.py_object)(watched.things[0]).decode()

    @staticmethod
    def destructor_of(watched):
        return python_api(c_void_p, "PyCapsule_GetDestructor", ctypes.py_object)(watched.things[0])

    def name(self):
        return self.name_of(self.capsules[-1][0]) if self.capsules else None


class DlpackVersioned(Dlpack):
    """An object with a `__dlpack__` that hands out a version if it is asked for."""

    def capsule(self, max_version):
        if max_version is None or max_version[0] < 1:
            if self.features & {"major", "minor", "copied", "unknown-flag"}:
                raise BufferError("only a capsule with a version can say that")
            return super().capsule(max_version)
        return self.new_capsule(DLManagedTensorVersioned, b"dltensor_versioned")


class Tensor:
    """An object with a `__dlpack__`."""

    def __init__(self, export):
        self.export = export

    def __dlpack__(self, *, stream=None, max_version=None, dl_device=None, copy=None):
        if stream not in (None, -1):
            raise BufferError("memory of the CPU has no streams")
        if copy or dl_device not in (None, self.export.device()):
            raise BufferError("the producer does not copy")
        return self.export.capsule(max_version)

    def __dlpack_device__(self):
        return self.export.device()


EXPORTERS = {
    "pointer": Pointer,
    "interface": Interface,
    "struct": Struct,
    "buffer": Buffer,
    "dlpack": Dlpack,
    "dlpack-versioned": DlpackVersioned,
}
