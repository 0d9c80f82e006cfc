"""Lifetimes: objects that are taken from an array, and what they keep alive."""

import ctypes
import sys
from collections import namedtuple
from ctypes import addressof, c_void_p

from .buffer import HeldBuffer
from .collector import collect
from .dlpack import DLPACK_MEMBERS, held_tensor
from .interface import read_struct
from .types import typed_entry
from .values import held_address, receiver

# How an object is made from an array or from another object, and how to read the address that it holds.
Way = namedtuple("Way", "make address")

# The objects that are taken from an array.
EXPORTS = {
    "ctypes": Way(lambda adapter, array: adapter.ctypes(array), lambda adapter, kept: kept.data),
    "method": Way(lambda adapter, array: adapter.ctypes(array).data_as, lambda adapter, kept: held_address(kept(c_void_p))),
    "data": Way(lambda adapter, array: adapter.ctypes(array).data, lambda adapter, kept: kept),
    "shape": Way(lambda adapter, array: adapter.ctypes(array).shape, None),
    "strides": Way(lambda adapter, array: adapter.ctypes(array).strides, None),
    "shape_as": Way(lambda adapter, array, ctype: adapter.ctypes(array).shape_as(ctype), None),
    "strides_as": Way(lambda adapter, array, ctype: adapter.ctypes(array).strides_as(ctype), None),
    "data_as": Way(
        lambda adapter, array, ctype: adapter.ctypes(array).data_as(ctype), lambda adapter, kept: held_address(kept)
    ),
    "_as_parameter_": Way(
        lambda adapter, array: adapter.ctypes(array)._as_parameter_, lambda adapter, kept: held_address(kept)
    ),
    "interface": Way(lambda adapter, array: adapter.array_interface(array), lambda adapter, kept: kept["data"][0]),
    "struct": Way(lambda adapter, array: adapter.array_struct(array), lambda adapter, kept: read_struct(kept).data),
    "dlpack": Way(
        lambda adapter, array: adapter.dlpack(array, (1, 0)),
        lambda adapter, kept: DLPACK_MEMBERS["address"](*held_tensor(kept)),
    ),
    "buffer": Way(lambda adapter, array: HeldBuffer(adapter.buffer(array)), lambda adapter, kept: kept.filled.buf),
    "view": Way(lambda adapter, array: adapter.alias(array), lambda adapter, kept: adapter.data(kept)),
    "as_ctypes": Way(lambda adapter, array: adapter.ctypeslib.as_ctypes(array), lambda adapter, kept: addressof(kept)),
}

# The objects that are made from a pointer, or from an object of `as_ctypes`.
DERIVATIONS = {
    "contents": Way(lambda adapter, pointer: pointer.contents, lambda adapter, kept: addressof(kept)),
    "item": Way(lambda adapter, pointer: pointer[0], lambda adapter, kept: addressof(kept)),
    "byref": Way(lambda adapter, pointer: ctypes.byref(pointer), lambda adapter, kept: _address_behind(kept)),
    "pointer": Way(lambda adapter, pointer: ctypes.pointer(pointer), lambda adapter, kept: held_address(kept.contents)),
    "value": Way(lambda adapter, pointer: c_void_p(pointer.value), lambda adapter, kept: held_address(kept)),
    "cast": Way(lambda adapter, pointer, ctype: ctypes.cast(pointer, ctype), lambda adapter, kept: held_address(kept)),
    "as_array": Way(
        lambda adapter, pointer: adapter.ctypeslib.as_array(pointer, (1,)), lambda adapter, kept: adapter.data(kept)
    ),
}


def _address_behind(reference):
    """Returns the address in the pointer that a reference leads to."""
    return c_void_p.from_address(receiver(c_void_p)(reference)).value


def _export(number, what, case):
    case.watch()
    way, types = what
    case.held[number] = way.make(case.adapter, case.array, *types), way.address


def _derive(number, source, how, case):
    way, types = how
    case.held[number] = way.make(case.adapter, case.held[source][0], *types), way.address


def _drop(number, case):
    if number != "array":
        del case.held[number]
        return
    case.watch()
    case.let_go()
    case.memory.view = case.memory.block = None


def _overwrite(case):
    for _ in range(8):  # whatever the allocator hands out first
        case.filler.append(case.memory.fill_another())


def _read(number, count, case):
    kept, address = case.held[number]
    return ctypes.string_at(address(case.adapter, kept), count)


def _balance(what, case):
    way, types = what
    before = sys.getrefcount(case.array)
    try:
        way.make(case.adapter, case.array, *types)
    except Exception:
        pass  # the count shows whether the refusal kept a reference
    return sys.getrefcount(case.array) - before


def _call(what, case):
    way, types = what
    watchers, seen = [], []

    def temporary():
        array = case.adapter.alias(case.array)
        watchers.append(case.adapter.watch(array))
        return array

    function = ctypes.CFUNCTYPE(None, c_void_p)(lambda address: seen.append(watchers[0]() is not None))
    function(way.make(case.adapter, temporary(), *types))
    return seen[0]


STEPS = {
    "export": (_export, int, typed_entry(EXPORTS)),
    "derive": (_derive, int, int, typed_entry(DERIVATIONS)),
    "drop": (_drop, lambda text: text if text == "array" else int(text)),
    "collect": (lambda case: collect(),),
    "overwrite": (_overwrite,),
    "alive": (lambda case: case.watch()[0]() is not None,),
    "memory": (lambda case: case.watch()[1]() is not None,),
    "read": (_read, int, int),
    "balance": (_balance, typed_entry(EXPORTS)),
    "call": (_call, typed_entry(EXPORTS)),
}
