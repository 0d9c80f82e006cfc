"""A consumer that takes whatever a protocol can say about memory of the CPU, and nothing else: it reads in plain Python.

It converts nothing that it is given: where the text of a protocol asks for a tuple, it refuses a list, and where it asks for an
integer, a boolean or an integer of another library. So in a pair it shows what is wrong with who exports an array.
"""

import ctypes
import operator
import platform
import re
from ctypes import addressof, c_char_p, c_int, c_void_p
from functools import reduce

import array_ctypes_kit as kit
from array_ctypes_kit.buffer import HeldBuffer, items_behind, python_api
from array_ctypes_kit.dlpack import held_tensor
from array_ctypes_kit.elements import NATIVE, OTHER, alignment, bytes_of, item_size, typestr_of_dlpack, value_of
from array_ctypes_kit.formats import element
from array_ctypes_kit.interface import read_struct

LAYOUTS = "strided negative odd-strides overlap unaligned empty no-axes no-value "
DOORS = {
    "pointer": dict(types="b i u f c m M S U V", accepts=LAYOUTS + "read-only swapped record"),
    "interface": dict(types="b i u f c m M S U V", accepts=LAYOUTS + "read-only swapped record memory"),
    "struct": dict(types="b i u f c m M S U V", accepts=LAYOUTS + "read-only swapped record"),
    "buffer": dict(types="b i u f c S U V", accepts=LAYOUTS + "read-only swapped record standard suboffsets"),
    "dlpack": dict(types="b i u f c", accepts=LAYOUTS + "lanes"),
    "dlpack-versioned": dict(types="b i u f c", accepts=LAYOUTS + "read-only lanes"),
}
MAX_AXES_OF_BUFFERS = 64
LONG_DOUBLE = ctypes.sizeof(ctypes.c_longdouble)
# The sizes in bytes that each kind of number has.
SIZES = {"b": (1,), "i": (1, 2, 4, 8), "u": (1, 2, 4, 8), "f": (2, 4, 8, LONG_DOUBLE), "c": (8, 16, 2 * LONG_DOUBLE)}
SIZES["m"] = SIZES["M"] = (8,)
C_CONTIGUOUS, F_CONTIGUOUS, ALIGNED, NOT_SWAPPED, WRITEABLE, HAS_DESCR = 0x1, 0x2, 0x100, 0x200, 0x400, 0x800
READ_ONLY, COPIED = 1, 2  # flags of DLPack


class BadArray(Exception):
    """Raised for what a protocol does not allow, or what no array of the CPU's memory is."""


def expect(is_so, expected, found):
    if not is_so:
        raise BadArray("expected %s, found %.80r" % (expected, found))


class Array:
    """An array that somebody else made. `held` is what keeps its memory, or None."""

    def __init__(self, held, address, typestr, shape, strides, read_only, suboffsets=None):
        self.held, self.address, self.typestr, self.read_only = held, address, typestr, read_only
        self.itemsize, self.shape, self.suboffsets = item_size(typestr), tuple(shape), suboffsets
        expect(all(length >= 0 for length in self.shape), "lengths from 0 up", self.shape)
        self.size = reduce(operator.mul, self.shape, 1)
        self.strides = self.packed(range(len(shape))[::-1]) if strides is None else tuple(strides)
        expect(len(self.strides) == len(self.shape), "a stride for each of %d axes" % len(self.shape), self.strides)
        expect(address or not self.size * self.itemsize, "an address", "NULL")

    def packed(self, axes):
        """Returns the strides of an array whose elements follow each other, along these axes from the fastest on."""
        strides, step = [0] * len(self.shape), self.itemsize
        for axis in axes:
            strides[axis], step = step, step * self.shape[axis]
        return tuple(strides)

    def strides_that_matter(self, strides):
        """Returns those that lead from one element to another."""
        return [stride for length, stride in zip(self.shape, strides) if length > 1 and self.size]

    def extent(self):
        """Returns the first byte of the elements and the end of the last, from the first element on."""
        reach = [(length - 1) * stride for length, stride in zip(self.shape, self.strides)] if self.size else [0]
        return sum(min(step, 0) for step in reach), sum(max(step, 0) for step in reach) + self.itemsize * bool(self.size)

    def locate(self, index):
        """Returns the address of an element."""
        if len(index) != len(self.shape) or not all(0 <= at < length for at, length in zip(index, self.shape)):
            raise IndexError("no such element")
        address = self.address
        for axis, at in enumerate(index):
            address += at * self.strides[axis]
            if self.suboffsets and self.suboffsets[axis] >= 0:
                address = c_void_p.from_address(address).value + self.suboffsets[axis]
        return address


def integers(numbers, what):
    """Returns the items of a tuple of Python's integers."""
    expect(isinstance(numbers, tuple), "a tuple of integers as " + what, numbers)
    for number in numbers:
        expect(is_integer(number), "integers of Python in " + what, (type(number).__name__, number))
    return numbers


def is_integer(number):
    return isinstance(number, int) and not isinstance(number, bool)


def checked_type(typestr):
    """Returns a type string, if it is one of elements in plain memory."""
    expect(isinstance(typestr, str), "text as typestr", typestr)
    found = re.match(r"([<>|])([a-zA-Z])(\d+)(\[\w+\])?$", typestr)
    expect(found, "a byte order, a kind and a size as typestr", typestr)
    order, kind, number = found.group(1), found.group(2), int(found.group(3))
    expect(kind in SIZES or kind in "SUV", "a kind of numbers, text or raw bytes", typestr)
    expect(number in SIZES.get(kind, (number,)), "a size that the kind has", typestr)
    expect(not found.group(4) or kind in "mM", "a unit of time only", typestr)
    expect(order != "|" or number == 1 or kind in "SV", "a byte order", typestr)
    return typestr


def checked_descr(descr):
    """Returns the size of the elements that a `descr` describes."""
    expect(isinstance(descr, list) and descr, "a list as descr", descr)
    size = 0
    for entry in descr:
        expect(isinstance(entry, tuple) and len(entry) in (2, 3), "tuples of two or three in descr", entry)
        name, of = entry[:2]
        names = name if isinstance(name, tuple) and len(name) == 2 else (name,)
        expect(all(isinstance(name, str) for name in names), "a name, or a title and a name, in descr", name)
        one = checked_descr(of) if isinstance(of, list) else item_size(checked_type(of))
        size += one * reduce(operator.mul, integers(entry[2], "the shape of a field") if len(entry) == 3 else (), 1)
    return size


def read_interface(entries, given):
    expect(isinstance(entries, dict), "a dictionary", entries)
    version, strides, data = entries.get("version"), entries.get("strides"), entries.get("data")
    expect(is_integer(version) and version >= 3, "version 3 or later, as an integer", version)
    expect(entries.get("mask") is None, "no mask", entries.get("mask"))
    shape, typestr = integers(entries.get("shape"), "shape"), checked_type(entries.get("typestr"))
    strides = strides if strides is None else integers(strides, "strides")
    if entries.get("descr") is not None:
        size = checked_descr(entries["descr"])
        expect(size == item_size(typestr), "%d bytes in descr, as in typestr" % item_size(typestr), size)
    offset = entries.get("offset", 0)
    expect(is_integer(offset) and offset >= 0, "an offset from 0 up", offset)
    if not isinstance(data, tuple):
        return read_memory(given, given if data is None else data, offset, typestr, shape, strides)
    expect(len(data) == 2 and is_integer(data[0]), "an address, as an integer of Python, and a flag as data", data)
    expect(isinstance(data[1], int) and data[1] in (0, 1), "true or false as the flag of read-only memory", data[1])
    expect(0 <= data[0] < 1 << 8 * ctypes.sizeof(c_void_p), "an address", data[0])
    expect(not offset, "no offset beside an address", offset)
    return Array(given, data[0], typestr, shape, strides, bool(data[1]))


def read_memory(given, exporter, offset, typestr, shape, strides):
    """Returns an array over the memory that an object exposes."""
    held = HeldBuffer(exporter, "simple")
    filled = held.filled
    made = Array((given, held), (filled.buf or 0) + offset, typestr, shape, strides, bool(filled.readonly))
    first, end = made.extent()
    expect(offset + first >= 0 and offset + end <= filled.len, "elements inside of %d bytes" % filled.len, (offset, first, end))
    return made


def read_structure(capsule, given):
    expect(type(capsule).__name__ == "PyCapsule", "a capsule", capsule)
    name = python_api(c_char_p, "PyCapsule_GetName", ctypes.py_object)(capsule)
    expect(name is None, "a capsule without a name", name)
    structure = read_struct(capsule)
    flags, axes, kind = structure.flags, structure.nd, structure.typekind.decode("latin-1")
    expect(structure.two == 2, "2 as the first member", structure.two)
    expect(axes >= 0, "a number of axes", axes)
    expect(structure.itemsize >= 0, "an item size", structure.itemsize)
    expect(kind in SIZES or kind in "SUV", "a kind of numbers, text or raw bytes", kind)
    has_order = structure.itemsize > 1 and kind not in "SV"
    order = (NATIVE if flags & NOT_SWAPPED else OTHER) if has_order else "|"
    units, rest = divmod(structure.itemsize, 4 if kind == "U" else 1)
    expect(not rest, "an item size of whole characters", structure.itemsize)
    typestr = checked_type("%s%s%d" % (order, kind, units))
    expect(not axes or structure.shape and structure.strides, "lengths and strides", "NULL")
    shape, strides = structure.shape[:axes], structure.strides[:axes]
    made = Array((given, capsule), structure.data, typestr, shape, strides, not flags & WRITEABLE)
    for flag, order in (C_CONTIGUOUS, range(axes)[::-1]), (F_CONTIGUOUS, range(axes)):
        same = made.strides_that_matter(made.packed(order)) == made.strides_that_matter(made.strides)
        expect(same or not flags & flag, "strides of that order, which flag %d says" % flag, made.strides)
    step = alignment(typestr)
    is_aligned = not any(number % step for number in [made.address or 0] * bool(made.size) + made.strides_that_matter(made.strides))
    expect(is_aligned or not flags & ALIGNED, "aligned elements, which the flags say", (made.address, made.strides))
    if flags & HAS_DESCR:
        expect(structure.descr, "a descr, which the flags say", "NULL")
        size = checked_descr(ctypes.cast(structure.descr, ctypes.py_object).value)
        expect(size == structure.itemsize, "%d bytes in descr" % structure.itemsize, size)
    return made


def read_buffer(given):
    held = HeldBuffer(given, "full_ro")
    filled = held.filled
    axes = filled.ndim
    expect(filled.obj, "the object that exports the buffer", "NULL")
    expect(0 <= axes <= MAX_AXES_OF_BUFFERS, "0 to 64 axes", axes)
    expect(not axes or filled.shape and filled.strides, "lengths and strides, which were asked for", "NULL")
    shape, strides = (items_behind(numbers, axes) or () for numbers in (filled.shape, filled.strides))
    expect(filled.itemsize >= 0, "an item size", filled.itemsize)
    typestr = element((filled.format or b"B").decode(), filled.itemsize).typestr
    suboffsets = items_behind(filled.suboffsets, axes)
    read_only = bool(filled.readonly)
    made = Array(held, filled.buf, typestr, shape, strides, read_only, suboffsets)
    expect(filled.len == made.size * made.itemsize, "%d bytes as length" % (made.size * made.itemsize), filled.len)
    return made


class HeldTensor:
    """A tensor. When this object goes, it calls the tensor's deleter."""

    def __init__(self, managed):
        self.managed = managed

    def __del__(self):
        if self.managed.deleter:
            ctypes.PYFUNCTYPE(None, c_void_p)(self.managed.deleter)(addressof(self.managed))


def read_tensor(given, **arguments):
    device = given.__dlpack_device__()
    expect(integers(device, "the device") == (1, 0), "memory of the CPU, device (1, 0)", device)
    capsule = given.__dlpack__(**arguments)
    expect(type(capsule).__name__ == "PyCapsule", "a capsule", capsule)
    name = python_api(c_char_p, "PyCapsule_GetName", ctypes.py_object)(capsule)
    expect(name == b"dltensor" or arguments and name == b"dltensor_versioned", "a tensor that nobody took", name)
    tensor, versioned = held_tensor(capsule)
    read_only = False
    if versioned:
        # Nothing behind the version means anything if the first number of it is another.
        expect(versioned.version[0] == 1, "major version 1", versioned.version[:])
        expect(not versioned.flags & ~(READ_ONLY | COPIED), "flags that are known", versioned.flags)
        read_only = bool(versioned.flags & READ_ONLY)
    expect(tensor.device[:] == [1, 0], "memory of the CPU", tensor.device[:])
    expect(tensor.ndim >= 0, "a number of axes", tensor.ndim)
    typestr = typestr_of_dlpack(tensor.code, tensor.bits, tensor.lanes)
    expect(typestr, "elements of whole bytes, of a known type", (tensor.code, tensor.bits, tensor.lanes))
    expect(tensor.shape or not tensor.ndim, "lengths", "NULL")
    must_have_strides = versioned and versioned.version[:] >= [1, 2] and tensor.ndim
    expect(tensor.strides or not must_have_strides, "strides, which version 1.2 does not leave out", "NULL")
    shape, strides = (items_behind(numbers, tensor.ndim) for numbers in (tensor.shape, tensor.strides))
    strides = strides if strides is None else [stride * item_size(typestr) for stride in strides]
    address = tensor.data and tensor.data + tensor.byte_offset
    made = Array(None, address, typestr, shape or (), strides, read_only)
    # From here on nobody refuses the array, so it is this consumer that calls the deleter.
    managed = versioned or kit.DLManagedTensor.from_address(addressof(tensor))
    python_api(c_int, "PyCapsule_SetName", ctypes.py_object, c_char_p)(capsule, USED_NAMES[name])
    made.held = HeldTensor(managed)
    return made


USED_NAMES = {b"dltensor": b"used_dltensor", b"dltensor_versioned": b"used_dltensor_versioned"}  # they outlive capsules


class Strict(kit.Consumer):
    name = "strict"
    version = platform.python_version()

    @kit.door("pointer", mutable=True, **DOORS["pointer"])
    def pointer(self, given):
        expect(given.address is None or is_integer(given.address), "an address, as an integer of Python", given.address)
        return Array(None, given.address, checked_type(given.typestr), given.shape[:], given.strides[:], False)

    @kit.door("interface", mutable=True, **DOORS["interface"])
    def interface(self, given):
        return read_interface(given.__array_interface__, given)

    @kit.door("struct", mutable=True, **DOORS["struct"])
    def struct(self, given):
        return read_structure(given.__array_struct__, given)

    @kit.door("buffer", mutable=True, **DOORS["buffer"])
    def buffer(self, given):
        return read_buffer(given)

    @kit.door("dlpack", mutable=True, **DOORS["dlpack"])
    def dlpack(self, given):
        return read_tensor(given)

    @kit.door("dlpack-versioned", "dlpack-versioned", mutable=True, **DOORS["dlpack-versioned"])
    def dlpack_versioned(self, given):
        return read_tensor(given, max_version=(1, 0))

    def data(self, made):
        return made.address

    def value(self, made, index):
        return value_of(made.typestr, self.bytes(made, index))

    def put(self, made, index, value):
        expect(not made.read_only, "memory that may be written to", "read-only memory")
        content = bytes_of(made.typestr, value)
        ctypes.memmove(made.locate(index), content, len(content))

    def bytes(self, made, index):
        return ctypes.string_at(made.locate(index), made.itemsize)

    def read_only(self, made):
        return made.read_only


if __name__ == "__main__":
    kit.serve(Strict())
