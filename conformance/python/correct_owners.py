"""NumPy with arrays of its own in another way that is right too: `correct_owners.py NAME`. `--list` prints all names as JSON.

A twin differs from the adapter of NumPy where the interface leaves a choice, and really makes the other one: no rule may fault
it. Its docstring begins with its name, up to a colon.
"""

import json
import sys

import array_ctypes_kit as kit
import numpy as np
from numpy_adapter import NumPy


class OnlyCopies(NumPy):
    """only copies: the library does not calculate, and makes no zeros"""

    limits = dict(NumPy.limits, owners=["copy"])


class AddressUnknown(NumPy):
    """an unknown address: nothing but the interface tells where the memory is"""

    def owned_address(self, array):
        return None


class MemoryApart(NumPy):
    """memory apart from arrays: a view holds the memory, and not the array that it was taken of"""

    def apart(self, array):
        block = (kit.c_char * array.nbytes)()
        made = np.ndarray(array.shape, array.dtype, block)
        made.view("V%d" % array.itemsize)[...] = array.view("V%d" % array.itemsize)
        return made

    def copied(self, array):
        return self.apart(array)

    def added(self, array, zeros):
        return self.apart(super().added(array, zeros))

    def zeros(self, dtype, shape):
        return self.apart(super().zeros(dtype, shape))

    def storage(self, array):
        return array.base


class Uncounted(NumPy):
    """no counted references: an array is freed some time after its last holder, as in PyPy"""

    limits = dict(NumPy.limits, counts_references=False)


TWINS = {twin.__doc__.split(": ")[0]: twin for twin in NumPy.__subclasses__()}

if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:  # the kit has the standard output
        kit._send(json.dumps(list(TWINS)))
    elif len(sys.argv) == 2 and sys.argv[1] in TWINS:
        kit.serve(TWINS[sys.argv[1]]())
    else:
        sys.exit("expected one of these names, or --list: " + "; ".join(TWINS))
