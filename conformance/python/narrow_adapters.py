"""Three libraries of narrow limits, of kinds that are common: `narrow_adapters.py NAME`.

They show how many cases that are drawn fit who can do little.
"""

import array
import sys

import array_ctypes_kit as kit
import plain_arrays as plain
from plain_adapter import Plain
from plain_arrays import NATIVE, need

CODES = {"i": "bhil", "u": "BHIL", "f": "fd"}
TYPES = {}  # for each type string of a number of the machine, the letter in the module array
for kind, letters in CODES.items():
    for letter in letters:
        size = array.array(letter).itemsize
        TYPES.setdefault("%s%s%d" % (NATIVE if size > 1 else "|", kind, size), letter)


class ArrayArray(kit.Adapter):
    """array.array: one axis, numbers of the machine, memory of its own, and no views"""

    rule = "layout.element"
    permitted = "limits"

    name, version = "array.array", "%d.%d" % sys.version_info[:2]
    profiles = ["core", "buffer"]
    limits = {"element_types": sorted(TYPES), "min_dimensions": 1, "max_dimensions": 1, "given_memory": False, "views": []}
    limits.update(dict.fromkeys(["records", "swapped", "unaligned", "read_only", "strided", "overlap"], False))
    limits.update(address_if_empty=False, kinds="fiu", max_item_size=8, max_bytes=1 << 20, max_span=1 << 20)

    def dtype(self, typestr):
        return TYPES[typestr]

    def item_size(self, dtype):
        return array.array(dtype).itemsize

    def array(self, memory, dtype, offset, shape, strides):
        made = array.array(dtype)
        need(len(shape) == 1 and strides == (made.itemsize,), "one axis in C order")
        end = offset + shape[0] * made.itemsize
        if not 0 <= offset <= end <= len(memory.view):
            raise ValueError("elements outside the buffer")
        made.frombytes(memory.view[offset:end])
        memory.address = (made.buffer_info()[0] - offset) % (1 << 64)  # NULL without elements
        return made

    def data(self, made):
        return made.buffer_info()[0]

    def shape(self, made):
        return (len(made),)

    def strides(self, made):
        return (made.itemsize,)

    def item(self, made, index):
        if len(index) != 1 or not 0 <= index[0] < len(made):
            raise IndexError("no such element")
        return made[index[0] : index[0] + 1].tobytes()

    def flag(self, made, name):
        return True


class Matrix(Plain):
    """matrices: exactly two axes, `f4` and `f8`, positive steps, and no flags to ask"""

    rule = "layout.transpose"
    permitted = "limits"

    name = "matrix"
    profiles = ["core", "ctypes", "interface"]
    limits = {"element_types": [NATIVE + "f4", NATIVE + "f8"], "kinds": "f", "min_dimensions": 2, "max_dimensions": 2}
    limits.update(dict.fromkeys(["records", "swapped", "negative_steps", "negative_strides"], False))
    limits.update(views=["slice", "transpose"], max_item_size=8)
    limits.update(steps=[step for step in kit.STEPS if step not in ("flag", "import")])

    class arrays(plain.Array):
        def settle(self):
            need(len(self.shape) == 2 and min(self.reaching(), default=0) >= 0, "two axes of positive strides")

    def dtype(self, typestr):
        need(typestr in self.limits["element_types"], "a float of the machine")
        return super().dtype(typestr)

    def flag(self, array, name):
        raise NotImplementedError("no flags")


class Image(Plain):
    """images: bytes, one to three axes, which it imports and exports"""

    rule = "interface.import-array"
    permitted = "limits"

    name = "image"
    profiles = ["core", "interface", "import"]
    limits = {"element_types": ["|u1"], "kinds": "u", "max_item_size": 1, "min_dimensions": 1, "max_dimensions": 3}
    limits.update(dict.fromkeys(["records", "swapped", "overlap", "empty"], False))
    limits.update(views=["index", "slice", "reverse", "transpose"], view_axes=[0, 1, 2])

    class arrays(plain.Array):
        def settle(self):
            need(self.dtype.typestr == "|u1" and 1 <= len(self.shape) <= 3 and 0 not in self.shape, "an image")


NARROW = {adapter.name: adapter for adapter in (ArrayArray, Matrix, Image)}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in NARROW:
        sys.exit("expected one of these names: " + "; ".join(NARROW))
    kit.serve(NARROW[sys.argv[1]]())
