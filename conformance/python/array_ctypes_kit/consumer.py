"""The consumer: whoever is handed an array by a producer, and what the suite asks of it."""

import ctypes
import operator
from ctypes import addressof, c_ssize_t, c_void_p
from functools import reduce

from .answers import Declined
from .api import python_api
from .buffer import py_buffer
from .producer import EXPORTERS


def door(takes, name=None, types="", accepts="", **promises):
    """Makes a method of a `Consumer` one of its doors, or another one: it is given an array and returns what the library makes
    of it. `types` and `accepts` are lists, or texts with spaces; for the other promises see PROTOCOL.md."""

    def register(method):
        if hasattr(Consumer, method.__name__):
            raise TypeError("expected another name for the door %s: the kit calls that method" % method.__name__)
        declared = dict(promises, name=name or method.__name__, takes=takes, types=_words(types), accepts=_words(accepts))
        method.doors = getattr(method, "doors", []) + [declared]
        return method

    return register


def _words(text):
    return text.split() if isinstance(text, str) else list(text)


class Consumer:
    """What the suite asks of a library that is handed arrays. The defaults fit libraries that look like NumPy, and memoryviews.

    `made` is always what a door returned. An exception from a door refuses the array.
    """

    name = version = "unknown"
    profiles = ["consumer"]
    limits = {}  # which arrays a producer cannot make, or the library cannot even be handed: see PROTOCOL.md
    based_on = None
    costs = {}

    def forget(self):
        """Empties what the library remembers of each type for as long as Python runs, if that grows without end."""

    def doors(self):
        """Returns the doors, as they are declared, with their methods."""
        methods = [getattr(self, name) for name in dir(type(self)) if hasattr(getattr(type(self), name), "doors")]
        return [(declared, method) for method in methods for declared in method.doors]

    def take(self, method, given):
        """Returns what the library makes of what it is given, through the method of a door."""
        made = method(given)
        if made is None:
            raise TypeError("expected an array from the door %s, found None; a door returns what the library makes" % method.__name__)
        return made

    def let_go(self, made):
        """Lets go of what a door returned. Nobody refers to it any more when this function has returned."""

    def produce(self, array, features):
        """Returns an array of the kind `object`, made by a C interface of the library's own, with the facts of `array`:
        `address`, `dtype`, `itemsize`, `shape`, `strides`, `is_read_only`."""
        raise Declined("no C interface of its own")

    def export(self, protocol, array, features):
        """Returns the export by which an array is handed over: that of the kit's own producer."""
        return EXPORTERS[protocol](array, features)

    def data(self, made):
        """Returns the address of the first element, or None for NULL."""
        if hasattr(made, "ctypes"):
            return made.ctypes.data
        with py_buffer(made, "full_ro") as filled:
            return _pointer(filled, (0,) * filled.ndim) if filled.strides else filled.buf

    def shape(self, made):
        return tuple(made.shape)

    def strides(self, made):
        """Returns the strides in bytes."""
        return tuple(made.strides)

    def itemsize(self, made):
        """Returns the size of an element in bytes."""
        return made.itemsize

    def length(self, made):
        """Returns the number of elements."""
        return made.size if hasattr(made, "size") else reduce(operator.mul, self.shape(made), 1)

    def read_only(self, made):
        """Returns true if the library offers no way to write to elements."""
        return made.readonly if hasattr(made, "readonly") else not made.flags.writeable

    def value(self, made, index):
        """Returns the value of an element: a boolean, an integer, a float or a complex number, perhaps as a scalar whose `item`
        returns that."""
        return made[index]

    def put(self, made, index, value):
        """Writes an element."""
        made[index] = value

    def bytes(self, made, index):
        """Returns the memory of an element."""
        if isinstance(made, memoryview):  # which cannot cut a part out of several axes
            with py_buffer(made, "full_ro") as filled:
                return ctypes.string_at(_pointer(filled, index), filled.itemsize)
        return made[index + (Ellipsis,)].tobytes()


def _pointer(filled, index):
    """Returns the address of an element of a buffer."""
    get_pointer = python_api(c_void_p, "PyBuffer_GetPointer", c_void_p, c_void_p)
    indices = (c_ssize_t * max(filled.ndim, 1))(*index)
    return get_pointer(addressof(filled), addressof(indices))


def plain_value(value):
    """Returns the number of Python that a value is."""
    if not isinstance(value, (bytes, str)) and callable(getattr(value, "item", None)):
        value = value.item()
    if value is None or isinstance(value, (bool, bytes, str, complex)):
        return value
    if isinstance(value, ctypes._SimpleCData):
        value = value.value
    try:
        return operator.index(value)
    except TypeError:
        return float(value)
