"""C types, as Python's ctypes spells them, and the names of the types of values."""

import ctypes
import functools
import sys
from ctypes import POINTER, Structure, c_int, c_void_p, sizeof

from .arguments import one_of
from .caches import cached


@cached
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


@cached
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


def typed_entry(table):
    """Returns a function that reads an entry of the table: the entry itself, and the C type in a tuple if the text names one."""

    def read(text):
        word, _, ctype = text.partition(" ")
        return one_of(table)(word), (c_type(ctype),) if ctype else ()

    return read


STEPS = {
    "native": (lambda case: ctypes.c_uint(0x01020304),),
    "sizeof": (lambda ctype, case: (sizeof(ctype), ctypes.alignment(ctype)), c_type),
    "name": (lambda ctype, case: type_name(ctype), c_type),
}
