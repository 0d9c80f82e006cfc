"""An example for authors of consumers: Python's own memoryview is the library under test (CPython)."""

import platform

import array_ctypes_kit as kit

# A memoryview reads and writes numbers of one part in the order of the machine.
TYPES = "b1 i1 i2 i4 i8 u1 u2 u4 u8 f4 f8"
ACCEPTS = "strided negative odd-strides overlap unaligned read-only empty no-axes record no-value"


class MemoryView(kit.Consumer):
    name = "memoryview"
    version = platform.python_version()

    @kit.door("buffer", mutable=True, types=TYPES, accepts=ACCEPTS)
    def memoryview(self, given):
        return memoryview(given)


if __name__ == "__main__":
    kit.serve(MemoryView())
