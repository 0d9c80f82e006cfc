"""Tests of how the kit measures what asking costs: `python test_costs.py`."""

import unittest

from adapter_process import Child, needs_cpython

COSTS = """
import array_ctypes_kit as kit
from memoryview_adapter import MemoryView

assert kit.costs._quartiles([5, 1, 2, 9, 3, 4, 7, 8, 6, 10, 11]) == (6, 3, 9)
assert kit.costs._subtract([5, 1, 2, 9, 3, 4, 7, 8, 6, 10, 11], [1, 4, 2]) == (4, 0, 8)
assert kit.costs._subtract([1], [2]) == (0, 0, 0)

class Costs(MemoryView):
    costs = {"address": ["nowhere.find(a)", "nowhere(a)", "nowhere[a]", "broken.find(a)", "a.address"]}
    costs["shape"] = ["a.shape +", "a.shape) + (1", "b.shape  # b = a", "a.shape, a.strides"]
    costs["all"] = ["a  # as it is"]

    def names(self, array):
        broken = kit.optional("array_ctypes_kit", lambda module: module.no_such_thing)
        return dict(super().names(array), nowhere=kit.optional("no_such_library"), broken=broken)

    def array(self, memory, dtype, offset, shape, strides):
        if shape == (1,):
            raise ValueError("too short")
        return super().array(memory, dtype, offset, shape, strides)

kit.serve(Costs())
"""

BORROWS = """
import ctypes, weakref
import array_ctypes_kit as kit
from memoryview_adapter import MemoryView

class Borrows(MemoryView):
    costs = {"address": ["first(a)"]}

    def array(self, memory, dtype, offset, shape, strides):
        self.memory = weakref.ref(memory)
        self.block = weakref.ref(memory.block)
        return memory.address + offset

    def names(self, array):
        return dict(super().names(array), first=self.first)

    def first(self, array):
        if self.memory() is None or self.block() is None:
            raise RuntimeError("the memory is gone")
        return ctypes.string_at(array, 4)

kit.serve(Borrows())
"""


@needs_cpython
class Costs(unittest.TestCase):
    def test_ways_that_cannot_be_measured_are_reported_beside_the_others(self):
        child = Child("-c", COSTS)
        costs = child.bench()["costs"]
        names = ["nowhere.find(a)", "nowhere(a)", "nowhere[a]", "broken.find(a)", "a.address"]
        names += ["a.shape +", "a.shape) + (1", "b.shape  # b = a", "a.shape, a.strides", "a  # as it is"]
        self.assertEqual([cost["name"] for cost in costs], names)
        missing = [cost.get("missing") for cost in costs]
        self.assertEqual(missing[:3], ["not installed: no_such_library"] * 3)
        self.assertIn("AttributeError: module 'array_ctypes_kit' has no attribute", missing[3])
        self.assertIn("AttributeError: 'memoryview' object has no attribute", missing[4])
        self.assertTrue(missing[5].startswith("SyntaxError: "), missing[5])
        self.assertTrue(missing[6].startswith("SyntaxError: "), missing[6])
        self.assertEqual(missing[7], "NameError: name 'b' is not defined")
        self.assertTrue(missing[8].startswith("TypeError: "), missing[8])
        self.assertIsNone(missing[9])
        refused = child.bench(shape=(1,))
        self.assertRegex(refused.pop("place"), r"^<string>:\d+ in ")
        self.assertEqual(refused, {"raises": "ValueError", "message": "too short"})
        self.assertEqual(child.end()[:2], (b"", 0))

    def test_the_memory_lives_while_its_array_is_measured(self):
        child = Child("-c", BORROWS)
        (cost,) = child.bench()["costs"]
        self.assertEqual(set(cost), {"question", "name", "median", "low", "high"}, cost)
        self.assertEqual(child.end()[:2], (b"", 0))


if __name__ == "__main__":
    unittest.main(verbosity=1)
