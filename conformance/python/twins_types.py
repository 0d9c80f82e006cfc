"""Twins that know few element types, or write otherwise."""

import sys

import plain_arrays as plain
from plain_adapter import Plain
from plain_arrays import NATIVE, need

EXPORTS = ["core", "interface"]


class Floats(Plain):
    """floats only: `f4` and `f8` of the machine, and no other type"""

    rule = "dtype.typestr-number"
    permitted = "limit `element_types`"

    limits = dict(Plain.limits, element_types=[NATIVE + "f4", NATIVE + "f8"])

    def dtype(self, typestr):
        need(typestr in self.limits["element_types"], "a float of the machine")
        return super().dtype(typestr)


class Sizes(Plain):
    """sizes of 4 and 8 only: the library copies words"""

    rule = "dtype.item-size"
    permitted = "limit `item_sizes`"

    limits = dict(Plain.limits, item_sizes=[4, 8])

    class arrays(plain.Array):
        def settle(self):
            need(self.dtype.size in (4, 8), "items of 4 or 8 bytes")


class Native(Plain):
    """numbers of the machine only: no structure, no other byte order, no item above 16 bytes"""

    rule = "dtype.typestr-number"
    permitted = "limits `records`, `swapped`, `max_item_size`"

    limits = dict(Plain.limits, records=False, swapped=False, max_item_size=16, kinds="biufc")

    class arrays(plain.Array):
        def settle(self):
            other = ">" if sys.byteorder == "little" else "<"
            need(self.dtype.fields is None and self.dtype.typestr[0] != other, "numbers of the machine")
            need(self.dtype.size <= 16 and self.dtype.typestr[1] in "biufc", "a number")


def ends(fields):
    """Returns where each field may begin, and where the last one ends."""
    return [0] + [field.offset + field.dtype.size * plain.count(field.shape) for field in fields]


class Flat(Plain):
    """flat structures: rows of a table, with named columns of plain types"""

    rule = "dtype.descr-fields"
    permitted = "limit `records`"

    limits = dict(Plain.limits, records=["padded", "unaligned"])

    def record(self, fields, size, aligned):
        need(all(field.offset >= end for field, end in zip(fields, ends(fields))), "one column after another")
        is_plain = [field.dtype.fields is None and not field.shape and not field.title for field in fields]
        need(all(is_plain), "plain columns with one name")
        return super().record(fields, size, aligned)


class Structs(Plain):
    """structures of C: as its compiler lays them out, with their padding, and with structures and arrays in them"""

    rule = "dtype.descr-nested"
    permitted = "limit `records`"

    limits = dict(Plain.limits, records=["nested", "sub-arrays", "padded"])

    def record(self, fields, size, aligned):
        made = super().record(fields, size, True)
        need(aligned or made.alignment == 1, "the alignment of the fields")
        padded = [end + -end % field.dtype.alignment for field, end in zip(fields, ends(fields))]
        last = ends(fields)[-1]
        need([field.offset for field in fields] == padded, "each member at its place")
        need(size == last + -last % made.alignment, "the size of a structure")
        need(not any(field.title for field in fields), "one name of each member")
        return made


class NoUnits(Plain):
    """times without units: `<M8` for each of them, as the protocol has no word for units"""

    rule = "dtype.typestr-time"

    profiles = EXPORTS
    limits = dict(Plain.limits, kinds="mM")

    def array_interface(self, array):
        entries = array.__array_interface__
        descr = plain.respelled(entries["descr"], self.spell)
        return dict(entries, typestr=self.spell(entries["typestr"]), descr=descr)

    def spell(self, typestr):
        return typestr.partition("[")[0]


class Parts(Plain):
    """complex numbers of two parts: their descr has an entry for each, as in the examples of the protocol"""

    rule = "dtype.descr-plain"

    profiles = EXPORTS
    limits = dict(Plain.limits, kinds="c")

    def array_interface(self, array):
        entries = array.__array_interface__
        described = plain.respelled(entries["descr"], self.spell)
        return dict(entries, descr=described if array.dtype.fields else described[0][1])

    def spell(self, typestr):
        order, kind, size = typestr[0], typestr[1], int(typestr[2:])
        part = "%sf%d" % (order, size // 2)
        return [("real", part), ("imag", part)] if kind == "c" else typestr


class OneEntry(Plain):
    """structures of raw bytes: their descr is the default, one entry"""

    rule = "dtype.descr-fields"

    profiles = EXPORTS

    def array_interface(self, array):
        return dict(array.__array_interface__, descr=plain.raw(array.dtype))


# Writing


class ReadOnly(Plain):
    """always read-only: arrays of constants"""

    rule = "interface.read-only"
    permitted = "limit `writeable`"

    limits = dict(Plain.limits, writeable=False)

    class arrays(plain.Array):
        def settle(self):
            self.read_only = True


class NotAssignable(Plain):
    """no assignment: elements change through the pointer only"""

    rule = "cast.write-through"
    permitted = "limit `assigns`"

    limits = dict(Plain.limits, assigns=False)

    def write_item(self, array, raw, index):
        raise NotImplementedError("no assignment")


class WriteableOnly(Plain):
    """writeable memory only: it refuses a buffer that may not be written to"""

    rule = "interface.read-only"
    permitted = "limit `read_only`"

    limits = dict(Plain.limits, read_only=False)

    class arrays(plain.Array):
        def settle(self):
            need(not self.read_only, "writeable memory")


class FrozenBroadcast(Plain):
    """frozen broadcasts: they may not be written to, as their elements share bytes"""

    rule = "layout.broadcast"

    class arrays(plain.Array):
        def repeat(self, shape):
            repeated = super().repeat(shape)
            repeated.read_only = True
            return repeated
