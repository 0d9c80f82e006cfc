"""Faults to plant into the libraries that other suites test, in this process: see .ci/compare. `faults_*.py` list them.

A fault is one small mistake: about memory, or one of another kind, about which this project does not ask.
"""

import ctypes
import gc
import importlib
from collections import namedtuple

# `asked`: how this project asks about it: by `arrays` (`ctypes`: test_by_hand.py does so too), by `doors`, or not, ``.
Fault = namedtuple("Fault", "name target asked plant")
FAULTS = {}


def fault(target, name, asked="arrays"):
    """Registers a function that plants a fault."""

    def register(plant):
        FAULTS["%s: %s" % (target, name)] = Fault(name, target, asked, plant)
        return plant

    return register


TARGETS = ("numpy", "memoryview", "strict")


def load(targets=TARGETS):
    """Returns the faults of these targets by target and name."""
    for target in targets:
        importlib.import_module("faults_" + target)
    return FAULTS


def plant(name):
    if name:
        load([name.partition(":")[0]])[name].plant()


def attribute(owner, name):
    """Makes a function the attribute of a class or module, also of a class in C; it is given the former one first."""

    def replace(function):
        former = getattr(owner, name)
        if isinstance(former, property):
            former, made = former.fget, lambda new: property(new)
        elif hasattr(type(former), "__get__") and not callable(former):
            former, made = former.__get__, lambda new: property(new)
        else:
            made = staticmethod if name == "__new__" else lambda new: new
        new = made(lambda *positional, **named: function(former, *positional, **named))
        try:
            setattr(owner, name, new)
        except TypeError:  # a class in C
            gc.get_referents(owner.__dict__)[0][name] = new
            ctypes.pythonapi.PyType_Modified(ctypes.py_object(owner))
        return function

    return replace
