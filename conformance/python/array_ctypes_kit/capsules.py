"""How a producer hands out an array in a capsule: of `__array_struct__`, and of DLPack.

Whoever takes a capsule of DLPack renames it or removes its destructor. While nobody else refers to one that nobody took, it counts
as let go of.
"""

import ctypes
import mmap
import operator
from ctypes import addressof, c_char_p, c_int64, c_ssize_t, c_void_p
from functools import reduce

from .api import python_api
from .dlpack import DLManagedTensor, DLManagedTensorVersioned
from .elements import dlpack_type, type_string
from .exporter import deleters
from .exports import Export, Watched, is_contiguous
from .guarded import Guarded
from .interface import PyArrayInterface
from .types import C_TYPES

MOST_COPIED = 1 << 20  # bytes

MAJOR = 2, 0  # a version that nobody knows
HEAD = DLManagedTensorVersioned.flags.offset  # bytes of a managed tensor that every version has: up to the deleter

FOREVER = []  # structures whose consumers cannot say that they are done with them

# Codes of numbers that only DLPack has.
BFLOAT, FLOAT8_E4M3FN = 4, 10


def _new_capsule(address, name, destructor=None):
    return python_api(ctypes.py_object, "PyCapsule_New", c_void_p, c_char_p, c_void_p)(address, name, destructor)


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


def refusal(array, is_versioned):
    """Returns why DLPack has no words for an array; None if it has."""
    if dlpack_type(array.dtype) is None or array.is_swapped:
        return "DLPack has no such type"
    if any(stride % array.itemsize for stride in array.strides_that_matter()):
        return "DLPack has no such strides"
    return None if is_versioned or not array.is_read_only else "DLPack without a version has no read-only memory"


class Dlpack(Export):
    """An object with a `__dlpack__` that knows no version."""

    def make(self):
        self.capsules = []  # those that were handed out, each with the count of calls of its deleter
        return Tensor(self)

    def capsule(self, max_version, copies):
        return self.new_capsule(DLManagedTensor, b"dltensor", copies)

    def new_capsule(self, structure, name, copies):
        is_versioned = structure is DLManagedTensorVersioned
        why = refusal(self.array, is_versioned)
        if why:
            raise BufferError(why)
        managed, calls = self.new_managed(structure, copies), c_ssize_t()
        managed.manager_ctx = addressof(calls)
        if "no-deleter" not in self.features:
            managed.deleter = deleters()[is_versioned]
        # A function of Python's that does nothing stands for a destructor.
        destructor = ctypes.cast(ctypes.pythonapi.PyCapsule_GetContext, c_void_p)
        capsule = _new_capsule(addressof(managed), name, destructor)
        self.capsules.append((Watched(capsule), calls, managed))
        return capsule

    def new_managed(self, structure, copies):
        """Returns the structure of a tensor, without its context and deleter. That of another major version may end behind them, with
        a page that nobody can read."""
        if "major" in self.features and len(self.array.shape) % 2 == 0:
            memory = Guarded(HEAD, -HEAD % mmap.PAGESIZE, b"")
            self.kept.append(memory)
            managed = structure.from_address(memory.address)
            managed.version[:] = MAJOR
            return managed
        managed = structure()
        self.fill(managed.tensor, *self.copied() if copies else (self.array.address, self.array.strides))
        if structure is DLManagedTensorVersioned:
            self.fill_version(managed, copies)
        return managed

    def copied(self):
        """Returns the address and the strides of a copy. Its first element is as well aligned as the array's."""
        array, strides = self.array, self.array.strides
        first, end = array.extent()
        pieces = [(array.address + first, end - first)]
        if end - first > MOST_COPIED:
            # Few of those bytes are elements: they are copied one by one, in C order.
            pieces, first = [(address, array.itemsize) for address in array.addresses()], 0
            strides = [reduce(operator.mul, array.shape[axis + 1 :], array.itemsize) for axis in range(len(strides))]
        size = sum(count for _, count in pieces)
        block = ctypes.create_string_buffer(size + 64)
        self.kept.append(block)
        to = start = addressof(block) + (array.address + first - addressof(block)) % 64
        for address, count in pieces:
            ctypes.memmove(to, address, count)
            to += count
        return start - first, strides

    def fill(self, tensor, address, strides):
        array, features = self.array, self.features
        code, bits = dlpack_type(array.dtype)
        lanes = 1
        if "lanes" in features:
            bits, lanes = bits // 2, 2
        elif "sub-byte" in features:
            bits = 4
        elif "bfloat" in features:
            code = BFLOAT if bits == 16 else FLOAT8_E4M3FN
        offset = 64 if "offset" in features else 0
        # Where no element is, DLPack asks for NULL.
        tensor.data, tensor.byte_offset = (address - offset, offset) if array.count else (None, 0)
        tensor.device[:] = self.device()
        tensor.code, tensor.bits, tensor.lanes, tensor.ndim = code, bits, lanes, len(array.shape)
        axes = c_int64 * len(array.shape)
        shape, strides = axes(*array.shape), axes(*[stride // array.itemsize for stride in strides])
        if array.shape:  # or else both are NULL
            tensor.shape = shape
            tensor.strides = None if "no-strides" in features else strides
        self.kept.append((shape, strides))

    def device(self):
        return (2 if "device" in self.features else 1), 0

    def fill_version(self, managed, copies):
        """Version 1.0, unless the features ask for another. Since 1.2 strides are never left out."""
        features = self.features
        managed.version[:] = (1, 1 if "no-strides" in features else 9 if "minor" in features else 0)
        is_read_only = self.array.is_read_only and not copies
        managed.flags = is_read_only | (copies or "copied" in features) << 1 | ("unknown-flag" in features) << 40
        if "major" in features:
            managed.version[:] = MAJOR  # what follows looks like version 1, so that nobody refuses it by chance

    def count(self):
        return super().count() or sum(self._count(*capsule) for capsule in self.capsules)

    def _count(self, watched, calls, managed):
        """A capsule that nobody took and nobody refers to any more has called the deleter."""
        if not managed.deleter:
            return 0
        is_idle = not self.is_taken(watched) and watched.count() == 0
        return 1 - calls.value - is_idle

    def close(self):
        # What has no deleter may be looked at until the consumer's object is collected, which is nobody's to know.
        FOREVER.extend((managed, self.kept) for _, _, managed in self.capsules if not managed.deleter)
        super().close()
        self.capsules = []

    def is_kept(self):
        """Returns true if somebody has taken a capsule that has no deleter."""
        taken = [managed for watched, _, managed in self.capsules if self.is_taken(watched)]
        return any(not managed.deleter for managed in taken)

    def is_taken(self, watched):
        destructor = python_api(c_void_p, "PyCapsule_GetDestructor", ctypes.py_object)(watched.things[0])
        return self.name_of(watched).startswith("used_") or not destructor

    @staticmethod
    def name_of(watched):
        return python_api(c_char_p, "PyCapsule_GetName", ctypes.py_object)(watched.things[0]).decode()

    def name(self):
        if not self.capsules:
            return None
        watched, _, managed = self.capsules[-1]
        name = self.name_of(watched)
        has_version = isinstance(managed, DLManagedTensorVersioned)
        return name if has_version == name.endswith("_versioned") else name + ", the name of another structure"


class DlpackVersioned(Dlpack):
    """An object with a `__dlpack__` that hands out a version if it is asked for."""

    def capsule(self, max_version, copies):
        if max_version is None or max_version[0] < 1:
            if self.features & {"major", "minor", "copied", "unknown-flag"}:
                raise BufferError("only a capsule with a version can say that")
            return super().capsule(max_version, copies)
        return self.new_capsule(DLManagedTensorVersioned, b"dltensor_versioned", copies)


class Tensor:
    """An object with a `__dlpack__`."""

    def __init__(self, export):
        self.export = export

    def __dlpack__(self, *, stream=None, max_version=None, dl_device=None, copy=None):
        if stream not in (None, -1):
            raise BufferError("memory of the CPU has no streams")
        if dl_device not in (None, self.export.device()):
            raise BufferError("the producer copies to no other device")
        return self.export.capsule(max_version, bool(copy))

    def __dlpack_device__(self):
        return self.export.device()
