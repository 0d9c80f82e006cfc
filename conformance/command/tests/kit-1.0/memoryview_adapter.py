"""An example for authors of adapters: Python's own memoryview as the library under test (CPython)."""

import platform
import struct

import array_ctypes_kit as kit

# Element types of the same size and kind in the module struct.
FORMATS = {"b1": "?", "i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "i8": "q", "u8": "Q"}


class MemoryView(kit.Adapter):
    name = "memoryview"
    version = platform.python_version()
    profiles = ["core", "buffer"]
    limits = {
        "kinds": "biu",
        **dict.fromkeys(["records", "swapped", "strided", "empty"], False),
        "max_dimensions": 1,  # it slices no more
        "views": ["slice", "reverse"],
    }
    costs = {"address": ["addressof(c_char.from_buffer(a))"], "shape": ["a.shape"], "strides": ["a.strides"]}
    costs["all"] = ["memoryview(a)", "a[:]"]

    def dtype(self, typestr):
        return FORMATS[typestr[1:]]

    def array(self, memory, dtype, offset, shape, strides):
        end = offset + struct.calcsize(dtype) * (shape[0] if shape else 1)
        if not 0 <= offset <= end <= len(memory.view):
            raise ValueError("elements outside the buffer")
        part = memory.view[offset:end]
        return part.cast(dtype) if shape else part.cast(dtype, [])

    def slice(self, array, axis, start, stop, step):
        if axis >= array.ndim:
            raise IndexError("no such axis")
        return array[start:stop:step]

    def data(self, array):
        with kit.py_buffer(array, "full_ro") as filled:
            return filled.buf

    def shape(self, array):
        return array.shape

    def strides(self, array):
        return array.strides

    def item(self, array, index):
        array[index]  # raises where there is none
        return array[index[0] :][:1].tobytes() if index else array.tobytes()

    def flag(self, array, name):
        return not array.readonly if name == "writeable" else getattr(array, name)


if __name__ == "__main__":
    kit.serve(MemoryView())
