"""Tests of the names that the kit gives to the types of values: `python test_types.py`."""

import json
import os
import subprocess
import sys
import unittest

from adapter_process import HERE, PYPY, AdapterTest, needs_numpy

# Each line is a name and an expression of a value that must get it.
NAMES = """
int: 1
int: Sub(int)(1)
bool: True
None: None
float: 1.0
str: "1"
tuple: (1,)
list: Sub(list, _type_=c_long, _length_=1)([1])
c_void_p: c_void_p(1)
c_void_p: Sub(c_void_p)(1)
c_void_p: POINTER(None)()
c_char_p: c_char_p()
py_object: py_object()
CFUNCTYPE(None): CFUNCTYPE(None)()
c_int * 2: (c_int * 2)()
c_int * 2: Sub(c_int * 2)()
c_int * 2: Sub(ctypes.Array, _type_=c_int, _length_=2)()
c_int * 2: (Sub(c_int) * 2)()
c_int * 0: (c_int * 0)()
c_uint * 2: (c_uint * 2)()
c_float * 2: (c_float * 2)()
c_int.__ctype_be__ * 2: (c_int.__ctype_be__ * 2)()
POINTER(c_int): POINTER(c_int)()
POINTER(c_int): Sub(POINTER(c_int), _type_=c_int)()
POINTER(c_float): Sub(POINTER(c_int), _type_=c_float)()
POINTER(c_int * 3): POINTER(c_int * 3)()
POINTER(POINTER(c_int)): POINTER(POINTER(c_int))()
POINTER(Structure(c_byte, c_int)): POINTER(kit.c_type("Structure(c_byte, c_int)"))()
__main__.Sub: Sub(object, __class__=c_void_p)()
"""

# As above, of classes that were changed after they were made. PyPy goes by the attributes alone.
LIES = """
__main__.Sub: lie(Sub(ctypes.Array, _type_=c_uint, _length_=2), _type_=c_int)()
c_uint * 2: lie(Sub(c_uint * 2), _type_=c_int)()
c_int * 2: lie(Sub(c_int * 2), _type_=c_uint)()
POINTER(c_int): lie(Sub(POINTER(c_int), _type_=c_int), _type_=c_float)()
__main__.Sub: lie(Sub(ctypes.Array, _type_=c_int, _length_=3), _length_=2)()
"""

PROGRAM = """
import ctypes, json, sys
from ctypes import *
import array_ctypes_kit as kit

def Sub(base, **attributes):
    return type("Sub", (base,), dict(attributes, __module__="__main__"))

def lie(kind, **attributes):
    for name, value in attributes.items():
        setattr(kind, name, value)
    return kind

kit.streams.send(json.dumps([kit.value_type(eval(text)) for text in sys.argv[1:]]))
"""


def names(expressions):
    command = [sys.executable, "-c", PROGRAM] + expressions
    environment = dict(os.environ, PYTHONPATH=HERE)
    return json.loads(subprocess.check_output(command, env=environment).decode())


class Types(unittest.TestCase):
    def check(self, table):
        expected, expressions = zip(*[line.split(": ", 1) for line in table.strip().split("\n")])
        found = names(list(expressions))
        self.assertEqual(list(zip(found, expressions)), list(zip(expected, expressions)))

    def test_a_value_is_of_the_nearest_type_that_has_a_name(self):
        self.check(NAMES)

    @unittest.skipIf(PYPY, "PyPy keeps no other note of a type than its attributes")
    def test_an_attribute_that_was_changed_later_does_not_count(self):
        self.check(LIES)


@needs_numpy
class NumPy(AdapterTest):
    def test_each_value_of_the_interface_has_a_type(self):
        script = ["type data", "type strides", "type shape_as c_short", "type data_as POINTER(c_short)", "type data_as c_int"]
        answers = self.answers(script + ["type _as_parameter_", "absent data-type"])
        self.assertEqual(self.child.hello["limits"]["types"], True)
        c_intp = self.answers(["name c_intp"])[0]["text"]
        texts = ["int", c_intp + " * 1", "c_short * 1", "POINTER(c_short)"]
        self.assertEqual(answers[:4], [{"text": text} for text in texts])
        self.assertEqual(answers[4]["raises"], "TypeError")
        self.assertEqual(answers[5], {"text": "c_void_p"})
        self.assertIn(answers[6].get("text"), ("int", None))
        self.assertEqual(self.answers(["type shape"], shape=(), strides=()), [{"text": "None"}])


if __name__ == "__main__":
    unittest.main(verbosity=1)
