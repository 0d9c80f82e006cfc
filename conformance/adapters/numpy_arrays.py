"""Arrays of NumPy, for doors that take no others: the arrays that Python's users have."""

import numpy as np
from array_ctypes_kit.exports import Interface


def numpy_array(array):
    """Returns a NumPy array of what a producer has: a view each time, all of one array, as slices are."""
    if not hasattr(array, "numpy"):
        array.numpy = np.asarray(Interface(array, {"descr"}).take())
    return array.numpy[...]


def type_name(dtype):
    """Returns the kind and size of an element type, in either byte order: "f8"."""
    return dtype.kind + str(dtype.itemsize)
