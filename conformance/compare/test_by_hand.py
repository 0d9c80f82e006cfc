"""What somebody would write with Hypothesis: a property of `ndarray.ctypes`, over what Hypothesis draws."""

import ctypes
import weakref
from itertools import islice

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as draws

settings.register_profile("compare", deadline=None, derandomize=True, database=None, phases=[Phase.generate])
settings.load_profile("compare")
DTYPES = draws.scalar_dtypes() | draws.array_dtypes()
ARRAYS = draws.arrays(DTYPES, draws.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5))


@st.composite
def views(draw):
    array = draw(ARRAYS)
    return array[draw(draws.basic_indices(array.shape, allow_newaxis=True))]


def hold(array):
    """The elements are where address and strides say, and a pointer holds its array as long as it exists."""
    if not isinstance(array, np.ndarray):
        return
    c = array.ctypes
    shape, strides = tuple(c.shape or ()), tuple(c.strides or ())
    assert shape == array.shape and strides == array.strides
    assert (c.data_as(ctypes.c_void_p).value or 0) == c.data
    assert c.data == array.__array_interface__["data"][0]
    for index in islice(np.ndindex(shape), 64):
        place = c.data + sum(i * stride for i, stride in zip(index, strides))
        if array.itemsize and array.dtype != object:
            assert ctypes.string_at(place, array.itemsize) == array[index + (...,)].tobytes()
    view = array[...]
    gone, pointer = weakref.ref(view), view.ctypes.data_as(ctypes.c_void_p)
    del view
    assert gone() is not None
    del pointer
    assert gone() is None


@given(ARRAYS)
def test_arrays(array):
    hold(array)


@given(views())
def test_views(array):
    hold(array)
