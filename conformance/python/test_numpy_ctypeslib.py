"""Tests of helpers for foreign functions, with the adapter of NumPy: `python test_numpy_ctypeslib.py`."""

import sys
import unittest

from adapter_process import AdapterTest, needs_numpy


@needs_numpy
class Ctypeslib(AdapterTest):
    def test_c_types_of_element_types_have_size_names_and_offsets(self):
        fields = [
            {"name": "b", "title": None, "dtype": ">i2", "shape": ["2"], "offset": "4"},
            {"name": "a", "title": "t", "dtype": "|i1", "shape": [], "offset": "0"},
        ]
        record = {"fields": fields, "size": "9", "aligned": False}
        script = ["ctypeslib as_ctypes_type", "ctypeslib as_ctypes_type Union(c_byte, c_short * 2)", "ctypeslib c_intp"]
        script += ["ctypeslib as_ctypes_type POINTER(c_int)"]
        answers = self.answers(script, dtype=record, shape=(1,), strides=(9,))
        swapped = "c_short.__ctype_be__" if sys.byteorder == "little" else "c_short"
        structure = "Structure(9, a=c_byte@0, b=%s * 2@4)" % swapped
        self.assertEqual([answer.get("text") for answer in answers[:2]], [structure, "Union(4, f0=c_byte@0, f1=c_short * 2@0)"])
        self.assertEqual(answers[3]["raises"], "TypeError")

    def test_objects_of_ctypes_are_arrays_and_back(self):
        script = ["ctypeslib as_ctypes", "ctypeslib as_ctypes-type", "ctypeslib as_array pointer shape=2,1 c_uint8"]
        script += ["ctypeslib as_array object int=7 c_uint8 * 2 * 3", "ctypeslib as_array null shape= c_int"]
        script += ["ctypeslib as_array pointer none c_int", "forked ctypeslib as_array pointer shape=1 c_char"]
        answers = self.answers(script)
        first = {"data": 0, "read_only": False, "shape": ["2", "1"], "strides": ["1", "1"], "typestr": "|u1"}
        second = dict(first, shape=["3", "2"], strides=["2", "1"])
        last = dict(first, shape=["1"], strides=["1"], typestr="|S1")
        expected = [{"address": 0}, {"text": "c_int * 3"}, {"seen": first}, {"seen": second}]
        self.assertEqual(answers[:4], expected)
        self.assertEqual([answer["raises"] for answer in answers[4:6]], ["ValueError", "TypeError"])
        self.assertEqual(answers[6], {"seen": last})

    def test_parameters_are_checked(self):
        script = ["ctypeslib ndpointer from_param", "ctypeslib ndpointer argument dtype=own ndim=1 shape=3 flags=C,aligned"]
        script += ["ctypeslib ndpointer result dtype=<i2 length=4", "ctypeslib ndpointer result dtype=<i2"]
        script += ["ctypeslib ndpointer %s" % use for use in ("argument ndim=2", "from_param flags=Z", "none", "list")]
        script += ["ctypeslib ndpointer class shape=2", "ctypeslib ndpointer class length=2", "ctypeslib ndpointer class ndim=2"]
        answers = self.answers(script)
        seen = {"data": 0, "read_only": False, "shape": ["4"], "strides": ["2"], "typestr": "<i2"}
        self.assertEqual(answers[:4], [{"address": 0}, {"address": 0}, {"seen": seen}, {"address": 0}])
        kinds = [answer["raises"] for answer in answers[4:8]]
        self.assertEqual(kinds, ["TypeError", "KeyError", "TypeError", "TypeError"])
        self.assertEqual(answers[8], answers[9])
        self.assertNotEqual(answers[8], answers[10])

    def test_libraries_are_loaded(self):
        script = ["ctypeslib load_library " + how for how in ("name", "file", "beside", "missing", "defective")]
        answers = self.answers(script)
        self.assertEqual(answers[:3], [True] * 3)
        self.assertEqual(answers[3]["raises"], "OSError")
        self.assertIn("raises", answers[4])


if __name__ == "__main__":
    unittest.main(verbosity=1)
