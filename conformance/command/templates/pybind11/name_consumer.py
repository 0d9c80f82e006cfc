"""The adapter of {{name}}'s bindings: the conformance suite array-ctypes hands them arrays, and asks what C++ sees.

    pip install array-ctypes numpy pybind11
    array-ctypes check --command "python3 {{name}}_consumer.py"

Build {{name}}_binding.cpp first: its head says how. The first run is green, and that says nothing about
{{name}}: until you replace what is marked with STAND-IN here and there, a view of a few lines takes the arrays.

1. In {{name}}_binding.cpp, put the ways in which {{name}} takes arrays in place of the stand-in.
2. Set `name` and `version`. Reports show them, and the file of known deviations names them.
3. Write a door for each of these ways, and declare what it takes: PROTOCOL.md, "Consumers", has the words.
4. A door may refuse an array that has a feature which it does not declare. It must never misread one.
"""

import array_ctypes_kit as kit  # before your library: importing the kit keeps stray prints off the protocol
import numpy as np

import {{name}}_binding as binding

# What both doors take beyond a writeable, aligned array in C order and in the byte order of the machine.
LAYOUTS = "strided negative odd-strides overlap read-only empty no-axes"


class Bindings(kit.Consumer):
    # Drop "-stand-in" once {{name}} takes the arrays.
    name = "{{name}}-stand-in"  # STAND-IN
    version = "0"  # STAND-IN

    # `types` are the element types that the door takes: "i" for signed integers of any size, "f8" for double. `mutable`
    # says that it can write to elements. A door that converts declares copies="may", one that always copies
    # copies="always".

    @kit.door("interface", types="f8", accepts=LAYOUTS, mutable=True)
    def take_array(self, given):
        return binding.take_array(np.asarray(given))  # as your users do: a NumPy array that shares the memory

    @kit.door("buffer", types="f8", accepts=LAYOUTS, mutable=True)
    def take_buffer(self, given):
        return binding.take_buffer(given)

    # What a door returned is asked for `shape`, `strides`, `itemsize` and `readonly`, and indexed by a tuple to read
    # and to write an element. Override the methods of kit.Consumer where your class spells that differently, as here:

    def data(self, made):
        """Returns the address of the first element."""
        return made.data


if __name__ == "__main__":
    kit.serve(Bindings())
