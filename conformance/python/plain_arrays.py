"""A small library of arrays in plain Python, written from the published protocols and without NumPy.

It stands for the libraries that share a protocol with NumPy and none of its habits: no dtype objects, no flags, no bases.
Sizes, strides, offsets and addresses are in bytes.
"""

import ctypes
import re
import sys
from collections import namedtuple
from ctypes import c_void_p, sizeof

LARGEST = (1 << 8 * sizeof(c_void_p) - 1) - 1  # bytes of an array
NATIVE = "<" if sys.byteorder == "little" else ">"
c_intp = ctypes.c_ssize_t

_INTEGER = {1: ctypes.c_byte, 2: ctypes.c_short, 4: ctypes.c_int, 8: ctypes.c_longlong}
_REAL = {2: ctypes.c_short, 4: ctypes.c_float, 8: ctypes.c_double, sizeof(ctypes.c_longdouble): ctypes.c_longdouble}
# For each kind of number, the C types of the same alignment, by size.
_NUMBERS = {
    "b": {1: ctypes.c_bool},
    "i": _INTEGER,
    "u": _INTEGER,
    "f": _REAL,
    "c": {2 * size: part for size, part in _REAL.items() if size > 2},
    "m": {8: ctypes.c_longlong},
    "M": {8: ctypes.c_longlong},
}
# For each other kind, the bytes of one unit of its size, and the alignment.
_TEXTS = {"S": (1, 1), "V": (1, 1), "U": (4, 4)}

# The fields are None of a plain type; of a structured type, by name, each with title, type, shape and offset.
Type = namedtuple("Type", "typestr size alignment fields")


def plain_type(typestr):
    """Returns the element type of a type string."""
    found = re.match(r"([<>|])([a-zA-Z])(\d+)(\[\w+\])?$", typestr)
    if not found:
        raise TypeError("expected a type string, found %r" % typestr)
    kind, size = found.group(2), int(found.group(3))
    if found.group(4) and kind not in "mM":
        raise TypeError("a unit of something that is no time: %r" % typestr)
    if kind in _TEXTS:
        unit, alignment = _TEXTS[kind]
        return Type(typestr, unit * size, alignment, None)
    if size not in _NUMBERS.get(kind, ()):
        raise TypeError("no such type on this machine: %r" % typestr)
    return Type(typestr, size, ctypes.alignment(_NUMBERS[kind][size]), None)


def record_type(fields, size, aligned):
    """Returns a structured type of these fields, which have name, title, type, shape and offset."""
    alignment = max([field.dtype.alignment for field in fields], default=1) if aligned else 1
    return Type("|V%d" % size, size, alignment, {field.name: field for field in fields})


def describe(dtype):
    """Returns the descr of a type: a list that covers every byte, or raw bytes if no list of the fields can."""
    return fields_of(dtype, None) or raw(dtype)


def raw(dtype):
    return [("", dtype.typestr)]


def fields_of(dtype, instead):
    """Returns the descr of a type; what `instead` makes of it if it, or a type in it, has fields that no list can describe."""
    described, end = [], 0
    for field in (dtype.fields or {}).values():
        inner = fields_of(field.dtype, instead) if field.dtype.fields is not None else field.dtype.typestr
        if field.offset < end or inner is None:
            return instead and instead(dtype)
        described += padding(field.offset - end)
        end = field.offset + field.dtype.size * count(field.shape)
        name = (field.title, field.name) if field.title else field.name
        described.append((name, inner, field.shape) if field.shape else (name, inner))
    return described + padding(dtype.size - end) if dtype.fields else raw(dtype)


def rewritten(descr, change):
    """Returns a descr in which `change` was made to each entry, to those in lists first."""

    def entry(name, of, *shape):
        return change((name, rewritten(of, change) if isinstance(of, list) else of, *shape))

    return [entry(*given) for given in descr]


def respelled(descr, spell):
    """Returns a descr in which `spell` was made to each type string."""
    return rewritten(descr, lambda given: (given[0], given[1] if isinstance(given[1], list) else spell(given[1]), *given[2:]))


def padding(size):
    return [("", "|V%d" % size)] if size else []


def c_strides(shape, size):
    """Returns the strides of C order. A length of 0 counts as 1."""
    strides = []
    for length in reversed(shape):
        strides.append(size)
        size *= max(length, 1)
    return tuple(reversed(strides))


def count(shape):
    total = 1
    for length in shape:
        total *= length
    return total


class Array:
    """An array over memory that `owner` keeps, at `address`."""

    def __init__(self, owner, dtype, address, shape, strides, read_only):
        if count(max(length, 1) for length in shape) * dtype.size > LARGEST:
            raise ValueError("an array of more bytes than there are")
        self.owner, self.dtype, self.address, self.read_only = owner, dtype, address, read_only
        self.shape, self.strides = tuple(shape), tuple(strides)
        self.settle()

    def settle(self):
        """For libraries that can do less, or do otherwise: checks or changes what the array is made of."""

    @classmethod
    def over(cls, owner, start, size, dtype, offset, shape, strides, read_only):
        """Returns an array over `size` bytes at `start`, none of whose elements lies outside."""
        if len(shape) != len(strides):
            raise ValueError("expected a stride for each axis")
        array = cls(owner, dtype, start + offset, shape, strides, read_only)
        low = high = offset
        if 0 not in shape:
            steps = [(length - 1) * stride for length, stride in zip(shape, strides)]
            low += sum(step for step in steps if step < 0)
            high += sum(step for step in steps if step > 0) + dtype.size
        if low < 0 or high > size:
            raise ValueError("elements outside the buffer")
        return array

    def with_layout(self, address, shape, strides, dtype=None):
        return type(self)(self.owner, dtype or self.dtype, address, shape, strides, self.read_only)

    # Elements

    def locate(self, index):
        """Returns the address of one element."""
        if len(index) != len(self.shape) or not all(0 <= at < length for at, length in zip(index, self.shape)):
            raise IndexError("no such element")
        return self.address + sum(at * stride for at, stride in zip(index, self.strides))

    def item(self, index):
        return ctypes.string_at(self.locate(index), self.dtype.size)

    def set_item(self, raw, index):
        if self.read_only:
            raise ValueError("the array is read-only")
        ctypes.memmove(self.locate(index), raw, self.dtype.size)

    def is_contiguous(self, axes):
        """Returns true if the elements follow each other without gaps, along these axes from the fastest on."""
        expected = self.dtype.size
        for axis in axes:
            if self.shape[axis] != 1 and self.strides[axis] != expected and 0 not in self.shape:
                return False
            expected *= self.shape[axis]
        return True

    def reaching(self):
        """Returns the strides that reach an element: those of axes longer than 1, in an array that has elements."""
        return [stride for length, stride in zip(self.shape, self.strides) if length > 1 and 0 not in self.shape]

    def is_aligned(self):
        numbers = [self.address] + self.reaching()
        return 0 in self.shape or all(number % self.dtype.alignment == 0 for number in numbers)

    # Views

    def cut(self, axis, chosen):
        """Returns the part of an axis that a slice chooses. Where that is nothing, the array stays where it is."""
        if not 0 <= axis < len(self.shape):
            raise IndexError("no such axis")
        start, stop, step = chosen.indices(self.shape[axis])
        length, stride = len(range(start, stop, step)), self.strides[axis]
        address = self.address + start * stride if length else self.address
        shape, strides = list(self.shape), list(self.strides)
        shape[axis], strides[axis] = length, c_intp(stride * step).value if length else stride
        return self.with_layout(address, shape, strides)

    def pick(self, axis, at):
        if not 0 <= axis < len(self.shape):
            raise IndexError("no such axis")
        length = self.shape[axis]
        if not -length <= at < length:
            raise IndexError("no such index")
        address = self.address + (at % length) * self.strides[axis]
        return self.with_layout(address, without(self.shape, axis), without(self.strides, axis))

    def permute(self, axes):
        if sorted(axes) != list(range(len(self.shape))):
            raise ValueError("expected each axis once")
        return self.with_layout(self.address, [self.shape[axis] for axis in axes], [self.strides[axis] for axis in axes])

    def add_axis(self, axis):
        if not 0 <= axis <= len(self.shape):
            raise IndexError("no such place for an axis")
        shape, strides = list(self.shape), list(self.strides)
        shape.insert(axis, 1)
        strides.insert(axis, 0)
        return self.with_layout(self.address, shape, strides)

    def repeat(self, shape):
        added = len(shape) - len(self.shape)
        if added < 0 or any(old not in (1, new) for old, new in zip(self.shape, shape[added:])):
            raise ValueError("no broadcast to that shape")
        kept = [stride if old == new else 0 for old, new, stride in zip(self.shape, shape[added:], self.strides)]
        return self.with_layout(self.address, shape, [0] * added + kept)

    def take_field(self, name):
        if self.dtype.fields is None or name not in self.dtype.fields:
            raise KeyError(name)
        field = self.dtype.fields[name]
        strides = self.strides + c_strides(field.shape, field.dtype.size)
        return self.with_layout(self.address + field.offset, self.shape + field.shape, strides, field.dtype)

    def same(self):
        return self.with_layout(self.address, self.shape, self.strides)

    # Protocols

    @property
    def __array_interface__(self):
        entries = {"version": 3, "typestr": self.dtype.typestr, "shape": self.shape, "data": (self.address, self.read_only)}
        in_c_order = self.is_contiguous(range(len(self.shape))[::-1])
        return dict(entries, strides=None if in_c_order else self.strides, descr=describe(self.dtype))

    @property
    def ctypes(self):
        return Interface(self)


def need(is_so, what):
    """Refuses what a library cannot do."""
    if not is_so:
        raise NotImplementedError("expected %s" % what)


def without(items, at):
    return items[:at] + items[at + 1 :]


class Interface:
    """The array for foreign functions."""

    def __init__(self, array):
        self._array = array

    data = property(lambda self: self._array.address)
    shape = property(lambda self: self.shape_as(c_intp))
    strides = property(lambda self: self.strides_as(c_intp))
    _as_parameter_ = property(lambda self: self.data_as(c_void_p))

    def shape_as(self, obj):
        return c_array(obj, self._array.shape)

    def strides_as(self, obj):
        return c_array(obj, self._array.strides)

    def data_as(self, obj):
        pointer = ctypes.cast(self._array.address, obj)
        pointer.array = self._array  # what the pointer points into lives as long as the pointer
        return pointer


def c_array(item, numbers):
    return (item * len(numbers))(*numbers) if numbers else None


def imported(exporter, over=Array):
    """Returns an array over what an `__array_interface__` describes."""
    entries = exporter.__array_interface__
    shape, dtype, strides = entries["shape"], plain_type(entries["typestr"]), entries.get("strides")
    if not isinstance(shape, tuple) or any(length < 0 for length in shape):
        raise TypeError("expected a tuple of lengths, found %r" % (shape,))
    strides = c_strides(shape, dtype.size) if strides is None else strides
    if len(strides) != len(shape):
        raise ValueError("expected a stride for each axis")
    data = entries.get("data")
    if isinstance(data, tuple) and len(data) == 2 and isinstance(data[0], int):
        address, read_only = data
        if not 0 <= address <= 2 * LARGEST + 1:
            raise OverflowError("expected an address, found %d" % address)
        if not address and count(shape):
            raise ValueError("expected an address, found NULL")
        return over(exporter, dtype, address, shape, strides, bool(read_only))
    view = memoryview(exporter if data is None else data)
    start = address_of(view)
    return over.over(view, start, view.nbytes, dtype, entries.get("offset", 0), shape, strides, view.readonly)


def address_of(view):
    """Returns the address of the first byte of a memoryview, also of a read-only one."""
    holder = (c_void_p * 16)()  # room for a Py_buffer, whose first member is the address
    ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(view), holder, 0)
    address = holder[0] or 0
    ctypes.pythonapi.PyBuffer_Release(holder)
    return address
