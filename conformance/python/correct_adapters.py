"""NumPy in another way that is right too: `correct_adapters.py NAME`. `correct_adapters.py --list` prints all names as JSON.

A twin makes another choice than NumPy where the interface leaves one, and no rule may fail. Its docstring begins with its name,
up to a colon; `rule` is the rule that leaves the choice. It reports the name `numpy`, so that NumPy's known deviations apply.
"""

import ctypes
import json
import sys

import array_ctypes_kit as kit
import numpy as np
from numpy_adapter import NumPy

Ctypes = type(np.empty(0).ctypes)
c_intp = np.ctypeslib.c_intp


class Twin(NumPy):
    """The base of all twins: a subclass replaces the class of the interface object."""

    interface = Ctypes

    def ctypes(self, array):
        return self.interface(array, array.ctypes.data)


class Number(int):
    """An integer with a name of its own."""


class DataSubclass(Twin):
    """data is of a subclass of int: an integer all the same"""
    rule = "data.integer"

    class interface(Ctypes):
        data = property(lambda self: Number(super().data))


class ArraySubclass(Twin):
    """shape and strides are of subclasses: of `c_intp * ndim`, and of `T * ndim`"""
    rule = "shape.array-type"

    class interface(Ctypes):
        shape = property(lambda self: self.shape_as(c_intp))
        strides = property(lambda self: self.strides_as(c_intp))

        def shape_as(self, obj):
            return subclass_of_array(obj, self._arr.shape)

        def strides_as(self, obj):
            return subclass_of_array(obj, self._arr.strides)


def subclass_of_array(item, values):
    return type("Values", (item * len(values),), {})(*values) if values else None


class ArrayOfItsOwn(Twin):
    """shape and strides are of classes of their own: which say item type and length, as every class of C arrays does"""
    rule = "shape.as-type"

    class interface(Ctypes):
        shape = property(lambda self: self.shape_as(c_intp))
        strides = property(lambda self: self.strides_as(c_intp))

        def shape_as(self, obj):
            return array_of_its_own(obj, self._arr.shape)

        def strides_as(self, obj):
            return array_of_its_own(obj, self._arr.strides)


def array_of_its_own(item, values):
    if not values:
        return None
    return type("Values", (ctypes.Array,), {"_type_": item, "_length_": len(values)})(*values)


class PointerSubclass(Twin):
    """pointers are of subclasses: of the type that was asked for, and `_as_parameter_` of c_void_p"""
    rule = "cast.pointer-type"

    class interface(Ctypes):
        _as_parameter_ = property(lambda self: self.data_as(ctypes.c_void_p))

        def data_as(self, obj):
            pointer = super().data_as(obj)
            if not isinstance(pointer, (ctypes._Pointer, ctypes.c_void_p, ctypes.c_char_p)):
                return pointer
            own = type("Pointer", (obj,), {"_type_": obj._type_}).from_buffer(pointer)  # which keeps the pointer
            own.made_from = pointer
            return own


class AbsentPlain(Twin):
    """without ctypes there are a tuple, a list and a subclass of int: all of integers"""
    rule = "absent.integer"
    absent_arguments = [
        "-c",
        """
import sys
sys.modules["_ctypes"] = None
import numpy as np
import numpy_absent

class Number(int):
    pass

class Interface(type(np.empty(0).ctypes)):
    data = property(lambda self: Number(super().data))
    shape = property(lambda self: self._arr.shape)
    strides = property(lambda self: list(self._arr.strides))

numpy_absent.interface = lambda array: Interface(array, array.ctypes.data)
numpy_absent.serve()
""",
    ]


# Arrays that own their memory


class OnlyCopies(Twin):
    """only copies: the library does not calculate, and makes no zeros"""
    rule = "layout.accepted"

    limits = dict(NumPy.limits, owners=["copy"])


class AddressUnknown(Twin):
    """an unknown address: nothing but the interface tells where the memory is"""
    rule = "cast.address"

    def owned_address(self, array):
        return None


class MemoryApart(Twin):
    """memory apart from arrays: a view holds the memory, and not the array that it was taken of"""
    rule = "lifetime.view-holds"

    def apart(self, array):
        block = (kit.c_char * array.nbytes)()
        made = np.ndarray(array.shape, array.dtype, block)
        made.view("V%d" % array.itemsize)[...] = array.view("V%d" % array.itemsize)
        return made

    def copied(self, array):
        return self.apart(array)

    def added(self, array, zeros):
        return self.apart(super().added(array, zeros))

    def zeros(self, dtype, shape):
        return self.apart(super().zeros(dtype, shape))

    def storage(self, array):
        return array.base


class Uncounted(Twin):
    """no counted references: an array is freed some time after its last holder, as in PyPy"""
    rule = "lifetime.collected"

    limits = dict(NumPy.limits, counts_references=False)


TWINS = {twin.__doc__.split(": ")[0]: twin for twin in Twin.__subclasses__()}

if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:  # the kit has the standard output
        kit._send(json.dumps([{"name": name, "rule": twin.rule} for name, twin in TWINS.items()]))
    elif len(sys.argv) == 2 and sys.argv[1] in TWINS:
        kit.serve(TWINS[sys.argv[1]]())
    else:
        sys.exit("expected one of these names, or --list: " + "; ".join(TWINS))
