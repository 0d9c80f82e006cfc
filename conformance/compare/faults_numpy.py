"""Faults of NumPy: of `ndarray.ctypes`, `numpy.ctypeslib`, `memmap`, the array interface and DLPack."""

import ctypes

import numpy as np
import numpy.ctypeslib._ctypeslib as ctypeslib
from numpy._core import _internal
from numpy.lib.stride_tricks import as_strided
from planting import attribute, fault

Ctypes = _internal._ctypes
SMALL = 1 << 22  # bytes: a larger array is not copied


def in_numpy(name, asked="arrays"):
    return fault("numpy", name, asked)


def of_ctypes(name):
    return in_numpy(name, "ctypes")


def address(array):
    return np.ndarray.__array_interface__.__get__(array)["data"][0]


def storage(array):
    """Returns the address of the first byte of the memory that an array is a view of."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    if array.base is None:
        return address(array)
    try:
        return address(np.frombuffer(array.base, "u1"))
    except (TypeError, ValueError, BufferError):
        return address(array)


def contiguous(shape, itemsize):
    strides = [itemsize]
    for length in shape[:0:-1]:
        strides.insert(0, strides[0] * max(length, 1))
    return tuple(strides[: len(shape)])


def at(choose):
    """Lets the interface have another address."""
    attribute(Ctypes, "__init__")(lambda former, self, array, ptr=None: former(self, array, choose(array, ptr)))


@of_ctypes("the address is that of the storage, not of the view")
def _():
    at(lambda array, ptr: storage(array))


@of_ctypes("the address is cut to 32 bits")
def _():
    at(lambda array, ptr: (ptr or 0) & 0xFFFFFFFF)


@of_ctypes("an array without elements is at NULL")
def _():
    at(lambda array, ptr: ptr if array.size else 0)


@of_ctypes("a reversed view begins at its lowest byte")
def _():
    at(lambda array, ptr: (ptr or 0) + sum(min(0, (n - 1) * s) for n, s in zip(array.shape, array.strides) if array.size))


@of_ctypes("a misaligned array is copied, and the address is that of the copy")
def _():
    copies = []

    def choose(array, ptr):
        if array.flags.aligned or array.nbytes > SMALL:
            return ptr
        copies[:] = [array.copy()]
        return address(copies[0])

    at(choose)


@of_ctypes("strides are in elements")
def _():
    @attribute(Ctypes, "strides_as")
    def strides_as(former, self, obj):
        strides = [stride // max(self._arr.itemsize, 1) for stride in self._arr.strides]
        return (obj * len(strides))(*strides) if strides else None


@of_ctypes("strides are computed from the shape, as of C order")
def _():
    @attribute(Ctypes, "strides_as")
    def strides_as(former, self, obj):
        strides = contiguous(self._arr.shape, self._arr.itemsize)
        return (obj * len(strides))(*strides) if strides else None


@of_ctypes("strides are unsigned")
def _():
    attribute(Ctypes, "strides")(lambda former, self: self.strides_as(ctypes.c_size_t))


@of_ctypes("the shape is an array of c_int")
def _():
    attribute(Ctypes, "shape")(lambda former, self: self.shape_as(ctypes.c_int))


@of_ctypes("the shape is in reverse")
def _():
    attribute(Ctypes, "shape_as")(lambda former, self, obj: former(self, obj) and (obj * self._arr.ndim)(*self._arr.shape[::-1]))


@of_ctypes("a pointer does not hold its array")
def _():
    attribute(Ctypes, "data_as")(lambda former, self, obj: ctypes.cast(ctypes.c_void_p(self._data.value), obj))


@of_ctypes("a pointer keeps its array until a garbage collection")
def _():
    @attribute(Ctypes, "data_as")
    def data_as(former, self, obj):
        pointer = former(self, obj)
        pointer.itself = pointer
        return pointer


@in_numpy("the C type of a number loses the byte order")
def _():
    attribute(ctypeslib, "_ctype_from_dtype_scalar")(lambda former, dtype: former(dtype.newbyteorder("=")))


@in_numpy("the first axis of an array is the innermost of the C type")
def _():
    attribute(ctypeslib, "_ctype_ndarray")(lambda former, element, shape: former(element, shape[::-1]))


@in_numpy("as_ctypes makes a copy")
def _():
    @attribute(ctypeslib, "as_ctypes")
    def as_ctypes(former, array):
        made = former(array)
        return type(made).from_buffer_copy(made) if array.nbytes < SMALL else made

    np.ctypeslib.as_ctypes = ctypeslib.as_ctypes


@in_numpy("ndpointer compares only the item size of element types")
def _():
    def from_param(cls, obj):
        if not isinstance(obj, np.ndarray) or cls._dtype_ is not None and obj.itemsize != cls._dtype_.itemsize:
            raise TypeError("another element type")
        if cls._ndim_ not in (None, obj.ndim) or cls._shape_ not in (None, obj.shape):
            raise TypeError("another shape")
        if cls._flags_ is not None and obj.flags.num & cls._flags_ != cls._flags_:
            raise TypeError("other flags")
        return obj.ctypes

    ctypeslib._ndptr.from_param = classmethod(from_param)


@in_numpy("the attribute offset of memmap is rounded down to a page")
def _():
    @attribute(np.memmap, "__new__")
    def new(former, *positional, **named):
        made = former(*positional, **named)
        made.offset -= made.offset % 4096
        return made


@in_numpy("a mapped array begins at the page of its offset")
def _():
    @attribute(np.memmap, "__new__")
    def new(former, subtype, *positional, **named):
        made = former(subtype, *positional, **named)
        if not made.offset % 4096 or not made.nbytes:
            return made
        moved = np.ndarray.__new__(subtype, made.shape, made.dtype, made._mmap, 0, made.strides)
        moved.__dict__.update(made.__dict__)
        return moved


@in_numpy("a view of a mapped array loses the attributes of the file")
def _():
    @attribute(np.memmap, "__array_finalize__")
    def finalize(former, self, base):
        former(self, base)
        if isinstance(base, np.memmap):
            self.filename = self.offset = self.mode = None


@in_numpy("a sum of a mapped array is a memmap", asked="")
def _():
    attribute(np.memmap, "__array_wrap__")(lambda former, self, array, *_: np.asarray(array).view(np.memmap))


@in_numpy("__array_interface__ has no strides")
def _():
    attribute(np.ndarray, "__array_interface__")(lambda former, self: dict(former(self), strides=None))


@in_numpy("__array_interface__ says that nothing is read-only")
def _():
    @attribute(np.ndarray, "__array_interface__")
    def interface(former, self):
        described = former(self)
        return dict(described, data=(described["data"][0], False))


@in_numpy("__dlpack__ exports a copy of a strided array")
def _():
    @attribute(np.ndarray, "__dlpack__")
    def dlpack(former, self, **named):
        return former(self if self.flags.c_contiguous or self.nbytes > SMALL else self.copy(), **named)


@in_numpy("__dlpack__ keeps the array for ever")
def _():
    kept = []

    @attribute(np.ndarray, "__dlpack__")
    def dlpack(former, self, **named):
        kept.append(self)
        return former(self, **named)


@in_numpy("from_dlpack makes a copy", asked="doors")
def _():
    attribute(np, "from_dlpack")(lambda former, x, **named: former(x, **named).copy())


@in_numpy("from_dlpack takes every array to be in C order", asked="doors")
def _():
    @attribute(np, "from_dlpack")
    def from_dlpack(former, x, **named):
        made = former(x, **named)
        return as_strided(made, strides=contiguous(made.shape, made.itemsize)) if made.size else made
