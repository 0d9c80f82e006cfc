"""The memory of a producer: a buffer between pages that nobody may touch, or a file, mapped as a whole."""

import ctypes
import mmap
import os
from ctypes import addressof, c_char, c_int, c_size_t, c_void_p

from .buffer import buffer_address
from .files import MODES, File
from .memory import NO_RESERVE, reserve

FREED = 0xA5  # what is in memory that was let go of
MARGIN = b"\x5a"  # what surrounds a buffer in its first and last page
MOST_OVERWRITTEN = 1 << 20  # bytes


def _system(name, result, *arguments):
    """Returns a function of the system; None where there is none of that name."""
    try:
        return ctypes.CFUNCTYPE(result, *arguments)((name, ctypes.CDLL(None)))
    except (AttributeError, OSError, TypeError):
        return None


_mprotect = _system("mprotect", c_int, c_void_p, c_size_t, c_int)
_mmap = _system("mmap", c_void_p, c_void_p, c_size_t, c_int, c_int, c_int, ctypes.c_long)


class Guarded:
    """A buffer. A page before it and a page behind it can be neither read nor written, where the system can do that. The rest of
    its own pages can, and shows who writes there."""

    def __init__(self, size, at, content):
        page, self.size = mmap.PAGESIZE, size
        end = page + (at + size + page - 1) // page * page
        self.block = reserve(end + page)
        start = addressof(c_char.from_buffer(self.block))
        self.address = start + page + at
        if _mprotect:
            _mprotect(start, page, 0)
            _mprotect(start + end, page, 0)
        ctypes.memmove(self.address, content, len(content))
        self.margins = [(self.address - at, at), (self.address + size, end - page - at - size)]
        for margin, count in self.margins:
            ctypes.memset(margin, MARGIN[0], count)

    def bytes(self):
        for margin, count in self.margins:
            if ctypes.string_at(margin, count).strip(MARGIN):
                raise ValueError("bytes around the buffer were written to")
        return ctypes.string_at(self.address, self.size)

    def write(self, offset, content):
        ctypes.memmove(self.address + offset, content, len(content))

    def overwrite(self, first, count):
        """Overwrites bytes from that address on. The memory stays, so that who still reads it sees the other bytes."""
        ctypes.memset(first, FREED, min(count, MOST_OVERWRITTEN))

    def remove(self):
        self.block = None


class Mapped(File):
    """A file, mapped from its start to its end."""

    def __init__(self, buffer, given, name, needed):
        super().__init__(None, buffer, given, name)
        self.mode = given["mode"]
        with open(self.path, MODES[self.mode]) as file:
            self.size = os.fstat(file.fileno()).st_size
            if self.mode in ("r+", "w+") and self.size < needed:
                file.truncate(needed)
                self.size = needed
            self.block = self._map(file.fileno()) if self.size else reserve(mmap.PAGESIZE)
        self.address = buffer_address(self.block)

    def _map(self, descriptor):
        if self.mode == "c" and hasattr(mmap, "MAP_PRIVATE"):
            flags, access = mmap.MAP_PRIVATE | NO_RESERVE, mmap.PROT_READ | mmap.PROT_WRITE
            return mmap.mmap(descriptor, self.size, flags, access)
        accesses = {"r": mmap.ACCESS_READ, "c": mmap.ACCESS_COPY}
        return mmap.mmap(descriptor, self.size, access=accesses.get(self.mode, mmap.ACCESS_WRITE))

    def bytes(self):
        return ctypes.string_at(self.address, self.size)

    def write(self, offset, content):
        if self.mode == "r":
            raise ValueError("the mapping is read-only")
        Guarded.write(self, offset, content)

    def overwrite(self, first, count):
        """Ends the mapping. Memory of other bytes takes its place."""
        fixed = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | NO_RESERVE | 0x10 if _mmap else 0
        access = mmap.PROT_READ | mmap.PROT_WRITE if _mmap else 0
        if self.size and _mmap and _mmap(self.address, self.size, access, fixed, -1, 0) == self.address:
            ctypes.memset(first, FREED, min(count, MOST_OVERWRITTEN))

    def remove(self):
        self.block = None  # some systems do not remove a file that is mapped
        super().remove()
