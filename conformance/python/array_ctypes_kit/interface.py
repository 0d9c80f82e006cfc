"""The array interface: `__array_interface__`, and `__array_struct__` with the C structure behind it."""

import ctypes
import operator
from ctypes import POINTER, Structure, c_char, c_int, c_void_p

from .answers import Address, as_address
from .api import python_api
from .arguments import one_of
from .buffer import py_buffer
from .types import C_TYPES, value_type

# For each entry, how it is read, given the entries and the array, which exposes its memory itself if `data` does not.
INTERFACE_KEYS = {
    "keys": lambda entries, array: " ".join(sorted(entries)),
    "data": lambda entries, array: exported(entries, array)[0],
    "read_only": lambda entries, array: exported(entries, array)[1],
    "shape": lambda entries, array: _entry_items(entries["shape"]),
    "strides": lambda entries, array: _entry_items(entries.get("strides")),
    "typestr": lambda entries, array: entries["typestr"],
    "descr": lambda entries, array: repr(_bare(entries["descr"])) if "descr" in entries else None,
    "version": lambda entries, array: entries["version"],
    "data-type": lambda entries, array: _type_of_data(entries.get("data")),
    "shape-type": lambda entries, array: _types_of_items(entries["shape"]),
    "strides-type": lambda entries, array: _types_of_items(entries.get("strides")),
}


def _bare(given):
    """Returns the list, tuple, text or number that a subclass stands for, so that all of them print alike."""
    if isinstance(given, (list, tuple)):
        return (list if isinstance(given, list) else tuple)(map(_bare, given))
    if isinstance(given, str):
        return str.__str__(given)
    try:
        return operator.index(given)
    except TypeError:
        return given


def _interface_entry(read, case):
    return read(case.adapter.array_interface(case.array), case.array)


def exported(entries, array):
    """Returns the address of the first element, and true if the memory is read-only: as `data` says, or as the buffer of an
    object does."""
    data = entries.get("data")
    if isinstance(data, (tuple, list)):
        return as_address(data[0]), bool(data[1])
    with py_buffer(array if data is None else data, "strides") as filled:
        return Address((filled.buf or 0) + entries.get("offset", 0)), bool(filled.readonly)


def _entry_items(numbers):
    """Returns lengths or strides as integers, whatever kind of numbers they are: the questions about types tell."""
    return None if numbers is None else tuple(map(operator.index, numbers))


def _type_of_data(data):
    """Returns the name of the type of the address; `buffer` if an object exposes it, None if the array itself does."""
    if data is None:
        return None
    if isinstance(data, tuple):
        return value_type(data[0])
    try:
        with py_buffer(data, "strides"):
            return "buffer"
    except TypeError:
        return value_type(data)


def _types_of_items(numbers):
    """Returns the name of the type of a sequence, with those of its items."""
    if numbers is None:
        return None
    items = sorted({value_type(number) for number in numbers})
    return value_type(numbers) + (" of " + ", ".join(items) if items else "")


def facts(array, adapter):
    """Returns the facts of an array that the library has made of what it was given."""
    seen = adapter.array_interface(array)
    shape, strides = [[str(item) for item in items] for items in (seen["shape"], adapter.strides(array))]
    data, read_only = adapter.data(array) or 0, exported(seen, array)[1]
    return dict(data=str(data), read_only=read_only, shape=shape, strides=strides, typestr=seen["typestr"])


class PyArrayInterface(Structure):
    """The C structure behind `__array_struct__`."""

    _fields_ = [("two", c_int), ("nd", c_int), ("typekind", c_char), ("itemsize", c_int), ("flags", c_int)]
    _fields_ += [("shape", POINTER(C_TYPES["c_intp"])), ("strides", POINTER(C_TYPES["c_intp"]))]
    _fields_ += [("data", c_void_p), ("descr", c_void_p)]


STRUCT_MEMBERS = {
    "two": operator.attrgetter("two"),
    "nd": operator.attrgetter("nd"),
    "typekind": lambda structure: structure.typekind.decode("latin-1"),
    "itemsize": operator.attrgetter("itemsize"),
    "flags": operator.attrgetter("flags"),
    "shape": lambda structure: structure.shape[: structure.nd],
    "strides": lambda structure: structure.strides[: structure.nd],
    "data": lambda structure: as_address(structure.data),
    "descr": lambda structure: structure.descr and python_api(ctypes.py_object, "PyObject_Repr", c_void_p)(structure.descr),
}


def read_struct(capsule):
    """Returns the structure in a capsule, which owns it."""
    get_pointer = python_api(c_void_p, "PyCapsule_GetPointer", ctypes.py_object, ctypes.c_char_p)
    return PyArrayInterface.from_address(get_pointer(capsule, None))


def _struct_member(read, case):
    capsule = case.adapter.array_struct(case.array)  # owns the structure, so it must outlive the reading
    return read(read_struct(capsule))


STEPS = {
    "interface": (_interface_entry, one_of(INTERFACE_KEYS)),
    "struct": (_struct_member, one_of(STRUCT_MEMBERS)),
}
