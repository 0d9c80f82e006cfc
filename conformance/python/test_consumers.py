"""Tests of the kit for consumers: of its producer, which must be honest, and of the adapters: `python test_consumers.py`."""

import os
import sys
import unittest

from adapter_process import HERE, AdapterTest, Child, case, mapped, needs_cpython, needs_numpy

# A consumer that looks at what it is handed, and answers questions about shape with what it saw.
LOOKS = """
import ctypes
import array_ctypes_kit as kit
from array_ctypes_kit.buffer import PyBuffer, python_api
from array_ctypes_kit.dlpack import DLManagedTensor, DLManagedTensorVersioned

def request(given, flags):
    filled = PyBuffer()
    python_api(int_, "PyObject_GetBuffer", ctypes.py_object, ctypes.c_void_p, int_)(given, ctypes.addressof(filled), flags)
    seen = (filled.ndim, bool(filled.shape), bool(filled.strides), bool(filled.suboffsets), bool(filled.format), filled.readonly)
    python_api(None, "PyBuffer_Release", ctypes.c_void_p)(ctypes.addressof(filled))
    return seen

int_ = ctypes.c_int

def look(capsule, structure, name, old):
    held = python_api(ctypes.c_void_p, "PyCapsule_GetPointer", ctypes.py_object, ctypes.c_char_p)(capsule, old)
    python_api(int_, "PyCapsule_SetName", ctypes.py_object, ctypes.c_char_p)(capsule, name)
    return structure.from_address(held)

USED, USED_VERSIONED = b"used_dltensor", b"used_dltensor_versioned"
delete = ctypes.CFUNCTYPE(None, ctypes.c_void_p)

class Looks(kit.Consumer):

    @kit.door("buffer")
    def flags(self, given):
        seen = []
        for flags in (0, 8, 0x18, 0x38, 0x58, 0x98, 0x1c, 0x118, 1):
            try:
                seen.append(sum(bool(bit) << at for at, bit in enumerate(request(given, flags)[1:])))
            except BufferError:
                seen.append(-1)
        return seen

    @kit.door("buffer")
    def leaks(self, given):
        python_api(None, "Py_IncRef", ctypes.py_object)(given)
        return []

    @kit.door("interface", "drops-twice")
    def drops_twice(self, given):
        python_api(None, "Py_DecRef", ctypes.py_object)(given)
        return []

    @kit.door("dlpack")
    def tensor(self, given):
        managed = look(given.__dlpack__(), DLManagedTensor, USED, b"dltensor")
        tensor = managed.tensor
        seen = [tensor.ndim, tensor.code, tensor.bits, tensor.lanes, tensor.byte_offset, bool(tensor.strides)]
        seen += list(tensor.device) + [bool(managed.deleter)]
        if managed.deleter:
            delete(managed.deleter)(ctypes.addressof(managed))
        return seen

    @kit.door("dlpack-versioned", "deletes-twice")
    def deletes_twice(self, given):
        managed = look(given.__dlpack__(max_version=(1, 0)), DLManagedTensorVersioned, USED_VERSIONED, b"dltensor_versioned")
        delete(managed.deleter)(ctypes.addressof(managed))
        delete(managed.deleter)(ctypes.addressof(managed))
        return []

    @kit.door("dlpack-versioned")
    def versioned(self, given):
        self.managed = look(given.__dlpack__(max_version=(1, 0)), DLManagedTensorVersioned, USED_VERSIONED, b"dltensor_versioned")
        return list(self.managed.version) + [self.managed.flags]

    @kit.door("dlpack-versioned", "forgets")
    def forgets(self, given):
        given.__dlpack__(max_version=(1, 0))
        return [] 

    @kit.door("pointer")
    def pointer(self, given):
        return list(given.shape) + list(given.strides) + [given.ndim, given.itemsize]

    @kit.door("pointer")
    def fails(self, given):
        raise SystemError("an error was set")

    @kit.door("pointer")
    def panics(self, given):
        raise Panic()

    def shape(self, made):
        return made

    def data(self, made):
        return None

class Panic(BaseException):
    pass

kit.serve(Looks())
"""


class ConsumerTest(AdapterTest):
    """Starts the adapter once: the kit builds its functions in C at each start."""

    command, environment = (), {}

    @classmethod
    def setUpClass(cls):
        cls.child = Child(*(cls.command or [cls.adapter]), **cls.environment)

    @classmethod
    def tearDownClass(cls):
        ended = cls.child.end()
        assert ended[:2] == (b"", 0), ended

    def setUp(self):
        """The adapter runs already."""

    def tearDown(self):
        self.assertIsNone(self.child.process.poll())

    def seen(self, door, *features, **array):
        """Returns what the consumer `Looks` saw."""
        take = "take " + door + (" with=" + ",".join(features) if features else "")
        answers = self.answers([take, "sees-shape"], **array)
        self.assertIsNone(answers[0], answers)
        return list(map(int, answers[1]["integers"]))


@needs_cpython
class Looks(ConsumerTest):
    command = ["-c", LOOKS]

    def test_a_request_for_a_buffer_is_answered_as_its_flags_say(self):
        # Bits: shape, strides, suboffsets, format, read-only.
        self.assertEqual(self.seen("flags:buffer"), [0, 1, 3, 3, 3, 3, 11, 3, 0])
        fortran = dict(shape=(2, 3), strides=(1, 2), dtype="|u1", size=6)
        self.assertEqual(self.seen("flags:buffer", **fortran), [-1, -1, 3, -1, 3, 3, 11, 3, -1])
        gaps = dict(shape=(2,), strides=(8,), size=12)
        self.assertEqual(self.seen("flags:buffer", **gaps), [-1, -1, 3, -1, -1, -1, 11, 3, -1])

    def test_read_only_memory_is_not_exported_for_writing(self):
        self.assertEqual(self.seen("flags:buffer", writeable=False), [16, 17, 19, 19, 19, 19, 27, 19, -1])

    def test_suboffsets_need_a_request_for_them(self):
        rows = dict(shape=(3, 1), strides=(4, 4))
        self.assertEqual(self.seen("flags:buffer", "suboffsets", **rows), [-1] * 7 + [7, -1])

    def test_an_exporter_of_no_axes_has_no_lengths(self):
        self.assertEqual(self.seen("flags:buffer", shape=(), strides=()), [0, 0, 0, 0, 0, 0, 8, 0, 0])

    def test_types_of_time_have_no_format(self):
        self.assertEqual(self.seen("flags:buffer", dtype="<M8[s]", shape=(1,), strides=(8,)), [-1] * 9)

    def test_a_reference_that_is_kept_and_one_that_is_dropped_too_often_are_counted(self):
        script = ["let-go", "producer-held", "producer-exports", "producer-lets-go"]
        self.assertEqual(self.answers(["take leaks:buffer"] + script)[2:4], [True, {"integer": "1"}])
        self.assertEqual(self.answers(["take drops-twice:interface"] + script)[2:4], [False, {"integer": "-1"}])
        self.assertEqual(self.answers(["take deletes-twice:dlpack-versioned"] + script)[2:4], [False, {"integer": "-1"}])

    def test_a_capsule_that_nobody_took_lets_go(self):
        answers = self.answers(["take forgets:dlpack-versioned", "producer-held", "producer-capsule", "producer-exports"])
        self.assertEqual(answers, [None, False, {"text": "dltensor_versioned"}, {"integer": "0"}])

    def test_a_tensor_describes_the_array_as_the_features_say(self):
        self.assertEqual(self.seen("tensor:dlpack"), [1, 0, 32, 1, 0, 1, 1, 0, 1])
        self.assertEqual(self.seen("tensor:dlpack", "offset", "no-strides"), [1, 0, 32, 1, 64, 0, 1, 0, 1])
        self.assertEqual(self.seen("tensor:dlpack", "no-deleter", "device"), [1, 0, 32, 1, 0, 1, 2, 0, 0])
        self.assertEqual(self.seen("tensor:dlpack", "lanes"), [1, 0, 16, 2, 0, 1, 1, 0, 1])
        self.assertEqual(self.seen("tensor:dlpack", "sub-byte"), [1, 0, 4, 1, 0, 1, 1, 0, 1])
        self.assertEqual(self.seen("tensor:dlpack", dtype="<c8", size=24, strides=(8,))[:3], [1, 5, 64])

    def test_a_version_says_what_the_features_ask_for(self):
        self.assertEqual(self.seen("versioned:dlpack-versioned"), [1, 0, 0])
        self.assertEqual(self.seen("versioned:dlpack-versioned", writeable=False), [1, 0, 1])
        self.assertEqual(self.seen("versioned:dlpack-versioned", "minor", "copied"), [1, 9, 2])
        self.assertEqual(self.seen("versioned:dlpack-versioned", "no-strides", "unknown-flag"), [1, 1, 1 << 40])
        self.assertEqual(self.seen("versioned:dlpack-versioned", "major")[:2], [2, 0])

    def test_the_producer_refuses_what_dlpack_has_no_words_for(self):
        def refused(door="tensor:dlpack", **array):
            return self.answers(["take " + door], **array)[0]["raises"]

        other = ">i4" if sys.byteorder == "little" else "<i4"
        self.assertEqual(refused(dtype=other), "BufferError")
        self.assertEqual(refused(dtype="|S4"), "BufferError")
        self.assertEqual(refused(shape=(2,), strides=(5,)), "BufferError")
        self.assertEqual(refused(writeable=False), "BufferError")

    def test_a_pointer_has_lengths_and_strides(self):
        self.assertEqual(self.seen("pointer:pointer", shape=(3, 1), strides=(4, -8)), [3, 1, 4, -8, 2, 4])

    def test_an_error_that_no_caller_can_handle_is_a_text(self):
        for door, name in ("fails", "SystemError"), ("panics", "Panic"):
            reply = self.child.ask(case("a", ["take %s:pointer" % door, "sees-shape"]))[0]["answers"]
            self.assertEqual((reply[0], reply[1]["raises"]), ({"text": name}, "OtherError"))

    def test_memory_that_nobody_holds_is_overwritten_once_the_producer_lets_go(self):
        answers = self.answers(["take pointer:pointer", "producer-writes 1 ff", "producer-memory", "producer-lets-go"])
        self.assertEqual(answers[2], {"bytes": "00ff02030405060708090a0b"})
        self.assertEqual(self.answers(["producer-lets-go", "producer-memory"])[1], {"bytes": "a5" * 12})

    def test_a_file_is_mapped_from_its_start(self):
        for mode, memory, file in ("r", "0001020304", "0001020304"), ("r+", "00ff020304", "00ff020304"):
            script = ["producer-memory", "producer-writes 1 ff", "producer-memory", "producer-file"]
            given = mapped("a", script, mode, dtype="|u1", shape=(3,), strides=(1,), offset=1, size=5)
            answers = self.child.ask(given)[0]["answers"]
            self.assertEqual([answers[0], answers[2], answers[3]], [{"bytes": text} for text in ("0001020304", memory, file)])
            self.assertEqual("raises" in (answers[1] or {}), mode == "r")
        grown = mapped("b", ["producer-memory"], "w+", dtype="|u1", shape=(3,), strides=(1,), offset=1, size=2)
        self.assertEqual(self.child.ask(grown)[0]["answers"], [{"bytes": "00" * 4}])


@unittest.skipIf(sys.version_info < (3, 12), "without a compiler, buffers are exported since Python 3.12")
class WithoutCompiler(Looks):
    environment = {"ARRAY_CTYPES_CC": ""}


SHARED = ["producer-held", "sees-value 1", "puts 01020304 1", "producer-memory", "let-go", "producer-held"]
WRITTEN = {"bytes": "000102030102030408090a0b"}


@needs_cpython
class MemoryView(ConsumerTest):
    adapter = os.path.join(HERE, "memoryview_consumer.py")
    door = "memoryview:buffer"

    def test_memory_is_shared_and_held(self):
        answers = self.answers(["take " + self.door] + SHARED)
        self.assertEqual(answers, [None, True, {"integer": "117835012"}, None, WRITTEN, None, False])

    def test_what_it_sees_is_the_array(self):
        script = "take %s; sees-data; sees-shape; sees-strides; sees-itemsize; sees-length; sees-read-only" % self.door
        answers = self.answers(script.split("; "), offset=4, shape=(2,))
        seen = [{"address": 4}, {"integers": ["2"]}, {"integers": ["4"]}, {"integer": "4"}, {"integer": "2"}, False]
        self.assertEqual(answers[1:], seen)


class Ctypes(MemoryView):
    adapter = os.path.join(HERE, "ctypes_consumer.py")
    door = "from_buffer:buffer"


@needs_numpy
class NumPy(MemoryView):
    adapter = os.path.join(HERE, "numpy_consumer.py")
    door = "asarray:interface"


class NumPyStruct(NumPy):
    door = "asarray-struct:struct"


class NumPyBuffer(NumPy):
    door = "asarray-buffer:buffer"


class NumPyDlpack(NumPy):
    door = "from_dlpack-versioned:dlpack-versioned"


if __name__ == "__main__":
    unittest.main(verbosity=1)
