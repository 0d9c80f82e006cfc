"""NumPy as a consumer of arrays: of the version that the Python that runs this file imports."""

import ctypes
import sys

import array_ctypes_kit as kit
import numpy as np

VERSION = tuple(int(part) for part in np.__version__.split(".")[:2])

NUMBERS = "b i u f c"
LAYOUTS = "strided negative odd-strides overlap unaligned empty no-axes no-value"
ALL = LAYOUTS + " swapped read-only other-type record"


class NumPy(kit.Consumer):
    name = "numpy"
    version = np.__version__
    limits = {"max_dimensions": 32 if VERSION < (2,) else 64}

    @kit.door("interface", "asarray", types=NUMBERS + " S U V m M", accepts=ALL + " memory mask", mutable=True)
    @kit.door("struct", "asarray-struct", types=NUMBERS + " S U V m M", accepts=ALL, mutable=True)
    @kit.door("buffer", "asarray-buffer", types=NUMBERS + " S U", accepts=ALL + " standard", mutable=True)
    def asarray(self, given):
        return np.asarray(given)

    @kit.door("interface", "array", types=NUMBERS, accepts=ALL + " memory mask", mutable=True, copies="always")
    @kit.door("buffer", "array-buffer", types=NUMBERS, accepts=ALL + " standard", mutable=True, copies="always")
    def array(self, given):
        return np.array(given)

    @kit.door("buffer", types=NUMBERS, accepts="read-only unaligned no-axes no-value", mutable=True)
    def ndarray(self, given):
        view = memoryview(given)
        return np.ndarray(view.shape, element_type(view), given)

    @kit.door("buffer", types=NUMBERS, accepts="read-only unaligned no-axes no-value", mutable=True)
    def frombuffer(self, given):
        view = memoryview(given)
        return np.frombuffer(given, element_type(view)).reshape(view.shape)

    @kit.door("pointer", types="b i u f4 f8", accepts="unaligned no-axes no-value empty", mutable=True)
    def as_array(self, given):
        """Of an address and a shape: the strides have to be those of C order."""
        dtype = np.dtype(given.typestr)
        expected = np.empty(given.shape, dtype).strides
        if any(a != b for a, b, length in zip(given.strides, expected, given.shape) if length > 1):
            raise ValueError("expected an array in C order")
        pointer = ctypes.cast(given.address, ctypes.POINTER(np.ctypeslib.as_ctypes_type(dtype)))
        return np.ctypeslib.as_array(pointer, tuple(given.shape))

    if hasattr(np, "from_dlpack"):

        @kit.door("dlpack", types="b i u f2 f4 f8 c8 c16", accepts=LAYOUTS.replace(" odd-strides", ""))
        @kit.door("dlpack-versioned", "from_dlpack-versioned", types="b i u f2 f4 f8 c8 c16", accepts=LAYOUTS, mutable=True)
        def from_dlpack(self, given):
            return np.from_dlpack(given)

    def value(self, made, index):
        return made[index]


def element_type(view):
    """Returns the element type that the format of a buffer describes: NumPy reads it."""
    return np.asarray(view).dtype


if __name__ == "__main__":
    kit.serve(NumPy())
