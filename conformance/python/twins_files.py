"""Twins that map files otherwise."""

import mmap
import os

import array_ctypes_kit as kit
import plain_arrays as plain
from numpy_adapter import NumPy
from plain_adapter import Plain
from twins_ctypes import Light

MAPPED = ["core", "memmap"]


class WithoutCtypes(Light):
    """memmap without ctypes: NumPy's mapped arrays, asked without the interface object"""

    rule = "memmap.mapping"
    permitted = "profile `ctypes`"

    profiles = MAPPED

    def ctypes(self, array):
        raise AttributeError("no interface object")

    def data(self, array):
        return array.__array_interface__["data"][0]

    def shape(self, array):
        return array.shape

    def strides(self, array):
        return array.strides


class OwnNames(Light):
    """names of its own: for the files, in the folder of the suite"""

    rule = "memmap.mapping"
    permitted = "protocol: the reply identifies the file"

    limits = dict(Light.limits, file_names=False)

    def __init__(self):
        kit.files.File = OwnFile


class OwnFile(kit.File):
    """A file that has another name than the kit gives it."""

    def __init__(self, adapter, buffer, given, name):
        super().__init__(adapter, buffer, given, "-".join(["twin", name, "of", str(os.getpid())]))


class NoFolder(Light):
    """no folder: that of the suite is on another machine"""

    rule = "memmap.mapping"
    permitted = "protocol: or, if that does not exist, in one of its own"

    def __init__(self):
        folder = kit.protocol._hello
        kit.protocol._hello = lambda adapter, given: folder(adapter, {})


class Mapping:
    """What the arrays of one file keep."""

    def __init__(self, file, mode, offset, start, length):
        access = {"r": mmap.ACCESS_READ, "c": mmap.ACCESS_COPY}.get(mode, mmap.ACCESS_WRITE)
        self.map = mmap.mmap(file.fileno(), length, access=access, offset=start)
        self.view = memoryview(self.map)
        self.name = os.path.abspath(os.fsdecode(file.name))
        self.mode, self.offset = mode, offset


class WholeFile(Plain):
    """the whole file: it is mapped from its first byte on, and the mapping cannot be closed while an array needs it"""

    rule = "memmap.close"
    permitted = "POSIX: a mapping may begin anywhere"

    name, profiles = "mapped", MAPPED

    def memmap(self, file, dtype, mode, offset, shape, order):
        if not hasattr(file, "fileno"):
            modes = dict(kit.MODES, **{"w+": "r+b" if os.path.exists(file) and shape is None else "w+b"})
            with open(file, modes[mode]) as opened:
                return self.memmap(opened, dtype, mode, offset, shape, order)
        size = os.fstat(file.fileno()).st_size
        if offset < 0 or (shape is None and mode == "w+"):
            raise ValueError("expected an offset and a shape")
        if shape is None:
            if size < offset or not dtype.size or (size - offset) % dtype.size:
                raise ValueError("the file holds no whole number of elements")
            shape = ((size - offset) // dtype.size,)
        if plain.count(max(length, 1) for length in shape) * dtype.size > plain.LARGEST:
            raise ValueError("more bytes than there are")
        end = offset + plain.count(shape) * dtype.size
        if end == offset:
            raise ValueError("nothing to map")
        if end > size:
            if mode not in ("r+", "w+") or end > plain.LARGEST:
                raise ValueError("the file is too short")
            os.ftruncate(file.fileno(), end)
        start = self.start(offset)
        mapping = Mapping(file, mode, offset, start, end - start)
        strides = plain.c_strides(shape, dtype.size)
        if order == "F":
            strides = plain.c_strides(shape[::-1], dtype.size)[::-1]
        first = plain.address_of(mapping.view) + offset - start
        return self.arrays(mapping, dtype, first, shape, strides, mode == "r")

    def start(self, offset):
        """Returns where in the file the mapping begins."""
        return 0

    def mapping(self, array):
        return array.owner.map

    def map_fact(self, array, name):
        return {"offset": array.owner.offset, "mode": array.owner.mode, "filename": array.owner.name}[name]

    def copy(self, array):
        return Copied(array)

    def flush(self, array):
        if array.owner.mode in ("r+", "w+"):
            array.owner.map.flush()


class Copied:
    """A copy of an array in memory of its own."""

    def __init__(self, array):
        self.owner = bytes(1)


class NeededPart(WholeFile):
    """the part that is needed: from the offset, rounded down, to the last element, and no empty array"""

    rule = "memmap.mapping"
    permitted = "rule `memmap.empty`"

    def start(self, offset):
        return offset - offset % mmap.ALLOCATIONGRANULARITY
