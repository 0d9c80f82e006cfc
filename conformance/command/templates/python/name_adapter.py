"""The adapter of {{name}}: it shows the conformance suite array-ctypes the arrays of {{name}}.

    pip install array-ctypes
    array-ctypes check --command "python3 {{name}}_adapter.py"

The first run is green, and that says nothing about {{name}}: until you replace it, Python's own memoryview answers as
a stand-in.

1. Import {{name}}, and replace each line that ends in STAND-IN by a call to {{name}}.
2. Set `name` and `version`. Reports show them, and the file of known deviations names them.
3. Delete the limits of the stand-in. Declare what {{name}} cannot do by design, and nothing else: the suite does not
   test what a limit excludes.
4. When `core` holds, claim the next profile.

An adapter reports and never judges. If {{name}} raises an exception, let it pass: the exception is the answer.
"""

import platform
import struct

import array_ctypes_kit as kit  # before your library: importing the kit keeps stray prints off the protocol

# STAND-IN: the module struct spells element types in this way.
FORMATS = {"b1": "?", "i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "i8": "q", "u8": "Q"}


class Library(kit.Adapter):
    # Drop "-stand-in" once {{name}} answers.
    name = "{{name}}-stand-in"  # STAND-IN
    version = platform.python_version()  # STAND-IN

    # What {{name}} promises. A good order for more: "buffer" (memoryview(array) works), "interface"
    # (__array_interface__), "dlpack" (__dlpack__), "ctypes" (the attribute ctypes, as in NumPy), "lifetime" with
    # "holds", "memmap" (arrays in files). The kit calls what NumPy's arrays have. Override the methods of kit.Adapter
    # that your library spells differently.
    profiles = ["core"]

    limits = {
        # These are limits of the stand-in; delete them with it.
        "kinds": "biu",  # STAND-IN: no floating point
        "swapped": False,  # STAND-IN: no numbers in the other byte order
        "strided": False,  # STAND-IN: arrays are described in C order; views may have other strides
        "empty": False,  # STAND-IN: no arrays without elements
        "max_dimensions": 1,  # STAND-IN
        # This one many libraries have: no element types with fields.
        "records": False,
        # The views that {{name}} has: of index, slice, reverse, transpose, newaxis, broadcast, reshape, field, view.
        "views": ["slice", "reverse"],
        # Others that are common: "unaligned": False, "negative_strides": False, "overlap": False, and "invalid": False
        # for a library that does not check what it is given. PROTOCOL.md has the table of all limits, under
        # "Limits".
    }

    # Making arrays. An exception here refuses the array.

    def dtype(self, typestr):
        """Returns the library's element type for a type string, as NumPy spells it: "<f8", "|b1"."""
        return FORMATS[typestr[1:]]  # STAND-IN

    def array(self, memory, dtype, offset, shape, strides):
        """Returns an array over `memory.view`, a memoryview of bytes, without a copy; `memory.address` is its address.
        `dtype` is what the method of that name returned. `offset` and `strides` are in bytes. Some arrays reach beyond
        the memory: {{name}} should refuse them."""
        end = offset + struct.calcsize(dtype) * (shape[0] if shape else 1)  # STAND-IN
        if not 0 <= offset <= end <= len(memory.view):  # STAND-IN
            raise ValueError("elements outside the memory")  # STAND-IN
        return memory.view[offset:end].cast(dtype, shape)  # STAND-IN

    # Views: a method for each word of the limit `views`, named after it. `reverse` is a slice with the step -1.

    def slice(self, array, axis, start, stop, step):
        """Returns array[…, start:stop:step, …], on that axis."""
        if axis >= array.ndim:  # STAND-IN
            raise IndexError("no such axis")  # STAND-IN
        return array[start:stop:step]  # STAND-IN

    # Questions about an array, or about a view of one. An exception here is the answer.

    def data(self, array):
        """Returns the address of the first element, as an integer, or None for NULL."""
        with kit.py_buffer(array, "full_ro") as filled:  # STAND-IN
            return filled.buf  # STAND-IN

    def shape(self, array):
        """Returns the lengths of the axes, in elements."""
        return array.shape  # STAND-IN

    def strides(self, array):
        """Returns the strides in bytes. If {{name}} counts elements, multiply here."""
        return array.strides  # STAND-IN

    def itemsize(self, array):
        """Returns the size of an element in bytes."""
        return array.itemsize  # STAND-IN

    def item(self, array, index):
        """Returns the memory of one element as bytes, by the library's own indexing. `index` has a number for each
        axis."""
        array[index]  # STAND-IN: raises IndexError unless there is such an element
        return array[index[0] :][:1].tobytes() if index else array.tobytes()  # STAND-IN

    def flag(self, array, name):
        """Returns the library's own word on `c_contiguous` or `f_contiguous`."""
        return getattr(array, name)  # STAND-IN


if __name__ == "__main__":
    kit.serve(Library())
