"""NumPy as a consumer of arrays: of the version that the Python that runs this file imports."""

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
MOST_COPIED = 1 << 20  # bytes


class NumPy(kit.Consumer):
    name = "numpy"
    version = np.__version__
    limits = {"max_dimensions": 32 if VERSION < (2,) else 64}

    @kit.door("interface", "asarray", types=NUMBERS + " S U V m M", accepts=ALL + " memory mask", mutable=True)
    @kit.door("struct", "asarray-struct", types=NUMBERS + " S U V m M", accepts=ALL, mutable=True)
    @kit.door("buffer", "asarray-buffer", types=TYPES + " S U", accepts=OF_BUFFERS, mutable=True)
    def asarray(self, given):
        return np.asarray(given)

    @kit.door("interface", "array", types=NUMBERS, accepts=ALL + " memory mask", mutable=True, copies="always")
    @kit.door("buffer", "array-buffer", types=TYPES, accepts=OF_BUFFERS, mutable=True, copies="always")
    def array(self, given):
        if np.asarray(given).nbytes > MOST_COPIED:
            raise kit.Declined("an array of more than %d bytes is not copied" % MOST_COPIED)
        return np.array(given)

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
        expected = np.empty(given.shape, dtype).strides
        if 0 not in given.shape and any(a != b for a, b, length in zip(given.strides, expected, given.shape) if length > 1):
            raise ValueError("expected an array in C order")
        pointer = ctypes.cast(given.address, ctypes.POINTER(np.ctypeslib.as_ctypes_type(dtype)))
        return np.ctypeslib.as_array(pointer, tuple(given.shape))

    if hasattr(np, "from_dlpack"):

        @kit.door("dlpack", types=TYPES, accepts=LAYOUTS)
        @kit.door("dlpack-versioned", "from_dlpack-versioned", types=TYPES, accepts=LAYOUTS + " read-only", mutable=True)
        def from_dlpack(self, given):
            return np.from_dlpack(given)


def element_type(view):
    """Returns the element type that the format of a buffer describes: NumPy reads it."""
    return np.asarray(view).dtype


if __name__ == "__main__":
    kit.serve(NumPy())
