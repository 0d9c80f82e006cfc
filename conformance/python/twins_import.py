"""Twins that take an array from elsewhere otherwise, or not at all."""

import ctypes

import array_ctypes_kit as kit
import plain_arrays as plain
from plain_adapter import Plain
from plain_arrays import need

IMPORTS = ["core", "interface", "import"]


class ExportsOnly(Plain):
    """exports only: it imports nothing"""

    rule = "interface.data"
    permitted = "profile `import`"

    profiles = ["core", "ctypes", "interface"]

    def import_array(self, exporter):
        raise NotImplementedError("no imports")


class OtherErrors(Plain):
    """other exceptions: what an importer refuses, it refuses with errors of its own"""

    rule = "interface.import-wide"
    permitted = "array interface: says nothing of exceptions"

    profiles = IMPORTS

    def import_array(self, exporter):
        try:
            return super().import_array(exporter)
        except (TypeError, ValueError, OverflowError) as error:
            raise BadExporter(str(error)) from error


class BadExporter(ValueError):
    """Raised for an exporter that keeps no promise."""


class Lenient(Plain):
    """lenient: takes a list where the protocol has a tuple"""

    rule = "interface.import-array"
    permitted = "array interface: binds who exports"

    profiles = IMPORTS

    def import_array(self, exporter):
        entries = dict(exporter.__array_interface__)
        for name in "shape", "data":
            if isinstance(entries.get(name), list):
                entries[name] = tuple(entries[name])
        return plain.imported(kit.Exporter(entries), self.arrays)


class OldVersions(Plain):
    """old versions refused: it takes version 3 and later ones, as the protocol counts them"""

    rule = "interface.import-version"

    profiles = IMPORTS

    def import_array(self, exporter):
        if exporter.__array_interface__["version"] < 3:
            raise ValueError("expected version 3 or later")
        return super().import_array(exporter)


class Copies(Plain):
    """copies on import: an imported array has memory of its own, in C order"""

    rule = "interface.import-array"
    permitted = "limit `copies_imports`"

    profiles = IMPORTS
    limits = dict(Plain.limits, copies_imports=True)

    def import_array(self, exporter):
        seen = super().import_array(exporter)
        size = plain.count(seen.shape) * seen.dtype.size
        need(size < 1 << 20, "an array that can be copied")
        block = (ctypes.c_char * max(size, 1))()
        strides = plain.c_strides(seen.shape, seen.dtype.size)
        copy = self.arrays(block, seen.dtype, ctypes.addressof(block), seen.shape, strides, False)
        for index in indices(seen.shape):
            copy.set_item(seen.item(index), index)
        return copy


def indices(shape):
    if not shape:
        yield ()
        return
    for first in range(shape[0]):
        for rest in indices(shape[1:]):
            yield (first,) + rest


class NarrowImports(Plain):
    """imports within limits: what it cannot have, it does not import either"""

    rule = "interface.import-array"
    permitted = "limits hold for imports"

    profiles = IMPORTS
    limits = dict(Plain.limits, kinds="u", max_item_size=1, records=False, min_dimensions=1, max_dimensions=3)
    limits.update(negative_strides=False, negative_steps=False, max_index=(1 << 31) - 1, swapped=False)

    class arrays(plain.Array):
        def settle(self):
            need(self.dtype.typestr == "|u1", "bytes")
            need(1 <= len(self.shape) <= 3, "one to three axes")
            need(min(self.reaching(), default=0) >= 0, "no negative strides")
