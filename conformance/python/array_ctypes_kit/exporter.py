"""Objects that expose memory by the buffer protocol, and functions that let go of tensors. A C compiler makes both, if there is
one.

Python calls the slots of a type for buffers, and other libraries call deleters: perhaps while an error is set, when no code in
Python may run.
"""

import ctypes
import functools
import sys
from ctypes import Structure, addressof, c_char_p, c_int, c_ssize_t, c_void_p

from .answers import Declined
from .api import python_api
from .buffer import PyBuffer
from .compiler import compiled
from .dlpack import DLManagedTensor, DLManagedTensorVersioned, DLTensor

C_SOURCE = r"""
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef ptrdiff_t ssize;

struct view {
    void *buf, *obj;
    ssize len, itemsize;
    int readonly, ndim;
    char *format;
    ssize *shape, *strides, *suboffsets;
    void *internal;
};

struct exported {
    struct view whole;
    const char *refusal;
    int is_c, is_f;
    ssize taken, released;
};

static void (*raise)(void *, const char *), (*hold)(void *);
static void *error;
static size_t head; /* bytes of the head of an object */

void set_up(void *raises, void *holds, void *buffer_error, size_t size)
{
    *(void **)&raise = raises, *(void **)&hold = holds;
    error = buffer_error, head = size;
}

/* The first slot of the object refers to a structure of ctypes, which begins with a pointer to its memory. */
static struct exported *of(void *object)
{
    return *(struct exported **)(*(char **)((char *)object + head) + head);
}

int get(void *object, struct view *view, int flags)
{
    struct exported *given = of(object);
    const struct view *whole = &given->whole;
    int has_strides = (flags & 0x18) == 0x18, is_any = given->is_c || given->is_f;
    const char *refusal = given->refusal;
    if (!refusal && (flags & 1) && whole->readonly)
        refusal = "the memory must not be written to";
    if (!refusal && whole->suboffsets && (flags & 0x118) != 0x118)
        refusal = "the memory has suboffsets";
    if (!refusal && (((flags & 0x38) == 0x38 || !has_strides) && !given->is_c))
        refusal = "the memory is not C-contiguous";
    if (!refusal && (((flags & 0x58) == 0x58 && !given->is_f) || ((flags & 0x98) == 0x98 && !is_any)))
        refusal = "the memory is not contiguous";
    if (refusal) {
        view->obj = NULL;
        raise(error, refusal);
        return -1;
    }
    *view = *whole;
    view->obj = object;
    hold(object);
    if (!(flags & 4))
        view->format = NULL;
    if (!(flags & 8))
        view->ndim = 1, view->shape = NULL;
    if (!has_strides)
        view->strides = NULL;
    given->taken++;
    return 0;
}

void release(void *object, struct view *view)
{
    (void)view;
    of(object)->released++;
}

struct tensor {
    void *data;
    int32_t device[2], ndim;
    uint8_t code, bits;
    uint16_t lanes;
    int64_t *shape, *strides;
    uint64_t byte_offset;
};

struct managed {
    struct tensor tensor;
    ssize *calls;
    void *deleter;
};

struct versioned {
    uint32_t version[2];
    ssize *calls;
    void *deleter;
    uint64_t flags;
    struct tensor tensor;
};

void delete_managed(struct managed *managed)
{
    ++*managed->calls;
    memset(&managed->tensor, 0xA5, sizeof managed->tensor);
}

void delete_versioned(struct versioned *versioned)
{
    ++*versioned->calls;
    memset(&versioned->tensor, 0xA5, sizeof versioned->tensor);
}
"""

HEAD = getattr(object, "__basicsize__", 0)  # PyPy has none, and no slots to fill either


class Exported(Structure):
    """What an exporter answers requests with, and how often it did."""

    _fields_ = [("whole", PyBuffer), ("refusal", c_char_p), ("is_c", c_int), ("is_f", c_int)]
    _fields_ += [("taken", c_ssize_t), ("released", c_ssize_t)]


@functools.lru_cache(1)
def library():
    """Returns the library that holds the C functions; None if there is no compiler."""
    return compiled(C_SOURCE)


def _address(function):
    return ctypes.cast(function, c_void_p).value


@functools.lru_cache(1)
def deleters():
    """Returns the addresses of the functions that let go of a tensor, without and with a version, and what they live in."""
    built = library()
    if built is not None:
        return _address(built.delete_managed), _address(built.delete_versioned), built
    made = [_deleter(DLManagedTensor), _deleter(DLManagedTensorVersioned)]
    return _address(made[0]), _address(made[1]), made


def _deleter(structure):
    def delete(address):
        managed = structure.from_address(address)
        c_ssize_t.from_address(managed.manager_ctx).value += 1
        ctypes.memset(addressof(managed) + structure.tensor.offset, 0xA5, ctypes.sizeof(DLTensor))

    return ctypes.CFUNCTYPE(None, c_void_p)(delete)


def exporter(exported):
    """Returns an object that exposes what the structure describes."""
    return _type()(exported)


@functools.lru_cache(1)
def _type():
    """Returns the type of such objects."""
    if not hasattr(ctypes, "pythonapi"):
        raise Declined("no exporter of buffers in PyPy")
    built = library()
    if built is None and sys.version_info < (3, 12):
        raise Declined("an exporter of buffers needs a C compiler before Python 3.12")

    class Exporter:
        __slots__ = ("exported",)

        def __init__(self, exported):
            self.exported = exported

        if built is None:
            __buffer__, __release_buffer__ = _get, _release

    if built is not None:
        _fill_slots(Exporter, built)
    return Exporter


def _fill_slots(kind, built):
    """Lets the functions in C answer for the objects of a type."""
    api = [_address(getattr(ctypes.pythonapi, name)) for name in ("PyErr_SetString", "Py_IncRef")]
    built.set_up(*map(c_void_p, api + [id(BufferError)]), ctypes.c_size_t(HEAD))
    # The pointer to the slots for buffers follows 17 others behind the head of a type, which has a size. It leads into the type.
    slots = c_void_p.from_address(id(kind) + HEAD + 18 * ctypes.sizeof(c_void_p)).value
    example = kind(Exported())
    fits = id(kind) < slots < id(kind) + sys.getsizeof(kind)
    fits = fits and c_void_p.from_address(id(example) + HEAD).value == id(example.exported)
    if not fits or c_void_p.from_address(id(example.exported) + HEAD).value != addressof(example.exported):
        raise Declined("no exporter of buffers for this Python")
    (c_void_p * 2).from_address(slots)[:] = _address(built.get), _address(built.release)



def _get(self, flags):
    """Does what `get` does in C. A memoryview answers each request as this type does."""
    if self.exported.refusal:
        raise BufferError(self.exported.refusal.decode())
    view = python_api(ctypes.py_object, "PyMemoryView_FromBuffer", c_void_p)(addressof(self.exported))
    filled = PyBuffer()
    python_api(c_int, "PyObject_GetBuffer", ctypes.py_object, c_void_p, c_int)(view, addressof(filled), flags)
    python_api(None, "PyBuffer_Release", c_void_p)(addressof(filled))
    self.exported.taken += 1
    return view


def _release(self, view):
    self.exported.released += 1
