"""An adapter that misbehaves on some arrays, always the same: `hostile.py LIBRARY N`, the library numpy or memoryview.

Which, the test works out by itself: a number made of the array, from 0 to N - 1, is below 12. It dies
over 0 to 9, in six ways, hangs over 10, and prints garbage over 11.
"""

import os
import signal
import sys
import time

import array_ctypes_kit as kit

DEATHS = [signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGKILL, 3, 0]


def number(array):
    """A number for each array."""
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
        how = DEATHS[at % len(DEATHS)]
        if how > 3:
            os.kill(os.getpid(), how)
        os._exit(how)
    if at == 10:
        time.sleep(1000)
    if at == 11:
        kit._REPLIES.write(b"Warning: this is no reply\n")
        kit._REPLIES.flush()


plain = kit._make


def make(adapter, given, memory):
    if number(given) < 12:
        misbehave(number(given))
    return plain(adapter, given, memory)


kit._make = make

if sys.argv[1] == "numpy":
    from numpy_adapter import NumPy as Adapter
else:
    from memoryview_adapter import MemoryView as Adapter
kit.serve(Adapter())
