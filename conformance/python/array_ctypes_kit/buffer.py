"""The buffer protocol."""

import contextlib
import ctypes
import operator
from ctypes import POINTER, Structure, addressof, c_char, c_int, c_void_p

from .answers import as_address
from .api import has_python_api, python_api
from .arguments import one_of


class PyBuffer(Structure):
    """The structure that the buffer protocol fills in."""

    _fields_ = [("buf", c_void_p), ("obj", c_void_p), ("len", ctypes.c_ssize_t), ("itemsize", ctypes.c_ssize_t)]
    _fields_ += [("readonly", c_int), ("ndim", c_int), ("format", ctypes.c_char_p)]
    _fields_ += [(name, POINTER(ctypes.c_ssize_t)) for name in ("shape", "strides", "suboffsets")]
    _fields_ += [("internal", c_void_p)]


BUFFER_REQUESTS = {
    "simple": 0,
    "writable": 0x1,
    "nd": 0x8,
    "strides": 0x18,
    "c_contiguous": 0x38,
    "f_contiguous": 0x58,
    "any_contiguous": 0x98,
    "full": 0x11D,
    "full_ro": 0x11C,
}

BUFFER_MEMBERS = {
    "address": lambda buffer: as_address(buffer.buf),
    "len": operator.attrgetter("len"),
    "itemsize": operator.attrgetter("itemsize"),
    "readonly": lambda buffer: bool(buffer.readonly),
    "ndim": operator.attrgetter("ndim"),
    "format": lambda buffer: buffer.format and buffer.format.decode("utf-8", "replace"),
    "shape": lambda buffer: items_behind(buffer.shape, buffer.ndim),
    "strides": lambda buffer: items_behind(buffer.strides, buffer.ndim),
    "suboffsets": lambda buffer: items_behind(buffer.suboffsets, buffer.ndim),
}


def items_behind(pointer, count):
    """Returns that many integers behind a pointer, or None if it is NULL."""
    return pointer[:count] if pointer else None


@contextlib.contextmanager
def py_buffer(exporter, request):
    """Fills in the `PyBuffer` of an object, for a request of `BUFFER_REQUESTS`, and releases it at the end."""
    filled, flags = PyBuffer(), BUFFER_REQUESTS[request]
    python_api(c_int, "PyObject_GetBuffer", ctypes.py_object, c_void_p, c_int)(exporter, addressof(filled), flags)
    try:
        yield filled
    finally:
        python_api(None, "PyBuffer_Release", c_void_p)(addressof(filled))


class HeldBuffer:
    """A buffer that is released when it goes. It keeps the exporter only as far as the buffer does."""

    def __init__(self, exporter, request="strides"):
        self.filled = PyBuffer()
        fill = python_api(c_int, "PyObject_GetBuffer", ctypes.py_object, c_void_p, c_int)
        fill(exporter, addressof(self.filled), BUFFER_REQUESTS[request])

    def __del__(self):
        if self.filled.obj:
            python_api(None, "PyBuffer_Release", c_void_p)(addressof(self.filled))


def _buffer_member(request, read, case):
    with py_buffer(case.adapter.buffer(case.array), request) as filled:
        return read(filled)


def buffer_address(owner):
    """Returns the address of an object's buffer, also of a read-only one."""
    if not has_python_api():
        return addressof(c_char.from_buffer(owner))
    with py_buffer(owner, "simple") as filled:
        return filled.buf


STEPS = {"buffer": (_buffer_member, str, one_of(BUFFER_MEMBERS))}
