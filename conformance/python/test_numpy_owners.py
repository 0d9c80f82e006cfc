"""Tests of arrays that own their memory, with the adapter of NumPy: `python test_numpy_owners.py`."""

import unittest

from adapter_process import NATIVE, AdapterTest, case, needs_numpy


def owned(identifier, script, owner, **array):
    """Returns a case of an array that owns memory with the bytes 0, 1, 2, …, or zeros."""
    made = case(identifier, script, **array)
    made["array"]["owner"] = owner
    if owner == "zeros":
        made["array"]["buffer"]["bytes"] = bytes(int(made["array"]["buffer"]["size"])).hex()
    return made


@needs_numpy
class Owners(AdapterTest):
    def answers_of(self, owner, script, **array):
        array.setdefault("dtype", NATIVE + "i4")
        reply = self.child.ask(owned("a", script.split("; "), owner, **array))[0]
        return reply, reply["answers"]

    def test_each_owner_is_made_by_the_library_with_these_bytes(self):
        self.assertEqual(self.child.hello["limits"]["owners"], ["copy", "sum", "zeros"])
        for owner, content in ("copy", bytes(range(12))), ("sum", bytes(range(12))), ("zeros", bytes(12)):
            reply, answers = self.answers_of(owner, "data; item 1; shape; ctypeslib ndpointer from_param flags=OWNDATA")
            self.assertEqual(answers[0], {"address": reply["buffer"]})
            self.assertEqual(answers[1:3], [{"bytes": content[4:8].hex()}, {"integers": ["3"]}])
            self.assertEqual(answers[3], answers[0])

    def test_a_sum_without_axes_is_an_array(self):
        _, answers = self.answers_of("sum", "item; shape", shape=(), strides=(), size=4)
        self.assertEqual(answers, [{"bytes": "00010203"}, {"integers": []}])

    def test_the_kit_keeps_nothing_of_a_dropped_owner_or_of_its_sources(self):
        for owner in "copy", "sum", "zeros":
            for views in [], ["slice 0 1 _ 1"]:
                dropped = "export 0 data; drop array; collect; alive; memory"
                self.assertEqual(self.answers_of(owner, dropped, views=views)[1][3:], [False, False])
                kept = "export 0 ctypes; drop array; overwrite; alive; memory; read 0 4"
                start = 4 * len(views) if owner != "zeros" else None
                content = bytes(4) if start is None else bytes(range(start, start + 4))
                self.assertEqual(self.answers_of(owner, kept, views=views)[1][3:], [True, True, {"bytes": content.hex()}])


if __name__ == "__main__":
    unittest.main(verbosity=1)
