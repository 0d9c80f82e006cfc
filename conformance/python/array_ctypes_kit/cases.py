"""Cases, and how the array of a case is made."""

import json

from .adapter import Adapter, Field
from .caches import cached
from .views import TypeString, read_view


class Case:
    """An array with its memory, a `Memory`, `Owned` or `File`, and the objects that the steps of its script keep."""

    def __init__(self, adapter, memory, array, given):
        self.adapter, self.memory, self.array, self.given = adapter, memory, array, given
        self.objects = []  # objects that the suite compares: while they are kept, no other object gets their number
        self.kept_interface = self.watchers = None
        # For a scenario of lifetimes: by number, the kept objects with functions that return the addresses they hold; and
        # memory that `overwrite` allocated.
        self.held, self.filler = {}, []

    def watch(self):
        """Returns the functions that report whether the array and its memory are there."""
        if self.watchers is None:
            self.watchers = [self.adapter.watch(thing) for thing in (self.array, self.memory.block)]
        return self.watchers

    @property
    def interface(self):
        """The interface object: one for the whole case, so that state which it keeps between steps shows."""
        if self.kept_interface is None:
            self.kept_interface = self.adapter.ctypes(self.array)
        return self.kept_interface

    def data(self):
        """Returns the address: that of the interface object, unless the adapter has a way of its own."""
        has_own = type(self.adapter).data is not Adapter.data
        return self.adapter.data(self.array) if has_own else self.interface.data

    def lengths(self, name):
        """Returns shape or strides: those of the interface object if there is one, otherwise those of the array."""
        if "ctypes" in self.adapter.profiles:
            return tuple(getattr(self.interface, name) or ())
        return tuple(getattr(self.adapter, name)(self.array))

    def pointer(self, ctype):
        """Returns `data_as(ctype)`, after a check that it has the requested type."""
        pointer = self.interface.data_as(ctype)
        if not isinstance(pointer, ctype):
            raise RuntimeError("expected a %s, found %r" % (ctype, pointer))
        return pointer

    def owner(self, name):
        """Returns the object with the attribute of that name: the array or its interface object."""
        return self.array if name in ("ctypes", "__array_interface__") else self.interface

    def let_go(self):
        """Drops the array and what was taken of it."""
        self.array = self.kept_interface = None
        self.objects = []


@cached
def _element_type(adapter, key):
    if not key.startswith("{"):
        return adapter.dtype(key)
    record = json.loads(key)
    fields = []
    for field in record["fields"]:
        dtype, shape = _element_type(adapter, _key(field["dtype"])), tuple(map(int, field["shape"]))
        fields.append(Field(field["name"], field["title"], dtype, shape, int(field["offset"])))
    return adapter.record(fields, int(record["size"]), record["aligned"])


def element_type(adapter, dtype):
    """Returns the library's element type that a case describes."""
    return _element_type(adapter, _key(dtype))


def _key(dtype):
    return dtype if isinstance(dtype, str) else json.dumps(dtype)


@cached
def _view(adapter, text):
    """Returns the method that makes a view, and its arguments after the array."""
    word, arguments = read_view(text)
    return getattr(adapter, word), [
        _element_type(adapter, argument) if isinstance(argument, TypeString) else argument for argument in arguments
    ]


def _order(shape, strides, size):
    """Returns `F` if the strides are those of Fortran's order and not those of C's; otherwise `C`."""

    def packed(shape):
        strides = [size]
        for length in shape[:-1]:
            strides.append(strides[-1] * max(length, 1))
        return tuple(strides[: len(shape)])

    return "F" if strides == packed(shape) != packed(shape[::-1])[::-1] else "C"


def make_case(adapter, given, memory):
    """Makes the array that a case describes, over that memory."""
    dtype = _element_type(adapter, _key(given["dtype"]))
    shape, strides, offset = tuple(map(int, given["shape"])), tuple(map(int, given["strides"])), int(given["offset"])
    if "map" in given:
        order = _order(shape, strides, adapter.item_size(dtype))
        mapped = given["map"]
        array = memory.map(dtype, offset, None if mapped["deduced"] else shape, order, mapped["mode"])
    elif "owner" in given:
        array = memory.make(dtype, shape, strides)
    else:
        array = adapter.array(memory, dtype, offset, shape, strides)
    for view in given["views"]:
        method, arguments = _view(adapter, view)
        array = method(array, *arguments)
    return Case(adapter, memory, array, given)
