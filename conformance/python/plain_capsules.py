"""Capsules of plain arrays: `__array_struct__` and DLPack, made with ctypes."""

import ctypes
import itertools
import sys
from ctypes import POINTER, addressof, c_char_p, c_int64, c_void_p, cast, py_object

import array_ctypes_kit as kit
import plain_arrays as plain

_alive = {}  # by address, what a capsule keeps until it goes


def _api(result, name, *arguments):
    return ctypes.PYFUNCTYPE(result, *arguments)((name, ctypes.pythonapi))


_new = _api(py_object, "PyCapsule_New", c_void_p, c_char_p, c_void_p)
_pointer = _api(c_void_p, "PyCapsule_GetPointer", c_void_p, c_char_p)
_is_valid = _api(ctypes.c_int, "PyCapsule_IsValid", c_void_p, c_char_p)


# `__array_struct__`


@ctypes.PYFUNCTYPE(None, c_void_p)
def _forget(capsule):
    _alive.pop(_pointer(capsule, None), None)


def struct_capsule(array, flags, descr):
    """Returns the capsule of an array; `descr` is None or an object."""
    axes = len(array.shape)
    shape, strides = (plain.c_intp * axes)(*array.shape), (plain.c_intp * axes)(*array.strides)
    kind = array.dtype.typestr[1].encode()
    made = kit.PyArrayInterface(two=2, nd=axes, typekind=kind, itemsize=array.dtype.size, flags=flags, data=array.address)
    item = kit.PyArrayInterface._fields_[5][1]
    made.shape, made.strides = cast(shape, item), cast(strides, item)
    made.descr = None if descr is None else id(descr)
    _alive[addressof(made)] = made, array, shape, strides, descr
    return _new(addressof(made), None, _forget)


def struct_flags(adapter, array):
    """Returns the bits that apply to an array, without the one of `descr`."""
    swapped = array.dtype.typestr[0] == (">" if sys.byteorder == "little" else "<")
    bits = {"c_contiguous": 0x1, "f_contiguous": 0x2, "aligned": 0x100, "writeable": 0x400}
    return sum(bit for name, bit in bits.items() if adapter.flag(array, name)) | (0 if swapped else 0x200)


# DLPack


CODES = {"i": 0, "u": 1, "f": 2, "c": 5, "b": 6}


class Managed(ctypes.Structure):
    """The structure in a capsule `dltensor`."""

    _fields_ = [("tensor", kit.DLTensor), ("manager_ctx", c_void_p), ("deleter", c_void_p)]


@ctypes.CFUNCTYPE(None, c_void_p)
def _delete(managed):
    _alive.pop(managed, None)


@ctypes.PYFUNCTYPE(None, c_void_p)
def _finish(capsule):
    """Calls the deleter if nobody has taken the tensor."""
    for name in b"dltensor", b"dltensor_versioned":
        if _is_valid(capsule, name):
            _delete(_pointer(capsule, name))


def dlpack_copy(array):
    """Returns a copy of an array in C order, which owns its memory."""
    indices = [] if 0 in array.shape else itertools.product(*map(range, array.shape))
    memory = bytearray(b"".join(map(array.item, indices)) or 1)
    strides = plain.c_strides(array.shape, array.dtype.size)
    return type(array)(memory, array.dtype, plain.address_of(memoryview(memory)), array.shape, strides, False)


def dlpack_capsule(array, versioned, from_start, without_strides, codes=CODES, version=(1, 0), flags=0):
    """Returns the capsule of an array. `from_start` measures `byte_offset` from the start of the memory, and
    `without_strides` leaves them out in C order. `codes` has the code of each kind. A capsule that is `versioned` has that
    version, and these flags beside the one of read-only arrays."""
    order, kind, size = array.dtype.typestr[0], array.dtype.typestr[1], array.dtype.size
    if kind not in codes or order == (">" if sys.byteorder == "little" else "<"):
        raise BufferError("DLPack has no such type: %s" % array.dtype.typestr)
    if size not in (1, 2, 4, 8) and (kind, size) != ("c", 16):
        raise BufferError("no type of IEEE: %s" % array.dtype.typestr)
    if any(stride % size for stride, length in zip(array.strides, array.shape) if length > 1 and 0 not in array.shape):
        raise BufferError("a stride that is no multiple of the item size")
    if array.read_only and not versioned:
        raise BufferError("such a capsule cannot say that the array is read-only")
    axes, start = len(array.shape), plain.address_of(memoryview(array.owner)) if from_start else array.address
    shape, strides = (c_int64 * axes)(*array.shape), (c_int64 * axes)(*[stride // size for stride in array.strides])
    made = kit.DLManagedTensorVersioned(flags=flags | array.read_only) if versioned else Managed()
    made.deleter = cast(_delete, c_void_p).value
    if versioned:
        made.version[:] = version
    tensor, item = made.tensor, POINTER(c_int64)
    tensor.data, tensor.byte_offset, tensor.ndim = start, array.address - start, axes
    tensor.device[:] = [1, 0]
    tensor.code, tensor.bits, tensor.lanes = codes[kind], 8 * size, 1
    tensor.shape = cast(shape, item)
    if not (without_strides and array.is_contiguous(range(axes)[::-1])):
        tensor.strides = cast(strides, item)
    _alive[addressof(made)] = made, array, shape, strides
    return _new(addressof(made), b"dltensor_versioned" if versioned else b"dltensor", _finish)
