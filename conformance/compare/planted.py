"""A plugin of pytest that plants the fault COMPARE_FAULT, and records the arrays that the tests ask about in COMPARE_DRAWN.

`planted.py` as a program runs CPython's test of the buffer protocol so, with `memoryview` as the class that can have faults.
"""

import builtins
import os
import sys
import unittest

import planting

planting.plant(os.environ.get("COMPARE_FAULT"))


def count():
    import layouts
    from hypothesis.extra import array_api, numpy
    from numpy._core import _internal

    layouts.hook(numpy.ArrayStrategy, "do_draw", lambda made: made)
    layouts.hook(array_api.ArrayStrategy, "do_draw", lambda made: made._array)
    former = _internal._ctypes.__init__

    def init(self, array, ptr=None):
        former(self, array, ptr)
        asker = sys._getframe(1).f_code.co_filename
        if "/tests/" in asker or "/ctypeslib/" in asker:  # and not the counting itself
            layouts.record(array)

    _internal._ctypes.__init__ = init


def count_structures(module):
    """Records the arrays that CPython's test draws."""
    import layouts
    import numpy as np

    former = module.ndarray_from_structure

    def hooked(items, fmt, structure, flags=0):
        size, itemsize, _, shape, strides, offset = structure
        if not flags:  # otherwise the same array once more
            try:
                array = np.ndarray(shape, np.dtype(fmt), np.zeros(size, "u1"), offset, strides)
            except (TypeError, ValueError):
                return former(items, fmt, structure, flags)
            layouts.record(array, offset != 0)
        return former(items, fmt, structure, flags)

    module.ndarray_from_structure = hooked


def main():
    from faults_memoryview import View
    from test import test_buffer

    if "COMPARE_DRAWN" in os.environ:
        count_structures(test_buffer)
    else:
        builtins.memoryview = test_buffer.memoryview = View
    tests = unittest.defaultTestLoader.loadTestsFromModule(test_buffer)
    result = unittest.TextTestRunner(open(os.devnull, "w")).run(tests)
    print(result.testsRun, "tests")
    for test, _ in result.failures + result.errors:
        print("FAILED", test.id())


if __name__ == "__main__":
    main()
elif "COMPARE_DRAWN" in os.environ:
    count()
