"""Tests of the adapter of NumPy, profiles core, ctypes, interface, buffer, dlpack and absent: `python test_numpy.py`."""

import struct
import sys
import unittest

from adapter_process import NATIVE, PYPY, AdapterTest, Child, case, needs_numpy

OFFSET = """
import ctypes, sys
import array_ctypes_kit as kit
from memoryview_adapter import MemoryView

made = []

@ctypes.PYFUNCTYPE(None, ctypes.c_void_p)
def destroy(capsule):
    sys.stderr.write("freed\\n")

class Offset(MemoryView):
    def dlpack(self, array, max_version):
        whole = kit.DLManagedTensorVersioned(flags=1)
        whole.version[:] = 1, 3
        whole.tensor.ndim, whole.tensor.byte_offset = 1, 8
        whole.tensor.data = self.data(array)
        made.append(whole)
        new = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, type(destroy))
        return new(("PyCapsule_New", ctypes.pythonapi))(ctypes.addressof(whole), b"dltensor_versioned", destroy)

kit.serve(Offset())
"""


@needs_numpy
class NumPy(AdapterTest):
    def test_c_types_are_read_as_python_spells_them(self):
        script = ["sizeof Structure(c_byte, c_short * 3)", "name POINTER(Union(c_int16, c_char))", "sizeof int"]
        size, name, refused = self.answers(script)
        self.assertEqual((size, name), ({"integers": ["8", "2"]}, {"text": "POINTER(Union(c_short, c_char))"}))
        self.assertEqual(refused["raises"], "TypeError")

    def test_pointers_are_read_and_written_through(self):
        script = ["write-pointer 1 aabb", "contents c_ubyte * 4", "index -1 c_byte", "pass c_void_p", "pass c_int"]
        answers = self.answers(script, shape=(2,), offset=4, writeable=False)
        expected = [None, {"bytes": "04aabb07"}, {"integer": "3"}, {"address": 4}]
        self.assertEqual((answers[:4], answers[4]["raises"]), (expected, "TypeError"))

    def test_foreign_functions_receive_what_ctypes_hands_them(self):
        script = ["hand shape_as c_short to undeclared", "hand strides to c_void_p", "hand ctypes to undeclared"]
        script += ["hand data_as POINTER(c_int) to POINTER(c_int)", "hand shape to POINTER(c_byte)", "hand data to c_void_p"]
        script += ["walk data_as POINTER(c_int) by shape_as c_ubyte and strides_as c_byte"]
        answers = self.answers(script, dtype=NATIVE + "i4", views=["reverse 0"])
        short, stride = struct.pack("h", 3).hex(), struct.pack("n", -4).hex()
        expected = [{"bytes": short}, {"bytes": stride}, {"address": 8}, {"address": 8}]
        self.assertEqual(answers[:4] + answers[5:6], expected + [{"address": 8}])
        self.assertEqual((answers[4]["raises"], answers[6]), ("TypeError", {"bytes": "08090a0b0405060700010203"}))
        none = [None, None, {"bytes": "00010203"}]
        script = ["hand shape to undeclared", "hand strides to POINTER(c_intp)", "walk ctypes by shape and strides"]
        self.assertEqual(self.answers(script, shape=(), strides=()), none)

    def test_elements_are_written_as_bytes(self):
        script = ["write-item 01020304 1", "item 1", "write-shape 0 7", "shape"]
        expected = [None, {"bytes": "01020304"}, None, {"integers": ["3"]}]
        self.assertEqual(self.answers(script, dtype=">f4"), expected)

    def test_the_interface_is_read_and_imported(self):
        script = ["interface strides", "struct typekind", "struct strides", "struct descr"]
        script += ["import data=at:4 read_only=1 shape=2 typestr=<i4 version=3"]
        script += ["import data=buffer read_only=0 shape=1 strides=-4 typestr=<i4 offset=8 version=3"]
        script += ["import data=wide read_only=0 shape=1 typestr=<i4 version=3"]
        answers = self.answers(script, views=["slice 0 _ _ 2"])
        expected = [{"integers": ["8"]}, {"text": "i"}, {"integers": ["8"]}, None]
        first = {"data": 4, "read_only": True, "shape": ["2"], "strides": ["4"], "typestr": "<i4"}
        second = {"data": 8, "read_only": False, "shape": ["1"], "strides": ["-4"], "typestr": "<i4"}
        self.assertEqual(answers[:6], expected + [{"seen": first}, {"seen": second}])
        self.assertEqual(answers[6]["raises"], "OverflowError")

    def test_the_buffer_protocol_receives_the_request(self):
        script = ["buffer full_ro " + member for member in "address len itemsize readonly ndim format strides".split()]
        script += ["buffer nd strides", "buffer strides suboffsets", "buffer simple shape", "buffer strides format"]
        script += ["buffer c_contiguous address", "buffer full address"]
        answers = self.answers(script, dtype=">i2", shape=(2,), strides=(-6,), offset=6, writeable=False)
        expected = [{"address": 6}, {"integer": "4"}, {"integer": "2"}, True, {"integer": "1"}, {"text": ">h"}]
        self.assertEqual(answers[:7], expected + [{"integers": ["-6"]}])
        # NumPy refuses with ValueError, where the protocol asks for BufferError.
        raised = [answer and answer.get("raises") for answer in answers[7:]]
        self.assertEqual(raised, ["ValueError", None] * 2 + ["ValueError"] * 2)

    def test_dlpack_receives_the_request(self):
        script = ["dlpack unversioned " + member for member in "address device ndim dtype shape version readonly".split()]
        answers = self.answers(script, dtype=NATIVE + "u2", shape=(2, 2), strides=(-4, -2), offset=8)
        expected = [{"address": 8}, {"integers": ["1", "0"]}, {"integer": "2"}, {"integers": ["1", "16", "1"]}]
        self.assertEqual(answers, expected + [{"integers": ["2", "2"]}, None, None])
        strides, refused = self.answers(["dlpack versioned strides"], views=["reverse 0"]) + self.answers(
            ["dlpack versioned address"], strides=(5,), size=14
        )
        self.assertEqual((strides, refused["raises"]), ({"integers": ["-1"]}, "BufferError"))

    def test_dlpack_receives_the_arguments(self):
        if not self.child.hello["limits"]["dlpack_arguments"]:
            self.skipTest("this NumPy takes no arguments")
        version = {"integers": ["1", "0"]}
        wanted = {"copy=true elements": {"bytes": "0a0b0809"}, "copy=true copied": True, "copy=true flags": {"integer": "2"}}
        wanted.update({"copy=false copied": False, "dl_device=1.0 address": {"address": 10}})
        wanted.update({"stream=none address": {"address": 10}, "max_version=0.8 version": None})
        wanted.update({"max_version=1.3 version": version, "max_version=2.0 version": version})
        wanted.update({"versioned strides-given": {"integers": ["1", "0", "1"]}, "unversioned flags": None})
        array = {"dtype": NATIVE + "u2", "shape": (2,), "strides": (-2,), "offset": 10, "size": 12}
        self.assertEqual(self.answers(["dlpack " + words for words in wanted], **array), list(wanted.values()))
        device, moved, streamed = self.answers(["dlpack-device", "dlpack dl_device=2.0 device", "dlpack stream=1 address"])
        self.assertEqual((device, streamed["raises"]), (version, "OtherError"))
        self.assertIn(moved["raises"], ["BufferError", "ValueError"])

    def test_different_objects_have_different_numbers(self):
        first, second = self.answers(["object ctypes", "object ctypes"])
        self.assertNotEqual(first, second)

    def test_records_have_titles_sub_arrays_and_padding(self):
        fields = [
            {"name": "a", "title": None, "dtype": "|i1", "shape": [], "offset": "0"},
            {"name": "b", "title": "t", "dtype": "<i2", "shape": ["2"], "offset": "2"},
        ]
        record = {"fields": fields, "size": "8", "aligned": True}
        answers = self.answers(["interface descr", "alignment"], dtype=record, shape=(1,), strides=(8,))
        descr = "[('a', '|i1'), ('', '|V1'), (('t', 'b'), '<i2', (2,)), ('', '|V2')]"
        self.assertEqual(answers, [{"text": descr}, {"integer": "2"}])

    def test_without_ctypes_another_process_makes_the_same_array(self):
        if self.child.hello["version"].startswith("1.16."):
            self.skipTest("NumPy 1.16 cannot be imported without ctypes")
        script = ["absent ctypes", "absent data", "absent shape", "absent strides", "absent shape_as", "absent _as_parameter_"]
        answers = self.answers(script, shape=(2,), offset=4, size=17, at=3, views=["reverse 0"])
        expected = [True, {"address": 8}, {"integers": ["2"]}, {"integers": ["-4"]}]
        self.assertEqual(answers[:4], expected)
        self.assertEqual(answers[4]["raises"], "TypeError")
        self.assertIn("raises", answers[5])

    def test_a_reshape_that_needs_a_copy_is_refused(self):
        views = ["reshape 1 3", "broadcast 2 3", "reshape 6"]
        self.assertEqual(self.child.ask(case("a", ["data"], views=views))[0]["raises"], "ValueError")


@unittest.skipIf(PYPY, "PyPy cannot make a capsule")
class Tensor(unittest.TestCase):
    """A capsule whose tensor begins after its data, which NumPy never makes."""

    def test_the_offset_is_added_and_the_capsule_is_freed_once(self):
        child = Child("-c", OFFSET)
        script = ["dlpack versioned " + member for member in ("address", "version", "readonly", "strides")]
        reply = child.ask(case("a", script))[0]
        address = {"address": str(int(reply["buffer"]) + 8)}
        self.assertEqual(reply["answers"], [address, {"integers": ["1", "3"]}, True, None])
        rest, code, errors = child.end()
        self.assertEqual((rest, code, errors.count("freed")), (b"", 0, 4))


if __name__ == "__main__":
    unittest.main(verbosity=1)
