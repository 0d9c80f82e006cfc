"""Faults of array_api_strict, which is NumPy in a form that has the array API and nothing else."""

import array_api_strict as xp
import numpy as np
from array_api_strict._array_object import Array
from planting import attribute, fault


def in_strict(name, asked="arrays"):
    return fault("strict", name, asked)


def like(made, array):
    """Returns an array of that library for one of NumPy, on the device of another."""
    return Array._new(array, device=made.device)


def function(name, change):
    """Replaces a function of the namespace by one that changes its result."""
    attribute(xp, name)(lambda former, x, *positional, **named: change(former(x, *positional, **named), x, *positional, **named))


def copies(name):
    function(name, lambda made, *_, **__: made if made._array.nbytes > 1 << 20 else like(made, np.array(made._array, order="C")))


for name in ["flip", "permute_dims", "broadcast_to", "expand_dims", "reshape"]:
    in_strict(name + " makes a copy")(lambda name=name: copies(name))


@in_strict("asarray makes a copy though copy=False")
def _():
    attribute(xp, "asarray")(lambda former, x, **named: former(x, **dict(named, copy=None if isinstance(x, list) else True)))


@in_strict("getitem: a slice is a copy")
def _():
    attribute(Array, "__getitem__")(lambda former, self, key: like(self, former(self, key)._array.copy()))


@in_strict("getitem: a negative step begins one element early")
def _():
    @attribute(Array, "__getitem__")
    def getitem(former, self, key):
        keys = key if isinstance(key, tuple) else (key,)
        backwards = lambda k: isinstance(k, slice) and (k.step or 1) < 0 and (k.start or 0) > 0
        moved = [slice(k.start - 1, k.stop, k.step) if backwards(k) else k for k in keys]
        return former(self, tuple(moved) if isinstance(key, tuple) else moved[0])


@in_strict("permute_dims takes the inverse permutation")
def _():
    attribute(xp, "permute_dims")(lambda former, x, axes: former(x, axes=tuple(map(int, np.argsort(axes)))))


@in_strict("broadcast_to of a length 1 is refused if the result is empty")
def _():
    @attribute(xp, "broadcast_to")
    def broadcast_to(former, x, shape):
        if 0 in shape and 1 in x.shape:
            raise ValueError("no elements")
        return former(x, shape)


@in_strict("reshape is in the order of Fortran if there are three axes")
def _():
    def change(made, x, shape, **_):
        return like(made, np.reshape(x._array, made.shape, order="F")) if len(made.shape) == 3 else made

    function("reshape", change)


@in_strict("from_dlpack makes a copy though copy=False", asked="doors")
def _():
    function("from_dlpack", lambda made, *_, **__: like(made, made._array.copy()))


@in_strict("from_dlpack reverses an axis of negative stride", asked="doors")
def _():
    def change(made, *_, **__):
        return like(made, made._array[tuple(slice(None, None, -1 if stride < 0 else 1) for stride in made._array.strides)])

    function("from_dlpack", change)


@in_strict("__dlpack__ exports a copy")
def _():
    @attribute(Array, "__dlpack__")
    def dlpack(former, self, **named):
        return former(like(self, self._array.copy()), **named)


@in_strict("argmin finds the last one", asked="")
def _():
    attribute(xp, "argmin")(lambda former, x, *, axis=None, keepdims=False: (
        former(x, axis=axis, keepdims=keepdims) if axis is not None else xp.asarray(x.size - 1) - former(xp.flip(xp.reshape(x, (-1,))))))


@in_strict("sum of int8 is int8", asked="")
def _():
    attribute(xp, "sum")(lambda former, x, **named: former(x, **dict({"dtype": x.dtype}, **named)))


@in_strict("sqrt rounds to float32", asked="")
def _():
    function("sqrt", lambda made, x: xp.astype(xp.astype(made, xp.float32), made.dtype) if made.dtype == xp.float64 else made)
