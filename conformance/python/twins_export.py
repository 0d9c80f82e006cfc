"""Twins that export an array otherwise: by the dictionary, the C structure, the buffer protocol, or DLPack."""

import collections

import array_ctypes_kit as kit
import plain_arrays as plain
import plain_capsules
from memoryview_adapter import FORMATS, MemoryView
from numpy_adapter import NumPy
from plain_adapter import Plain
from twins_ctypes import Number, Protocol

EXPORTS = ["core", "interface"]


class StridesAlways(Plain):
    """strides always: a tuple, also in C order"""

    rule = "interface.strides"
    permitted = "array interface: `strides` is a tuple or None"

    profiles = EXPORTS

    def array_interface(self, array):
        return dict(array.__array_interface__, strides=array.strides)


class Least(Plain):
    """the least dictionary: no entry that may be left out; strides only where they are needed"""

    rule = "interface.shape"
    permitted = "array interface: `descr` and `strides` are optional"

    profiles = EXPORTS

    def array_interface(self, array):
        entries = dict(array.__array_interface__)
        del entries["descr"]
        if entries["strides"] is None:
            del entries["strides"]
        return entries


class InnerBytes(Plain):
    """raw bytes inside: a field whose own fields overlap is raw bytes, and the fields around it are described"""

    rule = "dtype.descr-overlap"
    permitted = "array interface: raw bytes describe any type"

    profiles = EXPORTS

    def array_interface(self, array):
        return dict(array.__array_interface__, descr=plain.fields_of(array.dtype, plain.raw))


class NestedBytes(Plain):
    """nested structures of raw bytes: a field that has fields of its own is one entry without a list"""

    rule = "dtype.descr-nested"
    permitted = "array interface: raw bytes describe any type"

    profiles = EXPORTS

    def array_interface(self, array):
        entries = array.__array_interface__
        return dict(entries, descr=[self.flat(array.dtype, *entry) for entry in entries["descr"]])

    def flat(self, dtype, name, of, *shape):
        if isinstance(of, list):
            of = "|V%d" % dtype.fields[name[1] if isinstance(name, tuple) else name].dtype.size
        return (name, of, *shape)


class Rewritten(Plain):
    """The base of the twins that make a change to each entry of a descr."""

    permitted = "array interface: the number of bytes is the only requirement"

    profiles = EXPORTS

    def array_interface(self, array):
        entries = array.__array_interface__
        return dict(entries, descr=plain.rewritten(entries["descr"], lambda entry: self.change(*entry)))


class NamedPadding(Rewritten):
    """names for padding: each gap between fields has one, as have raw bytes that stand for a structure"""

    rule = "dtype.descr-padding"
    permitted = Rewritten.permitted

    def change(self, name, of, *shape):
        return ("(padding)" if name == "" and of[:2] == "|V" else name, of, *shape)


class NamedPlain(Plain):
    """a name for the value: the one entry of a plain type has it, and so have raw bytes that stand for a structure"""

    rule = "dtype.descr-plain"
    permitted = Rewritten.permitted

    profiles = EXPORTS

    def array_interface(self, array):
        entries = array.__array_interface__
        (name, of, *shape), *others = entries["descr"]
        return dict(entries, descr=entries["descr"] if others else [(name or "value", of, *shape)])


class Unnamed(Rewritten):
    """fields without names: an entry has a type and a place, and no name"""

    rule = "dtype.descr-fields"
    permitted = Rewritten.permitted

    def change(self, name, of, *shape):
        return ("", of, *shape)


class Untitled(Rewritten):
    """fields without titles: a field that has one is described by its name"""

    rule = "dtype.descr-title"
    permitted = "array interface: a name, or a pair"

    def change(self, name, of, *shape):
        return (name[1] if isinstance(name, tuple) else name, of, *shape)


class InOrder(Plain):
    """fields in the order of offsets: also of a type that lists them in another order"""

    rule = "dtype.descr-overlap"
    permitted = "array interface: entries follow each other"

    profiles = EXPORTS

    def array_interface(self, array):
        return dict(array.__array_interface__, descr=plain.describe(self.in_order(array.dtype)))

    def in_order(self, dtype):
        if dtype.fields is None:
            return dtype
        fields = sorted(dtype.fields.values(), key=lambda field: field.offset)
        return dtype._replace(fields={field.name: field._replace(dtype=self.in_order(field.dtype)) for field in fields})


class MoreKeys(Protocol):
    """more keys: `mask` and `offset`, and one of its own, with an underscore"""

    rule = "interface.shape"
    permitted = "array interface: optional entries"

    def array_interface(self, array):
        return dict(array.__array_interface__, mask=None, offset=0, _library="twin")


class NoDescr(Protocol):
    """no descr: the dictionary leaves out the optional entry, also for structured types"""

    rule = "interface.version"
    permitted = "array interface: `descr` is optional"

    def array_interface(self, array):
        entries = dict(array.__array_interface__)
        del entries["descr"]
        return entries


class DataAbsent(Protocol):
    """no data: in C order the memory is what the array itself exposes by the buffer protocol"""

    rule = "interface.data"
    permitted = "array interface: `data` is optional"

    def array_interface(self, array):
        entries = dict(array.__array_interface__)
        if array.flags.c_contiguous and array.size:
            self.leave_out(entries)
        return entries

    def leave_out(self, entries):
        del entries["data"]


class DataNone(DataAbsent):
    """data of None: in C order the memory is what the array itself exposes by the buffer protocol"""

    rule = "interface.data"
    permitted = "array interface: `data` may be None"

    def leave_out(self, entries):
        entries["data"] = None


class DataBuffer(Plain):
    """data with a buffer: an object that exposes the memory; the array begins `offset` bytes after its start"""

    rule = "interface.data"
    permitted = "array interface: `data` may expose a buffer"

    profiles = EXPORTS

    def array_interface(self, array):
        if isinstance(array.owner, kit.Exporter):
            return array.__array_interface__  # imported from an address
        view = memoryview(array.owner).cast("B")
        offset = array.address - plain.address_of(view)
        return dict(array.__array_interface__, data=view.toreadonly() if array.read_only else view, offset=offset)


class Tuple(tuple):
    """A tuple with a name of its own."""


class Text(str):
    """A text with a name of its own."""


Entry = collections.namedtuple("Entry", "name type shape", defaults=((),))


class Subclasses(Protocol):
    """subclasses in the dictionary: of int, tuple, str and dict, in descr too, and 0 or 1 for the read-only flag"""

    rule = "interface.data"
    permitted = "Python: a subclass is an instance of its base"

    def array_interface(self, array):
        given = array.__array_interface__
        entries = collections.OrderedDict(given, version=Number(given["version"]), typestr=Text(given["typestr"]))
        address, read_only = given["data"]
        entries["data"] = Tuple((Number(address), int(read_only)))
        entries["shape"] = Tuple(map(Number, given["shape"]))
        entries["descr"] = plain.rewritten(given["descr"], lambda entry: Entry(*entry))
        if given["strides"] is not None:
            entries["strides"] = Tuple(map(Number, given["strides"]))
        return entries


class OrderOfBytes(Plain):
    """byte orders of single bytes: `<u1` and `<S3` mean what `|u1` and `|S3` mean"""

    rule = "dtype.typestr-number"
    permitted = "array interface: `|` says that the order does not matter"

    def array_interface(self, array):
        entries = array.__array_interface__
        descr = plain.respelled(entries["descr"], self.spell)
        return dict(entries, typestr=self.spell(entries["typestr"]), descr=descr)

    def spell(self, typestr):
        return typestr.replace("|", "<")


class ForReading(Plain):
    """a dictionary for reading: its flag always says that the array may not be written to"""

    rule = "interface.read-only"

    profiles = EXPORTS

    def array_interface(self, array):
        return dict(array.__array_interface__, data=(array.address, True))


class OneDictionary(Plain):
    """one dictionary: an array that does not change exports the same object each time"""

    rule = "interface.data"
    permitted = "array interface: says nothing of objects"

    profiles = EXPORTS

    class arrays(plain.Array):
        def settle(self):
            self.exported = super().__array_interface__

    def array_interface(self, array):
        return array.exported


# `__array_struct__`


class StructAlone(Plain):
    """a structure without descr: also for structured types"""

    rule = "interface.struct-flags"
    permitted = "array interface: `descr` is optional"

    profiles = EXPORTS + ["struct"]

    def array_struct(self, array):
        return plain_capsules.struct_capsule(array, plain_capsules.struct_flags(self, array), None)


class StructDescr(StructAlone):
    """a structure with descr: for plain types too, with the flag that says so"""

    rule = "interface.struct-flags"
    permitted = "array interface: NULL, or a description with its flag"

    limits = dict(StructAlone.limits, records=False)

    def array_struct(self, array):
        flags = plain_capsules.struct_flags(self, array) | 0x800
        return plain_capsules.struct_capsule(array, flags, [("", array.dtype.typestr)])


class FewFlags(StructAlone):
    """few flags: those that an importer needs, writeable and not swapped, and none that only saves it work"""

    rule = "interface.struct-flags"

    def array_struct(self, array):
        return plain_capsules.struct_capsule(array, plain_capsules.struct_flags(self, array) & 0x600, None)


class StructForReading(StructAlone):
    """a structure for reading: no array may be written to through it"""

    rule = "interface.struct-flags"

    def array_struct(self, array):
        return plain_capsules.struct_capsule(array, plain_capsules.struct_flags(self, array) & ~0x400, None)


class StructOnly(StructAlone):
    """a structure and no dictionary: `__array_struct__` alone"""

    rule = "interface.struct-data"
    permitted = "profile `interface`"

    profiles = ["core", "struct"]

    def array_interface(self, array):
        raise AttributeError("no dictionary")


class DictionaryOnly(Protocol):
    """a dictionary and no structure: `__array_interface__` alone, with no limit that says so"""

    rule = "interface.data"
    permitted = "profile `struct`"

    profiles = [profile for profile in Protocol.profiles if profile != "struct"]

    def array_struct(self, array):
        raise AttributeError("no structure")


# The buffer protocol


class Cast(MemoryView):
    """memoryviews of many axes: cast from bytes, in C order, and without views"""

    rule = "interface.buffer-shape"
    permitted = "limits `strided`, `views`"

    name = "cast"
    limits = dict(MemoryView.limits, max_dimensions=64, views=[])

    def array(self, memory, dtype, offset, shape, strides):
        if len(shape) != len(strides):
            raise ValueError("expected a stride for each axis")
        size = plain.count(shape) * plain.plain_type("|" + CODES[dtype]).size
        if not 0 <= offset <= offset + size <= len(memory.view):
            raise ValueError("elements outside the buffer")
        return memory.view[offset : offset + size].cast(dtype, shape)

    def item(self, array, index):
        array[index if index else ()]  # raises IndexError unless there is such an element
        at = sum(map(int.__mul__, index, array.strides))
        if any(number < 0 for number in index):
            raise IndexError("no such element")
        return array.cast("B")[at : at + array.itemsize].tobytes()


CODES = {form: code for code, form in FORMATS.items()}


class Signed(MemoryView):
    """formats with an order: `@b` and the like are what a memoryview accepts beside the letter alone"""

    rule = "interface.buffer-format"

    name = "formats"

    def dtype(self, typestr):
        return "@" + super().dtype(typestr)


class Lender(MemoryView):
    """buffers for reading: the library writes to its memory, and lends it for reading only"""

    rule = "interface.buffer-writable"

    name = "lender"

    def buffer(self, array):
        return array.toreadonly()


# DLPack


class FromStart(Plain):
    """DLPack from the start of the memory: `byte_offset` says where the array begins, and C order has no strides"""

    rule = "interface.dlpack-address"

    profiles = ["core", "dlpack"]

    def dlpack(self, array, max_version):
        return plain_capsules.dlpack_capsule(array, max_version is not None, True, True)


class Unversioned(Plain):
    """DLPack without versions: the older capsule, whatever is asked for, and none of what is read-only"""

    rule = "interface.dlpack-version"

    profiles = ["core", "dlpack"]

    def dlpack(self, array, max_version):
        return plain_capsules.dlpack_capsule(array, False, False, False)


class TimesAsIntegers(Plain):
    """DLPack of times: as integers of 64 bits, since DLPack has no code for times"""

    rule = "interface.dlpack-refuses"

    profiles = ["core", "dlpack"]

    def dlpack(self, array, max_version):
        return plain_capsules.dlpack_capsule(array, max_version is not None, False, False, dict(plain_capsules.CODES, m=0, M=0))


class TensorsForReading(Plain):
    """DLPack for reading: every tensor has the read-only flag"""

    rule = "interface.dlpack-read-only"

    profiles = ["core", "dlpack"]

    def dlpack(self, array, max_version):
        lent = array.same()
        lent.read_only = True
        return plain_capsules.dlpack_capsule(lent, max_version is not None, False, False)


class Arguments(Plain):
    """arguments of DLPack: version 1.0 for every newer one, C order without strides, and copies in C order"""

    rule = "interface.dlpack-copy"

    profiles = ["core", "dlpack"]
    limits = dict(Plain.limits, dlpack_arguments=True)
    newest, without_strides = (1, 0), True

    def dlpack(self, array, max_version, dl_device=None, copy=None, stream=None):
        if dl_device not in (None, (1, 0)):
            raise BufferError("no such device: %r" % (dl_device,))
        if stream is not None:
            raise ValueError("the CPU has no streams")
        versioned, copies = self.is_versioned(max_version), self.copies(array, copy)
        lent = self.lend(plain_capsules.dlpack_copy(array) if copies else array)
        return plain_capsules.dlpack_capsule(
            lent, versioned, False, self.without_strides, version=self.newest, flags=2 * copies
        )

    def copies(self, array, copy):
        return bool(copy)

    def lend(self, array):
        """Returns the array as it is exported."""
        return array

    def is_versioned(self, max_version):
        return max_version is not None and max_version[0] >= 1

    def dlpack_device(self, array):
        return 1, 0


class Newest(Arguments):
    """DLPack of the newest version: 1.3, also for who asks for 1.0, and nothing for who asks for 0"""

    rule = "interface.dlpack-version-older"

    newest, without_strides = (1, 3), False

    def is_versioned(self, max_version):
        if max_version is None or max_version[0] < 1:
            raise BufferError("expected version 1 or later")
        return True


class CopiesIfNeeded(Arguments):
    """DLPack of any strides: an array whose strides are not whole elements is copied, unless `copy` is false"""

    rule = "interface.dlpack-refuses"

    def copies(self, array, copy):
        size = array.dtype.size
        is_needed = size > 0 and any(stride % size for stride in array.reaching())
        if is_needed and (copy is False or plain.count(array.shape) > 1 << 16):
            raise BufferError("expected strides of whole elements, or few elements to copy")
        return bool(copy) or is_needed


class CopiesForReading(Arguments):
    """DLPack for reading, with arguments: every tensor has the read-only flag, those of copies too"""

    rule = "interface.dlpack-copied-flag"

    def lend(self, array):
        lent = array.same()
        lent.read_only = True
        return lent


class NumPyHead(NumPy):
    """protocols alone: NumPy's arrays without the interface object, through buffers and DLPack"""

    rule = "interface.buffer-agrees"

    profiles = ["core", "interface", "struct", "buffer", "dlpack"]

    def __init__(self):
        pass

    def data(self, array):
        return array.__array_interface__["data"][0]

    def shape(self, array):
        return array.shape

    def strides(self, array):
        return array.strides

    def ctypes(self, array):
        raise AttributeError("no interface object")
