"""What the tests of the kit share: cases, and adapters in child processes.

Every line of the traffic is checked against the schema if the package jsonschema is installed.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMA = os.path.join(HERE, os.pardir, "protocol.schema.json")
MEMORYVIEW, NUMPY = os.path.join(HERE, "memoryview_adapter.py"), os.path.join(HERE, "numpy_adapter.py")

NATIVE = "<" if sys.byteorder == "little" else ">"
PYPY = sys.implementation.name == "pypy"

needs_cpython = unittest.skipIf(PYPY, "the memoryview adapter is for CPython")
needs_numpy = unittest.skipIf(importlib.util.find_spec("numpy") is None, "NumPy is not installed")
HAS_HEADERS = os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h")) and bool(shutil.which("cc"))
needs_buffers = unittest.skipIf(PYPY and not HAS_HEADERS, "the kit looks into buffers of PyPy by a compiler and PyPy's headers")
needs_views_freed = unittest.skipIf(PYPY, "on PyPy a memoryview that NumPy made an array of is kept for ever")


def case(identifier, script, dtype="<i4", shape=(3,), strides=(4,), offset=0, size=12, at=0, writeable=True, views=()):
    """Returns a case of an array in a buffer that holds the bytes 0, 1, 2, …"""
    buffer = {"size": str(size), "bytes": bytes(range(min(size, 64))).hex(), "at": at}
    array = {"buffer": buffer, "writeable": writeable, "dtype": dtype, "offset": str(offset), "views": list(views)}
    array.update(shape=[str(length) for length in shape], strides=[str(stride) for stride in strides])
    return {"id": identifier, "array": array, "script": list(script)}


def mapped(identifier, script, mode="r+", file="path", deduced=False, name=None, **array):
    """Returns a case of an array in a file that holds the bytes 0, 1, 2, …"""
    made = case(identifier, script, **array)
    made["array"]["map"] = {"mode": mode, "deduced": deduced, "file": file}
    if name is not None:
        made["array"]["map"]["name"] = name
    return made


def validator(name):
    """Returns a function that checks a line against a definition of the schema; without jsonschema it does nothing."""
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

    def __init__(self, *arguments, folder=None, **environment):
        command = [sys.executable, "-W", "ignore"] + list(arguments)
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join([HERE] + sys.path[1:]), **environment)
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

    def address_space(self):
        """Returns the size of the address space in bytes."""
        with open("/proc/%d/statm" % self.hello["pid"]) as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")

    def end(self):
        """Ends the input. Returns the rest of the output, the exit code, and standard error."""
        self.process.stdin.close()
        rest = self.process.stdout.read()
        self.process.stdout.close()
        code = self.process.wait()
        self.errors.seek(0)
        with self.errors:
            return rest, code, self.errors.read().decode()


class AdapterTest(unittest.TestCase):
    """Starts the adapter before each test, and proves after it that the adapter ends well and prints nothing else."""

    adapter = NUMPY

    def setUp(self):
        self.child = Child(self.adapter)

    def tearDown(self):
        if self.child.process.poll() is None:
            rest, code, _ = self.child.end()
            self.assertEqual((rest, code), (b"", 0))

    def answers(self, script, **array):
        """Returns the answers of a script, with addresses relative to the buffer."""
        reply = self.child.ask(case("a", script, **array))[0]
        start = int(reply["buffer"])
        for answer in reply["answers"]:
            if isinstance(answer, dict):
                for place in answer, answer.get("seen", {}):
                    for name in {"address", "data"} & set(place):
                        place[name] = int(place[name]) - start
        return reply["answers"]

    def last_answer(self, script, **array):
        """Returns the answer of the last step of a script, whose steps are in one text."""
        return self.answers(script.split("; "), **array)[-1]
