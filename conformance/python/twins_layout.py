"""Twins that cannot have every array, and say so: each refuses what is outside its limits, wherever it comes from."""

import plain_arrays as plain
from plain_adapter import VIEWS, Plain
from plain_arrays import need


class COrder(Plain):
    """C order only: no strides are kept, and no view needs any"""

    rule = "layout.c-contiguous"
    permitted = "limits `strided`, `view_axes`"

    limits = dict(Plain.limits, strided=False, views=["index"], view_axes=[0])

    class arrays(plain.Array):
        def settle(self):
            expected = plain.c_strides(self.shape, self.dtype.size)
            reached = [at for at, length in enumerate(self.shape) if length > 1 and 0 not in self.shape]
            need(all(self.strides[at] == expected[at] for at in reached), "C order")

    def index(self, array, axis, at):
        need(axis == 0, "the first axis")
        return super().index(array, axis, at)


class ColumnMajor(Plain):
    """column-major only: the first axis is the fastest, no strides are kept, and no view needs any"""

    rule = "layout.f-contiguous"
    permitted = "limits `strided`, `orders`, `view_axes`"

    limits = dict(Plain.limits, strided=False, orders=["F"], views=["index"], view_axes=[-1])

    class arrays(plain.Array):
        def settle(self):
            expected = plain.c_strides(self.shape[::-1], self.dtype.size)[::-1]
            reached = [at for at, length in enumerate(self.shape) if length > 1 and 0 not in self.shape]
            need(all(self.strides[at] == expected[at] for at in reached), "column-major order")

    def index(self, array, axis, at):
        need(axis == len(array.shape) - 1, "the last axis")
        return super().index(array, axis, at)


class EitherOrder(Plain):
    """row-major or column-major: an array has one of two orders and no gaps"""

    rule = "layout.element"
    permitted = "limits `strided`, `orders`, `views`"

    limits = dict(Plain.limits, strided=False, orders=["C", "F"], views=["newaxis"])

    class arrays(plain.Array):
        def settle(self):
            axes = range(len(self.shape))
            need(self.is_contiguous(axes) or self.is_contiguous(axes[::-1]), "one of the orders")


class OneAxisAtLeast(Plain):
    """one axis at least: there are no arrays without axes"""

    rule = "shape.shape"
    permitted = "limit `min_dimensions`"

    limits = dict(Plain.limits, min_dimensions=1)

    class arrays(plain.Array):
        def settle(self):
            need(self.shape, "an axis")


class TwoAxes(Plain):
    """exactly two axes: matrices, and no view of another rank"""

    rule = "layout.transpose"
    permitted = "limits `min_dimensions`, `max_dimensions`"

    limits = dict(Plain.limits, min_dimensions=2, max_dimensions=2)

    class arrays(plain.Array):
        def settle(self):
            need(len(self.shape) == 2, "two axes")


class FourAxes(Plain):
    """four axes at most: as in libraries of images"""

    rule = "layout.broadcast"
    permitted = "limit `max_dimensions`"

    limits = dict(Plain.limits, max_dimensions=4)

    class arrays(plain.Array):
        def settle(self):
            need(len(self.shape) <= 4, "four axes at most")


class PositiveSteps(Plain):
    """positive steps only: no slice goes backwards, and no stride is negative"""

    rule = "layout.slice"
    permitted = "limits `negative_steps`, `negative_strides`"

    limits = dict(Plain.limits, negative_steps=False, negative_strides=False)

    class arrays(plain.Array):
        def settle(self):
            need(min(self.reaching(), default=0) >= 0, "no negative strides")

    def slice(self, array, axis, start, stop, step):
        need(step is None or step >= 0, "a positive step")
        return super().slice(array, axis, start, stop, step)


class FirstAxis(Plain):
    """the first axis only: views index and slice there, as sequences do"""

    rule = "layout.index"
    permitted = "limit `view_axes`"

    limits = dict(Plain.limits, view_axes=[0], views=["index", "slice", "reverse"])

    def index(self, array, axis, at):
        need(axis == 0, "the first axis")
        return super().index(array, axis, at)

    def slice(self, array, axis, start, stop, step):
        need(axis == 0, "the first axis")
        return super().slice(array, axis, start, stop, step)


class LastAxis(FirstAxis):
    """the last axis only: views index and slice there, as in a library of columns"""

    rule = "layout.slice"
    permitted = "limit `view_axes`"

    limits = dict(Plain.limits, view_axes=[-1], views=["index", "slice", "reverse"])

    def index(self, array, axis, at):
        need(axis == len(array.shape) - 1, "the last axis")
        return Plain.index(self, array, axis, at)

    def slice(self, array, axis, start, stop, step):
        need(axis == len(array.shape) - 1, "the last axis")
        return Plain.slice(self, array, axis, start, stop, step)


class Narrow(Plain):
    """indices of 32 bits: a larger index, bound or step does not reach the library"""

    rule = "layout.view-refused"
    permitted = "limit `max_index`"

    limits = dict(Plain.limits, max_index=(1 << 31) - 1)

    def index(self, array, axis, at):
        need(abs(at) < 1 << 31, "an index of 32 bits")
        return super().index(array, axis, at)

    def slice(self, array, axis, start, stop, step):
        need(all(abs(number or 0) < 1 << 31 for number in (start, stop, step)), "indices of 32 bits")
        return super().slice(array, axis, start, stop, step)

    def item(self, array, index):
        need(all(abs(at) < 1 << 31 for at in index), "indices of 32 bits")
        return super().item(array, index)


class NoEmpty(Plain):
    """no empty arrays: each has an element"""

    rule = "layout.slice"
    permitted = "limit `empty`"

    limits = dict(Plain.limits, empty=False)

    class arrays(plain.Array):
        def settle(self):
            need(0 not in self.shape, "an element")


class Aligned(Plain):
    """aligned elements only: it refuses all others"""

    rule = "layout.element"
    permitted = "limit `unaligned`"

    limits = dict(Plain.limits, unaligned=False)

    class arrays(plain.Array):
        def settle(self):
            need(self.is_aligned(), "aligned elements")


class ElementStrides(Plain):
    """strides in elements inside: multiplied by the item size wherever bytes are asked for"""

    rule = "shape.strides-as"
    permitted = "limit `odd_strides`"

    limits = dict(Plain.limits, odd_strides=False, records=False)

    class arrays(plain.Array):
        def settle(self):
            need(all(stride % (self.dtype.size or 1) == 0 for stride in self.reaching()), "whole elements")
            self.in_elements = [stride // (self.dtype.size or 1) for stride in self.strides]
            del self.strides

        def __getattr__(self, name):
            if name == "strides":
                return tuple(stride * (self.dtype.size or 1) for stride in self.in_elements)
            raise AttributeError(name)


class NoOverlap(Plain):
    """no overlap: no two elements share a byte"""

    rule = "layout.new-axis"
    permitted = "limit `overlap`"

    limits = dict(Plain.limits, overlap=False, views=[view for view in VIEWS if view != "broadcast"])

    class arrays(plain.Array):
        def settle(self):
            need(0 not in self.reaching() or not self.dtype.size, "no stride of 0")


class Short(Plain):
    """spans of 32 bits: from the first byte to the last there are fewer than 2 GiB"""

    rule = "layout.size-limit"
    permitted = "limit `max_span`"

    limits = dict(Plain.limits, max_span=(1 << 31) - 1)

    class arrays(plain.Array):
        def settle(self):
            steps = [(length - 1) * stride for length, stride in zip(self.shape, self.strides)]
            need(0 in self.shape or sum(map(abs, steps)) + self.dtype.size < 1 << 31, "a span of 32 bits")


class Small(Plain):
    """a limit of bytes: no array has more than 64 KiB"""

    rule = "layout.accepted"
    permitted = "limit `max_bytes`"

    limits = dict(Plain.limits, max_bytes=1 << 16)

    class arrays(plain.Array):
        def settle(self):
            need(plain.count(self.shape) * self.dtype.size <= 1 << 16, "64 KiB at most")


class Trusting(Plain):
    """a library that checks nothing: an array outside its memory is made as asked"""

    rule = "layout.accepted"
    permitted = "limit `invalid`"

    limits = dict(Plain.limits, invalid=False)

    class arrays(plain.Array):
        @classmethod
        def over(cls, owner, start, size, dtype, offset, shape, strides, read_only):
            return cls(owner, dtype, start + offset, shape, strides, read_only)
