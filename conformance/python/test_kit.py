"""Tests of the kit and its two adapters, as child processes: `python test_kit.py`.

Every line of the traffic is checked against the schema where the package jsonschema is installed.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMA = os.path.join(HERE, os.pardir, "protocol.schema.json")

STRAY = """
import os, sys
import array_ctypes_kit as kit
print("stray while importing")
from memoryview_adapter import MemoryView

class Noisy(MemoryView):
    def data(self, array):
        print("stray")
        sys.stdout.flush()
        os.write(1, b"stray, as C prints\\n")
        assert sys.stdin.read() == ""
        return super(Noisy, self).data(array)

kit.serve(Noisy())
"""

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


COSTS = """
import array_ctypes_kit as kit
from memoryview_adapter import MemoryView

assert kit._quartiles([5, 1, 2, 9, 3, 4, 7, 8, 6, 10, 11]) == (6, 3, 9)
assert kit._without([5, 1, 2, 9, 3, 4, 7, 8, 6, 10, 11], [1, 4, 2]) == (4, 0, 8)
assert kit._without([1], [2]) == (0, 0, 0)

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


def case(identifier, script, dtype="<i4", shape=(3,), strides=(4,), offset=0, size=12, at=0, writeable=True, views=()):
    buffer = {"size": str(size), "bytes": bytes(range(min(size, 64))).hex(), "at": at}
    array = {"buffer": buffer, "writeable": writeable, "dtype": dtype, "offset": str(offset), "views": list(views)}
    array.update(shape=[str(length) for length in shape], strides=[str(stride) for stride in strides])
    return {"id": identifier, "array": array, "script": list(script)}


def mapped(identifier, script, mode="r+", file="path", deduced=False, **array):
    """A case of an array in a file that holds 0, 1, 2, …"""
    made = case(identifier, script, **array)
    made["array"]["map"] = {"mode": mode, "deduced": deduced, "file": file}
    return made


def validator(name):
    """A function that checks a line against a definition of the schema; does nothing without jsonschema."""
    if importlib.util.find_spec("jsonschema") is None:
        return lambda line: None
    import jsonschema

    with open(SCHEMA) as file:
        schema = json.load(file)
    del schema["oneOf"]
    schema["$ref"] = "#/$defs/" + name
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema).validate


class Child:
    """An adapter in a child process."""

    check_request, check_reply = validator("fromSuite"), validator("fromAdapter")

    def __init__(self, *arguments, folder=None):
        command = [sys.executable, "-W", "ignore"] + list(arguments)
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join([HERE] + sys.path[1:]))
        self.errors = tempfile.TemporaryFile()
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=self.errors, env=environment)
        self.send({"hello": dict(protocol=1, **({"folder": folder} if folder else {}))})
        self.hello = self.receive()["hello"]

    def send(self, request):
        Child.check_request(request)
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()

    def receive(self):
        reply = json.loads(self.process.stdout.readline().decode())
        Child.check_reply(reply)
        return reply

    def ask(self, *cases, **batch):
        self.send({"batch": batch.get("batch", 0), "cases": list(cases)})
        return [self.receive() for _ in cases]

    def bench(self, **array):
        self.send({"bench": {"array": case("a", [], **array)["array"], "seconds": 0.05}})
        return self.receive()

    def status(self):
        """Size of the address space, in bytes."""
        with open("/proc/%d/statm" % self.hello["pid"]) as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")

    def end(self):
        """Ends the input. What the child still printed, its exit code, and what it printed elsewhere."""
        self.process.stdin.close()
        rest = self.process.stdout.read()
        self.process.stdout.close()
        code = self.process.wait()
        self.errors.seek(0)
        with self.errors:
            return rest, code, self.errors.read().decode()


NATIVE = "<" if sys.byteorder == "little" else ">"
PYPY = sys.implementation.name == "pypy"


@unittest.skipIf(PYPY, "the memoryview adapter is for CPython")
class Adapters(unittest.TestCase):
    """What holds for each adapter."""

    adapter = os.path.join(HERE, "memoryview_adapter.py")

    def setUp(self):
        self.child = Child(self.adapter)

    def tearDown(self):
        if self.child.process.poll() is None:
            rest, code, _ = self.child.end()
            self.assertEqual((rest, code), (b"", 0))

    def test_it_tells_the_platform_it_runs_on(self):
        self.assertEqual(self.child.hello["platform"]["byte_order"], sys.byteorder)

    def test_replies_come_in_order(self):
        identifiers = ["7:%d" % i for i in range(50)]
        replies = self.child.ask(*[case(identifier, ["data"]) for identifier in identifiers])
        self.assertEqual([reply["id"] for reply in replies], identifiers)

    def test_the_next_batch_may_come_before_the_release(self):
        first = self.child.ask(case("a", ["data"]), batch=1)[0]
        second = self.child.ask(case("b", ["data"]), batch=2)[0]
        self.assertNotEqual(first["buffer"], second["buffer"])
        self.child.send({"release": 1})
        self.child.send({"release": 2})

    def test_the_buffer_is_where_it_was_asked_for(self):
        for at in 0, 1, 8, 4095:
            for size in 0, 12, 4096, 1 << 20, (1 << 20) + 1:
                reply = self.child.ask(case("a", ["data"], shape=(0,), size=size, at=at))[0]
                self.assertEqual(int(reply["buffer"]) % 4096, at)
                self.assertEqual(reply["answers"], [{"address": reply["buffer"]}])

    def test_facts_and_elements_are_told(self):
        script = ["native", "itemsize", "item 2", "flag writeable", "shape", "strides"]
        reply = self.child.ask(case("a", script, views=["reverse 0"], writeable=False))[0]
        native = "04030201" if sys.byteorder == "little" else "01020304"
        expected = [{"bytes": native}, {"integer": "4"}, {"bytes": "00010203"}, False]
        self.assertEqual(reply["answers"], expected + [{"integers": ["3"]}, {"integers": ["-4"]}])

    def test_a_malformed_dtype_refuses_the_case_and_no_other(self):
        bad = case("a", ["data"], dtype="<q9"), case("b", ["data"], dtype={"fields": [], "size": "0", "aligned": False})
        refused, _, answered = self.child.ask(*(bad + (case("c", ["data"]),)))
        self.assertIn("raises", refused)
        self.assertIn("answers", answered)

    def test_elements_outside_the_buffer_are_refused(self):
        reply = self.child.ask(case("a", ["data"], shape=(4,)))[0]
        self.assertEqual(reply["raises"], "ValueError")

    def test_an_exception_answers_its_step_alone(self):
        answers = self.child.ask(case("a", ["item 3", "itemsize"]))[0]["answers"]
        self.assertEqual((answers[0]["raises"], answers[1]), ("IndexError", {"integer": "4"}))

    def test_each_way_to_ask_has_a_cost_or_tells_why_not(self):
        self.assertIs(self.child.hello["costs"], True)
        for _ in range(2):
            costs = self.child.bench()["costs"]
            self.assertEqual({cost["question"] for cost in costs}, {"address", "shape", "strides", "all"})
            self.assertEqual(len({(cost["question"], cost["name"]) for cost in costs}), len(costs))
            for cost in costs:
                if "missing" not in cost:
                    self.assertTrue(0 <= cost["low"] <= cost["median"] <= cost["high"], cost)
        self.assertIn("answers", self.child.ask(case("a", ["data"]))[0])

    @unittest.skipUnless(os.path.exists("/proc/self/statm"), "reads /proc")
    def test_a_release_frees_the_memory(self):
        before = self.child.status()
        large = case("a", ["data"], dtype="|i1", shape=(1 << 34,), strides=(1,), size=1 << 34)
        self.child.ask(large, large, batch=3)
        self.assertGreater(self.child.status(), before + (1 << 34))
        self.child.send({"release": 3})
        self.child.ask(case("b", ["data"]))
        self.assertLess(self.child.status(), before + (1 << 34))


@unittest.skipIf(importlib.util.find_spec("numpy") is None, "NumPy is not installed")
class NumPy(Adapters):
    """The NumPy adapter: all of the above, and the other profiles."""

    adapter = os.path.join(HERE, "numpy_adapter.py")

    def answers(self, script, **array):
        reply = self.child.ask(case("a", script, **array))[0]
        start = int(reply["buffer"])
        for answer in reply["answers"]:
            if isinstance(answer, dict):
                for place in answer, answer.get("seen", {}):
                    for name in {"address", "data"} & set(place):
                        place[name] = int(place[name]) - start
        return reply["answers"]

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

    def test_elements_are_written_as_bytes(self):
        script = ["write-item 01020304 1", "item 1", "write-shape 0 7", "shape"]
        expected = [None, {"bytes": "01020304"}, None, {"integers": ["3"]}]
        self.assertEqual(self.answers(script, dtype=">f4"), expected)

    def test_the_interface_is_told_and_imported(self):
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

    def test_the_buffer_protocol_is_asked_as_requested(self):
        script = ["buffer full_ro " + member for member in "address len itemsize readonly ndim format strides".split()]
        script += ["buffer nd strides", "buffer strides suboffsets", "buffer simple shape", "buffer strides format"]
        script += ["buffer c_contiguous address", "buffer full address"]
        answers = self.answers(script, dtype=">i2", shape=(2,), strides=(-6,), offset=6, writeable=False)
        expected = [{"address": 6}, {"integer": "4"}, {"integer": "2"}, True, {"integer": "1"}, {"text": ">h"}]
        self.assertEqual(answers[:7], expected + [{"integers": ["-6"]}])
        # What NumPy refuses it refuses with ValueError, where the protocol has BufferError.
        raised = [answer and answer.get("raises") for answer in answers[7:]]
        self.assertEqual(raised, ["ValueError", None] * 2 + ["ValueError"] * 2)

    def test_dlpack_is_asked_as_requested(self):
        script = ["dlpack unversioned " + member for member in "address device ndim dtype shape version readonly".split()]
        answers = self.answers(script, dtype=NATIVE + "u2", shape=(2, 2), strides=(-4, -2), offset=8)
        expected = [{"address": 8}, {"integers": ["1", "0"]}, {"integer": "2"}, {"integers": ["1", "16", "1"]}]
        self.assertEqual(answers, expected + [{"integers": ["2", "2"]}, None, None])
        strides, refused = self.answers(["dlpack versioned strides"], views=["reverse 0"]) + self.answers(
            ["dlpack versioned address"], strides=(5,), size=14
        )
        self.assertEqual((strides, refused["raises"]), ({"integers": ["-1"]}, "BufferError"))

    def test_objects_are_told_apart(self):
        first, second = self.answers(["object ctypes", "object ctypes"])
        self.assertNotEqual(first, second)

    def told(self, script, **array):
        """The answers of a script, the steps of which are in one text."""
        return self.answers(script.split("; "), **array)[-1]

    def test_a_pointer_holds_the_array_where_that_is_claimed(self):
        holds = "holds" in self.child.hello["profiles"]
        for made in "data_as POINTER(c_int)", "data_as c_char_p", "_as_parameter_":
            script = "export 0 %s; drop array; collect; alive" % made
            for array in {}, {"writeable": False}, {"views": ["reverse 0"]}:
                self.assertEqual(self.told(script, **array), holds)
                self.assertEqual(self.told(script.replace("alive", "memory"), **array), holds)

    def test_the_kit_keeps_nothing_of_a_dropped_array(self):
        before = "data; object ctypes; object shape; struct data; data_as int; contents c_byte; export 0 interface; "
        for array in {}, {"writeable": False}, {"views": ["slice 0 1 _ 1"]}:
            for step in "alive", "memory":
                self.assertIs(self.told(before + "drop array; collect; " + step, **array), False)
                self.assertIs(self.told(before + "export 1 ctypes; drop array; " + step, **array), True)

    def test_what_is_held_says_what_it_said(self):
        for made in "ctypes", "method", "view", "struct":
            script = "export 0 %s; drop array; overwrite; read 0 12" % made
            self.assertEqual(self.told(script), {"bytes": bytes(range(12)).hex()})
            self.assertEqual(self.told(script, writeable=False), {"bytes": bytes(range(12)).hex()})

    def test_each_object_tells_the_address_that_it_holds(self):
        before = "export 0 data_as POINTER(c_int); export 1 _as_parameter_; export 2 data; export 3 interface; "
        before += "derive 4 0 contents; derive 5 0 byref; derive 6 0 pointer; derive 7 1 value; derive 8 0 cast c_void_p; "
        before += "export 9 data_as POINTER(c_byte * 2); derive 10 9 item; "
        for name in range(11):
            self.assertEqual(self.told(before + "read %d 2" % name), {"bytes": "0001"})

    def test_what_helpers_make_tells_its_address_and_holds_the_memory(self):
        before = "export 0 as_ctypes; derive 1 0 as_array; export 2 data_as POINTER(c_byte); derive 3 2 as_array; drop 2; "
        for name in 0, 1, 3:
            self.assertEqual(self.told(before + "read %d 2" % name), {"bytes": "0001"})
            others = "; ".join("drop %d" % other for other in (0, 1, 3) if other != name)
            self.assertIs(self.told(before + others + "; drop array; memory"), True)

    def test_references_are_counted_and_temporaries_watched(self):
        if self.child.hello["limits"]["counts_references"]:
            for what in "ctypes", "struct", "strides_as c_int", "data_as POINTER(None)", "data_as int":
                self.assertEqual(self.told("balance " + what), {"integer": "0"})
        self.assertIs(self.told("call ctypes"), True)

    def test_a_name_of_nothing_is_an_exception(self):
        for step in "drop 3", "derive 1 0 contents", "read 0 1":
            self.assertEqual(self.told(step)["raises"], "KeyError")

    def test_records_have_titles_sub_arrays_and_padding(self):
        fields = [
            {"name": "a", "title": None, "dtype": "|i1", "shape": [], "offset": "0"},
            {"name": "b", "title": "t", "dtype": "<i2", "shape": ["2"], "offset": "2"},
        ]
        record = {"fields": fields, "size": "8", "aligned": True}
        answers = self.answers(["interface descr", "alignment"], dtype=record, shape=(1,), strides=(8,))
        descr = "[('a', '|i1'), ('', '|V1'), (('t', 'b'), '<i2', (2,)), ('', '|V2')]"
        self.assertEqual(answers, [{"text": descr}, {"integer": "2"}])

    @unittest.skipIf(PYPY, "mappings are looked at by means that PyPy lacks")
    def test_files_are_mapped_as_they_are_handed_over(self):
        script = ["map filename", "item 1", "map mode", "map offset", "file-size"]
        for file in "path", "path-like", "relative", "object":
            answers = self.child.ask(mapped("a", script, file=file, offset=6))[0]["answers"]
            expected = [True, {"bytes": "0a0b0000"}, {"text": "r+"}, {"integer": "6"}, {"integer": "18"}]
            self.assertEqual(answers, expected)
        deduced = mapped("b", ["shape", "flag writeable"], "r", "read-only", True, offset=4, shape=(), strides=())
        self.assertEqual(self.child.ask(deduced)[0]["answers"], [{"integers": ["2"]}, False])
        fortran = mapped("c", ["strides"], "w+", "missing", shape=(2, 3), strides=(4, 8))
        self.assertEqual(self.child.ask(fortran)[0]["answers"], [{"integers": ["4", "8"]}])
        for file in "missing", "directory":
            self.assertEqual(self.child.ask(mapped("d", ["data"], file=file))[0]["raises"], "OSError")

    @unittest.skipIf(PYPY, "mappings are looked at by means that PyPy lacks")
    def test_the_address_of_a_file_is_that_of_its_first_byte(self):
        page = os.sysconf("SC_PAGE_SIZE")
        for offset in 0, 5, page, 3 * page + 7:
            reply = self.child.ask(mapped("a", ["data", "map start"], offset=offset))[0]
            start = {"integer": str(offset - offset % page)}
            self.assertEqual(reply["answers"], [{"address": str(int(reply["buffer"]) + offset)}, start])

    @unittest.skipIf(PYPY, "mappings are looked at by means that PyPy lacks")
    def test_memory_and_file_are_written_and_read_from_both_sides(self):
        script = ["write-pointer 1 aa", "file 0 3", "write-file 2 bb", "item 0", "flush", "map copy"]
        shared, private = [self.child.ask(mapped("a", script, mode))[0]["answers"] for mode in ("r+", "c")]
        self.assertEqual(shared, [None, {"bytes": "00aa02"}, None, {"bytes": "00aabb03"}, None, False])
        self.assertEqual((private[1], private[4:]), ({"bytes": "000102"}, [None, False]))

    @unittest.skipIf(PYPY or not hasattr(os, "fork"), "the process is copied")
    def test_a_fault_is_told_by_its_signal_and_contained(self):
        script = ["forked write-pointer 0 00", "forked map dropped", "truncate-file 0", "forked item 0", "map dropped"]
        answers = self.child.ask(mapped("a", script, "r"), mapped("b", ["item 0"]))[0]["answers"]
        self.assertEqual(answers, [{"signal": "SIGSEGV"}, False, None, {"signal": "SIGBUS"}, False])

    @unittest.skipIf(PYPY, "mappings are looked at by means that PyPy lacks")
    def test_files_are_in_the_folder_given_until_the_release(self):
        folder = tempfile.mkdtemp()
        child = Child(self.adapter, folder=folder)
        child.ask(mapped("1:2", ["data"]), mapped("1:3", ["data"], "r", shape=(9,)), batch=4)
        self.assertEqual(os.listdir(folder), ["1-2"])
        child.send({"release": 4})
        child.ask(case("b", ["data"]))
        os.rmdir(folder)
        self.assertEqual(child.end()[:2], (b"", 0))

    @unittest.skipIf(PYPY, "mappings are looked at by means that PyPy lacks")
    def test_without_that_folder_there_is_one_that_goes_with_the_adapter(self):
        child = Child(self.adapter, folder=os.path.join(HERE, "nowhere"))
        child.ask(mapped("a", ["data"]))
        with open("/proc/%d/maps" % child.hello["pid"]) as maps:
            path = next(line.split(None, 5)[5].strip() for line in maps if line.rstrip().endswith("/a"))
        self.assertTrue(os.path.exists(path))
        self.assertEqual(child.end()[:2], (b"", 0))
        self.assertFalse(os.path.exists(os.path.dirname(path)))

    def test_c_types_of_element_types_tell_size_names_and_offsets(self):
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


@unittest.skipIf(PYPY, "the memoryview adapter is for CPython")
class Streams(unittest.TestCase):
    def test_stray_prints_stay_off_the_protocol(self):
        child = Child("-c", STRAY)
        reply = child.ask(case("a", ["data"]))[0]
        self.assertEqual(reply["answers"], [{"address": reply["buffer"]}])
        rest, code, errors = child.end()
        self.assertEqual((rest, code), (b"", 0))
        self.assertIn("stray, as C prints", errors)


@unittest.skipIf(PYPY, "the memoryview adapter is for CPython")
class Costs(unittest.TestCase):
    def test_what_cannot_be_measured_is_told_beside_the_rest(self):
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
        self.assertEqual(refused, {"raises": "ValueError", "message": "too short"})
        self.assertEqual(child.end()[:2], (b"", 0))

    def test_the_memory_of_an_array_that_keeps_none_is_there_while_it_is_measured(self):
        child = Child("-c", BORROWS)
        (cost,) = child.bench()["costs"]
        self.assertEqual(set(cost), {"question", "name", "median", "low", "high"}, cost)
        self.assertEqual(child.end()[:2], (b"", 0))


@unittest.skipIf(PYPY, "PyPy has no way to make a capsule")
class Tensor(unittest.TestCase):
    """A capsule whose tensor begins after its data, as no NumPy makes it."""

    def test_the_offset_is_added_and_the_capsule_is_freed_once(self):
        child = Child("-c", OFFSET)
        script = ["dlpack versioned " + member for member in ("address", "version", "readonly", "strides")]
        reply = child.ask(case("a", script))[0]
        address = {"address": str(int(reply["buffer"]) + 8)}
        self.assertEqual(reply["answers"], [address, {"integers": ["1", "3"]}, True, None])
        rest, code, errors = child.end()
        self.assertEqual((rest, code, errors.count("freed")), (b"", 0, 4))


class Schema(unittest.TestCase):
    @unittest.skipIf(importlib.util.find_spec("jsonschema") is None, "jsonschema is missing: pip install jsonschema")
    def test_the_schema_refuses_what_the_protocol_does_not_know(self):
        import jsonschema

        cost = {"question": "all", "name": "a", "median": 2, "low": 1, "high": 3}
        Child.check_reply({"costs": [cost]})
        lines = [{"id": "a", "buffer": "1", "answers": [1]}, {"id": "a", "buffer": 1, "answers": []}, {}, {"costs": []}]
        for wrong in {"median": -1}, {"median": "2"}, {"question": "why"}, {"name": ""}, {"missing": "no"}:
            lines.append({"costs": [dict(cost, **wrong)]})
        for line in lines:
            with self.assertRaises(jsonschema.ValidationError):
                Child.check_reply(line)


if __name__ == "__main__":
    unittest.main(verbosity=1)
