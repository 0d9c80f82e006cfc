"""Twins of NumPy whose interface object is made otherwise, or lives otherwise."""

import ctypes
import weakref

import numpy as np
import plain_arrays as plain
from numpy_adapter import NumPy
from plain_adapter import Plain

Ctypes = type(np.empty(0).ctypes)
c_intp = np.ctypeslib.c_intp


class Light(NumPy):
    """NumPy without the chapter absent: the process for it takes longer to start than all else."""

    profiles = [profile for profile in NumPy.profiles if profile != "absent"]

    def __init__(self):
        pass


class Protocol(Light):
    """NumPy's arrays without NumPy's habits, for twins that keep to what protocols say."""

    profiles = [profile for profile in Light.profiles if profile != "numpy"]


class Twin(Light):
    """The base of the twins that replace the class of the interface object."""

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


class AbsentPlain(NumPy):
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


# Pointers, and what they hold


class Borrows(Twin):
    """pointers that borrow: the older reading of the documentation, with a new NumPy behind it"""

    rule = "lifetime.pointer-borrows"
    permitted = "profile `borrows`"

    profiles = [{"holds": "borrows"}.get(profile, profile) for profile in Light.profiles]

    class interface(Ctypes):
        _as_parameter_ = property(lambda self: self.data_as(ctypes.c_void_p))

        def data_as(self, obj):
            return ctypes.cast(self._arr.ctypes.data, obj)


class HoldsFromOutside(Twin):
    """pointers that are held from outside: a finalizer of the pointer keeps the array, and no attribute does"""

    rule = "lifetime.pointer-holds"

    class interface(Ctypes):
        _as_parameter_ = property(lambda self: self.data_as(ctypes.c_void_p))

        def data_as(self, obj):
            pointer = ctypes.cast(self._arr.ctypes.data, obj)
            weakref.finalize(pointer, id, self._arr)
            return pointer


class PlainInterface(Plain):
    """another library: arrays in plain Python, with an interface object of their own; it keeps all strides as they are"""

    rule = "shape.strides"


class Cycle(Plain):
    """reference cycles: each array refers to itself, so that only the collector frees it"""

    rule = "lifetime.collected"
    permitted = "limit `counts_references`"

    limits = dict(Plain.limits, counts_references=False)

    class arrays(Plain.arrays):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            self.itself = self


class Chain(Plain):
    """chains: a view keeps the array that it was taken from, and not the memory alone"""

    rule = "lifetime.view-holds"

    class arrays(Plain.arrays):
        def with_layout(self, address, shape, strides, dtype=None):
            return type(self)(self, dtype or self.dtype, address, shape, strides, self.read_only)


class NoItems(Plain):
    """arrays of no items: without axes shape and strides are C arrays all the same"""

    rule = "shape.zero-dimensions"

    class arrays(Plain.arrays):
        class Interface(plain.Interface):
            def shape_as(self, obj):
                return (obj * len(self._array.shape))(*self._array.shape)

            def strides_as(self, obj):
                return (obj * len(self._array.strides))(*self._array.strides)

        ctypes = property(lambda self: self.Interface(self))


class HeldByShape(Plain):
    """lengths that hold: the C arrays of shape and strides keep the array"""

    rule = "lifetime.values-free"
    permitted = "the documentation says it of `data` alone"

    class arrays(Plain.arrays):
        class Interface(plain.Interface):
            def shape_as(self, obj):
                return kept(super().shape_as(obj), self._array)

            def strides_as(self, obj):
                return kept(super().strides_as(obj), self._array)

        ctypes = property(lambda self: self.Interface(self))


def kept(items, array):
    if items is not None:
        items.array = array
    return items


class OneInterface(Plain):
    """one interface object: an array yields the same each time, with an attribute `data` that can be set"""

    rule = "cast.pass"
    permitted = "the documentation says nothing of objects"

    class arrays(Plain.arrays):
        class Interface(plain.Interface):
            data = None

            def __init__(self, array):
                super().__init__(array)
                self.data = array.address

        def settle(self):
            self.interface = None

        @property
        def ctypes(self):
            self.interface = self.interface or self.Interface(self)
            return self.interface

    # The object and the array refer to each other.
    limits = dict(Plain.limits, counts_references=False)
