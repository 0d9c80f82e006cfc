"""What the machine lacks: memory, descriptors, room on a disk, processes. No library is to blame for that, so the kit declines."""

import ctypes
import errno
import os
from ctypes import c_void_p

from .answers import Declined
from .memory import reserve

_LACKING = {
    errno.EMFILE: "this process may have no more file descriptors",
    errno.ENFILE: "the system has no more file descriptors",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.EAGAIN: "the system starts no more processes",
}
NO_MEMORY = "the memory is not enough"
_NO_THREAD = "can't start new thread"  # what Python says

MARGIN = 1 << 26  # bytes: where a process can have so many beyond what a case needs, the memory is enough
MOST = 1 << (32 if ctypes.sizeof(c_void_p) > 4 else 29)  # bytes: more is asked of a library only to be refused
ROOM = 1 << 20  # bytes: who writes to a mapped file that has no room on its disk ends with a signal


def shortage(error, size):
    """Returns what was lacking when an exception was raised, or None if nothing was. `size` is what the case needs, in bytes;
    None if an exception about memory is the kit's own."""
    if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
        return NO_MEMORY if size is None or _is_short(size + MARGIN) else None
    if isinstance(error, RuntimeError) and str(error) == _NO_THREAD:
        return "the system starts no more threads"
    return _LACKING.get(error.errno) if isinstance(error, OSError) else None


def _is_short(size):
    try:
        reserve(min(size, MOST)).close()
    except (MemoryError, OSError, OverflowError, ValueError):
        return True
    return False


def need_room(folder):
    """Declines a case whose file may find no room in the folder."""
    if hasattr(os, "statvfs"):
        disk = os.statvfs(folder)
        if disk.f_blocks and disk.f_bavail * disk.f_frsize < ROOM:
            raise Declined("%s has less than %d bytes left for a mapped file" % (folder, ROOM))
