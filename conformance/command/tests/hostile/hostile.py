"""An adapter that misbehaves on some arrays, the same in each run: `hostile.py LIBRARY N`, with numpy or memoryview.

Each array has a number from 0 to N - 1, which the test computes too. The adapter dies on numbers 0 to 9, in six
ways, hangs on 10, and prints garbage on 11.
"""

import os
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
    return mixed % int(sys.argv[2])


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


plain = kit.protocol.make_case


def make(adapter, given, memory):
    if number(given) < 12:
        misbehave(number(given))
    return plain(adapter, given, memory)


kit.protocol.make_case = make

if sys.argv[1] == "numpy":
    from numpy_adapter import NumPy as Adapter
else:
    from memoryview_adapter import MemoryView as Adapter
kit.serve(Adapter())
