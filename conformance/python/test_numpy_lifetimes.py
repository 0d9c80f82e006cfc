"""Tests of scenarios of lifetimes, with the adapter of NumPy: `python test_numpy_lifetimes.py`."""

import unittest

from adapter_process import AdapterTest, needs_numpy, needs_views_freed


@needs_numpy
class Lifetimes(AdapterTest):
    def test_a_pointer_holds_the_array_where_that_is_claimed(self):
        holds = "holds" in self.child.hello["profiles"]
        for made in "data_as POINTER(c_int)", "data_as c_char_p", "_as_parameter_":
            script = "export 0 %s; drop array; collect; alive" % made
            for array in {}, {"writeable": False}, {"views": ["reverse 0"]}:
                self.assertEqual(self.last_answer(script, **array), holds)
                self.assertEqual(self.last_answer(script.replace("alive", "memory"), **array), holds)

    @needs_views_freed
    def test_the_kit_keeps_nothing_of_a_dropped_array(self):
        before = "data; object ctypes; object shape; struct data; data_as int; contents c_byte; export 0 interface; "
        for array in {}, {"writeable": False}, {"views": ["slice 0 1 _ 1"]}:
            for step in "alive", "memory":
                self.assertIs(self.last_answer(before + "drop array; collect; " + step, **array), False)
                self.assertIs(self.last_answer(before + "export 1 ctypes; drop array; " + step, **array), True)

    def test_a_kept_object_still_leads_to_the_same_bytes(self):
        protocols = ["dlpack", "buffer"] if self.child.hello["limits"]["dlpack_arguments"] else []
        for made in ["ctypes", "method", "view", "struct"] + protocols:
            script = "export 0 %s; drop array; overwrite; read 0 12" % made
            self.assertEqual(self.last_answer(script), {"bytes": bytes(range(12)).hex()})
            self.assertEqual(self.last_answer(script, writeable=False), {"bytes": bytes(range(12)).hex()})

    def test_each_object_holds_the_address(self):
        before = "export 0 data_as POINTER(c_int); export 1 _as_parameter_; export 2 data; export 3 interface; "
        before += "derive 4 0 contents; derive 5 0 byref; derive 6 0 pointer; derive 7 1 value; derive 8 0 cast c_void_p; "
        before += "export 9 data_as POINTER(c_byte * 2); derive 10 9 item; "
        for name in range(11):
            self.assertEqual(self.last_answer(before + "read %d 2" % name), {"bytes": "0001"})

    def test_objects_of_helpers_hold_the_address_and_the_memory(self):
        before = "export 0 as_ctypes; derive 1 0 as_array; export 2 data_as POINTER(c_byte); derive 3 2 as_array; drop 2; "
        for name in 0, 1, 3:
            self.assertEqual(self.last_answer(before + "read %d 2" % name), {"bytes": "0001"})
            others = "; ".join("drop %d" % other for other in (0, 1, 3) if other != name)
            self.assertIs(self.last_answer(before + others + "; drop array; memory"), True)

    def test_references_are_counted_and_temporaries_watched(self):
        if self.child.hello["limits"]["counts_references"]:
            for what in "ctypes", "struct", "strides_as c_int", "data_as POINTER(None)", "data_as int":
                self.assertEqual(self.last_answer("balance " + what), {"integer": "0"})
        self.assertIs(self.last_answer("call ctypes"), True)

    def test_an_unused_number_raises_an_exception(self):
        for step in "drop 3", "derive 1 0 contents", "read 0 1":
            self.assertEqual(self.last_answer(step)["raises"], "KeyError")


if __name__ == "__main__":
    unittest.main(verbosity=1)
