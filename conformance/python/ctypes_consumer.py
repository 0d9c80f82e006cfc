"""Python's ctypes as a consumer: C arrays that share the memory of a buffer."""

import ctypes
import platform

import array_ctypes_kit as kit

NAMES = "bool byte ubyte short ushort int uint long ulong longlong ulonglong float double"
TYPES = [getattr(ctypes, "c_" + name) for name in NAMES.split()]
# The codes are those of the module struct. Where a C long has 64 bits, that is what ctypes calls a long long.
FORMATS = dict({"q": ctypes.c_longlong, "Q": ctypes.c_ulonglong}, **{kind._type_: kind for kind in TYPES})


def array_type(view):
    """Returns the C type of arrays that a memoryview describes, but for its strides."""
    kind = FORMATS[view.format]
    for length in view.shape[::-1]:
        kind = kind * length
    return kind


class Ctypes(kit.Consumer):
    name = "ctypes"
    version = platform.python_version()
    limits = {"max_bytes": 1 << 20}  # it copies

    @kit.door("buffer", types="b i u f4 f8", accepts="unaligned no-axes no-value empty", mutable=True)
    def from_buffer(self, given):
        return array_type(memoryview(given)).from_buffer(given)

    @kit.door("buffer", types="b i u f4 f8", accepts="read-only unaligned no-axes no-value empty", mutable=True, copies="always")
    def from_buffer_copy(self, given):
        return array_type(memoryview(given)).from_buffer_copy(given)

    def shape(self, made):
        return memoryview(made).shape

    def strides(self, made):
        return memoryview(made).strides

    def itemsize(self, made):
        return memoryview(made).itemsize

    def read_only(self, made):
        return False

    def value(self, made, index):
        for at in index:
            made = made[at]
        return made

    def put(self, made, index, value):
        if not index:
            made.value = value
            return
        for at in index[:-1]:
            made = made[at]
        made[index[-1]] = value


if __name__ == "__main__":
    kit.serve(Ctypes())
