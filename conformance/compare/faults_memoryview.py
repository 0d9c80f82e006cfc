"""Faults of `memoryview`. That class can be neither changed nor derived from, so a class of Python that has one stands in for it."""

import builtins

from planting import fault

Real = builtins.memoryview


class Metaclass(type):
    def __instancecheck__(cls, thing):
        return isinstance(thing, Real) or type.__instancecheck__(cls, thing)


class View(metaclass=Metaclass):
    """Does what a memoryview does. With `parent` it knows the view that it is a slice of."""

    __hash__ = lambda self: hash(self.real)

    def __init__(self, object, parent=None):
        self.real, self.parent = Real(object), parent

    @classmethod
    def of(cls, made, parent=None):
        view = cls.__new__(cls)
        view.real, view.parent = made, parent
        return view

    def __getattr__(self, name):
        return getattr(self.real, name)

    def __buffer__(self, flags):
        return self.real.__buffer__(flags)

    def __getitem__(self, key):
        made = self.real[key]
        return self.of(made, self) if type(made) is Real else made

    def __setitem__(self, key, value):
        self.real[key] = value.real if type.__instancecheck__(View, value) else value

    def __delitem__(self, key):
        del self.real[key]

    def __len__(self):
        return len(self.real)

    def __iter__(self):
        return iter(self.real)

    def __eq__(self, other):
        return self.real == (other.real if type.__instancecheck__(View, other) else other)

    def __enter__(self):
        self.real.__enter__()
        return self

    def __exit__(self, *error):
        return self.real.__exit__(*error)

    def __repr__(self):
        return repr(self.real)

    def cast(self, *arguments, **named):
        return self.of(self.real.cast(*arguments, **named), self)

    def toreadonly(self):
        return self.of(self.real.toreadonly(), self)


def in_memoryview(name, asked="arrays"):
    return fault("memoryview", name, asked)


def backwards(key):
    return isinstance(key, slice) and key.step is not None and key.step < 0


def change(name):
    def replace(method):
        setattr(View, name, method)
        return method

    return replace


@in_memoryview("strides are in elements")
def _():
    View.strides = property(lambda self: tuple(stride // self.real.itemsize for stride in self.real.strides))


@in_memoryview("strides are never negative")
def _():
    View.strides = property(lambda self: tuple(map(abs, self.real.strides)))


@in_memoryview("strides are computed from the shape")
def _():
    def strides(self):
        strides = [self.real.itemsize]
        for length in self.real.shape[:0:-1]:
            strides.insert(0, strides[0] * length)
        return tuple(strides[: self.real.ndim])

    View.strides = property(strides)


@in_memoryview("a slice is a copy")
def _():
    @change("__getitem__")
    def getitem(self, key):
        made = self.real[key]
        if type(made) is not Real or made.ndim != 1 or not made.nbytes:
            return self.of(made, self) if type(made) is Real else made
        return self.of(Real(bytearray(made.tobytes())).cast("B").cast(made.format), self)


@in_memoryview("a slice with a negative step begins at its lowest byte")
def _():
    @change("__getitem__")
    def getitem(self, key):
        made = self.real[key]
        if backwards(key) and len(made) > 1:
            steps = range(*key.indices(len(self.real)))
            made = self.real[min(steps) : max(steps) + 1 : -key.step]
        return self.of(made, self) if type(made) is Real else made


@in_memoryview("a slice of what has one element begins at the first")
def _():
    @change("__getitem__")
    def getitem(self, key):
        made = self.real[key]
        if type(made) is Real and made.ndim == 1 and len(made) == 1:
            made = self.real[:1]
        return self.of(made, self) if type(made) is Real else made


@in_memoryview("a consumer of a slice is given the memory from the first element of all")
def _():
    @change("__buffer__")
    def buffer(self, flags):
        whole = self.parent.real if self.parent is not None else self.real
        fits = whole.ndim == 1 and self.real.ndim == 1 and whole.format == self.real.format
        return (whole[: len(self.real)] if fits and self.real.contiguous else self.real).__buffer__(flags)


@in_memoryview("a view of read-only memory is writable")
def _():
    View.readonly = property(lambda self: False)


@in_memoryview("every view is C-contiguous")
def _():
    View.c_contiguous = property(lambda self: True)


@in_memoryview("a view of one element or none is not contiguous unless its stride is the item size")
def _():
    View.c_contiguous = property(lambda self: self.real.c_contiguous and self.real.strides[-1:] in ((), (self.real.itemsize,)))


@in_memoryview("release does nothing", asked="")
def _():
    View.release = lambda self: None


@in_memoryview("comparison compares bytes, not values", asked="")
def _():
    View.__eq__ = lambda self, other: self.real.tobytes() == bytes(other)
