"""The standard streams, which the protocol alone uses: importing this module takes them over."""

import contextlib
import mmap
import os
import struct
import time

DESCRIPTORS = 4096  # that this process may have

if os.name == "posix":  # a crash that a test provokes must not leave a core file behind
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # An array that is mapped from a file takes a descriptor, and a common limit is 256. Where the limit cannot be raised, the
    # kit declines the cases beyond it.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < DESCRIPTORS:
        with contextlib.suppress(OSError, ValueError):
            most = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))

FORKS = hasattr(os, "fork")


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

    def send_at_once(self):
        """Lets no line wait, since nobody could send it after the end of this process."""
        self.flush()
        self.memory = None

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
INPUT, REPLIES = os.fdopen(os.dup(0), "rb"), Replies(os.dup(1))
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
os.dup2(2, 1)


def send(line):
    """Sends a line at once."""
    REPLIES.write(line.encode() + b"\n")
    REPLIES.flush()


def send_each(lines):
    """Sends the replies to a request. They may wait for each other, but not for the next request."""
    for line in lines:
        REPLIES.write(line.encode() + b"\n")
    REPLIES.flush()
