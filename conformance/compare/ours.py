"""Adapters of the libraries that can have a fault planted: `ours.py TARGET ASKED [FAULT]`, TARGET and ASKED as in planting.py.

With COMPARE_DRAWN they record the arrays that they are asked about.
"""

import os
import sys
from types import SimpleNamespace

import array_ctypes_kit as kit
import planting

target, asked, fault = (sys.argv[1:] + [""])[:3]
planting.plant(fault)


def of_numpy():
    from numpy_adapter import NumPy

    return NumPy()


def of_memoryview():
    from faults_memoryview import View
    from memoryview_adapter import MemoryView

    class Planted(MemoryView):
        def array(self, memory, dtype, offset, shape, strides):
            return super().array(SimpleNamespace(view=View(memory.view)), dtype, offset, shape, strides)

    return Planted()


def of_strict():
    import array_api_strict as xp
    import numpy as np

    class Strict(kit.Adapter):
        name, version = "array_api_strict", xp.__version__
        profiles = ["core", "dlpack"]
        limits = {"kinds": "biu", "swapped": False, "records": False, "dlpack_arguments": True, "max_dimensions": 64,
                  "views": ["index", "slice", "reverse", "transpose", "newaxis", "broadcast", "reshape"]}

        def dtype(self, typestr):
            return np.dtype(typestr)

        def array(self, memory, dtype, offset, shape, strides):
            return xp.asarray(np.ndarray(shape, dtype, memory.view, offset, strides), copy=False)

        def slice(self, array, axis, start, stop, step):
            start, stop, step = slice(start, stop, step).indices(array.shape[axis])  # the library refuses bounds outside the axis
            kept = slice(start, None if stop < 0 else stop, step) if start >= 0 else slice(0, 0, step)
            return array[(slice(None),) * axis + (kept, ...)]

        def index(self, array, axis, at):
            return array[(slice(None),) * axis + (at, ...)]

        def reverse(self, array, axis):
            return xp.flip(array, axis=axis)

        def transpose(self, array, axes):
            return xp.permute_dims(array, axes)

        def newaxis(self, array, axis):
            return xp.expand_dims(array, axis=axis)

        def broadcast(self, array, shape):
            return xp.broadcast_to(array, shape)

        def reshape(self, array, shape):
            return xp.reshape(array, shape, copy=False if array.size else None)  # it refuses to reshape an empty one in place

        def data(self, array):
            return array._array.ctypes.data  # the library has no pointers of its own

        def shape(self, array):
            return array.shape

        def strides(self, array):
            return array._array.strides

        def itemsize(self, array):
            return array._array.itemsize

        def item(self, array, index):
            if len(index) != array.ndim:
                raise IndexError("expected one index for each axis")
            return array[index + (...,)]._array.tobytes()

        def flag(self, array, name):
            return getattr(array._array.flags, name)

    return Strict()


def doors(name, from_dlpack):
    from numpy_consumer import LAYOUTS

    class Doors(kit.Consumer):
        version = "with a fault"
        limits = {"max_dimensions": 64}

        @kit.door("dlpack-versioned", "from_dlpack", types="b i u f4 f8 c8 c16", accepts=LAYOUTS + " read-only", mutable=True)
        def imported(self, given):
            return from_dlpack(given)

    Doors.name = name
    return Doors()


def door_of_numpy():
    import numpy as np

    return doors("numpy", np.from_dlpack)


def door_of_strict():
    import array_api_strict as xp

    return doors("array_api_strict", lambda given: xp.from_dlpack(given, copy=False)._array)


def count():
    import layouts

    former = kit.cases.Case.__init__

    def init(self, adapter, memory, array, given):
        former(self, adapter, memory, array, given)
        begins = None if memory.address is None else array.__array_interface__["data"][0] != memory.address
        layouts.record(array, begins if "map" not in given else None)

    kit.cases.Case.__init__ = init


if "COMPARE_DRAWN" in os.environ:
    count()
adapters = {"arrays": dict(numpy=of_numpy, memoryview=of_memoryview, strict=of_strict), "doors": dict(numpy=door_of_numpy, strict=door_of_strict)}
kit.serve(adapters[asked][target]())
