"""Asks NumPy with Hypothesis what the suite asks in its profiles `core` and `ctypes`, as fast as Hypothesis can.

    pip install hypothesis numpy
    python benches/hypothesis_numpy.py

It draws C-contiguous arrays with `hypothesis.extra.numpy.arrays`, asks each as many questions as `array-ctypes check numpy
--profile core --profile ctypes` does in the median, and compares the answers with what it computes from address, bytes and
shape. It prints cases (examples) a second, observations (answers) a case, and observations a second. Exit codes: 1 a wrong
answer, with a traceback; 2 bad usage; 3 a package is missing.

These choices were measured, in cases a second of processor time (Hypothesis 6.170, Python 3.11; equal runs differ by 5 %):

- One strategy for each element type and shape, chosen by `sampled_from` and `flatmap`: 1,100. `one_of` over them: 860.
  `one_of` over the types, with shapes drawn inside: 770. `arrays(sampled_from(types), array_shapes())`: 250.
- All bytes drawn at once, as one element of a void type that is then viewed: 1,260. Each element drawn: 1,100. With a
  `fill`, although made for speed: 780. Elements of `from_dtype`: 430.
- No garbage collection, which costs 90 MiB for 5,000 cases: 1,210, questions included. Rare collections, as in the suite's
  adapter: 1,030. Python's default: 930.
- One integer, from which all C types are chosen, not one draw for each.
- Only the phase `generate`, no health checks, no deadline, no database, derandomised, quiet: no difference beyond that between
  equal runs. These settings are used all the same.

An example is one case: several cases in one example would be faster, but would not shrink well.
"""

import argparse
import ctypes
import gc
import json
import math
import statistics
import struct
import sys
import time
from ctypes import POINTER, c_void_p, sizeof

try:
    import hypothesis
    import hypothesis.extra.numpy as extra
    import numpy as np
    from hypothesis import HealthCheck, Phase, Verbosity, given, settings, strategies
except ImportError as error:
    print(f"hypothesis_numpy: {error}; install it: pip install hypothesis numpy", file=sys.stderr)
    sys.exit(3)

SHAPES = [
    (), (1,), (2,), (3,), (5,), (1, 1), (2, 3), (3, 2), (1, 2, 3), (2, 2, 1), (3, 1, 2), (1, 2, 1, 2),
    (0,), (0, 2), (2, 0), (2, 0, 3),
]  # fmt: skip
TYPES = "<i2 >i2 <u4 >i4 <i8 >u8 <f4 >f4 <f8 >f8 <c16 S3 <U2 <M8[us]".split()

NATIVE, SWAPPED = ("little", "big") if sys.byteorder == "little" else ("big", "little")
NAMES = "byte ubyte short ushort int uint long ulong size_t ssize_t".split()
INTEGERS = [getattr(ctypes, "c_" + name) for name in NAMES]
ORDER = {ctype: NATIVE for ctype in INTEGERS}
ORDER.update({getattr(ctype, f"__ctype_{SWAPPED[0]}e__"): SWAPPED for ctype in INTEGERS[2:8]})
INTEGERS = list(ORDER)
SIGNED = {ctype: ctype(-1).value < 0 for ctype in INTEGERS}
# For each number of bytes, the types that fit into it twice.
FITTING = [[ctype for ctype in INTEGERS if 2 * sizeof(ctype) <= size] for size in range(17)]
held = struct.Struct("P").unpack


def case(dtype, shape):
    """Returns a strategy for arrays of that type and shape."""
    dtype, size = np.dtype(dtype), math.prod(shape) * np.dtype(dtype).itemsize
    if not size:
        return extra.arrays(dtype, shape)
    content = strategies.binary(min_size=size, max_size=size)
    block = extra.arrays(np.dtype((np.void, size)), (1,), elements=content, fill=strategies.nothing())
    return block.map(lambda block: block.view(dtype).reshape(shape))


CASES = {(dtype, shape): case(dtype, shape) for dtype in TYPES for shape in SHAPES}


def c_array(values, ctype):
    """Returns the memory of a C array of these values; None if there are none."""
    wrap = 1 << 8 * sizeof(ctype)
    return b"".join([(value % wrap).to_bytes(sizeof(ctype), ORDER[ctype]) for value in values]) if values else None


def decode(raw, ctype):
    return int.from_bytes(raw[: sizeof(ctype)], ORDER[ctype], signed=SIGNED[ctype])


def as_bytes(thing):
    return thing if thing is None else bytes(thing)


def observe(a, choices):
    """Asks about one array. Yields for each answer the question, the answer found, and the answer expected."""
    address, raw, shape, size = a.__array_interface__["data"][0], a.tobytes(), a.shape, a.dtype.itemsize
    strides = tuple([size * math.prod(shape[axis + 1 :]) for axis in range(len(shape))])
    if not raw:
        strides = a.strides  # NumPy is free to choose them, and releases differ
    seen = a.ctypes

    def pick(types):
        nonlocal choices
        choices, at = divmod(choices, len(types))
        return types[at]

    one, other, third = pick(INTEGERS), pick(INTEGERS), pick(INTEGERS)
    yield "data", seen.data, address
    yield "shape", tuple(seen.shape or ()), shape
    yield "strides", tuple(seen.strides or ()), strides
    yield "itemsize", a.itemsize, size
    yield "c_contiguous", a.flags.c_contiguous, True
    yield "f_contiguous", a.flags.f_contiguous, sum(length != 1 for length in shape) < 2 or not raw
    yield "shape_as", as_bytes(seen.shape_as(one)), c_array(shape, one)
    yield "strides_as", as_bytes(seen.strides_as(other)), c_array(strides, other)
    yield "data_as POINTER", held(seen.data_as(POINTER(third)))[0], address
    yield "data_as c_void_p", held(seen.data_as(c_void_p))[0], address
    yield "_as_parameter_", held(seen._as_parameter_)[0], address
    yield "sizeof", sizeof(third * 3), 3 * sizeof(third)
    if not raw:
        return
    ctype, again = pick(FITTING[min(len(raw), 16)]), pick(FITTING[min(len(raw), 16)])
    yield "contents", bytes(seen.data_as(POINTER(ctype)).contents), raw[: sizeof(ctype)]
    yield "index 0", seen.data_as(POINTER(again))[0], decode(raw, again)
    yield "index 1", seen.data_as(POINTER(ctype))[1], decode(raw[sizeof(ctype) :], ctype)
    last = tuple([length - 1 for length in shape])
    yield "item", a[last + (Ellipsis,)].tobytes(), raw[-size:]
    yield from more(a, seen, raw, choices, last)


def more(a, seen, raw, choices, last):
    """Asks one of the questions that the suite asks now and then; a write counts as a question, as in the suite."""
    which = choices % 6
    if which == 0:
        yield "shape again", seen.shape is not seen.shape or not last, True
    elif which == 1 and last:
        yield "type", seen.strides._type_, np.ctypeslib.c_intp
    elif which == 2:
        yield "printed", str(seen.data_as(POINTER(ctypes.c_ubyte)).contents), f"c_ubyte({raw[0]})"
    elif which == 3:
        yield "write", seen.data_as(POINTER(ctypes.c_ubyte)).__setitem__(len(raw) - 1, 7), None
        yield "written", a[last + (Ellipsis,)].tobytes(), raw[-a.itemsize : -1] + b"\x07"
    else:
        yield "_as_parameter_ again", held(seen._as_parameter_)[0], a.__array_interface__["data"][0]


FASTEST = settings(
    database=None,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    print_blob=False,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
    verbosity=Verbosity.quiet,
)


def run(cases):
    """Checks about that many cases. Returns the number of observations of each."""
    counts = []

    @settings(FASTEST, max_examples=cases)
    @given(strategies.sampled_from(list(CASES)).flatmap(CASES.get), strategies.integers(0, (1 << 63) - 1))
    def check(array, choices):
        count = 0
        for what, found, expected in observe(array, choices):
            if found != expected:
                raise AssertionError(f"{what} of {array!r}: expected {expected!r}, found {found!r}")
            count += 1
        counts.append(count)

    check()
    return counts


def main():
    parser = argparse.ArgumentParser(description="NumPy's array ctypes interface, checked with Hypothesis.")
    parser.add_argument("--cases", type=int, default=5000, metavar="N", help="how many cases to draw [default: 5000]")
    parser.add_argument("--format", choices=["text", "json"], default="text", help="how to print the figures")
    arguments = parser.parse_args()
    if arguments.cases < 1:
        parser.error(f"--cases: expected a number of at least 1, found {arguments.cases}")
    run(100)  # warms up: everything that is made once is made here
    gc.disable()
    started = time.perf_counter()
    counts = run(arguments.cases)
    seconds = time.perf_counter() - started
    versions = f"Hypothesis {hypothesis.__version__}, NumPy {np.__version__}"
    median = statistics.median(counts)
    if arguments.format == "json":
        figures = {"versions": versions, "cases": len(counts), "observations": median, "seconds": seconds}
        print(json.dumps(figures))
    else:
        each, all_of_them = len(counts) / seconds, sum(counts) / seconds
        print(f"{versions}: {len(counts)} cases, {each:.0f} a second, of {median:.0f} observations (median)")
        print(f"{all_of_them:.0f} observations a second")


if __name__ == "__main__":
    main()
