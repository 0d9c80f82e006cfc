"""The Python kit for adapters: it does everything in the protocol except the part of the library under test.

An adapter is a program that makes arrays with a library and reports to the suite what it observes (PROTOCOL.md). Its author
subclasses `Adapter`, overrides what the library spells differently, and calls `serve`. The kit speaks the protocol, keeps
stray prints off it, allocates the buffers, reads element types, views and C types, and writes the answers. It never judges.
It needs the standard library only, of CPython 3.6 or later, or of PyPy.

Import it before the library under test: importing it takes over the standard streams for the protocol.

Sizes, offsets, strides and addresses are in bytes; lengths of axes are in elements.

Where there is a C compiler, the kit builds the functions that steps hand values to; the environment variable
ARRAY_CTYPES_CC names it (by default `cc`; empty for none). Without one, ctypes makes the functions.

Sections: view operations, the adapter, memory, files, C types and the platform, answers, cases, steps (address, shape and
strides; foreign functions; the array interface; the buffer protocol; DLPack; imports; mapped files; ctypeslib; lifetimes), costs, arrays, the
protocol. The words of each vocabulary of the protocol stand once, as the keys of a table or as the names of methods.
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
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import weakref
from collections import namedtuple
from ctypes import POINTER, Structure, addressof, c_char, c_int, c_ubyte, c_void_p, sizeof

PAGE = 4096  # bytes: the address of a buffer is given modulo this number
MAX_ALLOCATED = 1 << 20  # bytes: a larger buffer is reserved instead
CACHE_SIZE = 1 << 16  # entries of each cache of parsed texts

Field = namedtuple("Field", "name title dtype shape offset")


if os.name == "posix":  # a crash that a test provokes must not leave a core file behind
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

FORKS = hasattr(os, "fork")
LISTS_MAPPINGS = os.path.exists("/proc/self/maps")


class Replies:
    """Writes lines to a descriptor, many at once, because each write wakes the suite up.

    Lines that wait are in memory that this process shares with the one that made it. When the copy that answers has died,
    the first process sends them, so that the suite knows which case ended the copy.
    """

    ROOM = 1 << 18  # bytes that may wait
    # Seconds from one write to the next, if lines wait. The suite judges meanwhile: if it gets them late, it asks late.
    LONGEST_WAIT = 0.002
    _START = struct.calcsize("Q")  # where the lines begin, after the number of their bytes

    def __init__(self, descriptor):
        self.descriptor, self.last = descriptor, 0.0
        self.memory = mmap.mmap(-1, self._START + self.ROOM) if FORKS else None

    def write(self, line):
        """Takes a line. If nobody could send it after the end of this process, it is sent at once."""
        if self.memory is None or len(line) > self.ROOM:
            self.flush()
            self._send(line)
            return
        waiting = self._count()
        if len(line) > self.ROOM - waiting:
            self.flush()
            waiting = 0
        start = self._START + waiting
        self.memory[start : start + len(line)] = line
        self._set_count(waiting + len(line))  # last, so that half a line never counts
        if time.monotonic() - self.last > self.LONGEST_WAIT:
            self.flush()

    def flush(self):
        """Sends the lines that wait."""
        waiting = self._count()
        if waiting:
            self._send(self.memory[self._START : self._START + waiting])
            self._set_count(0)
        self.last = time.monotonic()

    def _count(self):
        return 0 if self.memory is None else struct.unpack_from("Q", self.memory)[0]

    def _set_count(self, count):
        struct.pack_into("Q", self.memory, 0, count)

    def _send(self, content):
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(self.descriptor, rest) :]


# The protocol uses the standard streams alone: prints go to standard error, and other readers of the input find nothing.
_REQUESTS, _REPLIES = os.fdopen(os.dup(0), "rb"), Replies(os.dup(1))
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
os.dup2(2, 1)


# View operations


class TypeString(str):
    """An argument of a view operation that the adapter receives as an element type of its library."""


VIEWS = {}  # for each view operation, the function that reads its arguments from the words after its name


def view_operation(read):
    """Makes a method of `Adapter` the view operation of the same name."""

    def register(method):
        VIEWS[method.__name__] = read
        return method

    return register


def _integers(words):
    """Each word is an argument; `_` stands for None."""
    return [None if word == "_" else int(word) for word in words]


def _one_tuple(words):
    return [tuple(map(int, words))]


def _on_axis(axis, *indices):
    """An index that applies these indices from that axis on."""
    return (slice(None),) * axis + indices


# The adapter


class Declined(Exception):
    """For adapters to raise, with a reason, where a limit cannot say what the library lacks: in a question, which stays
    unanswered, or while the array is made, and then all questions do. It is no verdict; the suite counts it."""


class Adapter:
    """What the suite asks of a library. The defaults fit libraries that look like NumPy.

    `array` is always whatever `array()` or a view operation returned. An exception from a question is its answer; an
    exception from `dtype`, `record`, `array` or a view operation refuses the whole array. See also `Declined`.
    """

    name = version = "unknown"
    profiles = ["core"]
    limits = {}  # what the library cannot do, and how it makes arrays that own their memory: see PROTOCOL.md

    # Making arrays

    def dtype(self, typestr):
        """Returns the library's element type for a type string such as `<i4`. The kit caches it."""
        return typestr

    def record(self, fields, size, aligned):
        """Returns the library's structured type; the dtype of each `Field` is what `dtype` or `record` returned. The limit
        `records` says which structured types the library has."""
        raise NotImplementedError("no structured types")

    def item_size(self, dtype):
        """Returns the size of an element, of a type that `dtype` or `record` returned."""
        return dtype.itemsize

    def array(self, memory, dtype, offset, shape, strides):
        """Returns an array over `memory.view`, a memoryview of bytes; a read-only view asks for a read-only array. The limits
        `strided` and `orders` say which strides the library has."""
        raise NotImplementedError

    # Making arrays that own their memory: the limit `owners` says which of these the library has

    def copied(self, array):
        """Returns a copy of an array in C order."""
        return array.copy()

    def added(self, array, zeros):
        """Returns the sum of two arrays of integers. It is an array even if it has no axes."""
        return array + zeros

    def zeros(self, dtype, shape):
        """Returns an array of zeros in C order."""
        raise NotImplementedError

    def owned_address(self, array):
        """Returns the address of the first byte of such an array, found by other means than its interface; None if there are
        none."""
        try:
            return _buffer_address(self.buffer(array))
        except Exception:
            return None  # the library does not export such elements

    def storage(self, array):
        """Returns the object that exists exactly as long as the memory of such an array: the array itself, unless the library
        keeps memory apart from arrays."""
        return array

    # View operations: the suite calls each by the name of its method

    @view_operation(_integers)
    def index(self, array, axis, at):
        return array[_on_axis(axis, at, Ellipsis)]

    @view_operation(_integers)
    def slice(self, array, axis, start, stop, step):
        return array[_on_axis(axis, slice(start, stop, step))]

    @view_operation(_integers)
    def reverse(self, array, axis):
        return self.slice(array, axis, None, None, -1)

    @view_operation(_one_tuple)
    def transpose(self, array, axes):
        return array.transpose(axes)

    @view_operation(_integers)
    def newaxis(self, array, axis):
        return array[_on_axis(axis, None)]

    @view_operation(_one_tuple)
    def broadcast(self, array, shape):
        raise NotImplementedError

    @view_operation(_one_tuple)
    def reshape(self, array, shape):
        """Never copies; raises an exception where a copy would be needed."""
        return array.reshape(shape)

    @view_operation(lambda words: [" ".join(words)])  # a name may have spaces
    def field(self, array, name):
        return array[name]

    @view_operation(lambda words: [TypeString(words[0])])
    def view(self, array, dtype):
        return array.view(dtype)

    # Profile memmap

    def memmap(self, file, dtype, mode, offset, shape, order):
        """Returns an array mapped from a file. `file` is a path, an object that is a path, or an open file; if `shape` is
        None, the shape follows from the size of the file."""
        raise NotImplementedError("no mapped arrays")

    def mapping(self, array):
        """Returns the object whose buffer is the mapping that the array lies in: the array's memory owner, not the array."""
        while not isinstance(array, mmap.mmap):
            array = array.base
        return array

    def map_fact(self, array, name):
        """Returns the array's `offset`, `mode` or `filename`."""
        return getattr(array, name)

    def copy(self, array):
        """Returns a copy of the array, made by the library's own means."""
        return array.copy()

    def flush(self, array):
        array.flush()

    # Profile core

    def data(self, array):
        """Returns the address, or None for NULL."""
        return self.ctypes(array).data

    def shape(self, array):
        return self.ctypes(array).shape or ()

    def strides(self, array):
        return self.ctypes(array).strides or ()

    def itemsize(self, array):
        """Returns the size of an element in bytes."""
        return array.itemsize

    def item(self, array, index):
        """Returns the memory of one element as bytes. Raises IndexError unless the index has one number inside each axis."""
        raise NotImplementedError

    def flag(self, array, name):
        """Returns `c_contiguous` or `f_contiguous`; for the profile numpy also `aligned` and `writeable`."""
        return getattr(array.flags, name)

    # Profile ctypes

    def ctypes(self, array):
        """Returns the interface object."""
        return array.ctypes

    def write_item(self, array, raw, index):
        """Sets one element of a plain type to raw bytes, through the library."""
        raise NotImplementedError

    def attribute(self, owner, name):
        """Returns `ctypes` or `__array_interface__` of an array, or another attribute of an interface object."""
        of_array = {"ctypes": self.ctypes, "__array_interface__": self.array_interface}
        return of_array[name](owner) if name in of_array else getattr(owner, name)

    def assign(self, owner, name, value):
        """Assigns to one of these attributes."""
        setattr(owner, name, value)

    # Profile lifetime

    def alias(self, array):
        """Returns another array over the same memory."""
        return array[...]

    def watch(self, thing):
        """Returns a function that returns None once `thing`, an array or a block of memory, is gone, and does not keep it
        alive."""
        return weakref.ref(thing)

    # Profile interface

    def array_interface(self, array):
        return array.__array_interface__

    # Profile struct

    def array_struct(self, array):
        """Returns a capsule that holds a `PyArrayInterface`."""
        return array.__array_struct__

    # Profile numpy

    def alignment(self, array):
        """Returns the alignment of the element type in bytes."""
        return array.dtype.alignment

    # Profile import

    def import_array(self, exporter):
        """Returns an array over the memory that the exporter's `__array_interface__` describes."""
        raise NotImplementedError

    # Profile ctypeslib

    def is_array(self, thing):
        """Returns true if a foreign function has returned an array, and not an address or a pointer."""
        return hasattr(thing, "__array_interface__")

    ctypeslib = None  # a module with the functions of `numpy.ctypeslib`
    library = None  # the path of a shared library that can be loaded, with an extension that `load_library` knows

    # Profile absent

    def absent(self, case, what):
        """Returns what the interface of the same array answers in a process without ctypes. An address from there must be
        moved: its distance from `case.memory.address` must be its distance from the buffer there. `case.given` is the
        array as JSON. The answers to `data-type` and `_as_parameter_-type` are names of types: see PROTOCOL.md."""
        raise NotImplementedError

    # Profile buffer

    def buffer(self, array):
        """Returns the object that exports the array's memory by the buffer protocol."""
        return array

    # Profile dlpack

    def dlpack(self, array, max_version, **arguments):
        """Returns a capsule of DLPack. `max_version` is (1, 0), or None for a capsule without a version. Only if the limit
        `dlpack_arguments` is declared, there may be other versions, and the arguments `dl_device`, `copy` and `stream`."""
        if max_version is not None:
            try:
                return array.__dlpack__(max_version=max_version, **arguments)
            except TypeError:
                if arguments:
                    raise
                # the library does not know versions
        return array.__dlpack__()

    def dlpack_device(self, array):
        """Returns kind and number of the device; asked only if the limit `dlpack_arguments` is declared."""
        return array.__dlpack_device__()

    # The library that this one is built on, whose shared deviations count here too: None, or such as
    # {"name": "numpy", "version": numpy.__version__}.
    based_on = None

    # What asking costs: not a profile, used by `array-ctypes bench`

    # For each question (`address`, `shape`, `strides`, or `all`, which is all three in one object that C can receive), the
    # ways to ask it, as expressions that users write. `a` is the array; other names come from `names`. An object that is
    # made once and kept stands after ` # `, as in `t.data_ptr()  # t = torch.from_numpy(a)`, and `names` makes it.
    # `c_function` is a foreign function that takes three arguments, declares no parameters and does nothing.
    costs = {}

    def names(self, array):
        """Returns the names that `costs` may use: `a`, `c_function`, and those of the module ctypes."""
        return dict(vars(ctypes), a=array, c_function=Undeclared(functions().take))


# Memory


class Memory:
    """The buffer of a case. `view` shows all of its bytes and no others.

    The kit keeps it until the batch is released, or until a step drops the array; after that only what the library keeps is
    left of it.
    """

    def __init__(self, size, at, content, writeable):
        self.whole = whole = (size // PAGE + 2) * PAGE  # room to move the buffer to its place in a page
        if size > MAX_ALLOCATED:
            block = _reserve(whole)
            start = addressof(c_char.from_buffer(block))
        else:
            block = (c_char * whole)()
            start = addressof(block)
        skip = (at - start) % PAGE
        self.address = start + skip
        self.view = memoryview(block).cast("B")[skip : skip + size]
        self.view[: len(content)] = content
        self.block = block  # the object that lives exactly as long as the memory
        if not writeable:
            self.view = _read_only(self)

    def fill_another(self):
        """Returns a block of memory as large as this one, filled with other bytes."""
        block = (c_char * self.whole)()
        ctypes.memset(block, 0xA5, self.whole)
        return block


def _reserve(size):
    if not hasattr(mmap, "MAP_ANONYMOUS"):
        return mmap.mmap(-1, size)
    # Python names the flag only since 3.11; a few machines use another number for it.
    linux = sys.platform.startswith("linux") and not os.uname().machine.startswith(("alpha", "mips", "ppc", "sparc"))
    no_reserve = getattr(mmap, "MAP_NORESERVE", 0x4000 if linux else 0)
    return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | no_reserve)


def _read_only(memory):
    if hasattr(memoryview, "toreadonly"):
        return memory.view.toreadonly()
    from_memory = ctypes.pythonapi.PyMemoryView_FromMemory  # before Python 3.8
    from_memory.restype, from_memory.argtypes = ctypes.py_object, [c_void_p, ctypes.c_ssize_t, c_int]
    view = from_memory(memory.address, len(memory.view), 0x100)
    weakref.finalize(view, id, memory.block)  # such a view keeps nothing alive, so the finalizer keeps the block
    memory.block = view
    return view


# For each way to make an array that owns its memory, how the adapter does it. `source` makes an array over a buffer that begins
# with the given bytes.
OWNERS = {
    "copy": lambda adapter, source, content, dtype, shape: adapter.copied(source(content)),
    "sum": lambda adapter, source, content, dtype, shape: adapter.added(source(content), source(b"")),
    "zeros": lambda adapter, source, content, dtype, shape: adapter.zeros(dtype, shape),
}


class Owned:
    """The memory of an array that owns it: the array before the views. Its address is None if the adapter does not know it."""

    def __init__(self, adapter, given):
        self.adapter, self.how = adapter, one_of(OWNERS)(given["owner"])
        self.size, self.content = int(given["buffer"]["size"]), bytes.fromhex(given["buffer"]["bytes"])

    def make(self, dtype, shape, strides):
        self.described = dtype, shape, strides
        owner = self._make_owner()
        self.block, self.address = self.adapter.storage(owner), self.adapter.owned_address(owner)
        return owner

    def _make_owner(self):
        """Returns an array that owns its memory. What it was made of is overwritten, and dropped."""
        dtype, shape, strides = self.described
        sources = []

        def source(content):
            sources.append(Memory(self.size, 0, content, True))
            return self.adapter.array(sources[-1], dtype, 0, shape, strides)

        made = self.how(self.adapter, source, self.content, dtype, shape)
        for memory in sources:
            memory.view[:] = b"\xa5" * self.size
        return made

    def fill_another(self):
        """Returns another array, made in the same way, whose memory has other bytes if its address is known."""
        array = self._make_owner()
        address = self.adapter.owned_address(array)
        if address is not None:
            ctypes.memset(address, 0xA5, self.size)
        return array


# Files


# For each mode of a mapping, the mode in which a file object for it is opened.
MODES = {"r": "rb", "r+": "r+b", "w+": "w+b", "c": "rb"}

# For each kind of handle to a file, what the library receives, given the path and the mode.
HANDLES = {
    "path": lambda path, mode: path,
    "path-like": lambda path, mode: pathlib.Path(path),
    "relative": lambda path, mode: os.path.relpath(path),
    "object": lambda path, mode: open(path, MODES[mode]),
    "read-only": lambda path, mode: open(path, "rb"),
    "missing": lambda path, mode: path,
    "directory": lambda path, mode: os.path.dirname(path),
}


class File:
    """The file that the array of a case is mapped from. Its address is the one that its first byte has or would have in the
    mapping."""

    folder = None  # from the suite, or made at its first use

    def __init__(self, adapter, buffer, given, name):
        self.adapter, self.handle = adapter, given["file"]
        self.path = os.path.join(File.get_folder(), re.sub("[^0-9A-Za-z]", "-", name))
        self.own_folder = None
        if "name" in given:  # in a folder of its own, since other files may have the same name
            self.own_folder = self.path
            os.mkdir(self.own_folder)
            # The bytes are UTF-8 also where Python takes names for those of another encoding.
            self.path = os.path.join(self.own_folder, os.fsdecode(given["name"].encode()))
        if self.handle != "missing":
            with open(self.path, "wb", 0) as file:
                file.write(bytes.fromhex(buffer["bytes"]))
                file.truncate(int(buffer["size"]))

    @staticmethod
    def get_folder():
        if File.folder is None:
            File.folder = tempfile.mkdtemp(prefix="array-ctypes-")
            _AT_EXIT.append(functools.partial(shutil.rmtree, File.folder, True))
        return File.folder

    def map(self, dtype, offset, shape, order, mode):
        """Returns the array. An open file is closed afterwards: a mapping does not need it."""
        handle = HANDLES[self.handle](self.path, mode)
        try:
            array = self.adapter.memmap(handle, dtype, mode, offset, shape, order)
        finally:
            if hasattr(handle, "close"):
                handle.close()
        self.offset = offset
        self.address = self.find(array)[0]
        return array

    def find(self, array):
        """Returns the address of the file's first byte, and the offset in the file at which the mapping begins.

        The system reports where the mapping is, if it can. If not, the mapping is taken to begin at the array's offset,
        rounded down to the granularity of mappings."""
        first, wrap = _buffer_address(self.adapter.mapping(array)), 1 << 8 * sizeof(c_void_p)
        for low, high, start in mappings(self.path):
            if low <= first < high:
                return (low - start) % wrap, first - low + start
        if LISTS_MAPPINGS:
            raise RuntimeError("expected a mapping of the file, found other memory")
        start = self.offset - self.offset % mmap.ALLOCATIONGRANULARITY
        return (first - start) % wrap, start

    def is_mapped(self):
        if not LISTS_MAPPINGS:
            raise NotImplementedError("the system does not list mappings")
        return any(True for _ in mappings(self.path))

    def remove(self):
        if self.own_folder:
            shutil.rmtree(self.own_folder, True)
            return
        with contextlib.suppress(FileNotFoundError):
            os.remove(self.path)


def mappings(path):
    """Yields where this process has mapped a file: first address, end, offset in the file."""
    if not LISTS_MAPPINGS:
        return
    with open("/proc/self/maps", "rb", 0) as maps:
        content = maps.read()
    end = b" " + os.fsencode(path) + b"\n"
    at = content.find(end)
    while at >= 0:  # few of many lines are about the file, so only these are read
        words = content[content.rfind(b"\n", 0, at) + 1 : at].split(None, 4)
        low, high = [int(word, 16) for word in words[0].split(b"-")]
        yield low, high, int(words[2], 16)
        at = content.find(end, at + 1)


def _buffer_address(owner):
    """Returns the address of an object's buffer, also of a read-only one."""
    if not hasattr(ctypes, "pythonapi"):  # PyPy
        return addressof(c_char.from_buffer(owner))
    buffer = (c_void_p * 16)()  # room for a Py_buffer, whose first member is the address
    ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(owner), buffer, 0)
    address = buffer[0]
    ctypes.pythonapi.PyBuffer_Release(buffer)
    return address


# C types, as Python's ctypes spells them, and the platform


@functools.lru_cache(CACHE_SIZE)
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


@functools.lru_cache(CACHE_SIZE)
def c_type(text):
    """Returns the C type that the text, a Python expression, names."""
    return eval(text, {"__builtins__": {}}, C_TYPES)


def type_name(ctype):
    """Returns the protocol's name of a C type: always the same one for a type that has several."""
    if issubclass(ctype, (Structure, ctypes.Union)):
        return _composite_name(ctype)
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


def _composite_name(ctype):
    kind = "Structure" if issubclass(ctype, Structure) else "Union"
    made_here = all(field[0] == "f%d" % at for at, field in enumerate(ctype._fields_)) and not hasattr(ctype, "_pack_")
    if made_here:
        return "%s(%s)" % (kind, ", ".join(type_name(field[1]) for field in ctype._fields_))
    # The library made it: fields have names and offsets, and fields without a name are padding.
    fields = [(name, type_name(of), getattr(ctype, name).offset) for name, of in ctype._fields_ if name]
    return "%s(%s)" % (kind, ", ".join([str(sizeof(ctype))] + ["%s=%s@%d" % field for field in fields]))


# The types of values, by the class of the value's own type, which no attribute of the value can hide

def _base_types():
    """Returns the classes of ctypes that all others are made of."""
    simple = [kind for kind in C_TYPES.values() if isinstance(kind, type) and issubclass(kind, ctypes._SimpleCData)]
    orders = [getattr(kind, order, kind) for kind in simple for order in ("__ctype_le__", "__ctype_be__")]
    return frozenset(simple + orders + [ctypes.CFUNCTYPE(None)])


_BASE_TYPES = _base_types()
_PLAIN = {kind: kind.__name__ for kind in (bool, int, float, complex, str, bytes, list, tuple)}
_PLAIN[type(None)] = "None"
_bases = type.__dict__["__mro__"].__get__  # the classes that Python itself goes by, whatever a metaclass answers


def _claimed(kind):
    """Returns the C type that a class claims to be, made anew of classes of ctypes itself; None if it is no C type."""
    bases = _bases(kind)
    if kind in _BASE_TYPES:
        return kind
    if ctypes.Array in bases and hasattr(kind, "_length_"):
        item = _nearest(kind._type_)
        return item and item * kind._length_
    if ctypes._Pointer in bases and hasattr(kind, "_type_"):
        target = _nearest(kind._type_)
        return target and POINTER(target)
    is_composite = Structure in bases or ctypes.Union in bases
    return kind if is_composite and hasattr(kind, "_fields_") else None


def _nearest(kind):
    """Returns the C type of the nearest base of a class that is one; None if none is."""
    return next(filter(None, map(_claimed, _bases(kind))), None) if isinstance(kind, type) else None


def _memory_form(thing):
    """Returns what ctypes noted of an object's type when it made the type: later assignments to the class do not change it."""
    view = memoryview(thing)
    return view.format, view.shape, view.itemsize


def value_type(value):
    """Returns the protocol's name of the type of a value: that of the nearest class of its type that has one.

    A C type counts if the object's memory is that of the type which its class claims to be."""
    for kind in _bases(type(value)):
        if kind in _PLAIN:
            return _PLAIN[kind]
        claimed = _claimed(kind)
        if claimed and sizeof(value) == sizeof(claimed) and _memory_form(value) == _memory_form(claimed()):
            return type_name(claimed)
    return "%s.%s" % (type(value).__module__, type(value).__qualname__)


# By the sizes of a C long and of a pointer.
DATA_MODELS = {(8, 8): "LP64", (4, 8): "LLP64", (4, 4): "ILP32"}


def _long_double():
    """Returns the name of the format of long double, which is recognised by the memory of the number 1."""
    one = bytes(ctypes.c_longdouble(1.0))
    if len(one) < 16:
        return {8: "binary64", 12: "x87-12"}[len(one)]
    if one[:8] == struct.pack("d", 1.0):
        return "double-double"
    return "x87-16" if one[7:10] == b"\x80\xff\x3f" else "binary128"


def describe_platform():
    """Returns what the suite has to know of this machine."""
    return {
        "byte_order": sys.byteorder,
        "data_model": DATA_MODELS[sizeof(ctypes.c_long), sizeof(c_void_p)],
        "long_double": _long_double(),
        "long_double_align": ctypes.alignment(ctypes.c_longdouble),
        "eight_byte_align": ctypes.alignment(ctypes.c_longlong),
        "wchar_size": sizeof(ctypes.c_wchar),
        "granularity": mmap.ALLOCATIONGRANULARITY,
    }


# Answers


class Address(int):
    """An integer that is an address."""


class Object(int):
    """An integer that identifies an object."""


class Encoded(str):
    """An answer that is JSON already."""


def _address(value):
    return value if value is None else Address(value)


def _string(value):
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair is not valid in JSON
        value = value.encode("utf-8", "replace").decode()
    return _quoted(value)


_quoted = json.encoder.encode_basestring_ascii  # what json.dumps does with a text, without its other work


def _list_of_integers(values):
    items = '","'.join(map(str, map(int, map(operator.index, values))))
    return '{"integers":["%s"]}' % items if items else '{"integers":[]}'


_ENCODERS = {  # written by hand: json.dumps takes three times as long
    type(None): lambda value: "null",
    bool: lambda value: "true" if value else "false",
    int: '{"integer":"%d"}'.__mod__,
    Object: '{"object":"%d"}'.__mod__,
    # A number that cannot be an address is reported as an integer.
    Address: lambda value: ('{"address":"%d"}' if 0 <= value < 1 << 64 else '{"integer":"%d"}') % value,
    float: lambda value: '{"float":"%s"}' % struct.pack(">d", value).hex(),
    str: lambda value: '{"text":%s}' % _string(value),
    Encoded: str,
    tuple: _list_of_integers,
    list: _list_of_integers,
    dict: lambda value: '{"seen":%s}' % json.dumps(value),
}


def encode(value):
    """Returns an answer as JSON, by its type. A value of any other type is memory: bytes, or an object of ctypes."""
    encoder = _ENCODERS.get(type(value))
    if not encoder and isinstance(value, (int, str)):  # a subclass counts as its base
        encoder = _ENCODERS[int if isinstance(value, int) else str]
    return encoder(value) if encoder else '{"bytes":"%s"}' % bytes(value).hex()


_KINDS = [TypeError, ValueError, OverflowError, AttributeError, IndexError, KeyError, NotImplementedError, BufferError]
_KINDS.append(OSError)
EXCEPTIONS = {kind: kind.__name__ for kind in _KINDS}
EXCEPTIONS[ctypes.ArgumentError] = "TypeError"
OTHER_EXCEPTION = "OtherError"


def _raises(error):
    """Returns the entries of a reply for an exception: it goes by the first of its classes that the protocol knows."""
    name = next((EXCEPTIONS[kind] for kind in type(error).__mro__ if kind in EXCEPTIONS), OTHER_EXCEPTION)
    message = str(error) if isinstance(error, Exception) else repr(error)  # the others often have no text
    return '"raises":"%s","message":%s' % (name, _string(message[:200]))


def _declined(declined):
    """Returns the entry of a reply for a question, or an array, that the adapter declines."""
    return '"declined":%s' % _string(str(declined)[:200] or "no reason given")


# Cases


class Case:
    """An array with its memory, a `Memory`, `Owned` or `File`, and the objects that the steps of its script keep."""

    def __init__(self, adapter, memory, array, given):
        self.adapter, self.memory, self.array, self.given = adapter, memory, array, given
        self.objects = []  # objects that the suite compares: while they are kept, no other object gets their number
        self.kept_interface = self.watchers = None
        # For a scenario of lifetimes: by number, the kept objects with functions that return the addresses they hold; and
        # memory that `overwrite` allocated.
        self.held, self.filler = {}, []

    def watch(self):
        """Returns the functions that report whether the array and its memory are there."""
        if self.watchers is None:
            self.watchers = [self.adapter.watch(thing) for thing in (self.array, self.memory.block)]
        return self.watchers

    @property
    def interface(self):
        """The interface object: one for the whole case, so that state which it keeps between steps shows."""
        if self.kept_interface is None:
            self.kept_interface = self.adapter.ctypes(self.array)
        return self.kept_interface

    def data(self):
        """Returns the address: that of the interface object, unless the adapter has a way of its own."""
        has_own = type(self.adapter).data is not Adapter.data
        return self.adapter.data(self.array) if has_own else self.interface.data

    def lengths(self, name):
        """Returns shape or strides: those of the interface object if there is one, otherwise those of the array."""
        if "ctypes" in self.adapter.profiles:
            return tuple(getattr(self.interface, name) or ())
        return tuple(getattr(self.adapter, name)(self.array))

    def pointer(self, ctype):
        """Returns `data_as(ctype)`, after a check that it has the requested type."""
        pointer = self.interface.data_as(ctype)
        if not isinstance(pointer, ctype):
            raise RuntimeError("expected a %s, found %r" % (ctype, pointer))
        return pointer

    def owner(self, name):
        """Returns the object with the attribute of that name: the array or its interface object."""
        return self.array if name in ("ctypes", "__array_interface__") else self.interface

    def let_go(self):
        """Drops the array and what was taken of it."""
        self.array = self.kept_interface = None
        self.objects = []


# Arguments of steps


def _numbers(text):
    return tuple(map(int, text.split()))


def _lengths(text):
    return tuple(int(item) for item in text.split(",") if item)


def _named_values(text):
    return dict(word.split("=", 1) for word in text.split(" ") if word)


def one_of(table):
    """Returns a function that finds the entry of the table that a word names."""

    def find(word):
        if word not in table:
            raise NotImplementedError("expected one of %s, found %r" % (", ".join(table), word))
        return table[word]

    return find


# Steps: address, shape and strides


def _held_address(pointer):
    """Returns the address that a pointer of any type holds, or that a plain number is."""
    return _address(pointer if isinstance(pointer, int) else struct.unpack("P", pointer)[0] or None)


def _items(items, ctype):
    return list(items) if ctype is ctypes.py_object and items is not None else items


def _item_type(items):
    return None if items is None else type_name(items._type_)


def _memmove(parameter, result):
    """Returns a foreign function, memmove, with that type of its first parameter, and of its result. When it is called to
    move no bytes, it returns its first argument."""
    address = ctypes.cast(ctypes.memmove, c_void_p).value
    function = ctypes.CFUNCTYPE(c_void_p, parameter, c_void_p, ctypes.c_size_t)(address)
    function.restype = result
    return lambda argument: function(argument, None, 0)


@functools.lru_cache(CACHE_SIZE)
def _receiver(ctype):
    """Returns a foreign function that returns the address that it receives for a parameter of that type."""
    return _memmove(ctype, c_void_p)


@functools.lru_cache(CACHE_SIZE)
def _returner(ctype):
    """Returns a foreign function that returns its argument, an address, as that type."""
    return _memmove(c_void_p, ctype)


def _object(name, case):
    case.objects.append(case.adapter.attribute(case.owner(name), name))
    return Object(id(case.objects[-1]))


def _assign(name, case):
    owner = case.owner(name)
    case.adapter.assign(owner, name, case.adapter.attribute(owner, name))


def _write_pointer(offset, content, case):
    if "ctypes" not in case.adapter.profiles:  # there is no pointer, only an address
        ctypes.memmove(case.data() + offset, content, len(content))
        return
    pointer = case.pointer(POINTER(c_ubyte))
    for at, byte in enumerate(content):
        pointer[offset + at] = byte


def _forked(step, case):
    """Returns what a copy of this process answers, or the signal that ends the copy."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writer, answer(step, case).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        reply = pipe.read().decode()
    status = os.waitpid(pid, 0)[1]
    return Encoded('{"signal":"%s"}' % signal.Signals(status & 127).name if status & 127 else reply)


# For each value that the interface object yields, the value.
VALUES = {
    "data": lambda interface: interface.data,
    "shape": lambda interface: interface.shape,
    "strides": lambda interface: interface.strides,
    "shape_as": lambda interface, ctype: interface.shape_as(ctype),
    "strides_as": lambda interface, ctype: interface.strides_as(ctype),
    "data_as": lambda interface, ctype: interface.data_as(ctype),
    "_as_parameter_": lambda interface: interface._as_parameter_,
}


def _type(value, case):
    get, types = value
    return value_type(get(case.interface, *types))


# Steps: foreign functions

# Shared by both ways to make the functions. A width is the size of an integer in bytes, negative if it is signed.
C_SOURCE = r"""
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Does nothing: for the cost of a call. */
void take(const void *data, const void *shape, const void *strides)
{
    (void)data, (void)shape, (void)strides;
}

/* Copies size bytes from the pointer that it receives, and returns the pointer. */
void *receive(void *pointer, void *copy, size_t size)
{
    if (pointer != NULL)
        memcpy(copy, pointer, size);
    return pointer;
}

static intptr_t number(const void *numbers, int width, size_t at)
{
    switch (width) {
    case -1: return ((const int8_t *)numbers)[at];
    case -2: return ((const int16_t *)numbers)[at];
    case -4: return ((const int32_t *)numbers)[at];
    case 1: return ((const uint8_t *)numbers)[at];
    case 2: return ((const uint16_t *)numbers)[at];
    case 4: return ((const uint32_t *)numbers)[at];
    default: return (intptr_t)((const int64_t *)numbers)[at];
    }
}

/* Copies the elements of an array to seen, in C order, as long as there is room, and returns the number of bytes. */
size_t walk(const char *data, const void *shape, const void *strides, size_t axes, size_t size, int shape_width,
            int strides_width, char *seen, size_t room)
{
    size_t filled = 0, index[64] = {0}, axis;
    if (size == 0 || axes > 64)
        return 0;
    for (axis = 0; axis < axes; axis++)
        if (number(shape, shape_width, axis) <= 0)
            return 0;
    while (room - filled >= size) {
        const char *element = data;
        for (axis = 0; axis < axes; axis++)
            element += (intptr_t)index[axis] * number(strides, strides_width, axis);
        memcpy(seen + filled, element, size);
        filled += size;
        for (axis = axes; axis > 0; axis--) {
            if (++index[axis - 1] < (size_t)number(shape, shape_width, axis - 1))
                break;
            index[axis - 1] = 0;
        }
        if (axis == 0)
            break;
    }
    return filled;
}
"""

MAX_WALKED = 1 << 14  # bytes: a walk that the specification predicts sees fewer


def _take_python(data, shape, strides):
    """Does what `take` does in C."""


def _receive_python(pointer, copy, size):
    """Does what `receive` does in C."""
    if pointer is not None and size:
        ctypes.memmove(copy, pointer, size)
    return pointer or 0


def _walk_python(data, shape, strides, axes, size, shape_width, strides_width, seen, room):
    """Does what `walk` does in C."""

    def numbers(address, width):
        memory = ctypes.string_at(address, axes * abs(width)) if axes else b""
        items = [memory[at : at + abs(width)] for at in range(0, len(memory), abs(width))]
        return [int.from_bytes(item, sys.byteorder, signed=width < 0) for item in items]

    lengths, steps = numbers(shape, shape_width), numbers(strides, strides_width)
    if size == 0 or any(length <= 0 for length in lengths):
        return 0
    filled, index = 0, [0] * axes
    while room - filled >= size:
        ctypes.memmove(seen + filled, data + sum(map(operator.mul, index, steps)), size)
        filled += size
        for axis in reversed(range(axes)):
            index[axis] += 1
            if index[axis] < lengths[axis]:
                break
            index[axis] = 0
        else:
            break
    return filled


Functions = namedtuple("Functions", "take receive walk kept")  # addresses of the functions, and what they live in


@functools.lru_cache(1)
def functions():
    """Returns the foreign functions: from C if there is a compiler that works, otherwise made by ctypes."""
    return _built(os.environ.get("ARRAY_CTYPES_CC", "cc")) or _made()


def _built(compiler):
    """Returns the functions as that compiler builds them from C; None if it cannot."""
    if not compiler.strip() or os.name != "posix":
        return None
    folder = tempfile.mkdtemp(prefix="array-ctypes-c-")
    try:
        source, library = os.path.join(folder, "functions.c"), os.path.join(folder, "functions.so")
        with open(source, "w") as file:
            file.write(C_SOURCE)
        command = shlex.split(compiler) + ["-shared", "-fPIC", "-O1", "-o", library, source]
        nowhere = subprocess.DEVNULL
        if subprocess.call(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, timeout=60):
            return None
        loaded = ctypes.CDLL(library)
        found = loaded.take, loaded.receive, loaded.walk
        return Functions(*[ctypes.cast(function, c_void_p).value for function in found], kept=loaded)
    except (AttributeError, OSError, ValueError, subprocess.SubprocessError):
        return None  # for another machine, say; the file may be unlinked once it is loaded
    finally:
        shutil.rmtree(folder, True)


def _made():
    """Returns the functions as ctypes makes them from Python."""
    size = ctypes.c_size_t
    take = ctypes.CFUNCTYPE(None, c_void_p, c_void_p, c_void_p)(_take_python)
    receive = ctypes.CFUNCTYPE(c_void_p, c_void_p, c_void_p, size)(_receive_python)
    walk = ctypes.CFUNCTYPE(size, c_void_p, c_void_p, c_void_p, size, size, c_int, c_int, c_void_p, size)(_walk_python)
    kept = take, receive, walk
    return Functions(*[ctypes.cast(function, c_void_p).value for function in kept], kept=kept)


class Undeclared(ctypes._CFuncPtr):
    """The type of a foreign function whose parameters are not declared, as those of a loaded library."""

    _flags_, _restype_ = ctypes._FUNCFLAG_CDECL, c_void_p


@functools.lru_cache(CACHE_SIZE)
def _receive(parameter):
    """Returns the function `receive` with that type of its first parameter; None if no parameter is declared."""
    if parameter is None:
        return Undeclared(functions().receive)
    return ctypes.CFUNCTYPE(c_void_p, parameter, c_void_p, ctypes.c_size_t)(functions().receive)


@functools.lru_cache(CACHE_SIZE)
def _walker(pointer, shape, strides):
    """Returns the function `walk` with these types of its first parameters."""
    size = ctypes.c_size_t
    declared = [pointer, POINTER(shape), POINTER(strides), size, size, c_int, c_int, c_void_p, size]
    return ctypes.CFUNCTYPE(size, *declared)(functions().walk)


def _handed(text):
    """Returns a function that yields the value, given the interface object, and the C type that the text names, or None."""
    if text == "ctypes":
        return lambda interface: interface, None
    get, types = _way(VALUES)(text)
    return lambda interface: get(interface, *types), types[0] if types else None


def _hand_arguments(text):
    what, _, parameter = text.rpartition(" to ")
    return _handed(what)[0], None if parameter == "undeclared" else c_type(parameter)


def _hand(arguments, case):
    """Returns what the function receives: of a C array the memory, as it reads that; otherwise the address."""
    make, parameter = arguments
    value = make(case.interface)
    is_array = issubclass(type(value), ctypes.Array)
    size = sizeof(value) if is_array else 0
    copy = ctypes.create_string_buffer(size + 1)
    received = _receive(parameter)(value, c_void_p(addressof(copy)), ctypes.c_size_t(size))
    return copy.raw[:size] if is_array and received else _address(received)


def _walk_arguments(text):
    pointer, _, by = text.partition(" by ")
    shape, _, strides = by.partition(" and ")
    return [_handed(part) for part in (pointer, shape, strides)]


def _signed_size(ctype):
    return -sizeof(ctype) if ctype(-1).value < 0 else sizeof(ctype)


def _walk(arguments, case):
    """Returns the memory of the elements that the function sees."""
    (pointer, ptype), (shape, shape_type), (strides, strides_type) = arguments
    interface, int_p = case.interface, C_TYPES["c_intp"]
    shape_type, strides_type = shape_type or int_p, strides_type or int_p
    axes, size = len(case.lengths("shape")), operator.index(case.adapter.itemsize(case.array))
    seen = ctypes.create_string_buffer(MAX_WALKED)
    # Held by a name each, as C's callers hold them.
    pointer, shape, strides = pointer(interface), shape(interface), strides(interface)
    widths = _signed_size(shape_type), _signed_size(strides_type)
    walk = _walker(ptype or c_void_p, shape_type, strides_type)
    filled = walk(pointer, shape, strides, axes, size, widths[0], widths[1], addressof(seen), MAX_WALKED)
    return seen.raw[:filled]


# Steps: the array interface


# For each entry, how it is read, given the entries and the array, which exposes its memory itself if `data` does not.
INTERFACE_KEYS = {
    "keys": lambda entries, array: " ".join(sorted(entries)),
    "data": lambda entries, array: _exported(entries, array)[0],
    "read_only": lambda entries, array: _exported(entries, array)[1],
    "shape": lambda entries, array: _entry_items(entries["shape"]),
    "strides": lambda entries, array: _entry_items(entries.get("strides")),
    "typestr": lambda entries, array: entries["typestr"],
    "descr": lambda entries, array: repr(_bare(entries["descr"])) if "descr" in entries else None,
    "version": lambda entries, array: entries["version"],
    "data-type": lambda entries, array: _type_of_data(entries.get("data")),
    "shape-type": lambda entries, array: _types_of_items(entries["shape"]),
    "strides-type": lambda entries, array: _types_of_items(entries.get("strides")),
}


def _bare(given):
    """Returns the list, tuple, text or number that a subclass stands for, so that all of them print alike."""
    if isinstance(given, (list, tuple)):
        return (list if isinstance(given, list) else tuple)(map(_bare, given))
    if isinstance(given, str):
        return str.__str__(given)
    try:
        return operator.index(given)
    except TypeError:
        return given


def _interface_entry(read, case):
    return read(case.adapter.array_interface(case.array), case.array)


def _exported(entries, array):
    """Returns the address of the first element, and true if the memory is read-only: as `data` says, or as the buffer of an
    object does."""
    data = entries.get("data")
    if isinstance(data, (tuple, list)):
        return _address(data[0]), bool(data[1])
    with py_buffer(array if data is None else data, "strides") as filled:
        return Address((filled.buf or 0) + entries.get("offset", 0)), bool(filled.readonly)


def _entry_items(numbers):
    """Returns lengths or strides as integers, whatever kind of numbers they are: the questions about types tell."""
    return None if numbers is None else tuple(map(operator.index, numbers))


def _type_of_data(data):
    """Returns the name of the type of the address; `buffer` if an object exposes it, None if the array itself does."""
    if data is None:
        return None
    if isinstance(data, tuple):
        return value_type(data[0])
    try:
        with py_buffer(data, "strides"):
            return "buffer"
    except TypeError:
        return value_type(data)


def _types_of_items(numbers):
    """Returns the name of the type of a sequence, with those of its items."""
    if numbers is None:
        return None
    items = sorted({value_type(number) for number in numbers})
    return value_type(numbers) + (" of " + ", ".join(items) if items else "")


class PyArrayInterface(Structure):
    """The C structure behind `__array_struct__`."""

    _fields_ = [("two", c_int), ("nd", c_int), ("typekind", c_char), ("itemsize", c_int), ("flags", c_int)]
    _fields_ += [("shape", POINTER(C_TYPES["c_intp"])), ("strides", POINTER(C_TYPES["c_intp"]))]
    _fields_ += [("data", c_void_p), ("descr", c_void_p)]


STRUCT_MEMBERS = {
    "two": operator.attrgetter("two"),
    "nd": operator.attrgetter("nd"),
    "typekind": lambda structure: structure.typekind.decode("latin-1"),
    "itemsize": operator.attrgetter("itemsize"),
    "flags": operator.attrgetter("flags"),
    "shape": lambda structure: structure.shape[: structure.nd],
    "strides": lambda structure: structure.strides[: structure.nd],
    "data": lambda structure: _address(structure.data),
    "descr": lambda structure: structure.descr and repr(ctypes.cast(structure.descr, ctypes.py_object).value),
}


def _structure(capsule):
    get_pointer = ctypes.pythonapi.PyCapsule_GetPointer  # PyPy has none: the answer is that exception
    get_pointer.restype, get_pointer.argtypes = POINTER(PyArrayInterface), [ctypes.py_object, ctypes.c_char_p]
    return get_pointer(capsule, None).contents


def _struct_member(read, case):
    capsule = case.adapter.array_struct(case.array)  # owns the structure, so it must outlive the reading
    return read(_structure(capsule))


# Steps: the buffer protocol


class PyBuffer(Structure):
    """The structure that the buffer protocol fills in."""

    _fields_ = [("buf", c_void_p), ("obj", c_void_p), ("len", ctypes.c_ssize_t), ("itemsize", ctypes.c_ssize_t)]
    _fields_ += [("readonly", c_int), ("ndim", c_int), ("format", ctypes.c_char_p)]
    _fields_ += [(name, POINTER(ctypes.c_ssize_t)) for name in ("shape", "strides", "suboffsets")]
    _fields_ += [("internal", c_void_p)]


BUFFER_REQUESTS = {
    "simple": 0,
    "writable": 0x1,
    "nd": 0x8,
    "strides": 0x18,
    "c_contiguous": 0x38,
    "f_contiguous": 0x58,
    "any_contiguous": 0x98,
    "full": 0x11D,
    "full_ro": 0x11C,
}

BUFFER_MEMBERS = {
    "address": lambda buffer: _address(buffer.buf),
    "len": operator.attrgetter("len"),
    "itemsize": operator.attrgetter("itemsize"),
    "readonly": lambda buffer: bool(buffer.readonly),
    "ndim": operator.attrgetter("ndim"),
    "format": lambda buffer: buffer.format and buffer.format.decode("utf-8", "replace"),
    "shape": lambda buffer: _items_behind(buffer.shape, buffer.ndim),
    "strides": lambda buffer: _items_behind(buffer.strides, buffer.ndim),
    "suboffsets": lambda buffer: _items_behind(buffer.suboffsets, buffer.ndim),
}


def _items_behind(pointer, count):
    """Returns that many integers behind a pointer, or None if it is NULL."""
    return pointer[:count] if pointer else None


@functools.lru_cache(CACHE_SIZE)
def _api(result, name, *arguments):
    """Returns a function of Python's C API with these types, whatever types other code declares for it."""
    return ctypes.PYFUNCTYPE(result, *arguments)((name, ctypes.pythonapi))  # PyPy has none: the answer is that exception


@contextlib.contextmanager
def py_buffer(exporter, request):
    """Fills in the `PyBuffer` of an object, for a request of `BUFFER_REQUESTS`, and releases it at the end."""
    filled, flags = PyBuffer(), BUFFER_REQUESTS[request]
    _api(c_int, "PyObject_GetBuffer", ctypes.py_object, c_void_p, c_int)(exporter, addressof(filled), flags)
    try:
        yield filled
    finally:
        _api(None, "PyBuffer_Release", c_void_p)(addressof(filled))


def _buffer_member(request, read, case):
    with py_buffer(case.adapter.buffer(case.array), request) as filled:
        return read(filled)


# Steps: DLPack


class DLTensor(Structure):
    """Where DLPack describes the elements."""

    _fields_ = [("data", c_void_p), ("device", ctypes.c_int32 * 2), ("ndim", ctypes.c_int32)]
    _fields_ += [("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16)]
    _fields_ += [("shape", POINTER(ctypes.c_int64)), ("strides", POINTER(ctypes.c_int64))]
    _fields_ += [("byte_offset", ctypes.c_uint64)]


class DLManagedTensorVersioned(Structure):
    """The structure in a capsule `dltensor_versioned`; the structure in a capsule `dltensor` begins with the tensor."""

    _fields_ = [("version", ctypes.c_uint32 * 2), ("manager_ctx", c_void_p), ("deleter", c_void_p)]
    _fields_ += [("flags", ctypes.c_uint64), ("tensor", DLTensor)]


# For each request, the value of the argument `max_version`, and the other arguments.
DLPACK_REQUESTS = {
    "unversioned": (None, {}),
    "versioned": ((1, 0), {}),
    "max_version=0.8": ((0, 8), {}),
    "max_version=1.3": ((1, 3), {}),
    "max_version=2.0": ((2, 0), {}),
    "dl_device=1.0": ((1, 0), {"dl_device": (1, 0)}),
    "dl_device=2.0": ((1, 0), {"dl_device": (2, 0)}),
    "copy=true": ((1, 0), {"copy": True}),
    "copy=false": ((1, 0), {"copy": False}),
    "stream=none": ((1, 0), {"stream": None}),
    "stream=1": ((1, 0), {"stream": 1}),
}

# Given the tensor and the versioned structure around it, which is None in a capsule without a version.
DLPACK_MEMBERS = {
    "address": lambda tensor, versioned: _address((tensor.data or 0) + tensor.byte_offset or None),
    "device": lambda tensor, versioned: tensor.device[:],
    "ndim": lambda tensor, versioned: tensor.ndim,
    "dtype": lambda tensor, versioned: (tensor.code, tensor.bits, tensor.lanes),
    "shape": lambda tensor, versioned: _items_behind(tensor.shape, tensor.ndim),
    "strides": lambda tensor, versioned: _items_behind(tensor.strides, tensor.ndim),
    "version": lambda tensor, versioned: versioned and versioned.version[:],
    "readonly": lambda tensor, versioned: versioned and bool(versioned.flags & 1),
    "copied": lambda tensor, versioned: versioned and bool(versioned.flags & 2),
    "flags": lambda tensor, versioned: versioned and versioned.flags,
    "strides-given": lambda tensor, versioned: versioned and versioned.version[:] + [int(bool(tensor.strides))],
    "elements": lambda tensor, versioned: _tensor_elements(tensor),
}


def _tensor_elements(tensor):
    """Returns the memory of the elements in C order."""
    lengths, size = tensor.shape[: tensor.ndim], tensor.bits * tensor.lanes // 8
    if 0 in lengths:
        return b""
    strides = _items_behind(tensor.strides, tensor.ndim)
    if strides is None:
        strides = [functools.reduce(operator.mul, lengths[axis + 1 :], 1) for axis in range(tensor.ndim)]
    start = (tensor.data or 0) + tensor.byte_offset
    places = (sum(map(operator.mul, index, strides)) for index in itertools.product(*map(range, lengths)))
    return b"".join(ctypes.string_at(start + place * size, size) for place in places)


def _dlpack_member(request, read, case):
    max_version, arguments = request
    # Nothing consumes the capsule, so it calls the deleter itself when it goes, at the end of this function.
    capsule = case.adapter.dlpack(case.array, max_version, **arguments)
    return read(*_tensor(capsule))


def _tensor(capsule):
    """Returns the tensor in a capsule, and the versioned structure around it, or None."""
    kind = _api(ctypes.c_char_p, "PyCapsule_GetName", ctypes.py_object)(capsule)
    held = _api(c_void_p, "PyCapsule_GetPointer", ctypes.py_object, ctypes.c_char_p)(capsule, kind)
    if kind == b"dltensor_versioned":
        versioned = DLManagedTensorVersioned.from_address(held)
        return versioned.tensor, versioned
    if kind == b"dltensor":
        return DLTensor.from_address(held), None
    raise RuntimeError("expected a capsule of DLPack, found %r" % kind)


# Steps: imports


class Exporter:
    """An object with an `__array_interface__`."""

    def __init__(self, interface):
        self.__array_interface__ = interface


# For each form of the entry `data`, how it is made, given the text after the word, the read-only flag and the memory.
IMPORT_DATA = {
    "at": lambda text, read_only, memory: (memory.address + int(text), read_only),
    "address": lambda text, read_only, memory: (int(text), read_only),
    "buffer": lambda text, read_only, memory: memory.view,
    "list": lambda text, read_only, memory: [memory.address, read_only],
    "single": lambda text, read_only, memory: (memory.address,),
    "triple": lambda text, read_only, memory: (memory.address, read_only, read_only),
    "text": lambda text, read_only, memory: (hex(memory.address), read_only),
    "wide": lambda text, read_only, memory: (memory.address + (1 << 8 * sizeof(c_void_p)), read_only),
}

# For each other argument of the step, the entry of the interface that it becomes, and how its value is read.
IMPORT_ENTRIES = {
    "shape": ("shape", _lengths),
    "shape_list": ("shape", lambda text: list(_lengths(text))),
    "strides": ("strides", _lengths),
    "typestr": ("typestr", str),
    "offset": ("offset", int),
    "version": ("version", int),
}


def _import(given, case):
    given = dict(given)
    form, _, text = given.pop("data").partition(":")
    read_only = given.pop("read_only") == "1"
    is_copied = given.pop("copied", "0") == "1"
    interface = {"data": one_of(IMPORT_DATA)(form)(text, read_only, case.memory)}
    for name, value in given.items():
        entry, read = one_of(IMPORT_ENTRIES)(name)
        interface[entry] = read(value)
    array = case.adapter.import_array(Exporter(interface))
    seen = _seen(array, case.adapter)
    if is_copied:
        indices = itertools.product(*map(range, case.adapter.shape(array)))
        seen["elements"] = b"".join(bytes(case.adapter.item(array, index)) for index in indices).hex()
    return seen


def _seen(array, adapter):
    """Returns the facts of an array."""
    seen = adapter.array_interface(array)
    shape, strides = [[str(item) for item in items] for items in (seen["shape"], adapter.strides(array))]
    data, read_only = adapter.data(array) or 0, _exported(seen, array)[1]
    return dict(data=str(data), read_only=read_only, shape=shape, strides=strides, typestr=seen["typestr"])


# Steps: mapped files


def _is_name_of_file(case):
    name = os.fspath(case.adapter.map_fact(case.array, "filename"))
    return os.path.isabs(name) and os.path.realpath(name) == os.path.realpath(case.memory.path)


def _copy_is_mapped(case):
    """Returns true if a copy of the array lies in the mapping, or keeps it alive."""
    copy = case.adapter.copy(case.array)
    try:
        mapping = case.adapter.mapping(copy)
    except AttributeError:
        return False  # the copy is in no mapping
    return mapping is case.adapter.mapping(case.array)


def _is_mapped_after_drop(case):
    case.let_go()
    _collect(case)  # reference cycles may delay the end of the mapping; that is not the question here
    return case.memory.is_mapped()


MAP_PARTS = {
    "offset": lambda case: case.adapter.map_fact(case.array, "offset"),
    "mode": lambda case: case.adapter.map_fact(case.array, "mode"),
    "filename": _is_name_of_file,
    "start": lambda case: case.memory.find(case.array)[1],
    "copy": _copy_is_mapped,
    "dropped": _is_mapped_after_drop,
}


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


# Steps: ctypeslib, helpers for foreign functions


AS_ARRAY_SOURCES = {
    "pointer": lambda ctype, case: case.pointer(POINTER(ctype)),
    "object": lambda ctype, case: case.pointer(POINTER(ctype)).contents,
    "null": lambda ctype, case: POINTER(ctype)(),
}

# For each form of the argument `shape`, the arguments after the source.
AS_ARRAY_SHAPES = {
    "none": lambda text: (),
    "int": lambda text: (int(text),),
    "shape": lambda text: (_lengths(text),),
}


def _as_array(source, shape, ctype, case):
    form, _, text = shape.partition("=")
    shape = one_of(AS_ARRAY_SHAPES)(form)(text)
    return _seen(case.adapter.ctypeslib.as_array(source(ctype, case), *shape), case.adapter)


# For each argument of a checked parameter type, its name in Python, and how its value is read. `own` is the element type of
# the array.
NDPOINTER_ARGUMENTS = {
    "dtype": ("dtype", lambda text, adapter, own: own if text == "own" else adapter.dtype(text)),
    "ndim": ("ndim", lambda text, adapter, own: int(text)),
    "shape": ("shape", lambda text, adapter, own: _lengths(text)),
    "length": ("shape", lambda text, adapter, own: int(text)),
    "flags": ("flags", lambda text, adapter, own: text),
}


@functools.lru_cache(CACHE_SIZE)
def _parameter_type(adapter, text, own):
    """Returns the checked parameter type that the text describes."""
    arguments = {}
    for name, value in _named_values(text).items():
        argument, read = one_of(NDPOINTER_ARGUMENTS)(name)
        arguments[argument] = read(value, adapter, own)
    return adapter.ctypeslib.ndpointer(**arguments)


def _parameter_result(make, case):
    """Returns what a foreign function with a result of that type returns, if it returns the array's address."""
    returned = _returner(make())(case.adapter.data(case.array))
    return _seen(returned, case.adapter) if case.adapter.is_array(returned) else _held_address(returned)


def _parameter_class(make, case):
    _parameter_type.cache_clear()  # so that the library is asked
    parameter = make()
    case.objects.append(parameter)
    return Object(id(parameter))


# For each use of a checked parameter type, what it answers, given a function that makes the type.
NDPOINTER_USES = {
    "from_param": lambda make, case: _address(make().from_param(case.array).data),
    "argument": lambda make, case: _address(_receiver(make())(case.array)),
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
    file = tempfile.NamedTemporaryFile(suffix=".so")
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


# For each helper, the function that answers it, and how its arguments are read, as in `STEPS`.
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


# Steps: lifetimes


# How an object is made from an array or from another object, and how to read the address that it holds.
Way = namedtuple("Way", "make address")

class HeldBuffer:
    """A buffer that is released when it goes. It keeps the exporter only as far as the buffer does."""

    def __init__(self, exporter):
        self.filled = PyBuffer()
        fill = _api(c_int, "PyObject_GetBuffer", ctypes.py_object, c_void_p, c_int)
        fill(exporter, addressof(self.filled), BUFFER_REQUESTS["strides"])

    def __del__(self):
        if self.filled.obj:
            _api(None, "PyBuffer_Release", c_void_p)(addressof(self.filled))


# The objects that are taken from an array.
EXPORTS = {
    "ctypes": Way(lambda adapter, array: adapter.ctypes(array), lambda adapter, kept: kept.data),
    "method": Way(lambda adapter, array: adapter.ctypes(array).data_as, lambda adapter, kept: _held_address(kept(c_void_p))),
    "data": Way(lambda adapter, array: adapter.ctypes(array).data, lambda adapter, kept: kept),
    "shape": Way(lambda adapter, array: adapter.ctypes(array).shape, None),
    "strides": Way(lambda adapter, array: adapter.ctypes(array).strides, None),
    "shape_as": Way(lambda adapter, array, ctype: adapter.ctypes(array).shape_as(ctype), None),
    "strides_as": Way(lambda adapter, array, ctype: adapter.ctypes(array).strides_as(ctype), None),
    "data_as": Way(
        lambda adapter, array, ctype: adapter.ctypes(array).data_as(ctype), lambda adapter, kept: _held_address(kept)
    ),
    "_as_parameter_": Way(
        lambda adapter, array: adapter.ctypes(array)._as_parameter_, lambda adapter, kept: _held_address(kept)
    ),
    "interface": Way(lambda adapter, array: adapter.array_interface(array), lambda adapter, kept: kept["data"][0]),
    "struct": Way(lambda adapter, array: adapter.array_struct(array), lambda adapter, kept: _structure(kept).data),
    "dlpack": Way(
        lambda adapter, array: adapter.dlpack(array, (1, 0)),
        lambda adapter, kept: DLPACK_MEMBERS["address"](*_tensor(kept)),
    ),
    "buffer": Way(lambda adapter, array: HeldBuffer(adapter.buffer(array)), lambda adapter, kept: kept.filled.buf),
    "view": Way(lambda adapter, array: adapter.alias(array), lambda adapter, kept: adapter.data(kept)),
    "as_ctypes": Way(lambda adapter, array: adapter.ctypeslib.as_ctypes(array), lambda adapter, kept: addressof(kept)),
}

# The objects that are made from a pointer, or from an object of `as_ctypes`.
DERIVATIONS = {
    "contents": Way(lambda adapter, pointer: pointer.contents, lambda adapter, kept: addressof(kept)),
    "item": Way(lambda adapter, pointer: pointer[0], lambda adapter, kept: addressof(kept)),
    "byref": Way(lambda adapter, pointer: ctypes.byref(pointer), lambda adapter, kept: _address_behind(kept)),
    "pointer": Way(lambda adapter, pointer: ctypes.pointer(pointer), lambda adapter, kept: _held_address(kept.contents)),
    "value": Way(lambda adapter, pointer: c_void_p(pointer.value), lambda adapter, kept: _held_address(kept)),
    "cast": Way(lambda adapter, pointer, ctype: ctypes.cast(pointer, ctype), lambda adapter, kept: _held_address(kept)),
    "as_array": Way(
        lambda adapter, pointer: adapter.ctypeslib.as_array(pointer, (1,)), lambda adapter, kept: adapter.data(kept)
    ),
}


def _address_behind(reference):
    """Returns the address in the pointer that a reference leads to."""
    return c_void_p.from_address(_receiver(c_void_p)(reference)).value


def _way(table):
    """Returns a function that reads a way of the table: the way itself, and the C type in a tuple if the text names one."""

    def read(text):
        word, _, ctype = text.partition(" ")
        return one_of(table)(word), (c_type(ctype),) if ctype else ()

    return read


def _export(number, what, case):
    case.watch()
    way, types = what
    case.held[number] = way.make(case.adapter, case.array, *types), way.address


def _derive(number, source, how, case):
    way, types = how
    case.held[number] = way.make(case.adapter, case.held[source][0], *types), way.address


def _drop(number, case):
    if number != "array":
        del case.held[number]
        return
    case.watch()
    case.let_go()
    case.memory.view = case.memory.block = None


def _collect(case):
    for _ in range(1 if hasattr(sys, "getrefcount") else 3):  # PyPy needs a round for each finalizer in a row
        gc.collect()


def _overwrite(case):
    for _ in range(8):  # whatever the allocator hands out first
        case.filler.append(case.memory.fill_another())


def _read(number, count, case):
    kept, address = case.held[number]
    return ctypes.string_at(address(case.adapter, kept), count)


def _balance(what, case):
    way, types = what
    before = sys.getrefcount(case.array)
    try:
        way.make(case.adapter, case.array, *types)
    except Exception:
        pass  # the count shows whether the refusal kept a reference
    return sys.getrefcount(case.array) - before


def _call(what, case):
    way, types = what
    watchers, seen = [], []

    def temporary():
        array = case.adapter.alias(case.array)
        watchers.append(case.adapter.watch(array))
        return array

    function = ctypes.CFUNCTYPE(None, c_void_p)(lambda address: seen.append(watchers[0]() is not None))
    function(way.make(case.adapter, temporary(), *types))
    return seen[0]


# Steps: all of them


# For each step, the function that answers it, and how its arguments are read. The last argument is all that is left.
STEPS = {
    "native": (lambda case: ctypes.c_uint(0x01020304),),
    "sizeof": (lambda ctype, case: (sizeof(ctype), ctypes.alignment(ctype)), c_type),
    "name": (lambda ctype, case: type_name(ctype), c_type),
    "itemsize": (lambda case: operator.index(case.adapter.itemsize(case.array)),),
    "alignment": (lambda case: operator.index(case.adapter.alignment(case.array)),),
    "item": (lambda index, case: case.adapter.item(case.array, index), _numbers),
    "flag": (lambda name, case: bool(case.adapter.flag(case.array, name)), str),
    "data": (lambda case: _address(case.data()),),
    "shape": (lambda case: case.lengths("shape"),),
    "strides": (lambda case: case.lengths("strides"),),
    "shape-type": (lambda case: _item_type(case.interface.shape),),
    "strides-type": (lambda case: _item_type(case.interface.strides),),
    "shape_as": (lambda ctype, case: _items(case.interface.shape_as(ctype), ctype), c_type),
    "strides_as": (lambda ctype, case: _items(case.interface.strides_as(ctype), ctype), c_type),
    "data_as": (lambda ctype, case: _held_address(case.pointer(ctype)), c_type),
    "_as_parameter_": (lambda case: _held_address(case.interface._as_parameter_),),
    "type": (_type, _way(VALUES)),
    "contents": (lambda ctype, case: bytes(case.pointer(POINTER(ctype)).contents), c_type),
    "index": (lambda at, ctype, case: case.pointer(POINTER(ctype))[at], int, c_type),
    "printed": (lambda ctype, case: repr(case.pointer(POINTER(ctype)).contents), c_type),
    "pass": (lambda ctype, case: _address(_receiver(ctype)(case.interface)), c_type),
    "hand": (_hand, _hand_arguments),
    "walk": (_walk, _walk_arguments),
    "assign": (_assign, str),
    "object": (_object, str),
    "interface": (_interface_entry, one_of(INTERFACE_KEYS)),
    "struct": (_struct_member, one_of(STRUCT_MEMBERS)),
    "import": (_import, _named_values),
    "buffer": (_buffer_member, str, one_of(BUFFER_MEMBERS)),
    "dlpack": (_dlpack_member, one_of(DLPACK_REQUESTS), one_of(DLPACK_MEMBERS)),
    "dlpack-device": (lambda case: [int(number) for number in case.adapter.dlpack_device(case.array)],),
    "write-pointer": (_write_pointer, int, bytes.fromhex),
    "write-item": (
        lambda content, index, case: case.adapter.write_item(case.array, content, index),
        bytes.fromhex,
        _numbers,
    ),
    "write-shape": (lambda axis, value, case: operator.setitem(case.interface.shape, axis, value), int, int),
    "write-strides": (lambda axis, value, case: operator.setitem(case.interface.strides, axis, value), int, int),
    "map": (lambda part, case: part(case), one_of(MAP_PARTS)),
    "file": (_read_file, int, int),
    "file-size": (lambda case: os.stat(case.memory.path).st_size,),
    "write-file": (_write_file, int, bytes.fromhex),
    "flush": (lambda case: case.adapter.flush(case.array),),
    "truncate-file": (_truncate_file, int),
    "close-map": (lambda case: case.adapter.mapping(case.array).close(),),
    "forked": (_forked, str),
    "ctypeslib": (lambda helper, case: helper(case), lambda text: _parse(text, CTYPESLIB)),
    "absent": (lambda what, case: case.adapter.absent(case, what), str),
    "export": (_export, int, _way(EXPORTS)),
    "derive": (_derive, int, int, _way(DERIVATIONS)),
    "drop": (_drop, lambda text: text if text == "array" else int(text)),
    "collect": (_collect,),
    "overwrite": (_overwrite,),
    "alive": (lambda case: case.watch()[0]() is not None,),
    "memory": (lambda case: case.watch()[1]() is not None,),
    "read": (_read, int, int),
    "balance": (_balance, _way(EXPORTS)),
    "call": (_call, _way(EXPORTS)),
}


def _parse(text, table):
    """Returns the function that answers a step, or a helper, given the case."""
    word, _, rest = text.partition(" ")
    if word not in table:
        raise NotImplementedError("no such step: " + text)
    function, readers = table[word][0], table[word][1:]
    words = rest.split(" ", max(len(readers) - 1, 0))
    words += [""] * (len(readers) - len(words))
    return functools.partial(function, *[read(word) for read, word in zip(readers, words)])


@functools.lru_cache(CACHE_SIZE)
def handler(step):
    """Returns the function that answers a step, given the case."""
    return _parse(step, STEPS)


def answer(step, case):
    """Returns the answer to a step as JSON. An exception is an answer too, even one that would end the process."""
    try:
        return encode(handler(step)(case))
    except Declined as declined:
        return "{%s}" % _declined(declined)
    except BaseException as error:
        return "{%s}" % _raises(error)


# Costs


ROUNDS = 41
ROUND_SECONDS = 0.0005  # a round never has to take longer; short rounds mostly run through undisturbed


class Missing:
    """Stands for a module that is not there; every use raises an error that says why."""

    def __init__(self, why):
        self.why = why

    def __getattr__(self, name):
        raise ImportError(self.why)

    def __call__(self, *arguments, **named):
        raise ImportError(self.why)

    def __getitem__(self, key):
        raise ImportError(self.why)


def optional(name, make=lambda module: module):
    """For `Adapter.names`: returns a module that may be missing, or what `make` makes of it."""
    try:
        return make(importlib.import_module(name))
    except ImportError as error:
        return Missing("not installed: %s" % (error.name or error))
    except Exception as error:  # the module is there and does not work
        return Missing("%s: %s" % (type(error).__name__, error))


def _lap(function, calls):
    """Returns how long that many calls take, in seconds."""
    turns, clock = itertools.repeat(None, calls), time.perf_counter
    start = clock()
    for _ in turns:
        function()
    return clock() - start


def _count_calls(function, seconds):
    """Returns how many calls take that long. Each number is tried twice, since one try may be interrupted."""
    calls = 1
    while min(_lap(function, calls), _lap(function, calls)) < seconds:
        calls *= 2
    return calls


def measure(functions, seconds):
    """Returns, for each function, the median and the first and third quartile of what a call takes, in nanoseconds.

    All calls together take at most about that many seconds, if no single call takes longer than a round; with few functions
    they take less. Collecting garbage between the rounds comes on top.

    The rounds of all functions take turns, so that a slow moment of the machine hits all of them. What a function takes that
    does nothing is subtracted. No garbage is collected within a round."""
    functions = [lambda: None] + list(functions)
    # A round takes up to twice as long, and finding the number of its calls up to eight times as long.
    long_enough = min(ROUND_SECONDS, seconds / (2 * ROUNDS + 8) / len(functions))
    calls = [_count_calls(function, long_enough) for function in functions]
    rounds = [[] for _ in functions]
    for _ in range(ROUNDS):
        gc.collect()
        for function, count, times in zip(functions, calls, rounds):
            times.append(1e9 * _lap(function, count) / count)
    return [_subtract(times, rounds[0]) for times in rounds[1:]]


def _subtract(times, nothing):
    """Returns median, first and third quartile of times less what doing nothing takes, whose spread makes the result wider."""
    (median, low, high), (usual, least, most) = _quartiles(times), _quartiles(nothing)
    return tuple(max(0.0, time) for time in (median - usual, low - most, high - least))


def _quartiles(times):
    times, quarter = sorted(times), len(times) // 4
    return times[len(times) // 2], times[quarter], times[-1 - quarter]


def _function(way, names):
    """Returns a function that evaluates the expression, and None; or None, and in one line why it cannot be measured."""
    try:
        function = eval("lambda: " + way, names)
        function()
    except Exception as error:
        message = str(error) if isinstance(error, ImportError) else "%s: %s" % (type(error).__name__, error)
        return None, " ".join(message.split())[:100]
    return function, None


def _costs(adapter, given):
    array = given["array"]
    costs, functions = [], []
    gc.disable()
    try:
        case = _make(adapter, array, _memory(array))  # kept until this function returns: the array need not keep its memory
        names = adapter.names(case.array)
        for question, ways in adapter.costs.items():
            for way in ways:
                function, missing = _function(way, names)
                costs.append({"question": question, "name": way})
                if missing:
                    costs[-1]["missing"] = missing
                else:
                    functions.append((costs[-1], function))
        _set_aside(0)  # also what was imported just now, or each collection between rounds would look at it
        times = measure([function for _, function in functions], given["seconds"])
    except Exception as error:
        return "{%s}" % _raises(error)
    finally:
        gc.enable()
    for (cost, _), (median, low, high) in zip(functions, times):
        cost.update(median=round(median, 3), low=round(low, 3), high=round(high, 3))
    return json.dumps({"costs": costs})


# Arrays


@functools.lru_cache(CACHE_SIZE)
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


def read_view(text):
    """Returns the name of a view operation and its arguments, which JSON can hold."""
    word, *words = text.split(" ")
    if word not in VIEWS:
        raise NotImplementedError("no such view: " + text)
    return word, VIEWS[word](words)


@functools.lru_cache(CACHE_SIZE)
def _view(adapter, text):
    """Returns the method that makes a view, and its arguments after the array."""
    word, arguments = read_view(text)
    return getattr(adapter, word), [
        _element_type(adapter, argument) if isinstance(argument, TypeString) else argument for argument in arguments
    ]


def _order(shape, strides, size):
    """Returns `F` if the strides are those of Fortran's order and not those of C's; otherwise `C`."""

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
    elif "owner" in given:
        array = memory.make(dtype, shape, strides)
    else:
        array = adapter.array(memory, dtype, offset, shape, strides)
    for view in given["views"]:
        method, arguments = _view(adapter, view)
        array = method(array, *arguments)
    return Case(adapter, memory, array, given)


# The protocol


def _memory(array):
    buffer = array["buffer"]
    return Memory(int(buffer["size"]), buffer["at"], bytes.fromhex(buffer["bytes"]), array["writeable"])


def _reply(adapter, given, live):
    identifier = _quoted(given["id"])
    array, memory = given["array"], None
    if "collect" in given["script"]:
        _freeze()  # the collector need not look at other cases
    try:
        if "map" in array:
            memory = File(adapter, array["buffer"], array["map"], given["id"])
        elif "owner" in array:
            memory = Owned(adapter, array)
        else:
            memory = _memory(array)
        case = _make(adapter, array, memory)
    except BaseException as error:
        if isinstance(memory, File):
            memory.remove()
        return '{"id":%s,%s}' % (identifier, _no_array(error))
    live[given["id"]] = case
    return _answers(case, given)


def _no_array(error):
    """Returns the entries of a reply for an array that could not be made."""
    if isinstance(error, Declined):
        return _declined(error)
    if isinstance(error, Exception):
        return _raises(error)
    return '"lost":%s' % _string("the library raised %r, which would end the process" % error)


def _answers(case, given):
    gc.disable()  # the collector runs where a step asks for it, and between cases
    answers = ",".join(map(answer, given["script"], itertools.repeat(case)))
    gc.enable()
    address = case.memory.address
    buffer = "null" if address is None else '"%d"' % address
    if isinstance(case.memory, File):
        buffer += ',"file":%s' % _string(os.fsencode(case.memory.path).decode("utf-8", "surrogateescape"))
    return '{"id":%s,"buffer":%s,"answers":[%s]}' % (_quoted(given["id"]), buffer, answers)


def _release(cases):
    for case in cases:
        case.let_go()  # some systems do not remove a file that is mapped
        case.held, case.filler = {}, []
        if isinstance(case.memory, File):
            case.memory.remove()


def _hello(adapter, given):
    folder = given.get("folder")
    if folder is not None and os.path.isdir(folder):  # the suite may run on another machine
        File.folder = folder
    hello = {name: getattr(adapter, name) for name in ("name", "version", "profiles")}
    hello["limits"] = dict(_abilities(adapter), **adapter.limits)
    hello.update(protocol=1, platform=describe_platform(), restarts=FORKS)
    hello["runtime"] = "{} {}".format(platform.python_implementation(), platform.python_version())
    if adapter.based_on:
        hello["based_on"] = adapter.based_on
    hello["costs"] = bool(adapter.costs)
    if _visible_from_outside():
        hello["pid"] = os.getpid()
    return json.dumps({"hello": hello})


def _abilities(adapter):
    """Returns the limits by which the kit declares what it does itself."""
    has_ctypes = "ctypes" in adapter.profiles
    has_types = has_ctypes or "absent" in adapter.profiles
    return {
        "types": has_types,
        "functions": has_ctypes,
        "interface_types": "interface" in adapter.profiles,
        "exports": "buffer" in adapter.profiles or "dlpack" in adapter.profiles,
        "file_names": "memmap" in adapter.profiles,
    }


def _visible_from_outside():
    """Returns true if the system knows addresses of this process by the same numbers; under an emulator it may not."""
    mark = ctypes.create_string_buffer(os.urandom(16))
    try:
        with open("/proc/self/mem", "rb", 0) as memory:
            memory.seek(addressof(mark))
            return memory.read(16) == mark.raw[:16]
    except (OSError, OverflowError, ValueError):
        return False


def _send(line):
    """Sends a line at once."""
    _REPLIES.write(line.encode() + b"\n")
    _REPLIES.flush()


def _send_each(lines):
    """Sends the replies to a request. They may wait for each other, but not for the next request."""
    for line in lines:
        _REPLIES.write(line.encode() + b"\n")
    _REPLIES.flush()


_freeze = getattr(gc, "freeze", lambda: None)  # since Python 3.7; hides what exists from the collector


def _set_aside(batch):
    """Hides what exists before a batch from the collector, so that a collection costs as little as in the first batch. Now
    and then the collector looks at all of it, since some of it may have become garbage."""
    if hasattr(gc, "freeze"):
        if batch % 64 == 63:
            gc.unfreeze()
        gc.collect()
        gc.freeze()


class _Server:
    """Answers the requests of the suite. Each request is a method, by the name of its first entry."""

    def __init__(self, adapter):
        self.adapter, self.batches = adapter, 0
        self.live = {}  # the cases of the batches that are not released

    def hello(self, request):
        _send(_hello(self.adapter, request["hello"]))

    def batch(self, request):
        self.batches += 1
        _set_aside(self.batches)
        kept = self.live[request["batch"]] = {}
        _send_each(_reply(self.adapter, given, kept) for given in request["cases"])

    def more(self, request):
        kept = self.live[request["more"]]
        _send_each(_answers(kept[given["id"]], given) for given in request["cases"])

    def release(self, request):
        _release(self.live.pop(request["release"], {}).values())

    def bench(self, request):
        _send(_costs(self.adapter, request["bench"]))


REQUESTS = {name: method for name, method in vars(_Server).items() if not name.startswith("_")}


def _serve(adapter):
    """Answers until the input ends. Requests that were meant for a process that died come before the handshake, and are
    skipped."""
    if hasattr(gc, "set_threshold"):  # not on PyPy
        gc.set_threshold(50000)  # live cases are not garbage: looking at them less often saves a tenth of the time
    server, has_begun = _Server(adapter), not FORKS
    for line in _REQUESTS:
        has_begun = has_begun or line.startswith(b'{"hello"')
        if not has_begun:
            continue
        request = json.loads(line.decode())
        word = next((word for word in REQUESTS if word in request), None)
        if word is None:
            raise ValueError("expected one of %s, found %s" % (", ".join(REQUESTS), line.decode()[:200]))
        REQUESTS[word](server, request)


_AT_EXIT = []  # what the process that answers does at its end


def serve(adapter):
    """Answers the suite until it ends the input.

    Where the system can fork, a copy of this process answers. When the copy dies, the suite receives its status, and the next
    copy answers: what took long to import is not imported again.
    """
    if "ctypes" in adapter.profiles:
        functions()
    _set_aside(0)  # what was imported, once for all copies
    while FORKS:
        pid = os.fork()
        if pid == 0:
            break
        status = os.waitpid(pid, 0)[1]
        _REPLIES.flush()  # what the copy could not send any more
        if status == 0:
            return
        os.write(2, b"\n(process %d ended)\n" % pid)  # the copy may have died before the end of a line
        _send('\n{"died":%s}' % json.dumps({"pid": pid, "status": status}))
    try:
        _serve(adapter)
    finally:
        for action in _AT_EXIT:
            action()
    sys.stdout.flush()
    sys.stderr.flush()
    if FORKS:
        os._exit(0)  # the first process runs what is registered for its exit
