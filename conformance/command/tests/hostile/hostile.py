"""An adapter that misbehaves on some arrays, the same in each run: `hostile.py N LIBRARY [late]`, with numpy or memoryview.

Each array has a number from 0 to N - 1, which the test computes too. The adapter dies on numbers 0 to 9, in six
ways, hangs on 10, and prints garbage on 11. With `late`, the replies to a batch wait
for the next: if the adapter dies on that, they come when it is dead.
"""

import os
import select
import signal
import sys
import time

import array_ctypes_kit as kit

EXITS = [signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGKILL, 3, 0]


def number(array):
    """Returns the number of an array."""
    buffer = array["buffer"]
    words = int(buffer["size"]), int(array["offset"]), len(array["shape"]), sum(bytes.fromhex(buffer["bytes"]))
    mixed = 0
    for word in words:
        mixed = ((mixed ^ word) * 0x9E3779B97F4A7C15) % (1 << 64)
        mixed ^= mixed >> 32
    return mixed % int(sys.argv[1])


def misbehave(at):
    print("misbehaving: %d" % at, file=sys.stderr)
    sys.stderr.flush()
    if at < 10:  # dies
        how = EXITS[at % len(EXITS)]
        if how > 3:
            os.kill(os.getpid(), how)
        os._exit(how)
    if at == 10:
        time.sleep(1000)
    if at == 11:
        kit.streams.REPLIES.write(b"Warning: this is no reply\n")
        kit.streams.REPLIES.flush()



class LateInput:
    """The lines of the input. Replies that wait are sent where no line comes for a moment."""

    def __iter__(self):
        descriptor, rest = kit.streams.INPUT.fileno(), b""
        while True:
            if not select.select([descriptor], [], [], 0.02)[0]:
                kit.streams.REPLIES.flush()
            read = os.read(descriptor, 1 << 16)
            *lines, rest = (rest + read).split(b"\n")
            yield from lines
            if not read:
                kit.streams.REPLIES.flush()
                return


def send_late(lines, held=[]):
    for line in lines:
        kit.streams.REPLIES.write(line.encode() + b"\n")
    held.append(1)
    if len(held) % 2 == 0:
        kit.streams.REPLIES.flush()


if sys.argv[3:] == ["late"]:
    kit.protocol.INPUT, kit.protocol.send_each = LateInput(), send_late
    kit.streams.REPLIES.LONGEST_WAIT = float("inf")

plain = kit.protocol.make_case


def make(adapter, given, memory):
    if number(given) < 12:
        misbehave(number(given))
    return plain(adapter, given, memory)


kit.protocol.make_case = make

if sys.argv[2] == "numpy":
    from numpy_adapter import NumPy as Adapter
else:
    from memoryview_adapter import MemoryView as Adapter
kit.serve(Adapter())
