"""Twins that differ where no element can be reached, and in which questions they answer."""

import plain_arrays as plain
from plain_adapter import Plain


class Advice(Plain):
    """The base of the twins that choose the strides of axes that reach nothing."""

    warns = ["shape.strides-kept", "data.empty-view"]

    class arrays(plain.Array):
        def settle(self):
            empty, own = 0 in self.shape, self.choose()
            pairs = zip(self.shape, self.strides, own)
            self.strides = tuple(chosen if empty or length < 2 else stride for length, stride, chosen in pairs)


class ItemSize(Advice):
    """strides of the item size: where an axis reaches nothing"""

    rule = "shape.strides"
    permitted = "strides that reach no element are advice"

    class arrays(Advice.arrays):
        def choose(self):
            return [self.dtype.size] * len(self.shape)


class Zero(Advice):
    """strides of 0: where an axis reaches nothing"""

    rule = "shape.strides"
    permitted = "strides that reach no element are advice"

    class arrays(Advice.arrays):
        def choose(self):
            return [0] * len(self.shape)


class AsInC(Advice):
    """strides of C order: where an axis reaches nothing; a length of 0 counts as 1"""

    rule = "shape.strides"
    permitted = "strides that reach no element are advice"

    class arrays(Advice.arrays):
        def choose(self):
            return plain.c_strides(self.shape, self.dtype.size)


class AsInFortran(Advice):
    """strides of Fortran order: where an axis reaches nothing; a length of 0 counts as 0"""

    rule = "interface.strides"
    permitted = "strides that reach no element are advice"

    class arrays(Advice.arrays):
        def choose(self):
            strides, size = [], self.dtype.size
            for length in self.shape:
                strides.append(size)
                size *= length
            return strides


class NullIfEmpty(Plain):
    """NULL if empty: an array without elements has no memory"""

    rule = "data.first-element"
    permitted = "limit `address_if_empty`"

    limits = dict(Plain.limits, address_if_empty=False)

    class arrays(plain.Array):
        def settle(self):
            if 0 in self.shape:
                self.address = 0

    def data(self, array):
        return array.address or None


class SomewhereIfEmpty(Plain):
    """one place for all empty arrays: the address of a static byte"""

    rule = "lifetime.view-holds"
    permitted = "limit `address_if_empty`"

    limits = dict(Plain.limits, address_if_empty=False)

    class arrays(plain.Array):
        nowhere = bytearray(8)

        def settle(self):
            if 0 in self.shape:
                self.owner, self.address = self.nowhere, plain.address_of(memoryview(self.nowhere))


class NullUndeclared(NullIfEmpty):
    """NULL if empty, undeclared: as above, and no limit says so"""

    rule = "data.interface"
    permitted = "no element can be reached"
    warns = ["data.empty", "data.empty-view"]

    limits = Plain.limits


class SomewhereUndeclared(SomewhereIfEmpty):
    """one place for all empty arrays, undeclared: as above, and no limit says so"""

    rule = "lifetime.memory"
    permitted = "no element can be reached"
    warns = ["data.empty", "data.empty-view"]

    limits = Plain.limits


class NoFlags(Plain):
    """no flags: there is nothing to ask if an array is contiguous, aligned or writeable"""

    rule = "layout.transpose"
    permitted = "limit `steps`"

    STEPS = "native sizeof name itemsize alignment item data shape strides shape-type strides-type shape_as strides_as data_as"
    STEPS += " _as_parameter_ type contents index printed pass hand walk assign object interface import write-pointer"
    STEPS += " write-item write-shape write-strides export derive drop collect overwrite alive memory read balance call"
    limits = dict(Plain.limits, steps=STEPS.split())

    def flag(self, array, name):
        raise NotImplementedError("no flags")


class FewQuestions(Plain):
    """few questions: an address, a shape and strides, and nothing else"""

    rule = "data.first-element"
    permitted = "limit `steps`"

    profiles = ["core"]
    limits = dict(Plain.limits, steps=["data", "shape", "strides", "itemsize"])

    def item(self, array, index):
        raise NotImplementedError("no elements")

    def flag(self, array, name):
        raise NotImplementedError("no flags")
