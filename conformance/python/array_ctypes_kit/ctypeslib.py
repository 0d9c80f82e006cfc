"""The helpers of `numpy.ctypeslib` for foreign functions."""

import functools
import os
import pathlib
import tempfile
from ctypes import POINTER, addressof

from .answers import Address, Object, as_address
from .arguments import lengths, named_values, one_of, parse
from .caches import cached
from .files import File
from .interface import facts
from .types import c_type, type_name
from .values import held_address, receiver, returner

AS_ARRAY_SOURCES = {
    "pointer": lambda ctype, case: case.pointer(POINTER(ctype)),
    "object": lambda ctype, case: case.pointer(POINTER(ctype)).contents,
    "null": lambda ctype, case: POINTER(ctype)(),
}

# For each form of the argument `shape`, the arguments after the source.
AS_ARRAY_SHAPES = {
    "none": lambda text: (),
    "int": lambda text: (int(text),),
    "shape": lambda text: (lengths(text),),
}


def _as_array(source, shape, ctype, case):
    form, _, text = shape.partition("=")
    shape = one_of(AS_ARRAY_SHAPES)(form)(text)
    return facts(case.adapter.ctypeslib.as_array(source(ctype, case), *shape), case.adapter)


# For each argument of a checked parameter type, its name in Python, and how its value is read. `own` is the element type of
# the array.
NDPOINTER_ARGUMENTS = {
    "dtype": ("dtype", lambda text, adapter, own: own if text == "own" else adapter.dtype(text)),
    "ndim": ("ndim", lambda text, adapter, own: int(text)),
    "shape": ("shape", lambda text, adapter, own: lengths(text)),
    "length": ("shape", lambda text, adapter, own: int(text)),
    "flags": ("flags", lambda text, adapter, own: text),
}


@cached
def _parameter_type(adapter, text, own):
    """Returns the checked parameter type that the text describes."""
    arguments = {}
    for name, value in named_values(text).items():
        argument, read = one_of(NDPOINTER_ARGUMENTS)(name)
        arguments[argument] = read(value, adapter, own)
    return adapter.ctypeslib.ndpointer(**arguments)


def _parameter_result(make, case):
    """Returns what a foreign function with a result of that type returns, if it returns the array's address."""
    returned = returner(make())(case.adapter.data(case.array))
    return facts(returned, case.adapter) if case.adapter.is_array(returned) else held_address(returned)


def _parameter_class(make, case):
    _parameter_type.cache_clear()  # so that the library is asked
    parameter = make()
    case.objects.append(parameter)
    return Object(id(parameter))


# For each use of a checked parameter type, what it answers, given a function that makes the type.
NDPOINTER_USES = {
    "from_param": lambda make, case: as_address(make().from_param(case.array).data),
    "argument": lambda make, case: as_address(receiver(make())(case.array)),
    "result": _parameter_result,
    "class": _parameter_class,
    "none": lambda make, case: make().from_param(None),
    "list": lambda make, case: make().from_param([1]),
}


def _ndpointer(use, text, case):
    own = case.array.dtype if "dtype=own" in text else None
    return use(functools.partial(_parameter_type, case.adapter, text, own), case)


@functools.lru_cache(1)
def _garbage():
    """Returns a file that is not a library, and that lives as long as this process."""
    file = tempfile.NamedTemporaryFile(suffix=".so", dir=File.get_folder())
    file.write(b"not a library")
    file.flush()
    return file


# For each way to name a library, the arguments of `load_library`, given its folder, its file name, and that without extension.
LIBRARIES = {
    "name": lambda folder, file, name: (name, folder),
    "file": lambda folder, file, name: (file, folder),
    "beside": lambda folder, file, name: (name, os.path.join(folder, file)),
    "path": lambda folder, file, name: (pathlib.Path(name), pathlib.Path(folder)),
    "bytes": lambda folder, file, name: (os.fsencode(name), os.fsencode(folder)),
    "missing": lambda folder, file, name: ("no_such_library", folder),
    "defective": lambda folder, file, name: os.path.split(_garbage().name)[::-1],
}


def _load_library(arguments, case):
    folder, file = os.path.split(case.adapter.library)
    loaded = case.adapter.ctypeslib.load_library(*arguments(folder, file, file.split(".")[0]))
    return os.path.samefile(loaded._name, case.adapter.library)


# For each helper, the function that answers it, and how its arguments are read, as for steps.
CTYPESLIB = {
    "c_intp": (lambda case: type_name(case.adapter.ctypeslib.c_intp),),
    "as_ctypes_type": (
        lambda ctype, case: type_name(case.adapter.ctypeslib.as_ctypes_type(ctype or case.array.dtype)),
        lambda text: c_type(text) if text else None,
    ),
    "as_ctypes": (lambda case: Address(addressof(case.adapter.ctypeslib.as_ctypes(case.array))),),
    "as_ctypes-type": (lambda case: type_name(type(case.adapter.ctypeslib.as_ctypes(case.array))),),
    "as_array": (_as_array, one_of(AS_ARRAY_SOURCES), str, c_type),
    "ndpointer": (_ndpointer, one_of(NDPOINTER_USES), str),
    "load_library": (_load_library, one_of(LIBRARIES)),
}

STEPS = {"ctypeslib": (lambda helper, case: helper(case), lambda text: parse(text, CTYPESLIB))}
