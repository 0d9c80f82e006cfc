"""Calls of foreign functions, which read in C what they are handed."""

import ctypes
import functools
import operator
import sys
from collections import namedtuple
from ctypes import POINTER, addressof, c_int, c_void_p, sizeof

from .answers import as_address
from .caches import cached
from .compiler import compiled
from .types import C_TYPES, c_type, typed_entry
from .values import VALUES, foreign

# Shared by both ways to make the functions. A width is the size of an integer in bytes, negative if it is signed.
C_SOURCE = r"""
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Does nothing: for the cost of a call. */
void take(const void *data, const void *shape, const void *strides)
{
    (void)data, (void)shape, (void)strides;
}

/* Copies size bytes from the pointer that it receives, and returns the pointer. */
void *receive(void *pointer, void *copy, size_t size)
{
    if (pointer != NULL)
        memcpy(copy, pointer, size);
    return pointer;
}

static intptr_t number(const void *numbers, int width, size_t at)
{
    switch (width) {
    case -1: return ((const int8_t *)numbers)[at];
    case -2: return ((const int16_t *)numbers)[at];
    case -4: return ((const int32_t *)numbers)[at];
    case 1: return ((const uint8_t *)numbers)[at];
    case 2: return ((const uint16_t *)numbers)[at];
    case 4: return ((const uint32_t *)numbers)[at];
    default: return (intptr_t)((const int64_t *)numbers)[at];
    }
}

/* Copies the elements of an array to seen, in C order, as long as there is room, and returns the number of bytes. */
size_t walk(const char *data, const void *shape, const void *strides, size_t axes, size_t size, int shape_width,
            int strides_width, char *seen, size_t room)
{
    size_t filled = 0, index[64] = {0}, axis;
    if (size == 0 || axes > 64)
        return 0;
    for (axis = 0; axis < axes; axis++)
        if (number(shape, shape_width, axis) <= 0)
            return 0;
    while (room - filled >= size) {
        const char *element = data;
        for (axis = 0; axis < axes; axis++)
            element += (intptr_t)index[axis] * number(strides, strides_width, axis);
        memcpy(seen + filled, element, size);
        filled += size;
        for (axis = axes; axis > 0; axis--) {
            if (++index[axis - 1] < (size_t)number(shape, shape_width, axis - 1))
                break;
            index[axis - 1] = 0;
        }
        if (axis == 0)
            break;
    }
    return filled;
}
"""

MAX_WALKED = 1 << 14  # bytes: a walk that the specification predicts sees fewer


def _take_python(data, shape, strides):
    """Does what `take` does in C."""


def _receive_python(pointer, copy, size):
    """Does what `receive` does in C."""
    if pointer is not None and size:
        ctypes.memmove(copy, pointer, size)
    return pointer or 0


def _walk_python(data, shape, strides, axes, size, shape_width, strides_width, seen, room):
    """Does what `walk` does in C."""

    def numbers(address, width):
        memory = ctypes.string_at(address, axes * abs(width)) if axes else b""
        items = [memory[at : at + abs(width)] for at in range(0, len(memory), abs(width))]
        return [int.from_bytes(item, sys.byteorder, signed=width < 0) for item in items]

    lengths, steps = numbers(shape, shape_width), numbers(strides, strides_width)
    if size == 0 or any(length <= 0 for length in lengths):
        return 0
    filled, index = 0, [0] * axes
    while room - filled >= size:
        ctypes.memmove(seen + filled, data + sum(map(operator.mul, index, steps)), size)
        filled += size
        for axis in reversed(range(axes)):
            index[axis] += 1
            if index[axis] < lengths[axis]:
                break
            index[axis] = 0
        else:
            break
    return filled


Functions = namedtuple("Functions", "take receive walk kept")  # addresses of the functions, and what they live in


@functools.lru_cache(1)
def functions():
    """Returns the foreign functions: from C if there is a compiler that works, otherwise made by ctypes."""
    return _built() or _made()


def _built():
    """Returns the functions as the compiler builds them from C; None if it cannot."""
    loaded = compiled(C_SOURCE)
    try:
        found = [getattr(loaded, name) for name in ("take", "receive", "walk")]
    except AttributeError:
        return None
    return Functions(*[ctypes.cast(function, c_void_p).value for function in found], kept=loaded)


def _made():
    """Returns the functions as ctypes makes them from Python."""
    size = ctypes.c_size_t
    take = ctypes.CFUNCTYPE(None, c_void_p, c_void_p, c_void_p)(_take_python)
    receive = ctypes.CFUNCTYPE(c_void_p, c_void_p, c_void_p, size)(_receive_python)
    walk = ctypes.CFUNCTYPE(size, c_void_p, c_void_p, c_void_p, size, size, c_int, c_int, c_void_p, size)(_walk_python)
    kept = take, receive, walk
    return Functions(*[ctypes.cast(function, c_void_p).value for function in kept], kept=kept)


@cached
def _receive(parameter):
    """Returns the function `receive` with that type of its first parameter; None if no parameter is declared."""
    declared = [] if parameter is None else [parameter, c_void_p, ctypes.c_size_t]
    return foreign(functions().receive, c_void_p, *declared)


@cached
def _walker(pointer, shape, strides):
    """Returns the function `walk` with these types of its first parameters."""
    size = ctypes.c_size_t
    declared = [pointer, POINTER(shape), POINTER(strides), size, size, c_int, c_int, c_void_p, size]
    return foreign(functions().walk, size, *declared)


def _handed(text):
    """Returns a function that yields the value, given the interface object, and the C type that the text names, or None."""
    if text == "ctypes":
        return lambda interface: interface, None
    get, types = typed_entry(VALUES)(text)
    return lambda interface: get(interface, *types), types[0] if types else None


def _hand_arguments(text):
    what, _, parameter = text.rpartition(" to ")
    return _handed(what)[0], None if parameter == "undeclared" else c_type(parameter)


def _hand(arguments, case):
    """Returns what the function receives: of a C array the memory, as it reads that; otherwise the address."""
    make, parameter = arguments
    value = make(case.interface)
    is_array = issubclass(type(value), ctypes.Array)
    size = sizeof(value) if is_array else 0
    copy = ctypes.create_string_buffer(size + 1)
    received = _receive(parameter)(value, c_void_p(addressof(copy)), ctypes.c_size_t(size))
    return copy.raw[:size] if is_array and received else as_address(received)


def _walk_arguments(text):
    pointer, _, by = text.partition(" by ")
    shape, _, strides = by.partition(" and ")
    return [_handed(part) for part in (pointer, shape, strides)]


def _signed_size(ctype):
    return -sizeof(ctype) if ctype(-1).value < 0 else sizeof(ctype)


def _walk(arguments, case):
    """Returns the memory of the elements that the function sees."""
    (pointer, ptype), (shape, shape_type), (strides, strides_type) = arguments
    interface, int_p = case.interface, C_TYPES["c_intp"]
    shape_type, strides_type = shape_type or int_p, strides_type or int_p
    axes, size = len(case.lengths("shape")), operator.index(case.adapter.itemsize(case.array))
    seen = ctypes.create_string_buffer(MAX_WALKED)
    # Held by a name each, as C's callers hold them.
    pointer, shape, strides = pointer(interface), shape(interface), strides(interface)
    widths = _signed_size(shape_type), _signed_size(strides_type)
    walk = _walker(ptype or c_void_p, shape_type, strides_type)
    filled = walk(pointer, shape, strides, axes, size, widths[0], widths[1], addressof(seen), MAX_WALKED)
    return seen.raw[:filled]


STEPS = {"hand": (_hand, _hand_arguments), "walk": (_walk, _walk_arguments)}
