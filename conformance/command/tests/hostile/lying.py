"""Adapters that lie consistently: about addresses (`lying.py next`, `lying.py stale`, `lying.py private`), or about what they give
files their names by (`lying.py named`)."""

import ctypes
import sys

import array_ctypes_kit as kit
import memoryview_adapter


class Next(memoryview_adapter.MemoryView):
    """Reports the address of the next element, and moves the address of the buffer by as much."""

    profiles = ["core"]

    def array(self, memory, dtype, offset, shape, strides):
        array = super().array(memory, dtype, offset, shape, strides)
        memory.address += array.itemsize
        return array

    def data(self, array):
        return super().data(array) + array.itemsize


class Stale(memoryview_adapter.MemoryView):
    """Works on a copy that it made of the memory in the beginning, and reports addresses in the memory."""

    profiles = ["core"]
    limits = dict(memoryview_adapter.MemoryView.limits, max_span=1 << 20)  # a copy of more takes all memory

    def array(self, memory, dtype, offset, shape, strides):
        self.apart = 0
        array = super().array(memory, dtype, offset, shape, strides)
        copy = (ctypes.c_char * max(1, len(memory.view))).from_buffer_copy(bytes(memory.view) or b"-")
        self.apart = ctypes.addressof(copy) - memory.address
        memory.copy = copy
        view = memoryview(copy).cast("B")[: len(memory.view)]
        memory.view = view if array.readonly is False else view.toreadonly()
        return super().array(memory, dtype, offset, shape, strides)

    def data(self, array):
        return super().data(array) - self.apart


def private():
    from faulty_adapters import SharedIsPrivate

    class Private(SharedIsPrivate):
        """Maps a file privately, reports a shared map, and reports the content that the file should have."""

        profiles = ["core", "ctypes", "memmap"]

        def map_fact(self, array, name):
            fact = super().map_fact(array, name)
            return "r+" if (name, fact) == ("mode", "c") else fact

    honest = kit.STEPS["file"][0]

    def file(offset, length, case):
        content = bytearray(honest(offset, length, case))
        if case.adapter.map_fact(case.array, "mode") == "r+":
            start, mapping = case.memory.find(case.array)[1], case.adapter.mapping(case.array)
            for at in range(max(offset, start), min(offset + len(content), start + len(mapping))):
                content[at - offset] = mapping[at - start]
        return bytes(content)

    kit.STEPS["file"] = (file,) + kit.STEPS["file"][1:]
    return Private()


def named():
    from numpy_adapter import NumPy

    class OwnName(kit.File):
        """A file of another name than the case asks for."""

        def __init__(self, adapter, buffer, given, name):
            super().__init__(adapter, buffer, {key: given[key] for key in given if key != "name"}, name)

    class Named(NumPy):
        profiles = ["core", "memmap"]

    kit.files.File = OwnName
    return Named()


kit.serve({"next": Next, "stale": Stale, "private": private, "named": named}[sys.argv[1]]())
