"""Tests of the kit for consumers: of its producer, which must be honest, and of the adapters: `python test_consumers.py`."""

import ctypes
import os
import subprocess
import sys
import unittest

import array_ctypes_kit as kit
from array_ctypes_kit import capsules
from array_ctypes_kit.producer import Produced

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


class Doors(unittest.TestCase):
    def test_a_door_has_a_name_that_the_kit_does_not_call(self):
        def data(self, given):
            return given

        self.assertRaisesRegex(TypeError, "another name for the door data", kit.door("buffer", types="i"), data)

    @unittest.skipUnless(hasattr(ctypes, "pythonapi"), "ctypes cannot make a capsule here")
    def test_a_structure_without_a_deleter_stays(self):
        given = {"dtype": "<i4", "offset": "0", "shape": ["3"], "strides": ["4"], "writeable": True}
        given["buffer"] = {"size": "12", "at": 0, "bytes": ""}
        for features, stays in ((set(), 0), ({"no-deleter"}, 1)):
            before = len(capsules.FOREVER)
            export = capsules.Dlpack(Produced(given, None), features)
            export.take().__dlpack__()
            export.close()
            self.assertEqual(len(capsules.FOREVER) - before, stays)

    def test_a_door_that_returns_nothing_refuses_with_a_message(self):
        def view(given):
            pass

        self.assertRaisesRegex(TypeError, "the door view, found None", kit.Consumer().take, view, None)


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
        # A reference to the exporter of a buffer keeps no memory.
        self.assertEqual(self.answers(["take leaks:buffer"] + script)[2:4], [False, {"integer": "1"}])
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
        self.assertEqual(self.seen("tensor:dlpack", "bfloat", dtype="<i2", size=6, strides=(2,))[:4], [1, 4, 16, 1])
        self.assertEqual(self.seen("tensor:dlpack", "bfloat", dtype="|u1", size=3, strides=(1,))[:4], [1, 10, 8, 1])
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


class StrictPointer(MemoryView):
    adapter = os.path.join(HERE, "strict_consumer.py")
    door = "pointer:pointer"

    def test_memory_is_shared_and_held(self):
        """A bare pointer holds nothing."""
        script = ["take " + self.door] + [step for step in SHARED if step != "producer-held"]
        self.assertEqual(self.answers(script), [None, {"integer": "117835012"}, None, WRITTEN, None])


class StrictInterface(MemoryView):
    adapter = os.path.join(HERE, "strict_consumer.py")
    door = "interface:interface"


class StrictStruct(StrictInterface):
    door = "struct:struct"


class StrictBuffer(StrictInterface):
    door = "buffer:buffer"


class StrictDlpack(StrictInterface):
    door = "dlpack:dlpack"


class StrictDlpackVersioned(StrictInterface):
    door = "dlpack-versioned:dlpack-versioned"


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


# Formats that are right and that are wrong, with item sizes.
FORMATS = """
from array_ctypes_kit.formats import element

for text, size, expected in [
    ("<i", 4, "<i4"), ("!Zd", 16, ">c16"), (">3w", 12, ">U3"), ("5s", 5, "|S5"), ("<l", 4, "<i4"), (" <e", 2, "<f2"),
    ("4x", 4, "|V4"), ("3i", 12, "|V12"), ("(2,3)<h", 12, "|V12"), ("<(2,3)h", 12, "|V12"), ("T{<h:a:(2)>i:b:3x}", 13, "|V13"),
    ("bi", 8, "|V8"), ("=bi", 5, "|V5"), ("^bi", 5, "|V5"), ("ib", 8, "|V8"), ("ib", 5, "|V5"), ("T{T{b:x:}:y:^i:z:}", 5, "|V5"),
]:
    assert element(text, size) == (expected, size), (text, element(text, size))
for text, size in [("<i", 8), ("T{B:a:}", 8), ("O", 8), ("T{i", 4), ("i}", 4), ("Zi", 8), ("1", 1), ("", 1)]:
    try:
        found = element(text, size)
    except ValueError as error:
        assert str(error).startswith("expected "), error
    else:
        raise AssertionError((text, found))
"""


class Formats(unittest.TestCase):
    def test_a_format_is_read_as_one_element_and_one_of_another_size_is_refused(self):
        command = [sys.executable, "-B", "-c", FORMATS]
        output = subprocess.run(command, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual((output.returncode, output.stdout), (0, b""))


# A library whose exports are changed before the strict consumer gets them.
EXPORTER = """
import ctypes
import array_ctypes_kit as kit
import plain_capsules
from array_ctypes_kit.dlpack import held_tensor
from array_ctypes_kit.interface import read_struct
from plain_adapter import Plain
from strict_consumer import Strict

class Exporter(Plain):
    profiles = ["core", "interface", "struct", "dlpack"]

    def array_interface(self, array):
        entries = array.__array_interface__
        change(entries)
        return entries

    def array_struct(self, array):
        capsule = plain_capsules.struct_capsule(array, plain_capsules.struct_flags(self, array), None)
        change(read_struct(capsule))
        return capsule

    def dlpack(self, array, max_version):
        capsule = plain_capsules.dlpack_capsule(array, max_version is not None, from_start=False, without_strides=False)
        change(held_tensor(capsule)[1])
        return capsule

class Tuple(tuple):
    pass

owned = {}

@ctypes.CFUNCTYPE(None, ctypes.c_void_p)
def frees_twice(address):
    del owned[address]
    del owned[address]

def change(exported):
    %s

kit.serve(kit.Pair(Exporter(), Strict()))
"""

INTERFACE, STRUCT, TENSOR = "interface:interface", "struct:struct", "dlpack-versioned:dlpack-versioned"
GAPS = dict(shape=(2,), strides=(8,))  # of elements of 4 bytes

# Changes that a protocol does not allow, what the consumer expects instead, and the array.
WRONG = [
    (INTERFACE, "exported['shape'] = list(exported['shape'])", "a tuple of integers as shape", {}),
    (INTERFACE, "exported['shape'] = tuple(map(float, exported['shape']))", "integers of Python in shape", {}),
    (INTERFACE, "exported['shape'] = (True,)", "integers of Python in shape", {}),
    (INTERFACE, "exported['strides'] = list(exported['strides'])", "a tuple of integers as strides", GAPS),
    (INTERFACE, "exported['strides'] = (8, 8)", "a stride for each of 1 axes", GAPS),
    (INTERFACE, "exported['typestr'] = b'<i4'", "text as typestr", {}),
    (INTERFACE, "exported['typestr'] = 'int32'", "a byte order, a kind and a size as typestr", {}),
    (INTERFACE, "exported['typestr'] = '|O8'", "a kind of numbers, text or raw bytes", {}),
    (INTERFACE, "exported['version'] = 2", "version 3 or later", {}),
    (INTERFACE, "exported['data'] = str(exported['data'][0]), False", "an address, as an integer of Python", {}),
    (INTERFACE, "exported['data'] = 0, False", "an address, found 'NULL'", {}),
    (INTERFACE, "exported['descr'] = [('', '<i2')]", "4 bytes in descr", {}),
    (STRUCT, "exported.two = 3", "2 as the first member", {}),
    (STRUCT, "exported.typekind = b'O'", "a kind of numbers, text or raw bytes", {}),
    (STRUCT, "exported.itemsize = 3", "a size that the kind has", {}),
    (STRUCT, "exported.flags |= 0x1", "strides of that order", GAPS),
    (STRUCT, "exported.flags |= 0x100", "aligned elements", dict(offset=1, shape=(2,))),
    (STRUCT, "exported.flags |= 0x800", "a descr, which the flags say", {}),
    (TENSOR, "exported.version[0] = 2", "major version 1", {}),
    (TENSOR, "exported.flags = 8", "flags that are known", {}),
    (TENSOR, "exported.tensor.device[0] = 2", "memory of the CPU", {}),
    (TENSOR, "exported.tensor.bits = 24", "elements of whole bytes, of a known type", {}),
    (TENSOR, "exported.tensor.ndim = -1", "a number of axes", {}),
    (TENSOR, "exported.version[1], exported.tensor.strides = 2, None", "strides, which version 1.2 does not leave out", {}),
]

# Changes after which it is another array: a step whose answer then differs.
OTHER = [
    (INTERFACE, "exported['strides'] = (-4,)", "sees-strides", dict(offset=4, shape=(2,))),
    (INTERFACE, "exported['data'] = exported['data'][0] + 1, False", "sees-data", dict(shape=(2,))),
    (INTERFACE, "exported['data'] = exported['data'][0], True", "sees-read-only", {}),
    (INTERFACE, "exported['typestr'] = exported['typestr'].translate({60: 62, 62: 60})", "sees-value 1", {}),
    (STRUCT, "exported.strides[0] = 4", "sees-value 1", GAPS),
    (STRUCT, "exported.flags &= ~0x400", "sees-read-only", {}),
    (STRUCT, "exported.flags &= ~0x200", "sees-value 1", {}),
    (TENSOR, "exported.tensor.byte_offset = 4", "sees-data", dict(shape=(2,))),
    (TENSOR, "exported.tensor.strides[0] = 8", "sees-strides", GAPS),
    (TENSOR, "exported.tensor.code = 2", "sees-value 1", {}),
    (TENSOR, "exported.flags = 1", "puts 01020304 1", {}),
]

# Changes that a protocol allows: it is the same array.
RIGHT = [
    (INTERFACE, "exported.update(strides=(4,), version=4), exported.pop('descr')", {}),
    (INTERFACE, "exported.update(shape=Tuple(exported['shape']), data=Tuple((exported['data'][0], 0)), more=1)", {}),
    (STRUCT, "exported.flags &= 0x600", {}),
    (TENSOR, "exported.version[1], exported.tensor.strides = 1, None", {}),
    (TENSOR, "exported.version[1], exported.flags = 9, 2", {}),
    (TENSOR, "exported.deleter = None", {}),
]

SEEN = "sees-data; sees-shape; sees-strides; sees-itemsize; sees-length; sees-read-only; sees-value 1; puts 01020304 1".split("; ")
SEEN += ["producer-memory", "let-go"]


@needs_cpython
class Pairs(AdapterTest):
    """What a pair of a producer and the strict consumer shows."""

    def setUp(self):
        """Each test starts its adapters."""

    tearDown = setUp

    def handed(self, change, door, script, **array):
        """Returns the answers of a pair whose exporter makes this change."""
        return self.of_pair(EXPORTER % change, door, script, **array)

    def of_pair(self, program, door, script, **array):
        self.child = Child("-c", program, ARRAY_CTYPES_CC="")  # which builds nothing: a pair needs no functions in C
        try:
            return self.answers(["take " + door] + script, **array)
        finally:
            ended = self.child.end()
            self.assertEqual(ended[:2], (b"", 0), ended)

    def test_what_a_protocol_does_not_allow_is_refused_with_what_was_expected(self):
        for door, change, expected, array in WRONG:
            with self.subTest(change):
                answer = self.handed(change, door, [], **array)[0]
                self.assertIn("expected " + expected, answer["message"])

    def test_another_array_is_seen_as_another(self):
        for door, change, step, array in OTHER:
            with self.subTest(change):
                same, other = (self.handed(one, door, [step], **array) for one in ("pass", change))
                self.assertEqual((same[0], other[0]), (None, None))
                self.assertNotEqual(same[1], other[1])

    def test_what_a_protocol_allows_is_the_same_array_and_all_protocols_agree(self):
        expected = self.handed("pass", INTERFACE, SEEN)
        self.assertEqual(expected[2:4] + expected[9:], [{"integers": ["3"]}, {"integers": ["4"]}, WRITTEN, None])
        for door, change, array in RIGHT + [(door, "pass", {}) for door in (STRUCT, TENSOR, "pointer:pointer")]:
            with self.subTest(door + " " + change):
                self.assertEqual(self.handed(change, door, SEEN, **array), expected)

    @unittest.skipIf(sys.version_info < (3, 8), "since Python 3.8 an error in a deleter can be noticed")
    def test_a_deleter_that_frees_twice_is_noticed(self):
        change = "owned[ctypes.addressof(exported)], exported.deleter = exported, ctypes.cast(frees_twice, ctypes.c_void_p)"
        self.assertEqual(self.handed(change, TENSOR, ["let-go"])[1]["raises"], "KeyError")
        self.assertEqual(self.handed("pass", TENSOR, ["let-go"]), [None, None])


# NumPy with a fault, and the strict consumer.
FAULTY = """
import array_ctypes_kit as kit
import numpy as np
from faulty_adapters import FAULTS, Faulty
from strict_consumer import Strict

class Numbers(Faulty):
    \"""numbers of another kind\"""

    def array_interface(self, array):
        return dict(super().array_interface(array), shape=tuple(map(np.int64, array.shape)))

FAULTS.update({"numbers": Numbers, "none": Faulty})
fault = FAULTS[%r]
fault.__init__ = lambda self: None  # starts nothing
kit.serve(kit.Pair(fault(), Strict()))
"""


@needs_numpy
class NumPyPairs(Pairs):
    def handed(self, fault, door, script, **array):
        return self.of_pair(FAULTY % fault, door, script, **array)

    def test_what_a_protocol_does_not_allow_is_refused_with_what_was_expected(self):
        for fault, door, expected in [
            ("numbers", INTERFACE, "integers of Python in shape"),
            ("data is an integer of NumPy", "pointer:pointer", "an address, as an integer of Python"),
        ]:
            with self.subTest(fault):
                self.assertIn("expected " + expected, self.handed(fault, door, [])[0]["message"])

    def test_another_array_is_seen_as_another(self):
        for fault, door, step, array in [
            ("the flag says writeable", INTERFACE, "sees-read-only", {}),
            ("the buffer is that of a copy", "buffer:buffer", "sees-strides", GAPS),
            ("the byte order is lost", INTERFACE, "sees-value 1", dict(dtype=OTHER_ORDER)),
            ("strides are in elements", "pointer:pointer", "sees-strides", GAPS),
        ]:
            with self.subTest(fault):
                same, other = (self.handed(one, door, [step], **array) for one in ("none", fault))
                self.assertEqual((same[0], other[0]), (None, None))
                self.assertNotEqual(same[1], other[1])

    def test_what_a_protocol_allows_is_the_same_array_and_all_protocols_agree(self):
        doors = [INTERFACE, STRUCT, TENSOR, "pointer:pointer", "buffer:buffer", "dlpack:dlpack"]
        for array in {}, dict(offset=8, strides=(-4,)):
            expected = self.handed("none", INTERFACE, SEEN, **array)
            for door in doors:
                with self.subTest(door):
                    self.assertEqual(self.handed("none", door, SEEN, **array), expected)

    def test_a_deleter_that_frees_twice_is_noticed(self):
        self.skipTest("the deleter of NumPy is not ours to change")

    def test_what_the_producer_refuses_or_describes_otherwise_is_declined(self):
        overlapping = {"size": "1", "aligned": False, "fields": [field("a"), field("b")]}
        answers = self.handed("none", "buffer:buffer", ["sees-length"], dtype=overlapping, shape=(), strides=(), size=1)
        self.assertIn("the producer refuses", answers[0]["declined"])


def field(name):
    return {"name": name, "title": None, "dtype": "|u1", "shape": [], "offset": "0"}


OTHER_ORDER = ">i4" if sys.byteorder == "little" else "<i4"


if __name__ == "__main__":
    unittest.main(verbosity=1)
