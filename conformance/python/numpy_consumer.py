"""NumPy as a consumer of arrays: of the version that the Python that runs this file imports.

With the argument `copies` only the doors that copy are there, and no arrays that are too large for that.
"""

import ctypes
import sys

import array_ctypes_kit as kit
import numpy as np

VERSION = tuple(int(part) for part in np.__version__.split(".")[:2])

NUMBERS = "b i u f c"
TYPES = "b i u f2 f4 f8 c8 c16"
LAYOUTS = "strided negative odd-strides overlap unaligned empty no-axes no-value"
ALL = LAYOUTS + " swapped read-only other-type record"
OF_BUFFERS = LAYOUTS + " swapped read-only record standard"


class NumPy(kit.Consumer):
    name = "numpy"
    version = np.__version__
    limits = {"max_dimensions": 32 if VERSION < (2,) else 64}

    @kit.door("interface", "asarray", types=NUMBERS + " S U V m M", accepts=ALL + " memory mask", mutable=True)
    @kit.door("struct", "asarray-struct", types=NUMBERS + " S U V m M", accepts=ALL, mutable=True)
    @kit.door("buffer", "asarray-buffer", types=TYPES + " S U", accepts=OF_BUFFERS, mutable=True)
    def asarray(self, given):
        return np.asarray(given)

    @kit.door("buffer", types=TYPES, accepts="read-only unaligned no-axes no-value swapped standard", mutable=True)
    def ndarray(self, given):
        view = memoryview(given)
        return np.ndarray(view.shape, element_type(view), given, 0, view.strides)

    @kit.door("buffer", types=TYPES, accepts="read-only unaligned no-axes no-value swapped standard", mutable=True)
    def frombuffer(self, given):
        view = memoryview(given)
        return np.frombuffer(given, element_type(view)).reshape(view.shape)

    @kit.door("pointer", types="b i u f4 f8", accepts="unaligned no-axes no-value empty", mutable=True)
    def as_array(self, given):
        """Of an address and a shape: the strides have to be those of C order."""
        dtype = np.dtype(given.typestr)
        step = given.itemsize
        for length, stride in zip(given.shape[::-1], given.strides[::-1]):
            if length > 1 and stride != step and 0 not in given.shape:
                raise ValueError("expected an array in C order")
            step *= length
        pointer = ctypes.cast(given.address, ctypes.POINTER(np.ctypeslib.as_ctypes_type(dtype)))
        return np.ctypeslib.as_array(pointer, tuple(given.shape))

    if hasattr(np, "from_dlpack"):

        @kit.door("dlpack", types=TYPES, accepts=LAYOUTS)
        def from_dlpack(self, given):
            return np.from_dlpack(given)

    if VERSION >= (2, 1):  # which asks for a version

        @kit.door("dlpack-versioned", "from_dlpack-versioned", types=TYPES, accepts=LAYOUTS + " read-only", mutable=True)
        def from_dlpack_versioned(self, given):
            return np.from_dlpack(given)


class Copies(kit.Consumer):
    """The doors that copy."""

    name, version = "numpy", np.__version__
    limits = dict(NumPy.limits, max_bytes=1 << 20)

    @kit.door("interface", "array", types=NUMBERS, accepts=ALL + " memory mask", mutable=True, copies="always")
    @kit.door("buffer", "array-buffer", types=TYPES, accepts=OF_BUFFERS, mutable=True, copies="always")
    def array(self, given):
        return np.array(given)


def element_type(view):
    """Returns the element type that the format of a buffer describes: NumPy reads it."""
    return np.asarray(view).dtype


if __name__ == "__main__":
    kit.serve(Copies() if sys.argv[1:] == ["copies"] else NumPy())
