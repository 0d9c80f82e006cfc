"""The Python kit for adapters: everything of the protocol that is not the library under test.

An adapter is a program that makes arrays with a library and tells the suite what it observes (PROTOCOL.md). Its author
subclasses `Adapter`, overrides what the library spells in its own way, and calls `serve`. The kit speaks the protocol,
keeps stray prints away from it, allocates the buffers, reads dtypes, views and C types, and writes the answers.
It never judges. Standard library only; CPython 3.6 and later, and PyPy.

Import it before the library under test: importing it takes the standard streams for the protocol.

Sizes, offsets, strides and addresses are in bytes, lengths of axes in elements.
"""

import ctypes
import functools
import gc
import json
import mmap
import operator
import os
import signal
import struct
import sys
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

    # Profile core

    def data(self, array):
        """The address, None for NULL."""
        return self.ctypes(array).data

    def shape(self, array):
        return self.ctypes(array).shape or ()

    def strides(self, array):
        return self.ctypes(array).strides or ()

    def itemsize(self, array):
        return array.itemsize

    def item(self, array, index):
        """The memory of one element as bytes; IndexError unless the index has one number inside each axis."""
        raise NotImplementedError

    def flag(self, array, name):
        """`c_contiguous`, `f_contiguous` or `writeable`; for the profile interface also `aligned`."""
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
    """An array with its memory, and the objects that the suite wants told apart."""

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
    array = adapter.import_array(Exporter(interface))
    seen = adapter.array_interface(array)
    shape, strides = [[str(item) for item in items] for items in (seen["shape"], adapter.strides(array))]
    data, read_only = adapter.data(array) or 0, seen["data"][1]
    return dict(data=str(data), read_only=bool(read_only), shape=shape, strides=strides, typestr=seen["typestr"])


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


# Lifetimes. Each kept object stands in `case.held` with a function that tells the address that it holds.


def _copied(address):
    return c_void_p(address)


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
}


def _behind(kept):
    """The address in the pointer that a reference to it leads to."""
    return c_void_p.from_address(_receiver(c_void_p)(kept, None, 0)).value


# What is made of a pointer, likewise.
DERIVATIONS = {
    "contents": (lambda pointer: pointer.contents, addressof),
    "item": (lambda pointer: pointer[0], addressof),
    "byref": (ctypes.byref, _behind),
    "pointer": (ctypes.pointer, lambda kept: _held(kept.contents)),
    "value": (lambda pointer: _copied(pointer.value), _held),
    "cast": (ctypes.cast, _held),
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
    case.held[name] = make(case.held[source][0], *types), tell


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
    "write-pointer": (_write_pointer, int, bytes.fromhex),
    "write-item": (
        lambda content, index, case: case.adapter.write_item(case.array, content, index),
        bytes.fromhex,
        numbers,
    ),
    "write-shape": (lambda axis, value, case: operator.setitem(case.interface.shape, axis, value), int, int),
    "write-strides": (lambda axis, value, case: operator.setitem(case.interface.strides, axis, value), int, int),
    "forked": (_forked, str),
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
def handler(step):
    """The function that answers a step, given the case."""
    word, _, rest = step.partition(" ")
    if word not in QUESTIONS:
        raise NotImplementedError("no such step: " + step)
    function, readers = QUESTIONS[word][0], QUESTIONS[word][1:]
    words = rest.split(" ", max(len(readers) - 1, 0))
    words += [""] * (len(readers) - len(words))
    return functools.partial(function, *[read(word) for read, word in zip(readers, words)])


def answer(step, case):
    """The answer to a step as JSON: also to one that raises."""
    try:
        return encode(handler(step)(case))
    except Exception as error:
        return "{%s}" % _raises(error)


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


def _make(adapter, given):
    buffer = given["buffer"]
    memory = Memory(int(buffer["size"]), buffer["at"], bytes.fromhex(buffer["bytes"]), given["writeable"])
    dtype = _element_type(adapter, _key(given["dtype"]))
    shape, strides = tuple(map(int, given["shape"])), tuple(map(int, given["strides"]))
    array = adapter.array(memory, dtype, int(given["offset"]), shape, strides)
    for view in given["views"]:
        method, arguments = _view(adapter, view)
        array = method(array, *arguments)
    return Case(adapter, memory, array)


# The protocol


def _reply(adapter, given, live):
    identifier = json.dumps(given["id"])
    try:
        case = _make(adapter, given["array"])
    except Exception as error:
        return '{"id":%s,%s}' % (identifier, _raises(error))
    live.append(case)
    gc.disable()  # it runs where a step says so, and between cases
    answers = [answer(step, case) for step in given["script"]]
    gc.enable()
    return '{"id":%s,"buffer":"%d","answers":[%s]}' % (identifier, case.memory.address, ",".join(answers))


def serve(adapter):
    """Answers the suite until it ends its input."""
    if hasattr(gc, "set_threshold"):  # not on PyPy
        gc.set_threshold(50000)  # the live cases are not garbage: looking at them less often saves a tenth of the time
    if hasattr(gc, "freeze"):  # since Python 3.7
        gc.collect()
        gc.freeze()  # nor is what was imported: a collection that a step asks for looks at the rest alone
    live = {}  # the cases of the batches that are not released
    for line in _REQUESTS:
        request = json.loads(line.decode())
        if "batch" in request:
            kept = live[request["batch"]] = []
            replies = (_reply(adapter, given, kept) for given in request["cases"])
        elif "release" in request:
            live.pop(request["release"], None)
            replies = ()
        elif "hello" in request:
            hello = {name: getattr(adapter, name) for name in ("name", "version", "profiles", "limits")}
            replies = [json.dumps({"hello": dict(hello, protocol=1, platform=describe_platform())})]
        else:
            raise ValueError("expected hello, batch or release, found " + line.decode()[:200])
        for reply in replies:
            _REPLIES.write(reply.encode() + b"\n")
            _REPLIES.flush()
