"""Tests of what holds for each adapter of the kit, and of the schema: `python test_adapters.py`."""

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

from adapter_process import (
    HERE,
    MEMORYVIEW,
    NUMPY,
    AdapterTest,
    Child,
    case,
    needs_cpython,
    needs_numpy,
    needs_views_freed,
    validator,
)

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


class EachAdapter:
    """The tests of each adapter."""

    def test_the_handshake_describes_the_platform(self):
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

    def test_the_buffer_is_at_the_requested_place_in_a_page(self):
        for at in 0, 1, 8, 4095:
            for size in 0, 12, 4096, 1 << 20, (1 << 20) + 1:
                reply = self.child.ask(case("a", ["data"], shape=(0,), size=size, at=at))[0]
                self.assertEqual(int(reply["buffer"]) % 4096, at)
                self.assertEqual(reply["answers"], [{"address": reply["buffer"]}])

    def test_facts_and_elements_are_reported(self):
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

    def test_each_way_to_ask_has_a_cost_or_a_reason_why_not(self):
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
    @needs_views_freed
    def test_a_release_frees_the_memory(self):
        before = self.child.address_space()
        large = case("a", ["data"], dtype="|i1", shape=(1 << 34,), strides=(1,), size=1 << 34)
        self.child.ask(large, large, batch=3)
        self.assertGreater(self.child.address_space(), before + (1 << 34))
        self.child.send({"release": 3})
        self.child.ask(case("b", ["data"]))
        self.assertLess(self.child.address_space(), before + (1 << 34))


@needs_cpython
class MemoryView(EachAdapter, AdapterTest):
    adapter = MEMORYVIEW


@needs_numpy
class NumPy(EachAdapter, AdapterTest):
    adapter = NUMPY


WALKS = """
import array_ctypes_kit as kit
import ctypes, json, random, sys
choose = random.Random(7)
memory = ctypes.create_string_buffer(bytes(range(256)) * 16)
types = [getattr(ctypes, "c_" + name) for name in "byte ubyte short ushort int uint longlong ulonglong ssize_t".split()]
seen = []
for _ in range(400):
    axes, size = choose.randrange(4), choose.choice([0, 1, 3, 8])
    lengths = [choose.choice([0, 1, 2, 3, 3]) for _ in range(axes)]
    kinds = choose.choice(types), choose.choice(types)
    least = -40 if kinds[1](-1).value < 0 else 0
    strides = [choose.randrange(least, 40) for _ in range(axes)]
    shape, steps = [(kind * axes)(*values) if axes else None for kind, values in zip(kinds, (lengths, strides))]
    room = choose.choice([5, 10000])
    copy = ctypes.create_string_buffer(room)
    walk = kit.calls._walker(ctypes.c_void_p, *kinds)
    start = ctypes.c_void_p(ctypes.addressof(memory) + 1000)
    widths = [kit.calls._signed_size(kind) for kind in kinds]
    filled = walk(start, shape, steps, axes, size, widths[0], widths[1], ctypes.addressof(copy), room)
    seen.append((lengths, strides, size, copy.raw[:filled].hex()))
    for parameter in None, ctypes.c_void_p:
        received = kit.calls._receive(parameter)(start, ctypes.c_void_p(ctypes.addressof(copy)), ctypes.c_size_t(4))
        seen.append((received == start.value, copy.raw[:4].hex()))
        seen.append(kit.calls._receive(parameter)(None, ctypes.c_void_p(0), ctypes.c_size_t(4)))
json.dump([type(kit.functions().kept).__name__, seen], sys.stderr)
"""


ODD = """
import ctypes, sys
import array_ctypes_kit as kit
from memoryview_adapter import MemoryView

class Interface:
    data = 8

class Odd(MemoryView):
    profiles = ["core", "ctypes", "interface"]
    def array(self, memory, dtype, offset, shape, strides):
        if len(shape) == 2:
            raise kit.Declined("two axes")
        if len(shape) == 3:
            raise KeyboardInterrupt
        return super(Odd, self).array(memory, dtype, offset, shape, strides)
    def itemsize(self, array):
        raise kit.Declined("sizes are secret")
    def alignment(self, array):
        sys.exit("no alignment")
    def ctypes(self, array):
        return Interface
    def attribute(self, owner, name):
        return {"__array_interface__": [1], "ctypes": [2]}.get(name, owner)
    def assign(self, owner, name, value):
        raise TypeError("%s of %s is fixed" % (name, type(owner).__name__))

kit.serve(Odd())
"""


@needs_cpython
class Unusual(unittest.TestCase):
    """What an adapter may do besides answering."""

    def setUp(self):
        self.child = Child("-c", ODD)
        self.addCleanup(self.child.end)

    def test_a_question_or_a_case_is_declined_with_a_reason(self):
        axes = [dict(shape=(1,) * count, strides=(4,) * count) for count in (1, 2)]
        answered, declined = self.child.ask(case("a", ["itemsize", "shape"], **axes[0]), case("b", ["data"], **axes[1]))
        self.assertEqual(answered["answers"][0], {"declined": "sizes are secret"})
        self.assertEqual(declined, {"id": "b", "declined": "two axes"})

    def test_an_exception_that_would_end_the_process_ends_a_step_or_a_case(self):
        no_array = case("b", ["data"], shape=(1, 1, 1), strides=(4, 4, 4))
        answered, lost, also = self.child.ask(case("a", ["alignment", "native"]), no_array, case("c", ["data"]))
        expected = {"raises": "OtherError", "message": "SystemExit('no alignment')"}
        place = answered["answers"][0].pop("place")
        self.assertEqual((answered["answers"][0], len(answered["answers"])), (expected, 2))
        self.assertRegex(place, r"^<string>:\d+ in alignment$")
        self.assertEqual(lost["lost"], "the library raised KeyboardInterrupt(), which would end the process")
        self.assertEqual(also["answers"], [{"address": also["buffer"]}])

    def test_attributes_are_looked_up_and_assigned_by_the_adapter(self):
        script = ["object __array_interface__", "object ctypes", "object shape", "assign ctypes", "assign data"]
        answers = self.child.ask(case("a", script))[0]["answers"]
        self.assertEqual([list(answer)[0] for answer in answers[:3]], ["object"] * 3)
        self.assertEqual(answers[3]["message"], "ctypes of memoryview is fixed")
        self.assertEqual(answers[4]["message"], "data of type is fixed")


ABORTS = """
import os
import array_ctypes_kit as kit
from memoryview_adapter import MemoryView

class Aborting(MemoryView):
    def data(self, array):
        os.abort()

kit.serve(Aborting())
"""

SLOW = """
import os, signal, time
import array_ctypes_kit as kit
from memoryview_adapter import MemoryView

class Slow(MemoryView):
    def array(self, memory, dtype, offset, shape, strides):
        if len(shape) == 2:
            time.sleep(0.2)
        if len(shape) == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return super(Slow, self).array(memory, dtype, offset, shape, strides)

kit.serve(Slow())
"""


@needs_cpython
@unittest.skipUnless(hasattr(os, "fork"), "needs copies of the process")
class Waiting(unittest.TestCase):
    def test_replies_that_wait_are_sent_in_time_and_when_the_copy_dies(self):
        child = Child("-c", SLOW)
        self.addCleanup(child.end)
        axes = [case(str(count), ["data"], shape=(1,) * count, strides=(4,) * count) for count in (1, 2, 1, 3, 1)]
        child.send({"batch": 0, "cases": axes})
        self.assertEqual([child.receive()["id"] for _ in range(3)], ["1", "2", "1"])
        self.assertEqual(child.process.stdout.readline(), b"\n")
        self.assertEqual(child.receive()["died"]["status"], 9)
        child.send({"hello": {"protocol": 1}})
        self.assertEqual(child.receive()["hello"]["name"], "memoryview")

    def test_many_long_replies_wait_in_turn(self):
        child = Child(MEMORYVIEW)
        self.addCleanup(child.end)
        cases = [case(str(at), ["native"] * 20000) for at in range(3)] + [case("3", ["native"])] * 40
        replies = child.ask(*cases)
        self.assertEqual([len(reply["answers"]) for reply in replies], [20000] * 3 + [1] * 40)


@needs_cpython
@unittest.skipUnless(hasattr(os, "fork"), "needs copies of the process")
class Aborts(unittest.TestCase):
    def test_an_abort_has_last_words(self):
        child = Child("-c", ABORTS)
        child.send({"batch": 0, "cases": [case("a", ["data"])]})
        child.process.stdout.readline()
        self.assertEqual(child.receive()["died"]["status"], signal.SIGABRT)
        child.send({"hello": {"protocol": 1}})
        child.receive()
        errors = child.end()[2]
        self.assertIn("Fatal Python error: Aborted", errors)
        self.assertIn("in data", errors)


class Functions(unittest.TestCase):
    def walk(self, compiler):
        """Returns how the functions were made with this compiler, and what they see."""
        environment = dict(os.environ, PYTHONPATH=HERE, ARRAY_CTYPES_CC=compiler)
        with tempfile.TemporaryDirectory() as folder:
            environment["TMPDIR"] = folder
            run = subprocess.run([sys.executable, "-c", WALKS], env=environment, stderr=subprocess.PIPE, check=True)
            self.assertEqual(os.listdir(folder), [])
        return json.loads(run.stderr.decode())

    @unittest.skipIf(shutil.which("cc") is None, "there is no C compiler")
    def test_functions_of_c_and_those_of_ctypes_see_the_same(self):
        (how, built), (other_how, made) = self.walk("cc"), self.walk("")
        self.assertEqual((how, other_how), ("CDLL", "tuple"))
        self.assertEqual(built, made)
        self.assertGreater(len({str(seen) for seen in made}), 100)

    def test_a_compiler_that_is_missing_or_fails_is_none(self):
        for compiler in "no such compiler", sys.executable + " -c 1/0", sys.executable + " -c pass":
            self.assertEqual(self.walk(compiler), self.walk(""))


@needs_cpython
class Streams(unittest.TestCase):
    def test_stray_prints_stay_off_the_protocol(self):
        child = Child("-c", STRAY)
        reply = child.ask(case("a", ["data"]))[0]
        self.assertEqual(reply["answers"], [{"address": reply["buffer"]}])
        rest, code, errors = child.end()
        self.assertEqual((rest, code), (b"", 0))
        self.assertIn("stray, as C prints", errors)


class Schema(unittest.TestCase):
    @unittest.skipIf(importlib.util.find_spec("jsonschema") is None, "jsonschema is missing: pip install jsonschema")
    def test_the_schema_rejects_lines_that_the_protocol_does_not_have(self):
        import jsonschema

        cost = {"question": "all", "name": "a", "median": 2, "low": 1, "high": 3}
        Child.check_reply({"costs": [cost]})
        lines = [{"id": "a", "buffer": "1", "answers": [1]}, {"id": "a", "buffer": 1, "answers": []}, {}, {"costs": []}]
        for wrong in {"median": -1}, {"median": "2"}, {"question": "why"}, {"name": ""}, {"missing": "no"}:
            lines.append({"costs": [dict(cost, **wrong)]})
        for line in lines:
            with self.assertRaises(jsonschema.ValidationError):
                Child.check_reply(line)

    @unittest.skipIf(importlib.util.find_spec("jsonschema") is None, "jsonschema is missing: pip install jsonschema")
    def test_the_schema_describes_case_files_with_cases_before(self):
        import jsonschema

        check = validator("caseFile")
        one = case("a", ["data"])
        del one["id"]
        for good in one, dict(one, before=[one, one], note={"rule": "data.raw"}):
            check(good)
        for wrong in dict(one, before=[]), dict(one, before=[{}]), dict(one, before=[dict(one, before=[one])]):
            with self.assertRaises(jsonschema.ValidationError):
                check(wrong)


if __name__ == "__main__":
    unittest.main(verbosity=1)
