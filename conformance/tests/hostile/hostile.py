"""An adapter that misbehaves on some arrays, always the same: `hostile.py memoryview` or `hostile.py numpy`.

Which, the test works out by itself: it is the sum of some numbers of the array, modulo 1000.
"""

import os
import signal
import sys
import time

import array_ctypes_kit as kit

DEATHS = [signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGKILL, 3, 0]


def number(array):
    """A number for each array, from 0 to 999."""
    buffer = array["buffer"]
    return (sum(bytes.fromhex(buffer["bytes"])) + int(buffer["size"]) + 7 * int(array["offset"])) % 1000


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
