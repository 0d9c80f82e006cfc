"""NumPy's adapter for an emulated machine. qemu keeps a record of every page of a mapping, also of one that is only reserved, and
never frees it: a buffer of 2^38 bytes takes half a minute and 1.5 GB. So arrays stay below 2^32 bytes."""

import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "..", "conformance", "python"))

from numpy_adapter import NumPy, kit


class Emulated(NumPy):
    limits = dict(NumPy.limits, max_span=1 << 32)


kit.serve(Emulated())
