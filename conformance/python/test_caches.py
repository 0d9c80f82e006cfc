"""Tests that the kit's memory does not grow with the number of cases: `python test_caches.py`."""

import json
import os
import subprocess
import sys
import unittest

from adapter_process import HERE, PYPY, needs_numpy

# Answers batches in this process, each with types that no other names, and prints what is left of them after every 64th.
PROGRAM = """
import ctypes, json
import array_ctypes_kit as kit
from array_ctypes_kit import caches, collector, protocol
import numpy_adapter
from adapter_process import case

def descendants(kind):
    return sum(1 + descendants(base) for base in kind.__subclasses__())

def left():
    collector.collect()
    of_library = [descendants(kind) for kind in (ctypes.c_void_p, ctypes.Structure)]
    pointers = len(kit.POINTERS) if isinstance(kit.POINTERS, dict) else 0
    return of_library + [pointers] + [cache.cache_info().currsize for cache in caches._CACHES]

protocol.send_each = list
server = protocol._Server(numpy_adapter.NumPy())
caches.keep()
counts = []
for batch in range(256):
    ctype = "Structure(%s)" % ", ".join(["c_byte"] * (batch + 1))
    script = ["data_as POINTER(%s)" % ctype, "pass POINTER(%s)" % ctype, "hand data_as POINTER(%s) to c_void_p" % ctype]
    script += ["walk data_as POINTER(%s) by shape and strides" % ctype, "contents %s" % ctype]
    script += ["ctypeslib as_array pointer shape=%d c_byte" % (batch + 1), "ctypeslib ndpointer result shape=%d" % (batch + 1)]
    server.batch({"batch": batch, "cases": [case("a", script)]})
    server.release({"release": batch})
    if batch % 64 == 62:
        counts.append(left())
kit.streams.send(json.dumps(counts))
"""


class Caches(unittest.TestCase):
    @needs_numpy
    @unittest.skipIf(PYPY, "PyPy frees types late: how many are left goes up and down")
    def test_nothing_grows_with_the_number_of_types_that_cases_name(self):
        command = [sys.executable, "-B", "-W", "ignore", "-c", PROGRAM]
        output = subprocess.check_output(command, stdin=subprocess.DEVNULL, env=dict(os.environ, PYTHONPATH=HERE))
        counts = json.loads(output.decode())
        self.assertEqual(counts[1:], counts[:1] * 3)


if __name__ == "__main__":
    unittest.main(verbosity=1)
