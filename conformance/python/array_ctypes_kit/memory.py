"""The memory of arrays: a buffer that the kit allocates, or memory that the array owns."""

import ctypes
import mmap
import os
import sys
import weakref
from ctypes import addressof, c_char, c_int, c_void_p

from .arguments import one_of

PAGE = 4096  # bytes: the address of a buffer is given modulo this number
MAX_ALLOCATED = 1 << 20  # bytes: a larger buffer is reserved instead
VIEWS_KEEP = sys.implementation.name != "pypy"  # where a memoryview keeps the object of ctypes that it shows


class Memory:
    """The buffer of a case. `view` shows all of its bytes and no others.

    The kit keeps it until the batch is released, or until a step drops the array; after that only what the library keeps is
    left of it.
    """

    def __init__(self, size, at, content, writeable):
        self.size = size
        self.whole = whole = (size // PAGE + 2) * PAGE  # room to move the buffer to its place in a page
        if size > MAX_ALLOCATED or not VIEWS_KEEP:
            block = reserve(whole)
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


def make_memory(array):
    """Returns the buffer that a case describes."""
    buffer = array["buffer"]
    return Memory(int(buffer["size"]), buffer["at"], bytes.fromhex(buffer["bytes"]), array["writeable"])


def _no_reserve():
    """Returns the flag of a mapping that takes no room until it is written to; 0 if its number is not known."""
    # Python names the flag only since 3.11; a few machines use another number for it.
    linux = sys.platform.startswith("linux") and not os.uname().machine.startswith(("alpha", "mips", "ppc", "sparc"))
    return getattr(mmap, "MAP_NORESERVE", 0x4000 if linux else 0)


NO_RESERVE = _no_reserve()


def reserve(size):
    if not hasattr(mmap, "MAP_ANONYMOUS"):
        return mmap.mmap(-1, size)
    return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | NO_RESERVE)


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
