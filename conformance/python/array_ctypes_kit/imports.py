"""Arrays that the library makes from an `__array_interface__` of the kit."""

import itertools
from ctypes import c_void_p, sizeof

from .arguments import lengths, named_values, one_of
from .interface import facts


class Exporter:
    """An object with an `__array_interface__`."""

    def __init__(self, interface):
        self.__array_interface__ = interface


# Addresses wrap around: the start of a large file may have none.
ADDRESSES = 1 << 8 * sizeof(c_void_p)

# For each form of the entry `data`, how it is made, given the text after the word, the read-only flag and the memory.
IMPORT_DATA = {
    "at": lambda text, read_only, memory: ((memory.address + int(text)) % ADDRESSES, read_only),
    "address": lambda text, read_only, memory: (int(text), read_only),
    "buffer": lambda text, read_only, memory: memory.view,
    "list": lambda text, read_only, memory: [memory.address, read_only],
    "single": lambda text, read_only, memory: (memory.address,),
    "triple": lambda text, read_only, memory: (memory.address, read_only, read_only),
    "text": lambda text, read_only, memory: (hex(memory.address), read_only),
    "wide": lambda text, read_only, memory: (memory.address + ADDRESSES, read_only),
}

# For each other argument of the step, the entry of the interface that it becomes, and how its value is read.
IMPORT_ENTRIES = {
    "shape": ("shape", lengths),
    "shape_list": ("shape", lambda text: list(lengths(text))),
    "strides": ("strides", lengths),
    "typestr": ("typestr", str),
    "offset": ("offset", int),
    "version": ("version", int),
}


def _import(given, case):
    given = dict(given)
    form, _, text = given.pop("data").partition(":")
    read_only = given.pop("read_only") == "1"
    is_copied = given.pop("copied", "0") == "1"
    interface = {"data": one_of(IMPORT_DATA)(form)(text, read_only, case.memory)}
    for name, value in given.items():
        entry, read = one_of(IMPORT_ENTRIES)(name)
        interface[entry] = read(value)
    array = case.adapter.import_array(Exporter(interface))
    seen = facts(array, case.adapter)
    if is_copied:
        indices = itertools.product(*map(range, case.adapter.shape(array)))
        seen["elements"] = b"".join(bytes(case.adapter.item(array, index)) for index in indices).hex()
    return seen


STEPS = {"import": (_import, named_values)}
