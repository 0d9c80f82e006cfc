"""What the suite has to know of this machine."""

import ctypes
import mmap
import struct
import sys
from ctypes import c_void_p, sizeof

# By the sizes of a C long and of a pointer.
DATA_MODELS = {(8, 8): "LP64", (4, 8): "LLP64", (4, 4): "ILP32"}


def _long_double():
    """Returns the name of the format of long double, which is recognised by the memory of the number 1."""
    one = bytes(ctypes.c_longdouble(1.0))
    if len(one) < 16:
        return {8: "binary64", 12: "x87-12"}[len(one)]
    if one[:8] == struct.pack("d", 1.0):
        return "double-double"
    return "x87-16" if one[7:10] == b"\x80\xff\x3f" else "binary128"


def describe_platform():
    """Returns what the suite has to know of this machine."""
    return {
        "byte_order": sys.byteorder,
        "data_model": DATA_MODELS[sizeof(ctypes.c_long), sizeof(c_void_p)],
        "long_double": _long_double(),
        "long_double_align": ctypes.alignment(ctypes.c_longdouble),
        "eight_byte_align": ctypes.alignment(ctypes.c_longlong),
        "wchar_size": sizeof(ctypes.c_wchar),
        "granularity": mmap.ALLOCATIONGRANULARITY,
    }
