"""Counts the layouts of the arrays that a suite makes: a line for each array, in the file that COMPARE_DRAWN names."""

import os

import numpy as np
from numpy._core._multiarray_tests import internal_overlap

TRAITS = ["C-contiguous", "Fortran order only", "negative stride", "zero stride", "stride no multiple of the item size", "misaligned", "byte-swapped",
          "elements overlap", "no axes", "no elements", "more than 8 axes", "begins inside its memory", "read-only", "mapped", "structured", "plain"]


def start(array):
    """Returns the first address of the memory that an array is a view of."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    if array.base is None:
        return array.ctypes.data
    try:
        return np.frombuffer(array.base, "u1").ctypes.data
    except (TypeError, ValueError, BufferError):
        return array.ctypes.data


def overlaps(array):
    try:
        return bool(internal_overlap(array, 1000))
    except (RuntimeError, ValueError, OverflowError):  # too hard to tell
        return False


def traits(array, begins=None):
    """Returns the names of the traits of an array of NumPy; `begins`: whether it begins inside its memory."""
    steps = [stride for length, stride in zip(array.shape, array.strides) if length > 1] if array.size else []
    begins = array.ctypes.data != start(array) if begins is None else begins
    c, swapped = array.flags.c_contiguous, not array.dtype.isnative
    values = [c, array.flags.f_contiguous and not c, any(s < 0 for s in steps), 0 in steps, any(s % max(array.itemsize, 1) for s in steps),
              not array.flags.aligned, swapped, overlaps(array), array.ndim == 0, array.size == 0, array.ndim > 8, begins,
              not array.flags.writeable, isinstance(array, np.memmap), array.dtype.names is not None]
    values.append(c and array.flags.aligned and array.size > 0 and not (swapped or begins))
    return [name for name, value in zip(TRAITS, values) if value]


def record(array, begins=None):
    """Writes the traits of an array, if they are to be counted."""
    if "COMPARE_DRAWN" in os.environ:
        with open(os.environ["COMPARE_DRAWN"], "a") as file:
            file.write(",".join(traits(array, begins)) + "\n")


def shares(path):
    """Returns the number of arrays, and for each trait its share in percent."""
    lines = [line.split(",") for line in open(path).read().split("\n")[:-1]]
    return len(lines), {name: 100 * sum(name in line for line in lines) / len(lines) for name in TRAITS}


def hook(owner, name, arrays):
    """Records the arrays that a function returns."""
    former = getattr(owner, name)

    def hooked(*positional, **named):
        made = former(*positional, **named)
        record(arrays(made))
        return made

    setattr(owner, name, hooked)
