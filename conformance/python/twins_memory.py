"""Twins that differ in whose memory it is."""

import ctypes
import mmap

import array_ctypes_kit as kit
import numpy as np
import plain_arrays as plain
from numpy_adapter import NumPy
from plain_adapter import Plain
from plain_arrays import need
from twins_ctypes import Light

PREFIX = 1 << 20  # bytes: what a case fills of a buffer is at its start; the rest are zeros


def moved(memory, block, address):
    """Makes the library's block the memory of the case, with the same bytes."""
    size, view = len(memory.view), memory.view
    own = memoryview(block).cast("B")
    start = address - plain.address_of(own)
    own = own[start : start + size]
    own[: min(size, PREFIX)] = view[:PREFIX]
    memory.address, memory.block, memory.view = address, block, own
    if view.readonly:
        memory.view = own.toreadonly()


def need_filled(memory, dtype, offset, shape, strides):
    """Refuses an array around which there would be memory: the library allocates as much as the array needs."""
    reach = [(length - 1) * stride for length, stride in zip(shape, strides)]
    low, high = sum(min(part, 0) for part in reach), sum(max(part, 0) for part in reach) + dtype.size
    if 0 in shape:
        low = high = 0
    need((offset + low, offset + high) == (0, len(memory.view)), "an array that fills its memory")


class OwnMemory(Plain):
    """its own memory: the library allocates, at multiples of 64, and copies what it is given"""

    rule = "data.first-element"
    permitted = "limit `given_memory`"

    limits = dict(Plain.limits, given_memory=False)
    multiple = 64  # of each address

    def array(self, memory, dtype, offset, shape, strides):
        need_filled(memory, dtype, offset, shape, strides)
        size = len(memory.view)
        if size > PREFIX:
            block = kit.memory._reserve(size + self.multiple)
        else:
            block = (ctypes.c_char * (size + self.multiple))()
        start = plain.address_of(memoryview(block))
        moved(memory, block, start + -start % self.multiple)
        return super().array(memory, dtype, offset, shape, strides)


class OwnPages(OwnMemory):
    """pages of its own: each array begins a page"""

    rule = "layout.element"
    permitted = "limit `given_memory`"

    multiple = mmap.PAGESIZE


class OwnOdd(OwnMemory):
    """odd places: the library packs its arrays into one block, so that they begin anywhere"""

    rule = "data.raw"
    permitted = "limit `given_memory`"

    def array(self, memory, dtype, offset, shape, strides):
        need_filled(memory, dtype, offset, shape, strides)
        size = len(memory.view)
        block = kit.memory._reserve(size + 64) if size > PREFIX else (ctypes.c_char * (size + 64))()
        moved(memory, block, plain.address_of(memoryview(block)) + 7 * size % 64)
        return Plain.array(self, memory, dtype, offset, shape, strides)


class OnlyCopies(Light):
    """only copies: the library does not calculate, and makes no zeros"""
    rule = "layout.accepted"

    limits = dict(Light.limits, owners=["copy"])

    def added(self, array, zeros):
        raise NotImplementedError("no sums")

    def zeros(self, dtype, shape):
        raise NotImplementedError("no zeros")


class AddressUnknown(Light):
    """an unknown address: nothing but the interface tells where the memory is"""
    rule = "cast.address"

    def owned_address(self, array):
        return None


class MemoryApart(Light):
    """memory apart from arrays: a view holds the memory, and not the array that it was taken of"""
    rule = "lifetime.view-holds"

    def apart(self, array):
        block = (ctypes.c_char * array.nbytes)()
        made = np.ndarray(array.shape, array.dtype, block)
        made.view("V%d" % array.itemsize)[...] = array.view("V%d" % array.itemsize)
        return made

    def copied(self, array):
        return self.apart(array)

    def added(self, array, zeros):
        return self.apart(super().added(array, zeros))

    def zeros(self, dtype, shape):
        return self.apart(super().zeros(dtype, shape))

    def storage(self, array):
        return array.base
