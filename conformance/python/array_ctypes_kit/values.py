"""The facts of an array, and the values of its interface object: address, shape and strides."""

import ctypes
import operator
import struct
from ctypes import POINTER, c_ubyte, c_void_p

from .answers import Object, as_address
from .arguments import numbers
from .caches import cached
from .types import c_type, type_name, typed_entry, value_type


def held_address(pointer):
    """Returns the address that a pointer of any type holds, or that a plain number is."""
    return as_address(pointer if isinstance(pointer, int) else struct.unpack("P", pointer)[0] or None)


def _items(items, ctype):
    return list(items) if ctype is ctypes.py_object and items is not None else items


def _item_type(items):
    return None if items is None else type_name(items._type_)


class Undeclared(ctypes._CFuncPtr):
    """The type of a foreign function whose parameters are not declared, as those of a loaded library."""

    _flags_, _restype_ = ctypes._FUNCFLAG_CDECL, c_void_p


def foreign(address, result, *parameters):
    """Returns a foreign function whose types are declared, unless there are no parameters. They are those of the function
    alone: ctypes keeps each type of `CFUNCTYPE` as long as Python runs."""
    function = Undeclared(address)
    function.restype = result
    if parameters:
        function.argtypes = parameters
    return function


def _memmove(parameter, result):
    """Returns a foreign function, memmove, with that type of its first parameter, and of its result. When it is called to
    move no bytes, it returns its first argument."""
    address = ctypes.cast(ctypes.memmove, c_void_p).value
    function = foreign(address, result, parameter, c_void_p, ctypes.c_size_t)
    return lambda argument: function(argument, None, 0)


@cached
def receiver(ctype):
    """Returns a foreign function that returns the address that it receives for a parameter of that type."""
    return _memmove(ctype, c_void_p)


@cached
def returner(ctype):
    """Returns a foreign function that returns its argument, an address, as that type."""
    return _memmove(c_void_p, ctype)


def _object(name, case):
    case.objects.append(case.adapter.attribute(case.owner(name), name))
    return Object(id(case.objects[-1]))


def _assign(name, case):
    owner = case.owner(name)
    case.adapter.assign(owner, name, case.adapter.attribute(owner, name))


def _write_pointer(offset, content, case):
    if "ctypes" not in case.adapter.profiles:  # there is no pointer, only an address
        ctypes.memmove(case.data() + offset, content, len(content))
        return
    pointer = case.pointer(POINTER(c_ubyte))
    for at, byte in enumerate(content):
        pointer[offset + at] = byte


# For each value that the interface object yields, the value.
VALUES = {
    "data": lambda interface: interface.data,
    "shape": lambda interface: interface.shape,
    "strides": lambda interface: interface.strides,
    "shape_as": lambda interface, ctype: interface.shape_as(ctype),
    "strides_as": lambda interface, ctype: interface.strides_as(ctype),
    "data_as": lambda interface, ctype: interface.data_as(ctype),
    "_as_parameter_": lambda interface: interface._as_parameter_,
}


def _type(value, case):
    get, types = value
    return value_type(get(case.interface, *types))


STEPS = {
    "itemsize": (lambda case: operator.index(case.adapter.itemsize(case.array)),),
    "alignment": (lambda case: operator.index(case.adapter.alignment(case.array)),),
    "item": (lambda index, case: case.adapter.item(case.array, index), numbers),
    "flag": (lambda name, case: bool(case.adapter.flag(case.array, name)), str),
    "data": (lambda case: as_address(case.data()),),
    "shape": (lambda case: case.lengths("shape"),),
    "strides": (lambda case: case.lengths("strides"),),
    "shape-type": (lambda case: _item_type(case.interface.shape),),
    "strides-type": (lambda case: _item_type(case.interface.strides),),
    "shape_as": (lambda ctype, case: _items(case.interface.shape_as(ctype), ctype), c_type),
    "strides_as": (lambda ctype, case: _items(case.interface.strides_as(ctype), ctype), c_type),
    "data_as": (lambda ctype, case: held_address(case.pointer(ctype)), c_type),
    "_as_parameter_": (lambda case: held_address(case.interface._as_parameter_),),
    "type": (_type, typed_entry(VALUES)),
    "contents": (lambda ctype, case: bytes(case.pointer(POINTER(ctype)).contents), c_type),
    "index": (lambda at, ctype, case: case.pointer(POINTER(ctype))[at], int, c_type),
    "printed": (lambda ctype, case: repr(case.pointer(POINTER(ctype)).contents), c_type),
    "pass": (lambda ctype, case: as_address(receiver(ctype)(case.interface)), c_type),
    "assign": (_assign, str),
    "object": (_object, str),
    "write-pointer": (_write_pointer, int, bytes.fromhex),
    "write-item": (
        lambda content, index, case: case.adapter.write_item(case.array, content, index),
        bytes.fromhex,
        numbers,
    ),
    "write-shape": (lambda axis, value, case: operator.setitem(case.interface.shape, axis, value), int, int),
    "write-strides": (lambda axis, value, case: operator.setitem(case.interface.strides, axis, value), int, int),
    "absent": (lambda what, case: case.adapter.absent(case, what), str),
}
