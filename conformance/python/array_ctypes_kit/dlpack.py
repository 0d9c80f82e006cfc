"""DLPack."""

import ctypes
import functools
import itertools
import operator
from ctypes import POINTER, Structure, c_void_p

from .answers import as_address
from .api import python_api
from .arguments import one_of
from .buffer import items_behind


class DLTensor(Structure):
    """Where DLPack describes the elements."""

    _fields_ = [("data", c_void_p), ("device", ctypes.c_int32 * 2), ("ndim", ctypes.c_int32)]
    _fields_ += [("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16)]
    _fields_ += [("shape", POINTER(ctypes.c_int64)), ("strides", POINTER(ctypes.c_int64))]
    _fields_ += [("byte_offset", ctypes.c_uint64)]


class DLManagedTensor(Structure):
    """The structure in a capsule `dltensor`."""

    _fields_ = [("tensor", DLTensor), ("manager_ctx", c_void_p), ("deleter", c_void_p)]


class DLManagedTensorVersioned(Structure):
    """The structure in a capsule `dltensor_versioned`."""

    _fields_ = [("version", ctypes.c_uint32 * 2), ("manager_ctx", c_void_p), ("deleter", c_void_p)]
    _fields_ += [("flags", ctypes.c_uint64), ("tensor", DLTensor)]


# For each request, the value of the argument `max_version`, and the other arguments.
DLPACK_REQUESTS = {
    "unversioned": (None, {}),
    "versioned": ((1, 0), {}),
    "max_version=0.8": ((0, 8), {}),
    "max_version=1.3": ((1, 3), {}),
    "max_version=2.0": ((2, 0), {}),
    "dl_device=1.0": ((1, 0), {"dl_device": (1, 0)}),
    "dl_device=2.0": ((1, 0), {"dl_device": (2, 0)}),
    "copy=true": ((1, 0), {"copy": True}),
    "copy=false": ((1, 0), {"copy": False}),
    "stream=none": ((1, 0), {"stream": None}),
    "stream=1": ((1, 0), {"stream": 1}),
}

# Given the tensor and the versioned structure around it, which is None in a capsule without a version.
DLPACK_MEMBERS = {
    "address": lambda tensor, versioned: as_address((tensor.data or 0) + tensor.byte_offset or None),
    "device": lambda tensor, versioned: tensor.device[:],
    "ndim": lambda tensor, versioned: tensor.ndim,
    "dtype": lambda tensor, versioned: (tensor.code, tensor.bits, tensor.lanes),
    "shape": lambda tensor, versioned: items_behind(tensor.shape, tensor.ndim),
    "strides": lambda tensor, versioned: items_behind(tensor.strides, tensor.ndim),
    "version": lambda tensor, versioned: versioned and versioned.version[:],
    "readonly": lambda tensor, versioned: versioned and bool(versioned.flags & 1),
    "copied": lambda tensor, versioned: versioned and bool(versioned.flags & 2),
    "flags": lambda tensor, versioned: versioned and versioned.flags,
    "strides-given": lambda tensor, versioned: versioned and versioned.version[:] + [int(bool(tensor.strides))],
    "elements": lambda tensor, versioned: _elements(tensor),
}


def _elements(tensor):
    """Returns the memory of the elements in C order."""
    lengths, size = tensor.shape[: tensor.ndim], tensor.bits * tensor.lanes // 8
    if 0 in lengths:
        return b""
    strides = items_behind(tensor.strides, tensor.ndim)
    if strides is None:
        strides = [functools.reduce(operator.mul, lengths[axis + 1 :], 1) for axis in range(tensor.ndim)]
    start = (tensor.data or 0) + tensor.byte_offset
    places = (sum(map(operator.mul, index, strides)) for index in itertools.product(*map(range, lengths)))
    return b"".join(ctypes.string_at(start + place * size, size) for place in places)


def _dlpack_member(request, read, case):
    max_version, arguments = request
    # Nothing consumes the capsule, so it calls the deleter itself when it goes, at the end of this function.
    capsule = case.adapter.dlpack(case.array, max_version, **arguments)
    return read(*held_tensor(capsule))


def held_tensor(capsule):
    """Returns the tensor in a capsule, and the versioned structure around it, or None."""
    kind = python_api(ctypes.c_char_p, "PyCapsule_GetName", ctypes.py_object)(capsule)
    held = python_api(c_void_p, "PyCapsule_GetPointer", ctypes.py_object, ctypes.c_char_p)(capsule, kind)
    if kind == b"dltensor_versioned":
        versioned = DLManagedTensorVersioned.from_address(held)
        return versioned.tensor, versioned
    if kind == b"dltensor":
        return DLManagedTensor.from_address(held).tensor, None
    raise RuntimeError("expected a capsule of DLPack, found %r" % kind)


STEPS = {
    "dlpack": (_dlpack_member, one_of(DLPACK_REQUESTS), one_of(DLPACK_MEMBERS)),
    "dlpack-device": (lambda case: [int(number) for number in case.adapter.dlpack_device(case.array)],),
}
