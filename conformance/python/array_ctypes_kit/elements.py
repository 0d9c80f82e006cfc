"""Element types, as a producer describes them in each protocol. A type is a type string, or an object of JSON for fields."""

import ctypes
import re
import struct
import sys
from collections import namedtuple

from .caches import cached

NATIVE, OTHER = ("<", ">") if sys.byteorder == "little" else (">", "<")

Plain = namedtuple("Plain", "order kind size")  # the size is in bytes


@cached
def plain(typestr):
    """Returns what a type string says."""
    order, kind, number = re.match(r"([<>|=])(\w)(\d*)", typestr).groups()
    return Plain(order, kind, int(number or 8) * (4 if kind == "U" else 1))


def is_record(dtype):
    return not isinstance(dtype, str)


def item_size(dtype):
    return int(dtype["size"]) if is_record(dtype) else plain(dtype).size


def type_string(dtype):
    """Returns the type string of any type: fields are raw bytes in it."""
    return "|V%d" % item_size(dtype) if is_record(dtype) else dtype


def is_swapped(dtype):
    """Returns true if numbers of the type are in the other byte order."""
    return not is_record(dtype) and plain(dtype).order == OTHER


# Sizes and C types of numbers, by kind. A complex number is aligned as its parts are.
_C_TYPES = {"b": [ctypes.c_bool], "u": [ctypes.c_uint8, ctypes.c_uint16, ctypes.c_uint32, ctypes.c_uint64]}
_C_TYPES["f"] = [ctypes.c_uint16, ctypes.c_float, ctypes.c_double, ctypes.c_longdouble]
_C_TYPES["i"] = _C_TYPES["m"] = _C_TYPES["M"] = _C_TYPES["u"]


def alignment(dtype):
    """Returns the alignment in bytes."""
    if is_record(dtype):
        fields = [alignment(field["dtype"]) for field in dtype["fields"]]
        return max(fields, default=1) if dtype["aligned"] else 1
    _, kind, size = plain(dtype)
    if kind == "U":
        return 4
    kind, size = ("f", size // 2) if kind == "c" else (kind, size)
    return next((ctypes.alignment(ctype) for ctype in _C_TYPES.get(kind, []) if ctypes.sizeof(ctype) == size), 1)


# The array interface: `descr`


def described(dtype):
    """Returns `descr`: a list of fields, in which a field without a name is padding."""
    if not is_record(dtype):
        return [("", dtype)]
    parts = _parts(dtype)
    if parts is None:
        return [("", type_string(dtype))]
    found = []
    for field in parts:
        if isinstance(field, int):
            found.append(("", "|V%d" % field))
            continue
        name = (field["title"], field["name"]) if field["title"] else field["name"]
        of = described(field["dtype"]) if is_record(field["dtype"]) else field["dtype"]
        shape = tuple(map(int, field["shape"]))
        found.append((name, of, shape) if shape else (name, of))
    return found


def _parts(record):
    """Returns the fields of a record as they lie in memory, with the bytes between them as integers; None if they overlap."""
    at, parts = 0, []
    for field in sorted(record["fields"], key=lambda field: int(field["offset"])):
        start = int(field["offset"])
        if start < at:
            return None
        parts += [start - at] * (start > at) + [field]
        count = 1
        for length in field["shape"]:
            count *= int(length)
        at = start + count * item_size(field["dtype"])
    size = item_size(record)
    return parts + [size - at] * (size > at)


# The buffer protocol: `format`, in the syntax of the module struct and of PEP 3118

_CODES = {"b1": "?", "i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "f2": "e", "f4": "f", "f8": "d"}
_CODES.update(i8="q", u8="Q", c8="Zf", c16="Zd")
_LONG = ctypes.sizeof(ctypes.c_longdouble)
_LONG_CODES = {"f%d" % _LONG: "g", "c%d" % (2 * _LONG): "Zg"} if _LONG != 8 else {}
# A 64-bit integer is a C long where that has 64 bits.
_NATIVE = {"q": "l", "Q": "L"} if struct.calcsize("l") == 8 else {}


def buffer_format(dtype, is_standard=False):
    """Returns the format; None for types that have none, as those of time."""
    if is_record(dtype):
        return None if _has_time(dtype) else _record_format(dtype)
    order, kind, size = plain(dtype)
    if kind in "mM":
        return None
    if kind in "SV":
        return "%ds" % size
    if kind == "U":
        return ("" if order != OTHER else OTHER) + "%dw" % (size // 4)
    code = _CODES.get("%s%d" % (kind, size))
    if code is None:  # a long double has no standard size, so there are no words for one in the other order
        return "%ds" % size if order == OTHER else _LONG_CODES["%s%d" % (kind, size)]
    if order == OTHER:
        return OTHER + code
    return NATIVE + code if is_standard else _NATIVE.get(code, code)


def _has_time(dtype):
    return any(_has_time(field["dtype"]) for field in dtype["fields"]) if is_record(dtype) else plain(dtype).kind in "mM"


def _record_format(record):
    parts = _parts(record)
    if parts is None or any(":" in part["name"] for part in parts if not isinstance(part, int)):
        return "%ds" % item_size(record)
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += "%dx" % part
            continue
        of = buffer_format(part["dtype"])
        if not of.startswith(("T", OTHER)):
            of = "^" + of  # native, and not aligned by itself
        shape = "(%s)" % ",".join(part["shape"]) if part["shape"] else ""
        text += "%s%s:%s:" % (shape, of, part["name"])
    return "T{%s}" % text


# DLPack: code and bits

_DLPACK_CODES = {"i": 0, "u": 1, "f": 2, "c": 5, "b": 6}
# For each code, the sizes that type strings have too.
_DLPACK_BITS = {0: (8, 16, 32, 64), 1: (8, 16, 32, 64), 2: (16, 32, 64), 5: (64, 128), 6: (8,)}


def dlpack_type(dtype):
    """Returns code and bits of a number, in the order of bytes of the machine; None for other types."""
    if is_record(dtype) or plain(dtype).kind not in _DLPACK_CODES:
        return None
    _, kind, size = plain(dtype)
    part = size // 2 if kind == "c" else size
    return (_DLPACK_CODES[kind], 8 * size) if part <= 8 else None


def typestr_of_dlpack(code, bits, lanes):
    """Returns the type string of elements: raw bytes if they have several lanes. None if there is none."""
    if lanes != 1:
        return "|V%d" % (bits * lanes // 8) if lanes and not bits * lanes % 8 else None
    if bits not in _DLPACK_BITS.get(code, ()):
        return None
    (kind,) = (kind for kind, known in _DLPACK_CODES.items() if known == code)
    return "%s%s%d" % (NATIVE if bits > 8 else "|", kind, bits // 8)


# Values


def value_of(dtype, content):
    """Returns the value that bytes in memory have."""
    order, kind, size = plain(dtype)
    order = NATIVE if order in "|=" else order
    if kind in "SV":
        return bytes(content)
    if kind == "c":
        half = "%sf%d" % (order, size // 2)
        return complex(value_of(half, content[: size // 2]), value_of(half, content[size // 2 :]))
    if kind == "b":
        return content != b"\0"
    if kind in "iu":
        return int.from_bytes(content, "little" if order == "<" else "big", signed=kind == "i")
    if kind == "f" and size in (2, 4, 8):
        return struct.unpack(order + _CODES["f%d" % size], content)[0]
    raise NotImplementedError("no value of the type %s" % dtype)


def bytes_of(dtype, value):
    """Returns the bytes in memory that have a value."""
    order, kind, size = plain(dtype)
    order = NATIVE if order in "|=" else order
    if kind == "c":
        half = "%sf%d" % (order, size // 2)
        return bytes_of(half, value.real) + bytes_of(half, value.imag)
    if kind == "b":
        return b"\1" if value else b"\0"
    if kind in "iu":
        return value.to_bytes(size, "little" if order == "<" else "big", signed=kind == "i")
    if kind == "f" and size in (2, 4, 8):
        return struct.pack(order + _CODES["f%d" % size], value)
    raise NotImplementedError("no bytes of the type %s" % dtype)
