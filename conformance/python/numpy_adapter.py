"""The adapter of NumPy: of the version that the Python that runs this file imports, 1.13 or later."""

import builtins
import ctypes
import json
import os
import subprocess
import sys

import array_ctypes_kit as kit
import numpy as np
import numpy.ctypeslib
from numpy_absent import Views

kit.C_TYPES["c_intp"] = np.ctypeslib.c_intp
VERSION = tuple(int(part) for part in np.__version__.split(".")[:2])


class NumPy(Views, kit.Adapter):
    name = "numpy"
    version = np.__version__
    # Since 1.16 a pointer holds its array.
    profiles = ["core", "ctypes", "lifetime", "borrows" if VERSION < (1, 16) else "holds", "interface"]
    profiles += ["import", "ctypeslib", "absent", "numpy"]
    if kit.has_python_api():
        profiles += ["struct", "memmap", "buffer"] + ["dlpack"] * hasattr(np.ndarray, "__dlpack__")
    absent_arguments = ["numpy_absent.py"]  # what Python runs in the process that has no ctypes
    ctypeslib = np.ctypeslib
    library = np.random.mtrand.__file__
    limits = {
        "max_dimensions": 32 if VERSION < (2,) else 64,
        "dlpack_arguments": VERSION >= (2, 1),
        "counts_references": hasattr(sys, "getrefcount"),  # PyPy counts none
        "owners": ["copy", "sum", "zeros"],
    }

    costs = {
        "address": [
            "a.ctypes.data",
            "a.ctypes.data_as(c_void_p)",
            "a.ctypes._as_parameter_",
            "c.data  # c = a.ctypes",
            "a.__array_interface__['data'][0]",
            "addressof(c_char.from_buffer(a))",
            "ffi.from_buffer(a)  # ffi = cffi.FFI()",
            "torch.from_numpy(a).data_ptr()",
            "t.data_ptr()  # t = torch.from_numpy(a)",
        ],
        "shape": [
            "a.ctypes.shape",
            "a.ctypes.shape_as(c_int64)",
            "a.__array_interface__['shape']",
            "memoryview(a).shape",
            "c.shape  # c = a.ctypes",
            "m.shape  # m = memoryview(a)",
            "a.shape",
        ],
        "strides": [
            "a.ctypes.strides",
            "a.ctypes.strides_as(c_int64)",
            "memoryview(a).strides",
            "c.strides  # c = a.ctypes",
            "m.strides  # m = memoryview(a)",
            "a.strides",
        ],
        "all": [
            "(a.ctypes.data, a.ctypes.shape, a.ctypes.strides)",
            "c_function(a.ctypes, a.ctypes.shape, a.ctypes.strides)",
            "a.__array_interface__",
            "a.__array_struct__",
            "memoryview(a)",
            "a.__dlpack__()",
            "as_ctypes(a)",
        ],
    }

    def __init__(self):
        self.questions, self.can_be_absent = 0, True
        self._start_absent()

    def dtype(self, typestr):
        return np.dtype(typestr)

    def record(self, fields, size, aligned):
        described = {
            "names": [field.name for field in fields],
            "formats": [(field.dtype, field.shape) if field.shape else field.dtype for field in fields],
            "offsets": [field.offset for field in fields],
            "itemsize": size,
        }
        if any(field.title for field in fields):
            described["titles"] = [field.title for field in fields]
        return np.dtype(described, align=aligned)

    def array(self, memory, dtype, offset, shape, strides):
        return np.ndarray(shape, dtype, memory.view, offset, strides)

    def added(self, array, zeros):
        return np.asarray(array + zeros)  # without axes the sum is a scalar

    def zeros(self, dtype, shape):
        return np.zeros(shape, dtype)

    def memmap(self, file, dtype, mode, offset, shape, order):
        return np.memmap(file, dtype, mode, offset, shape, order)

    def copy(self, array):
        """By indices if there is an axis, since the result is then not a `memmap`."""
        return array[list(range(len(array)))] if array.ndim else array.copy()

    def item(self, array, index):
        return self.element(array, index).tobytes()

    def write_item(self, array, raw, index):
        element = self.element(array, index)
        element[...] = np.ndarray((), array.dtype, raw)

    def element(self, array, index):
        """Returns one element as an array without axes, because a scalar would lose its byte order."""
        if len(index) != array.ndim:
            raise IndexError("expected one index for each axis")
        return array[index + (Ellipsis,)]

    def import_array(self, exporter):
        return np.asarray(exporter)

    def names(self, array):
        names = {"torch": kit.optional("torch"), "as_ctypes": np.ctypeslib.as_ctypes}
        names.update(c=array.ctypes, m=memoryview(array))
        names["t"] = kit.optional("torch", lambda torch: torch.from_numpy(array))
        names["ffi"] = kit.optional("cffi", lambda cffi: cffi.FFI())
        return dict(super().names(array), **names)

    def forget(self):
        """NumPy keeps each type that `ndpointer` ever made."""
        getattr(np.ctypeslib, "_ctypeslib", np.ctypeslib)._pointer_type_cache.clear()

    def absent(self, case, what):
        if self.without_ctypes is None:
            raise kit.Declined("the process without ctypes cannot be started here")
        reply = self._ask_absent(case, what) if self.can_be_absent else None
        if reply is None and self.can_be_absent:  # that process has ended
            self._start_absent()
            reply = self._ask_absent(case, what)
        self.can_be_absent = reply is not None
        if reply is None:
            raise ImportError("NumPy cannot be imported without ctypes")
        (answer,) = reply
        if not isinstance(answer, dict):
            return answer
        if "raises" in answer:
            raise getattr(builtins, answer["raises"], RuntimeError)(answer["message"])
        if "text" in answer:
            return answer["text"]
        if "address" in answer:
            return kit.Address(int(answer["address"]) + case.memory.address)
        return tuple(map(int, answer["integers"]))

    def _start_absent(self):
        """Starts NumPy without ctypes. All copies of this process share that one, since its start takes long; it ends when
        its input ends."""
        pipe, command = subprocess.PIPE, [sys.executable, "-B"] + self.absent_arguments
        folder = os.path.dirname(os.path.abspath(__file__))
        try:
            self.without_ctypes = subprocess.Popen(command, stdin=pipe, stdout=pipe, universal_newlines=True, cwd=folder)
        except OSError as error:
            self.without_ctypes = None
            sys.stderr.write("no process without ctypes: %s\n" % error)

    def _ask_absent(self, case, what):
        """Returns the answer in a list, or None if the process has ended."""
        self.questions += 1
        mark = "%d:%d" % (os.getpid(), self.questions)
        array = dict(case.given, views=[kit.read_view(view) for view in case.given["views"]])
        try:
            # A copy of this process that died may have left a part of a line, there or here, and an answer to it.
            self.without_ctypes.stdin.write("\n" + json.dumps([mark, array, what]) + "\n")
            self.without_ctypes.stdin.flush()
        except BrokenPipeError:
            return None
        for line in self.without_ctypes.stdout:
            try:
                answered, answer = json.loads(line)
            except ValueError:
                continue
            if answered == mark:
                return [answer]
        return None


if __name__ == "__main__":
    kit.serve(NumPy())
