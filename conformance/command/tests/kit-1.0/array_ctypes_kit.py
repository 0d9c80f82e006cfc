"""The Python kit for adapters: everything of the protocol that is not the library under test.

An adapter is a program that makes arrays with a library and tells the suite what it observes (PROTOCOL.md). Its author
subclasses `Adapter`, overrides what the library spells in its own way, and calls `serve`. The kit speaks the protocol,
keeps stray prints away from it, allocates the buffers, reads dtypes, views and C types, and writes the answers.
It never judges. Standard library only; CPython 3.6 and later, and PyPy.

Import it before the library under test: importing it takes the standard streams for the protocol.

Sizes, offsets, strides and addresses are in bytes, lengths of axes in elements.
"""

import contextlib
import ctypes
import functools
import gc
import importlib
import itertools
import json
import mmap
import operator
import os
import pathlib
import platform
import re
import shutil
import signal
import struct
import sys
import tempfile
import time
import weakref
from collections import namedtuple
from ctypes import POINTER, Structure, addressof, c_char, c_int, c_ubyte, c_void_p, sizeof

PAGE = 4096
RESERVE = 1 << 20  # larger buffers are reserved, not allocated
CACHED = 1 << 16  # texts that are remembered with what they mean

Field = namedtuple("Field", "name title dtype shape offset")


if os.name == "posix":  # a crash that is asked for leaves no file behind
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

# The protocol has the standard streams to itself: what is printed goes to standard error, and nobody else reads.
_REQUESTS, _REPLIES = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
os.dup2(2, 1)


class Adapter:
    """What the suite asks of a library. The defaults fit libraries that look like NumPy's.

    `array` is always whatever `array()` or a view returned. An exception in a question is its answer; one in
    `dtype`, `record`, `array` or a view refuses the whole array.
    """

    name = version = "unknown"
    profiles = ["core"]
    limits = {}  # what the library cannot do: see PROTOCOL.md

    # Making arrays

    def dtype(self, typestr):
        """The library's element type of a type string such as `<i4`. Remembered by the kit."""
        return typestr

    def record(self, fields, size, aligned):
        """The library's structured type; the dtype of each `Field` is what `dtype` or `record` returned."""
        raise NotImplementedError("no structured types")

    def item_size(self, dtype):
        """The size of an element of a type that `dtype` or `record` returned."""
        return dtype.itemsize

    def array(self, memory, dtype, offset, shape, strides):
        """An array over `memory.view`, a memoryview of bytes that is read-only if the array is to be."""
        raise NotImplementedError

    def index(self, array, axis, at):
        return array[(slice(None),) * axis + (at, Ellipsis)]

    def slice(self, array, axis, start, stop, step):
        return array[(slice(None),) * axis + (slice(start, stop, step),)]

    def reverse(self, array, axis):
        return self.slice(array, axis, None, None, -1)

    def transpose(self, array, axes):
        return array.transpose(axes)

    def newaxis(self, array, axis):
        return array[(slice(None),) * axis + (None,)]

    def broadcast(self, array, shape):
        raise NotImplementedError

    def reshape(self, array, shape):
        """Without a copy: where one is needed, an exception."""
        return array.reshape(shape)

    def field(self, array, name):
        return array[name]

    def view(self, array, dtype):
        return array.view(dtype)

    # Profile memmap

    def memmap(self, file, dtype, mode, offset, shape, order):
        """An array mapped from a file, which is a path, an object that is a path, or an open file; shape None means that
        it follows from the size of the file."""
        raise NotImplementedError("no mapped arrays")

    def mapping(self, array):
        """The object whose buffer is the mapping that the array lies in: not the array, but what it got its memory of."""
        while not isinstance(array, mmap.mmap):
            array = array.base
        return array

    def map_fact(self, array, name):
        """`offset`, `mode` or `filename`, as the array tells it."""
        return getattr(array, name)

    def copy(self, array):
        """A copy of the array, by the library's own means."""
        return array.copy()

    def flush(self, array):
        array.flush()

    # Profile core

    def data(self, array):
        """The address, None for NULL."""
        return self.ctypes(array).data

    def shape(self, array):
        return self.ctypes(array).shape or ()

    def strides(self, array):
        return self.ctypes(array).strides or ()

    def itemsize(self, array):
        """The size of an element in bytes."""
        return array.itemsize

    def item(self, array, index):
        """The memory of one element as bytes; IndexError unless the index has one number inside each axis."""
        raise NotImplementedError

    def flag(self, array, name):
        """`c_contiguous` or `f_contiguous`; for the profile interface also `aligned` and `writeable`."""
        return getattr(array.flags, name)

    # Profile ctypes

    def ctypes(self, array):
        """The interface object."""
        return array.ctypes

    def write_item(self, array, raw, index):
        """Sets one element of a plain type to raw bytes, through the library."""
        raise NotImplementedError

    # Profile lifetime

    def alias(self, array):
        """Another array over the same memory."""
        return array[...]

    def watch(self, thing):
        """A function that yields None as soon as the array, or the block of memory, is gone, and keeps it not."""
        return weakref.ref(thing)

    # Profile interface

    def alignment(self, array):
        """Of the element type."""
        return array.dtype.alignment

    def array_interface(self, array):
        return array.__array_interface__

    def array_struct(self, array):
        """A capsule with a `PyArrayInterface`."""
        return array.__array_struct__

    def import_array(self, exporter):
        """An array over the memory that the exporter's `__array_interface__` tells of."""
        raise NotImplementedError

    # Profile ctypeslib

    ctypeslib = None  # what has the functions of `numpy.ctypeslib`
    library = None  # the path of a shared library that can be loaded, with an extension that `load_library` knows

    # Profile absent

    def absent(self, case, what):
        """What is asked of the interface of the same array in a process that has no ctypes. An address there is to be
        moved: as far from `case.memory.address` as it is from the buffer there. `case.given` is the array as JSON."""
        raise NotImplementedError

    # Profile buffer

    def buffer(self, array):
        """The object that exports the array's memory by the buffer protocol."""
        return array

    # Profile dlpack

    def dlpack(self, array, max_version):
        """A capsule of DLPack. `max_version` is (1, 0), or None for a capsule without a version."""
        if max_version is not None:
            try:
                return array.__dlpack__(max_version=max_version)
            except TypeError:
                pass  # it knows no versions
        return array.__dlpack__()

    # What asking costs: no profile, for `array-ctypes bench`

    # For each question, `address`, `shape`, `strides` or `all` (all three in one thing that C can be given), the ways to
    # ask it: expressions as their users write them. In them `a` is the array, and names are those of `names`. What is made
    # once and kept stands behind ` # `, as in `t.data_ptr()  # t = torch.from_numpy(a)`, and `names` makes it.
    costs = {}

    def names(self, array):
        """What names mean in `costs`: `a`, and those of the module ctypes."""
        return dict(vars(ctypes), a=array)


# Memory


class Memory:
    """The buffer of a case: `view` shows all of its bytes and no others. The kit keeps it until the batch is released,
    or a step says to drop the array; then only what the library keeps is left of it.
    """

    def __init__(self, size, at, content, writeable):
        self.whole = whole = (size // PAGE + 2) * PAGE  # slack, so that some byte of the first page is at the address
        if size > RESERVE:
            block = _reserve(whole)
            start = addressof(c_char.from_buffer(block))
        else:
            block = (c_char * whole)()
            start = addressof(block)
        skip = (at - start) % PAGE
        self.address = start + skip
        self.view = memoryview(block).cast("B")[skip : skip + size]
        self.view[: len(content)] = content
        self.block = block  # what is there as long as the memory is
        if not writeable:
            self.view = _read_only(self)


def _reserve(size):
    if not hasattr(mmap, "MAP_ANONYMOUS"):
        return mmap.mmap(-1, size)
    # Python has a name for the flag only since 3.11; a few machines have another number for it.
    linux = sys.platform.startswith("linux") and not os.uname().machine.startswith(("alpha", "mips", "ppc", "sparc"))
    no_reserve = getattr(mmap, "MAP_NORESERVE", 0x4000 if linux else 0)
    return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | no_reserve)


def _read_only(memory):
    if hasattr(memoryview, "toreadonly"):
        return memory.view.toreadonly()
    from_memory = ctypes.pythonapi.PyMemoryView_FromMemory  # before Python 3.8
    from_memory.restype, from_memory.argtypes = ctypes.py_object, [c_void_p, ctypes.c_ssize_t, c_int]
    view = from_memory(memory.address, len(memory.view), 0x100)
    weakref.finalize(view, id, memory.block)  # such a view keeps nothing: the block is kept as long as it is there
    memory.block = view
    return view


# Files


class File:
    """The file that the array of a case is mapped from. Its address is that of its first byte, were it mapped."""

    folder = None  # given by the suite, or made when it is first needed

    def __init__(self, adapter, buffer, given, name):
        self.adapter, self.handed = adapter, given["file"]
        self.path = os.path.join(File.get_folder(), re.sub("[^0-9A-Za-z]", "-", name))
        self.writeable = given["mode"] in ("r+", "w+")
        if self.handed != "missing":
            with open(self.path, "wb") as file:
                file.write(bytes.fromhex(buffer["bytes"]))
                file.truncate(int(buffer["size"]))

    @staticmethod
    def get_folder():
        if File.folder is None:
            File.folder = tempfile.mkdtemp(prefix="array-ctypes-")
            _AT_END.append(functools.partial(shutil.rmtree, File.folder, True))
        return File.folder

    def hand_over(self, mode):
        """What the library is given."""
        path = self.path
        opened = {"read-only": "rb", "object": "r+b" if self.writeable else "rb"}
        if self.handed in opened:
            self.file = open(path, "w+b" if self.handed == "object" and mode == "w+" else opened[self.handed])
            return self.file
        others = {"path-like": pathlib.Path, "relative": os.path.relpath, "directory": os.path.dirname}
        return others.get(self.handed, str)(path)

    def map(self, dtype, offset, shape, order, mode):
        """The array. What was handed over is closed then: a mapping needs it no more."""
        self.file = None
        try:
            array = self.adapter.memmap(self.hand_over(mode), dtype, mode, offset, shape, order)
        finally:
            if self.file is not None:
                self.file.close()
        self.offset = offset
        self.address = self.find(array)[0]
        return array

    def find(self, array):
        """The address of the file's first byte, were it mapped, and where in the file the mapping begins. The system
        tells, where it does; else the mapping is taken to begin at the offset, rounded down."""
        first, wrap = _buffer_address(self.adapter.mapping(array)), 1 << 8 * sizeof(c_void_p)
        for low, high, start, path in mappings():
            if path == self.path and low <= first < high:
                return (low - start) % wrap, first - low + start
        if os.path.exists("/proc/self/maps"):
            raise RuntimeError("the mapping is not of the file")
        start = self.offset - self.offset % mmap.ALLOCATIONGRANULARITY
        return (first - start) % wrap, start

    def is_mapped(self):
        if not os.path.exists("/proc/self/maps"):
            raise NotImplementedError("the system tells nothing of mappings")
        return any(path == self.path for _, _, _, path in mappings())

    def remove(self):
        if os.path.exists(self.path):
            os.remove(self.path)


def mappings():
    """What this process has mapped from files: first address, end, offset in the file, path."""
    if not os.path.exists("/proc/self/maps"):
        return
    with open("/proc/self/maps") as maps:
        for line in maps:
            words = line.rstrip("\n").split(None, 5)
            if len(words) == 6:
                low, high = [int(word, 16) for word in words[0].split("-")]
                yield low, high, int(words[2], 16), words[5]


def _buffer_address(owner):
    """Where the buffer of an object is, also of one that may not be written to."""
    if not hasattr(ctypes, "pythonapi"):  # PyPy
        return addressof(c_char.from_buffer(owner))
    buffer = (c_void_p * 16)()  # room for a Py_buffer, whose first member is the address
    ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(owner), buffer, 0)
    address = buffer[0]
    ctypes.pythonapi.PyBuffer_Release(buffer)
    return address


# C types, as Python's ctypes spells them


@functools.lru_cache(CACHED)
def _composite(kind, *types):
    return type(kind.__name__, (kind,), {"_fields_": [("f%d" % i, ctype) for i, ctype in enumerate(types)]})


C_TYPES = {name: getattr(ctypes, name) for name in dir(ctypes) if name.startswith("c_")}
C_TYPES.update(
    POINTER=POINTER,
    CFUNCTYPE=ctypes.CFUNCTYPE,
    py_object=ctypes.py_object,
    int=int,
    c_intp=next(ctype for ctype in (c_int, ctypes.c_long, ctypes.c_longlong) if sizeof(ctype) == sizeof(c_void_p)),
    Structure=functools.partial(_composite, Structure),
    Union=functools.partial(_composite, ctypes.Union),
)


@functools.lru_cache(CACHED)
def c_type(text):
    """The C type of that text, which is a Python expression."""
    return eval(text, {"__builtins__": {}}, C_TYPES)


def type_name(ctype):
    """The one name of a C type that has several, in the spelling of the protocol."""
    if issubclass(ctype, (Structure, ctypes.Union)):
        kind = "Structure" if issubclass(ctype, Structure) else "Union"
        if not all(field[0] == "f%d" % at for at, field in enumerate(ctype._fields_)) or hasattr(ctype, "_pack_"):
            # Not of our making: fields have names and offsets, and those without a name are padding.
            fields = [(name, type_name(of), getattr(ctype, name).offset) for name, of in ctype._fields_ if name]
            return "%s(%s)" % (kind, ", ".join([str(sizeof(ctype))] + ["%s=%s@%d" % field for field in fields]))
        return "%s(%s)" % (kind, ", ".join(type_name(field[1]) for field in ctype._fields_))
    if issubclass(ctype, ctypes.Array):
        return "%s * %d" % (type_name(ctype._type_), ctype._length_)
    if issubclass(ctype, ctypes._Pointer):
        return "POINTER(%s)" % type_name(ctype._type_)
    if issubclass(ctype, ctypes._CFuncPtr):
        return "CFUNCTYPE(None)"
    native = getattr(ctype, "__ctype_le__" if sys.byteorder == "little" else "__ctype_be__", ctype)
    if ctype is native:
        return ctype.__name__
    return native.__name__ + (".__ctype_be__" if sys.byteorder == "little" else ".__ctype_le__")


def describe_platform():
    """What the suite has to know of this machine, found out by looking."""
    one = bytes(ctypes.c_longdouble(1.0))
    if len(one) == 16:  # told apart by how 1 lies in memory
        x87 = "x87-16" if one[7:10] == b"\x80\xff\x3f" else "binary128"
        long_double = "double-double" if one[:8] == struct.pack("d", 1.0) else x87
    else:
        long_double = {8: "binary64", 12: "x87-12"}[len(one)]
    models = {(8, 8): "LP64", (4, 8): "LLP64", (4, 4): "ILP32"}
    return {
        "byte_order": sys.byteorder,
        "data_model": models[sizeof(ctypes.c_long), sizeof(c_void_p)],
        "long_double": long_double,
        "long_double_align": ctypes.alignment(ctypes.c_longdouble),
        "eight_byte_align": ctypes.alignment(ctypes.c_longlong),
        "wchar_size": sizeof(ctypes.c_wchar),
        "granularity": mmap.ALLOCATIONGRANULARITY,
    }


# Answers


class Address(int):
    """An integer that is an address."""


class Object(int):
    """An integer that tells objects apart."""


class Encoded(str):
    """An answer that is JSON already."""


def _address(value):
    return value if value is None else Address(value)


def _string(value):
    return json.dumps(value.encode("utf-8", "replace").decode())  # half a surrogate pair is no JSON text


def _integers(values):
    return '{"integers":[%s]}' % ",".join(['"%d"' % operator.index(value) for value in values])


_FORMS = {  # written by hand: json.dumps takes three times as long
    type(None): lambda value: "null",
    bool: lambda value: "true" if value else "false",
    int: '{"integer":"%d"}'.__mod__,
    Object: '{"object":"%d"}'.__mod__,
    # What cannot be an address is told as the number that it is.
    Address: lambda value: ('{"address":"%d"}' if 0 <= value < 1 << 64 else '{"integer":"%d"}') % value,
    float: lambda value: '{"float":"%s"}' % struct.pack(">d", value).hex(),
    str: lambda value: '{"text":%s}' % _string(value),
    Encoded: str,
    tuple: _integers,
    list: _integers,
    dict: lambda value: '{"seen":%s}' % json.dumps(value),
}


def encode(value):
    """An answer as JSON, by its type. What is of no other type is memory: bytes, or an object of ctypes."""
    form = _FORMS.get(type(value))
    return form(value) if form else '{"bytes":"%s"}' % bytes(value).hex()


_KINDS = [TypeError, ValueError, OverflowError, AttributeError, IndexError, KeyError, NotImplementedError, BufferError]
_KINDS.append(OSError)
_RAISES = {kind: kind.__name__ for kind in _KINDS}
_RAISES[ctypes.ArgumentError] = "TypeError"


def _raises(error):
    """The entries of an exception: the first of its classes that the protocol knows."""
    kind = next((_RAISES[kind] for kind in type(error).__mro__ if kind in _RAISES), "OtherError")
    return '"raises":"%s","message":%s' % (kind, _string(str(error)[:200]))


# Steps


class Case:
    """An array with its memory, a `Memory` or `File`, and the objects that the suite wants told apart."""

    def __init__(self, adapter, memory, array):
        self.adapter, self.memory, self.array, self.objects = adapter, memory, array, []
        self.kept = None
        self.held, self.filler = {}, []  # of a scenario of lifetimes: objects by name, and what was allocated
        self.watched = None

    def watch(self):
        """What tells whether array and memory are there."""
        if self.watched is None:
            self.watched = [self.adapter.watch(thing) for thing in (self.array, self.memory.block)]
        return self.watched

    @property
    def interface(self):
        """The interface object, one for the case, so that what it keeps between steps shows."""
        if self.kept is None:
            self.kept = self.adapter.ctypes(self.array)
        return self.kept

    def lengths(self, name):
        """Shape or strides: of the interface object where there is one, else as the library tells them."""
        if "ctypes" in self.adapter.profiles:
            return tuple(getattr(self.interface, name) or ())
        return tuple(getattr(self.adapter, name)(self.array))

    def pointer(self, ctype):
        """`data_as(ctype)`, which has to be what was asked for."""
        pointer = self.interface.data_as(ctype)
        if not isinstance(pointer, ctype):
            raise RuntimeError("expected a %s, found %r" % (ctype, pointer))
        return pointer

    def owner(self, name):
        """What has the attribute of that name: the array or its interface object."""
        return self.array if name in ("ctypes", "__array_interface__") else self.interface


def _held(pointer):
    """The address that a pointer of any type holds, or a plain number is."""
    return _address(pointer if isinstance(pointer, int) else struct.unpack("P", pointer)[0] or None)


def _items(items, ctype):
    return list(items) if ctype is ctypes.py_object and items is not None else items


@functools.lru_cache(CACHED)
def _receiver(ctype):
    """A foreign function that returns what it receives for a parameter of that type: memmove of no bytes."""
    return ctypes.CFUNCTYPE(c_void_p, ctype, c_void_p, ctypes.c_size_t)(ctypes.cast(ctypes.memmove, c_void_p).value)


def _object(name, case):
    case.objects.append(getattr(case.owner(name), name))  # kept, so that no other object gets its number
    return Object(id(case.objects[-1]))


def _assign(name, case):
    owner = case.owner(name)
    setattr(owner, name, getattr(owner, name))


_ENTRIES = {
    "keys": lambda entries: " ".join(sorted(entries)),
    "data": lambda entries: _address(entries["data"][0]),
    "read_only": lambda entries: bool(entries["data"][1]),
    "descr": lambda entries: repr(entries["descr"]),
}


def _entry(key, case):
    entries = case.adapter.array_interface(case.array)
    return _ENTRIES[key](entries) if key in _ENTRIES else entries[key]


class PyArrayInterface(Structure):
    """The C structure behind `__array_struct__`."""

    _fields_ = [("two", c_int), ("nd", c_int), ("typekind", c_char), ("itemsize", c_int), ("flags", c_int)]
    _fields_ += [("shape", POINTER(C_TYPES["c_intp"])), ("strides", POINTER(C_TYPES["c_intp"]))]
    _fields_ += [("data", c_void_p), ("descr", c_void_p)]


def _structure(capsule):
    get_pointer = ctypes.pythonapi.PyCapsule_GetPointer  # PyPy has none: there the answer is that exception
    get_pointer.restype, get_pointer.argtypes = POINTER(PyArrayInterface), [ctypes.py_object, ctypes.c_char_p]
    return get_pointer(capsule, None).contents


def _member(name, case):
    capsule = case.adapter.array_struct(case.array)  # owns the structure
    members = _structure(capsule)
    value = getattr(members, name)
    if name in ("shape", "strides"):
        return value[: members.nd]
    if name == "descr" and value:
        return repr(ctypes.cast(value, ctypes.py_object).value)
    return value.decode("latin-1") if name == "typekind" else _address(value) if name == "data" else value


class PyBuffer(Structure):
    """What the buffer protocol fills in."""

    _fields_ = [("buf", c_void_p), ("obj", c_void_p), ("len", ctypes.c_ssize_t), ("itemsize", ctypes.c_ssize_t)]
    _fields_ += [("readonly", c_int), ("ndim", c_int), ("format", ctypes.c_char_p)]
    _fields_ += [(name, POINTER(ctypes.c_ssize_t)) for name in ("shape", "strides", "suboffsets")]
    _fields_ += [("internal", c_void_p)]


REQUESTS = dict(simple=0, writable=0x1, nd=0x8, strides=0x18, c_contiguous=0x38, f_contiguous=0x58)
REQUESTS.update(any_contiguous=0x98, full=0x11D, full_ro=0x11C)


@functools.lru_cache(CACHED)
def _api(result, name, *arguments):
    """A function of Python's C API, as this file declares it, whatever others declare."""
    return ctypes.PYFUNCTYPE(result, *arguments)((name, ctypes.pythonapi))  # PyPy has none: the answer is that exception


@contextlib.contextmanager
def py_buffer(exporter, request):
    """The `PyBuffer` of an object, for a request of `REQUESTS`."""
    filled = PyBuffer()
    _api(c_int, "PyObject_GetBuffer", ctypes.py_object, c_void_p, c_int)(exporter, addressof(filled), REQUESTS[request])
    try:
        yield filled
    finally:
        _api(None, "PyBuffer_Release", c_void_p)(addressof(filled))


def _counted(pointer, count):
    """So many integers behind a pointer, None where it is NULL."""
    return pointer[:count] if pointer else None


def _buffer(request, name, case):
    with py_buffer(case.adapter.buffer(case.array), request) as filled:
        if name == "address":
            return _address(filled.buf)
        value = getattr(filled, name)
        if name in ("shape", "strides", "suboffsets"):
            return _counted(value, filled.ndim)
        if name == "format":
            return value and value.decode("utf-8", "replace")
        return bool(value) if name == "readonly" else value


class DLTensor(Structure):
    """Where DLPack says that the elements are."""

    _fields_ = [("data", c_void_p), ("device", ctypes.c_int32 * 2), ("ndim", ctypes.c_int32)]
    _fields_ += [("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16)]
    _fields_ += [("shape", POINTER(ctypes.c_int64)), ("strides", POINTER(ctypes.c_int64))]
    _fields_ += [("byte_offset", ctypes.c_uint64)]


class DLManagedTensorVersioned(Structure):
    """What a capsule `dltensor_versioned` points to; `dltensor` begins with the tensor."""

    _fields_ = [("version", ctypes.c_uint32 * 2), ("manager_ctx", c_void_p), ("deleter", c_void_p)]
    _fields_ += [("flags", ctypes.c_uint64), ("tensor", DLTensor)]


def _dlpack(request, name, case):
    # The capsule is never consumed, so it calls the deleter itself when it goes, with the end of this function.
    capsule = case.adapter.dlpack(case.array, (1, 0) if request == "versioned" else None)
    kind = _api(ctypes.c_char_p, "PyCapsule_GetName", ctypes.py_object)(capsule)
    held = _api(c_void_p, "PyCapsule_GetPointer", ctypes.py_object, ctypes.c_char_p)(capsule, kind)
    if kind not in (b"dltensor", b"dltensor_versioned"):
        raise RuntimeError("expected a capsule of DLPack, found %r" % kind)
    whole = DLManagedTensorVersioned.from_address(held) if kind == b"dltensor_versioned" else None
    tensor = whole.tensor if whole else DLTensor.from_address(held)
    if name == "version":
        return whole and whole.version[:]
    if name == "readonly":
        return whole and bool(whole.flags & 1)
    if name == "address":
        return _address((tensor.data or 0) + tensor.byte_offset or None)
    if name == "dtype":
        return tensor.code, tensor.bits, tensor.lanes
    if name in ("shape", "strides"):
        return _counted(getattr(tensor, name), tensor.ndim)
    return tensor.device[:] if name == "device" else getattr(tensor, name)


class Exporter:
    """A thing with an `__array_interface__`."""

    def __init__(self, interface):
        self.__array_interface__ = interface


def _import(given, case):
    adapter, start = case.adapter, case.memory.address
    kind, _, value = given["data"].partition(":")
    read_only = given["read_only"] == "1"
    data = {
        "at": lambda: (start + int(value), read_only),
        "address": lambda: (int(value), read_only),
        "buffer": lambda: case.memory.view,
        "list": lambda: [start, read_only],
        "single": lambda: (start,),
        "triple": lambda: (start, read_only, read_only),
        "text": lambda: (hex(start), read_only),
        "wide": lambda: (start + (1 << 8 * sizeof(c_void_p)), read_only),
    }[kind]()
    interface = {"data": data, "typestr": given["typestr"], "version": int(given["version"])}
    for name, sequence in ("shape", tuple), ("shape_list", list), ("strides", tuple):
        if name in given:
            interface[name.split("_")[0]] = sequence(int(item) for item in given[name].split(",") if item)
    if "offset" in given:
        interface["offset"] = int(given["offset"])
    return _seen(adapter.import_array(Exporter(interface)), adapter)


def _seen(array, adapter):
    """The facts of an array."""
    seen = adapter.array_interface(array)
    shape, strides = [[str(item) for item in items] for items in (seen["shape"], adapter.strides(array))]
    data, read_only = adapter.data(array) or 0, seen["data"][1]
    return dict(data=str(data), read_only=bool(read_only), shape=shape, strides=strides, typestr=seen["typestr"])


def _is_file_name(name, case):
    name = os.fspath(name)
    return os.path.isabs(name) and os.path.realpath(name) == os.path.realpath(case.memory.path)


def _map(part, case):
    adapter, file = case.adapter, case.memory
    if part == "start":
        return file.find(case.array)[1]
    if part == "copy":
        return _is_in_map(adapter.copy(case.array), case)
    if part == "dropped":
        case.array = case.kept = None
        case.objects = []
        _collect(case)  # when cycles go is another question
        return file.is_mapped()
    fact = adapter.map_fact(case.array, part)
    return _is_file_name(fact, case) if part == "filename" else fact


def _is_in_map(array, case):
    try:
        mapping = case.adapter.mapping(array)
    except AttributeError:
        return False  # there is none
    return mapping is case.adapter.mapping(case.array)


def _read_file(offset, length, case):
    with open(case.memory.path, "rb") as file:
        file.seek(offset)
        return file.read(length)


def _write_file(offset, content, case):
    with open(case.memory.path, "r+b") as file:
        file.seek(offset)
        file.write(content)


def _truncate_file(size, case):
    with open(case.memory.path, "r+b") as file:
        file.truncate(size)


def _write_pointer(offset, content, case):
    pointer = case.pointer(POINTER(c_ubyte))
    for at, byte in enumerate(content):
        pointer[offset + at] = byte


def _forked(step, case):
    """What a copy of this process answers, or the signal that it dies of."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writer, answer(step, case).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode()
    status = os.waitpid(pid, 0)[1]
    return Encoded('{"signal":"%s"}' % signal.Signals(status & 127).name if status & 127 else said)


# Helpers for foreign functions


def _as_array(source, shape, ctype, case):
    sources = {
        "pointer": lambda: case.pointer(POINTER(ctype)),
        "object": lambda: case.pointer(POINTER(ctype)).contents,
        "null": POINTER(ctype),
    }
    kind, _, value = shape.partition("=")
    shape = {"none": (), "int": (value,), "shape": (_lengths(value),)}[kind]
    shape = tuple(int(value) if kind == "int" else value for value in shape)
    return _seen(case.adapter.ctypeslib.as_array(sources[source](), *shape), case.adapter)


def _lengths(text):
    return tuple(int(item) for item in text.split(",") if item)


@functools.lru_cache(CACHED)
def _parameter(adapter, text, own):
    """The checked parameter type of that text; `own` is the element type of the array."""
    given = dict(word.split("=", 1) for word in text.split(" ") if word)
    readers = {
        "dtype": lambda typestr: own if typestr == "own" else adapter.dtype(typestr),
        "ndim": int,
        "shape": _lengths,
        "length": int,
        "flags": str,
    }
    arguments = {"shape" if name == "length" else name: readers[name](value) for name, value in given.items()}
    return adapter.ctypeslib.ndpointer(**arguments)


def _ndpointer(use, text, case):
    own = case.array.dtype if "dtype=own" in text else None
    if use == "class":
        _parameter.cache_clear()  # so that the library is asked
    parameter = _parameter(case.adapter, text, own)
    address = case.adapter.data(case.array)
    if use == "from_param":
        return _address(parameter.from_param(case.array).data)
    if use == "argument":
        return _address(_receiver(parameter)(case.array, None, 0))
    if use == "result":
        returned = _returner(parameter)(address, None, 0)
        return _seen(returned, case.adapter) if hasattr(returned, "__array_interface__") else _held(returned)
    if use == "class":
        case.objects.append(parameter)
        return Object(id(parameter))
    return parameter.from_param({"none": None, "list": [1]}[use])


@functools.lru_cache(CACHED)
def _returner(ctype):
    """A foreign function that returns its first argument as that type."""
    function = ctypes.CFUNCTYPE(c_void_p, c_void_p, c_void_p, ctypes.c_size_t)(ctypes.cast(ctypes.memmove, c_void_p).value)
    function.restype = ctype
    return function


@functools.lru_cache(1)
def _garbage():
    """The path of a file that is no library, as long as this process lives."""
    file = tempfile.NamedTemporaryFile(suffix=".so")
    file.write(b"no library")
    file.flush()
    return file


def _load_library(how, case):
    library = case.adapter.library
    folder, file = os.path.split(library)
    name = file.split(".")[0]
    if how == "defective":
        folder, name = os.path.split(_garbage().name)
    name, place = {
        "name": lambda: (name, folder),
        "file": lambda: (file, folder),
        "beside": lambda: (name, library),
        "path": lambda: (pathlib.Path(name), pathlib.Path(folder)),
        "bytes": lambda: (os.fsencode(name), os.fsencode(folder)),
        "missing": lambda: ("no_such_library", folder),
        "defective": lambda: (name, folder),
    }[how]()
    loaded = case.adapter.ctypeslib.load_library(name, place)
    return os.path.samefile(loaded._name, library)


CTYPESLIB = {
    "c_intp": (lambda case: type_name(case.adapter.ctypeslib.c_intp),),
    "as_ctypes_type": (
        lambda ctype, case: type_name(case.adapter.ctypeslib.as_ctypes_type(ctype or case.array.dtype)),
        lambda text: c_type(text) if text else None,
    ),
    "as_ctypes": (lambda case: Address(addressof(case.adapter.ctypeslib.as_ctypes(case.array))),),
    "as_ctypes-type": (lambda case: type_name(type(case.adapter.ctypeslib.as_ctypes(case.array))),),
    "as_array": (_as_array, str, str, c_type),
    "ndpointer": (_ndpointer, str, str),
    "load_library": (_load_library, str),
}


# Lifetimes. Each kept object stands in `case.held` with a function that tells the address that it holds.


# What is taken from an array: how, given the case's array, and how the address is told of it.
EXPORTS = {
    "ctypes": (lambda case, array: case.adapter.ctypes(array), lambda case, kept: kept.data),
    "method": (lambda case, array: case.adapter.ctypes(array).data_as, lambda case, kept: _held(kept(c_void_p))),
    "data": (lambda case, array: case.adapter.ctypes(array).data, lambda case, kept: kept),
    "shape": (lambda case, array: case.adapter.ctypes(array).shape, None),
    "strides": (lambda case, array: case.adapter.ctypes(array).strides, None),
    "shape_as": (lambda case, array, ctype: case.adapter.ctypes(array).shape_as(ctype), None),
    "strides_as": (lambda case, array, ctype: case.adapter.ctypes(array).strides_as(ctype), None),
    "data_as": (lambda case, array, ctype: case.adapter.ctypes(array).data_as(ctype), lambda case, kept: _held(kept)),
    "_as_parameter_": (lambda case, array: case.adapter.ctypes(array)._as_parameter_, lambda case, kept: _held(kept)),
    "interface": (lambda case, array: case.adapter.array_interface(array), lambda case, kept: kept["data"][0]),
    "struct": (lambda case, array: case.adapter.array_struct(array), lambda case, kept: _structure(kept).data),
    "view": (lambda case, array: case.adapter.alias(array), lambda case, kept: case.adapter.data(kept)),
    "as_ctypes": (lambda case, array: case.adapter.ctypeslib.as_ctypes(array), lambda case, kept: addressof(kept)),
}


def _behind(kept):
    """The address in the pointer that a reference to it leads to."""
    return c_void_p.from_address(_receiver(c_void_p)(kept, None, 0)).value


# What is made of a pointer or an object, likewise.
DERIVATIONS = {
    "contents": (lambda case, pointer: pointer.contents, lambda case, kept: addressof(kept)),
    "item": (lambda case, pointer: pointer[0], lambda case, kept: addressof(kept)),
    "byref": (lambda case, pointer: ctypes.byref(pointer), lambda case, kept: _behind(kept)),
    "pointer": (lambda case, pointer: ctypes.pointer(pointer), lambda case, kept: _held(kept.contents)),
    "value": (lambda case, pointer: c_void_p(pointer.value), lambda case, kept: _held(kept)),
    "cast": (lambda case, pointer, ctype: ctypes.cast(pointer, ctype), lambda case, kept: _held(kept)),
    "as_array": (
        lambda case, pointer: case.adapter.ctypeslib.as_array(pointer, (1,)),
        lambda case, kept: case.adapter.data(kept),
    ),
}


@functools.lru_cache(CACHED)
def _what(words):
    """How something is taken of an array, or made of a pointer: the entry of its table, and the C type if it names one."""
    word, _, ctype = words.partition(" ")
    return EXPORTS.get(word) or DERIVATIONS[word], (c_type(ctype),) if ctype else ()


def _export(name, words, case):
    case.watch()
    (take, tell), types = _what(words)
    case.held[name] = take(case, case.array, *types), tell and functools.partial(tell, case)


def _derive(name, source, words, case):
    (make, tell), types = _what(words)
    case.held[name] = make(case, case.held[source][0], *types), functools.partial(tell, case)


def _drop(name, case):
    if name != "array":
        del case.held[name]
        return
    case.watch()
    case.array = case.kept = case.memory.view = case.memory.block = None
    case.objects.clear()


def _collect(case):
    for _ in range(1 if hasattr(sys, "getrefcount") else 3):  # PyPy needs a round for each finalizer in a row
        gc.collect()


def _overwrite(case):
    for _ in range(8):  # whatever the allocator hands out first
        case.filler.append((c_char * case.memory.whole)())
        ctypes.memset(case.filler[-1], 0xA5, case.memory.whole)


def _read(name, count, case):
    kept, tell = case.held[name]
    return ctypes.string_at(tell(kept), count)


def _balance(words, case):
    (take, _), types = _what(words)
    before = sys.getrefcount(case.array)
    try:
        take(case, case.array, *types)
    except Exception:
        pass  # the count tells whether the refusal kept something
    return sys.getrefcount(case.array) - before


def _call(words, case):
    (take, _), types = _what(words)
    watched = []

    def temporary():
        array = case.adapter.alias(case.array)
        watched.append(case.adapter.watch(array))
        return array

    seen = []
    function = ctypes.CFUNCTYPE(None, c_void_p)(lambda address: seen.append(watched[0]() is not None))
    function(take(case, temporary(), *types))
    return seen[0]


def numbers(words):
    return tuple(map(int, words.split()))


# For each word of a step, the function that answers it, and how its arguments are read. The last takes all that is left.
QUESTIONS = {
    "native": (lambda case: ctypes.c_uint(0x01020304),),
    "sizeof": (lambda ctype, case: (sizeof(ctype), ctypes.alignment(ctype)), c_type),
    "name": (lambda ctype, case: type_name(ctype), c_type),
    "itemsize": (lambda case: operator.index(case.adapter.itemsize(case.array)),),
    "alignment": (lambda case: operator.index(case.adapter.alignment(case.array)),),
    "item": (lambda index, case: case.adapter.item(case.array, index), numbers),
    "flag": (lambda name, case: bool(case.adapter.flag(case.array, name)), str),
    "data": (lambda case: _address(case.adapter.data(case.array)),),
    "shape": (lambda case: case.lengths("shape"),),
    "strides": (lambda case: case.lengths("strides"),),
    "shape-type": (lambda case: _item_type(case.interface.shape),),
    "strides-type": (lambda case: _item_type(case.interface.strides),),
    "shape_as": (lambda ctype, case: _items(case.interface.shape_as(ctype), ctype), c_type),
    "strides_as": (lambda ctype, case: _items(case.interface.strides_as(ctype), ctype), c_type),
    "data_as": (lambda ctype, case: _held(case.pointer(ctype)), c_type),
    "_as_parameter_": (lambda case: _held(case.interface._as_parameter_),),
    "contents": (lambda ctype, case: bytes(case.pointer(POINTER(ctype)).contents), c_type),
    "index": (lambda at, ctype, case: case.pointer(POINTER(ctype))[at], int, c_type),
    "printed": (lambda ctype, case: repr(case.pointer(POINTER(ctype)).contents), c_type),
    "pass": (lambda ctype, case: _address(_receiver(ctype)(case.interface, None, 0)), c_type),
    "assign": (_assign, str),
    "object": (_object, str),
    "interface": (_entry, str),
    "struct": (_member, str),
    "import": (_import, lambda words: dict(word.split("=", 1) for word in words.split(" "))),
    "buffer": (_buffer, str, str),
    "dlpack": (_dlpack, str, str),
    "write-pointer": (_write_pointer, int, bytes.fromhex),
    "write-item": (
        lambda content, index, case: case.adapter.write_item(case.array, content, index),
        bytes.fromhex,
        numbers,
    ),
    "write-shape": (lambda axis, value, case: operator.setitem(case.interface.shape, axis, value), int, int),
    "write-strides": (lambda axis, value, case: operator.setitem(case.interface.strides, axis, value), int, int),
    "map": (_map, str),
    "file": (_read_file, int, int),
    "file-size": (lambda case: os.stat(case.memory.path).st_size,),
    "write-file": (_write_file, int, bytes.fromhex),
    "flush": (lambda case: case.adapter.flush(case.array),),
    "truncate-file": (_truncate_file, int),
    "close-map": (lambda case: case.adapter.mapping(case.array).close(),),
    "forked": (_forked, str),
    "ctypeslib": (lambda step, case: handler(step, "ctypeslib")(case), str),
    "absent": (lambda what, case: case.adapter.absent(case, what), str),
    "export": (_export, int, str),
    "derive": (_derive, int, int, str),
    "drop": (_drop, lambda name: name if name == "array" else int(name)),
    "collect": (_collect,),
    "overwrite": (_overwrite,),
    "alive": (lambda case: case.watch()[0]() is not None,),
    "memory": (lambda case: case.watch()[1]() is not None,),
    "read": (_read, int, int),
    "balance": (_balance, str),
    "call": (_call, str),
}


def _item_type(items):
    return None if items is None else type_name(items._type_)


@functools.lru_cache(CACHED)
def handler(step, family=None):
    """The function that answers a step, given the case."""
    word, _, rest = step.partition(" ")
    questions = CTYPESLIB if family else QUESTIONS
    if word not in questions:
        raise NotImplementedError("no such step: " + step)
    function, readers = questions[word][0], questions[word][1:]
    words = rest.split(" ", max(len(readers) - 1, 0))
    words += [""] * (len(readers) - len(words))
    return functools.partial(function, *[read(word) for read, word in zip(readers, words)])


def answer(step, case):
    """The answer to a step as JSON: also to one that raises."""
    try:
        return encode(handler(step)(case))
    except Exception as error:
        return "{%s}" % _raises(error)


# Costs


ROUNDS = 41
LONG_ENOUGH = 0.0005  # no round has to take longer, in seconds: short ones, since most then run through undisturbed


class Missing:
    """Stands for what is not there, and says so where it is used."""

    def __init__(self, why):
        self.why = why

    def __getattr__(self, name):
        raise ImportError(self.why)

    def __call__(self, *arguments, **named):
        raise ImportError(self.why)

    def __getitem__(self, key):
        raise ImportError(self.why)


def optional(name, make=lambda module: module):
    """For `Adapter.names`: a module, or what is made of it, that need not be there."""
    try:
        return make(importlib.import_module(name))
    except ImportError as error:
        return Missing("not installed: %s" % (error.name or error))
    except Exception as error:  # it is there, and of no use
        return Missing("%s: %s" % (type(error).__name__, error))


def _lap(function, calls):
    """How long so many calls take, in seconds."""
    turns, clock = itertools.repeat(None, calls), time.perf_counter
    start = clock()
    for _ in turns:
        function()
    return clock() - start


def _calls(function, long_enough):
    """How many calls take that long: twice, since one may have been interrupted."""
    calls = 1
    while min(_lap(function, calls), _lap(function, calls)) < long_enough:
        calls *= 2
    return calls


def measure(functions, seconds):
    """For each function what a call takes, in nanoseconds: median, first and third quartile of some rounds. All calls together
    take at most about so many seconds, where no single one takes longer than a round should; few functions take less.
    What is collected between the rounds comes on top.

    The rounds of all functions take turns, so that a slow moment of the machine is not one function's alone. What a
    function takes that does nothing is taken off. Nothing is collected within a round."""
    functions = [lambda: None] + list(functions)
    # A round takes up to twice as long, and what it takes to find that out up to eight times.
    long_enough = min(LONG_ENOUGH, seconds / (2 * ROUNDS + 8) / len(functions))
    calls = [_calls(function, long_enough) for function in functions]
    rounds = [[] for _ in functions]
    for _ in range(ROUNDS):
        gc.collect()
        for function, count, times in zip(functions, calls, rounds):
            times.append(1e9 * _lap(function, count) / count)
    return [_without(times, rounds[0]) for times in rounds[1:]]


def _without(times, nothing):
    """Median, first and third quartile of times, without what nothing takes: its doubt makes the spread wider."""
    (median, low, high), (usual, least, most) = _quartiles(times), _quartiles(nothing)
    return tuple(max(0.0, time) for time in (median - usual, low - most, high - least))


def _quartiles(times):
    times, quarter = sorted(times), len(times) // 4
    return times[len(times) // 2], times[quarter], times[-1 - quarter]


def _function(way, names):
    """The function that asks in that way, and None; or None, and why it cannot be measured, in one line."""
    try:
        function = eval("lambda: " + way, names)
        function()
    except Exception as error:
        said = str(error) if isinstance(error, ImportError) else "%s: %s" % (type(error).__name__, error)
        return None, " ".join(said.split())[:100]
    return function, None


def _costs(adapter, given):
    array = given["array"]
    costs, functions = [], []
    gc.disable()
    try:
        case = _make(adapter, array, _memory(array))  # until this function returns: the array need not keep its memory
        names = adapter.names(case.array)
        for question, ways in adapter.costs.items():
            for way in ways:
                function, missing = _function(way, names)
                costs.append({"question": question, "name": way})
                if missing:
                    costs[-1]["missing"] = missing
                else:
                    functions.append((costs[-1], function))
        _set_aside(0)  # with all that was imported for this: it would be looked at before each round
        times = measure([function for _, function in functions], given["seconds"])
    except Exception as error:
        return "{%s}" % _raises(error)
    finally:
        gc.enable()
    for (cost, _), (median, low, high) in zip(functions, times):
        cost.update(median=round(median, 3), low=round(low, 3), high=round(high, 3))
    return json.dumps({"costs": costs})


# Arrays


@functools.lru_cache(CACHED)
def _element_type(adapter, key):
    if not key.startswith("{"):
        return adapter.dtype(key)
    record = json.loads(key)
    fields = []
    for field in record["fields"]:
        dtype, shape = _element_type(adapter, _key(field["dtype"])), tuple(map(int, field["shape"]))
        fields.append(Field(field["name"], field["title"], dtype, shape, int(field["offset"])))
    return adapter.record(fields, int(record["size"]), record["aligned"])


def _key(dtype):
    return dtype if isinstance(dtype, str) else json.dumps(dtype)


@functools.lru_cache(CACHED)
def _view(adapter, view):
    """The method that takes a view, and its arguments after the array."""
    word, *words = view.split(" ")
    if word not in VIEWS:
        raise NotImplementedError("no such view: " + view)
    if word == "view":
        return adapter.view, [_element_type(adapter, words[0])]
    if word == "field":
        return adapter.field, words
    integers = [None if bound == "_" else int(bound) for bound in words]
    return getattr(adapter, word), [tuple(integers)] if word in ("transpose", "broadcast", "reshape") else integers


VIEWS = ["index", "slice", "reverse", "transpose", "newaxis", "broadcast", "reshape", "field", "view"]


def _order(shape, strides, size):
    """`F` where the strides are those of Fortran's order and not of C's."""

    def packed(shape):
        strides = [size]
        for length in shape[:-1]:
            strides.append(strides[-1] * max(length, 1))
        return tuple(strides[: len(shape)])

    return "F" if strides == packed(shape) != packed(shape[::-1])[::-1] else "C"


def _make(adapter, given, memory):
    dtype = _element_type(adapter, _key(given["dtype"]))
    shape, strides, offset = tuple(map(int, given["shape"])), tuple(map(int, given["strides"])), int(given["offset"])
    if "map" in given:
        order = _order(shape, strides, adapter.item_size(dtype))
        mapped = given["map"]
        array = memory.map(dtype, offset, None if mapped["deduced"] else shape, order, mapped["mode"])
    else:
        array = adapter.array(memory, dtype, offset, shape, strides)
    for view in given["views"]:
        method, arguments = _view(adapter, view)
        array = method(array, *arguments)
    case = Case(adapter, memory, array)
    case.given = given
    return case


# The protocol


def _memory(array):
    buffer = array["buffer"]
    return Memory(int(buffer["size"]), buffer["at"], bytes.fromhex(buffer["bytes"]), array["writeable"])


def _reply(adapter, given, live):
    identifier = json.dumps(given["id"])
    array, memory = given["array"], None
    try:
        if "map" in array:
            memory = File(adapter, array["buffer"], array["map"], given["id"])
        else:
            memory = _memory(array)
        case = _make(adapter, array, memory)
    except Exception as error:
        if isinstance(memory, File):
            memory.remove()
        return '{"id":%s,%s}' % (identifier, _raises(error))
    live[given["id"]] = case
    return _answers(case, given)


def _answers(case, given):
    gc.disable()  # it runs where a step says so, and between cases
    answers = ",".join([answer(step, case) for step in given["script"]])
    gc.enable()
    return '{"id":%s,"buffer":"%d","answers":[%s]}' % (json.dumps(given["id"]), case.memory.address, answers)


def _release(cases):
    for case in cases:
        case.array = case.kept = None  # not every system removes a file that is mapped
        case.objects = case.filler = []
        case.held.clear()  # what is in it refers to the case
        if isinstance(case.memory, File):
            case.memory.remove()


def _hello(adapter, given):
    folder = given.get("folder")
    if folder is not None and os.path.isdir(folder):  # not where it is another machine's
        File.folder = folder
    hello = {name: getattr(adapter, name) for name in ("name", "version", "profiles", "limits")}
    hello.update(protocol=1, platform=describe_platform(), restarts=FORKS)
    hello["runtime"] = "{} {}".format(platform.python_implementation(), platform.python_version())
    hello["costs"] = bool(adapter.costs)
    if _visible_from_outside():
        hello["pid"] = os.getpid()
    return json.dumps({"hello": hello})


def _visible_from_outside():
    """Whether an address of this process is one for the system too; under an emulator it need not be."""
    mark = ctypes.create_string_buffer(os.urandom(16))
    try:
        with open("/proc/self/mem", "rb", 0) as memory:
            memory.seek(addressof(mark))
            return memory.read(16) == mark.raw[:16]
    except (OSError, OverflowError, ValueError):
        return False


def _say(line):
    _REPLIES.write(line.encode() + b"\n")
    _REPLIES.flush()


def _set_aside(batch):
    """Takes what is there before a batch out of the collector's sight, so that a collection in it costs as little as in the
    first. Now and then all of it is looked at, since some may be garbage by now."""
    if hasattr(gc, "freeze"):  # since Python 3.7
        if batch % 64 == 63:
            gc.unfreeze()
        gc.collect()
        gc.freeze()


def _serve(adapter):
    """Answers until the input ends. What is left there for a process that has died comes before the introduction."""
    if hasattr(gc, "set_threshold"):  # not on PyPy
        gc.set_threshold(50000)  # the live cases are not garbage: looking at them less often saves a tenth of the time
    live = {}  # the cases of the batches that are not released
    batch = 0
    introduced = False
    for line in _REQUESTS:
        if not introduced and FORKS and not line.startswith(b'{"hello"'):
            continue
        introduced = True
        request = json.loads(line.decode())
        if "batch" in request:
            batch += 1
            _set_aside(batch)
            kept = live[request["batch"]] = {}
            for given in request["cases"]:
                _say(_reply(adapter, given, kept))
        elif "more" in request:
            for given in request["cases"]:
                _say(_answers(live[request["more"]][given["id"]], given))
        elif "release" in request:
            _release(live.pop(request["release"], {}).values())
        elif "bench" in request:
            _say(_costs(adapter, request["bench"]))
        elif "hello" in request:
            _say(_hello(adapter, request["hello"]))
        else:
            raise ValueError("expected hello, batch, more, release or bench, found " + line.decode()[:200])


FORKS = hasattr(os, "fork")
_AT_END = []  # what the process that answers does at its end


def serve(adapter):
    """Answers the suite until it ends its input.

    Where the system can fork, a copy of this process answers. When it dies, the suite is told how, and the next copy answers:
    what took long to import is not imported again.
    """
    _set_aside(0)  # what was imported, once for all copies
    while FORKS:
        pid = os.fork()
        if pid == 0:
            break
        status = os.waitpid(pid, 0)[1]
        if status == 0:
            return
        os.write(2, b"\n(process %d ended)\n" % pid)  # what it wrote last may lack the end of its line
        _say('\n{"died":%s}' % json.dumps({"pid": pid, "status": status}))  # it may have died within a line
    try:
        _serve(adapter)
    finally:
        for last in _AT_END:
            last()
    sys.stdout.flush()
    sys.stderr.flush()
    if FORKS:
        os._exit(0)  # what was registered to be done at the end is the first process's to do
