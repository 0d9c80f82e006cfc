"""NumPy with one mistake: `faulty_adapters.py NAME`. `faulty_adapters.py --list` prints all names as JSON.

A fault is a small difference from the adapter of NumPy, its correct twin, and really makes the mistake. Its docstring begins
with its name, up to a colon; `rule` is the rule that must catch it; `seen` links to a place where somebody made such a
mistake, if one is known.
"""

import ctypes
import json
import mmap
import os
import re
import struct
import sys
import urllib.parse
import weakref

import array_ctypes_kit as kit
import numpy as np
from numpy_adapter import NumPy

Ctypes = type(np.empty(0).ctypes)
MAX_COPIED = 1 << 20  # bytes: a larger array is not copied, since with strides of zero it may be larger than all memory


class Faulty(NumPy):
    """The base of all faults: a subclass may replace the class of the interface object."""

    interface, seen = Ctypes, None

    def ctypes(self, array):
        return self.interface(array, array.ctypes.data)

    def true_data(self, array):
        return super().data(array)


def storage(array):
    """Returns the address of the memory that the array, or the array that it is a view of, was made over."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    try:
        return kit.buffer.buffer_address(array.base)
    except TypeError:  # the array was made over an address, or owns its memory
        return array.ctypes.data or 0


# The address


class OffsetIgnored(Faulty):
    """the address is that of the storage: a view shares the storage of its base, and begins elsewhere in it"""
    rule = "data.first-element"
    seen = "https://github.com/IntelPython/dpnp/issues/2781"

    def data(self, array):
        return storage(array)


class OffsetTwice(Faulty):
    """the offset is added twice: the address has the offset in it already"""
    rule = "data.first-element"
    seen = "https://github.com/Deep-Learning-Profiling-Tools/triton-viz/pull/370"

    def data(self, array):
        address = self.true_data(array) or 0
        return address + (address - storage(array))


class Cut(Faulty):
    """the address is cut to 32 bits: it goes through an unsigned int"""
    rule = "data.first-element"
    seen = "https://github.com/pearu/pylibnidaqmx/pull/65"

    def data(self, array):
        return ctypes.c_uint32(self.true_data(array)).value


class ReturnedAsInt(Faulty):
    """the address is returned as an int: without a restype ctypes assumes an int, and extends its sign"""
    rule = "data.first-element"
    seen = "https://github.com/pykler/yajl-py/pull/1"

    def data(self, array):
        memmove = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
        return memmove(ctypes.cast(ctypes.memmove, ctypes.c_void_p).value)(self.true_data(array), None, 0)


class Overflows(Faulty):
    """an address with its highest bit set overflows: it is packed as an intptr_t"""
    rule = "data.unsigned"
    seen = "https://github.com/apache/arrow/pull/40158"

    def data(self, array):
        return struct.unpack("n", struct.pack("n", self.true_data(array) or 0))[0]


class EmptyIsNull(Faulty):
    """an array without elements is at NULL: an array with nothing to point at gets no pointer"""
    rule = "data.empty"
    seen = "https://github.com/cupy/cupy/issues/2104"

    def data(self, array):
        return self.true_data(array) if array.size else None


class LowestByte(Faulty):
    """a reversed view begins at its lowest byte: that is where the last element is"""
    rule = "data.first-element"

    def data(self, array):
        back = [min(0, (length - 1) * stride) for length, stride in zip(array.shape, array.strides)]
        return (self.true_data(array) or 0) + (sum(back) if array.size else 0)


class OfTemporaryCopy(Faulty):
    """the address is that of a temporary copy: the contiguous copy is freed before its address is used"""
    rule = "data.first-element"
    seen = "https://github.com/tinygrad/tinygrad/pull/2204"

    def data(self, array):
        return np.ascontiguousarray(array).ctypes.data if array.nbytes < MAX_COPIED else self.true_data(array)


class MisalignedIsCopied(Faulty):
    """misaligned arrays are copied: an array with memory of its own is not a view of the buffer"""
    rule = "data.first-element"

    def array(self, memory, dtype, offset, shape, strides):
        array = super().array(memory, dtype, offset, shape, strides)
        return np.require(array, requirements="A") if array.nbytes < MAX_COPIED else array


# Shape and strides


class StridesInElements(Faulty):
    """strides are in elements: as in many libraries, but not in this interface"""
    rule = "shape.strides"
    seen = "https://github.com/fixstars/clpy/pull/61"

    class interface(Ctypes):
        def strides_as(self, obj):
            strides = [stride // max(self._arr.itemsize, 1) for stride in self._arr.strides]
            return (obj * len(strides))(*strides) if strides else None


class StridesUnsigned(Faulty):
    """strides are unsigned: they are returned as size_t, as sizes are, so a negative stride is huge"""
    rule = "shape.strides"
    seen = "https://github.com/pybind/pybind11/issues/776"

    class interface(Ctypes):
        @property
        def strides(self):
            return self.strides_as(ctypes.c_size_t)


class StridesOfShape(Faulty):
    """strides are computed from the shape: as if every array were in C order without gaps"""
    rule = "shape.strides"
    seen = "https://github.com/scipp/scipp/issues/79"

    class interface(Ctypes):
        def strides_as(self, obj):
            strides = [self._arr.itemsize]
            for length in self._arr.shape[:0:-1]:
                strides.insert(0, strides[0] * length)
            return (obj * self._arr.ndim)(*strides) if self._arr.ndim else None


class ShapeOfFortran(Faulty):
    """the lengths are in the order of Fortran: the innermost axis comes first, as in languages that count axes from there"""
    rule = "shape.shape"
    seen = "https://github.com/p-zubieta/DLPack.jl/pull/46"

    class interface(Ctypes):
        def shape_as(self, obj):
            return (obj * self._arr.ndim)(*self._arr.shape[::-1]) if self._arr.ndim else None


class ShapeCached(Faulty):
    """the shape is cached by the id of the array: a new array gets the id of a freed one, and with it its shape"""
    rule = "shape.shape"
    seen = "https://github.com/jameskermode/f90wrap/pull/315"

    class interface(Ctypes):
        known = {}

        def shape_as(self, obj):
            shape = self.known.setdefault(id(self._arr), self._arr.shape)
            return (obj * len(shape))(*shape) if shape else None


class ShapeClamped(Faulty):
    """lengths that do not fit are clamped: ctypes wraps them instead"""
    rule = "ctype.integer-wraps"

    class interface(Ctypes):
        def shape_as(self, obj):
            kind, shape = getattr(obj, "_type_", None), self._arr.shape
            if kind in tuple("bhilqBHILQ"):
                most = (1 << 8 * ctypes.sizeof(obj) - kind.islower()) - 1
                shape = [min(length, most) for length in shape]
            return (obj * len(shape))(*shape) if shape else None


class OneForNoAxes(Faulty):
    """an array without axes has one: as in the result of `ascontiguousarray`"""
    rule = "shape.zero-dimensions"
    seen = "https://github.com/numpy/numpy/issues/5300"

    def array(self, memory, dtype, offset, shape, strides):
        return np.atleast_1d(super().array(memory, dtype, offset, shape, strides))


class StrictContiguity(Faulty):
    """axes of length 1 affect contiguity: their strides are never used, so they must not matter"""
    rule = "layout.c-contiguous"
    seen = "https://github.com/IntelPython/dpctl/pull/695"

    def flag(self, array, name):
        if name != "c_contiguous":
            return super().flag(array, name)
        packed = array.itemsize
        for length, stride in zip(array.shape[::-1], array.strides[::-1]):
            if stride != packed:
                return False
            packed *= length
        return True


class SecondRead(Faulty):
    """the second read of an interface object gives the next byte: what it keeps between reads is wrong"""
    rule = "data.stable"

    class interface(Ctypes):
        reads = 0

        @property
        def data(self):
            self.reads += 1
            return super().data + (self.reads > 1)


# Types of what is returned


class DataIsFloat(Faulty):
    """data is a floating-point number: as after arithmetic with other numbers, and equal to the address"""
    rule = "data.integer"

    class interface(Ctypes):
        data = property(lambda self: float(super().data))


class DataIsScalar(Faulty):
    """data is an integer of NumPy: it wraps around where a Python integer grows"""
    rule = "data.integer"

    class interface(Ctypes):
        data = property(lambda self: np.uintp(super().data))


class DataIsText(Faulty):
    """data is text: the digits of the address, as they come out of a configuration or a command line"""
    rule = "data.integer"

    class interface(Ctypes):
        data = property(lambda self: str(super().data))


class DataIsPointer(Faulty):
    """data is a c_void_p: the pointer instead of the number that it holds"""
    rule = "data.integer"

    class interface(Ctypes):
        data = property(lambda self: ctypes.c_void_p(super().data))


class ShapeIsList(Faulty):
    """the shape is a list that has a type: with a `_type_` it looks like a C array, and no C function takes it"""
    rule = "shape.array-type"

    class interface(Ctypes):
        @property
        def shape(self):
            kind = type("Lengths", (list,), {"_type_": np.ctypeslib.c_intp})
            return kind(self._arr.shape) if self._arr.ndim else None


class ShapeIsTuple(Faulty):
    """the shape is a tuple: that of the array itself"""
    rule = "shape.array-type"

    class interface(Ctypes):
        @property
        def shape(self):
            return self._arr.shape if self._arr.ndim else None


class ShapeUnsigned(Faulty):
    """the shape is an array of size_t: lengths are never negative, and it has the same size"""
    rule = "shape.array-type"

    class interface(Ctypes):
        @property
        def shape(self):
            return self.shape_as(ctypes.c_size_t)


class ShapeLies(Faulty):
    """the class of the shape lies: it was made for size_t, and says c_intp since then"""
    rule = "shape.array-type"

    class interface(Ctypes):
        @property
        def shape(self):
            kind = type("Lengths", (ctypes.c_size_t * self._arr.ndim,), {})
            kind._type_ = np.ctypeslib.c_intp
            return kind(*self._arr.shape) if self._arr.ndim else None


class ConvertedToIntp(Faulty):
    """conversions ignore the type: `shape_as(T)` is the shape, whatever T is"""
    rule = "shape.as-type"

    class interface(Ctypes):
        def shape_as(self, obj):
            return super().shape_as(np.ctypeslib.c_intp)


class SameSizeIsSame(Faulty):
    """types of the same size are one: `strides_as(T)` is the strides where T is an integer as wide as a stride"""
    rule = "shape.as-type"

    class interface(Ctypes):
        def strides_as(self, obj):
            intp = np.ctypeslib.c_intp
            is_same = getattr(obj, "_type_", None) in tuple("ilqILQ") and ctypes.sizeof(obj) == ctypes.sizeof(intp)
            return super().strides_as(intp if is_same else obj)


class NoAxesIsEmpty(Faulty):
    """an array without axes has C arrays of length 0: a loop over all axes makes them"""
    rule = "shape.none"

    class interface(Ctypes):
        shape = property(lambda self: (np.ctypeslib.c_intp * self._arr.ndim)(*self._arr.shape))
        strides = property(lambda self: (np.ctypeslib.c_intp * self._arr.ndim)(*self._arr.strides))


class PointerIsVoid(Faulty):
    """every pointer is a c_void_p: the address is right, and what it points to is lost"""
    rule = "cast.pointer-type"

    class interface(Ctypes):
        def data_as(self, obj):
            super().data_as(obj)  # refuses what is no pointer
            return super().data_as(ctypes.c_void_p)


class ParameterIsNumber(Faulty):
    """the parameter is the number: without a declared parameter type, a C int receives it"""
    rule = "cast.parameter-type"

    class interface(Ctypes):
        _as_parameter_ = property(lambda self: self.data)


class ParameterIsText(Faulty):
    """the parameter is a c_char_p: a pointer to bytes for any element type"""
    rule = "cast.parameter-type"

    class interface(Ctypes):
        _as_parameter_ = property(lambda self: self.data_as(ctypes.c_char_p))


class AbsentDataIsScalar(Faulty):
    """without ctypes data is an integer of NumPy: it was read from an array of addresses"""
    rule = "absent.integer"
    absent_arguments = [
        "-c",
        """
import sys
sys.modules["_ctypes"] = None
import numpy as np
import numpy_absent

class Interface(type(np.empty(0).ctypes)):
    data = property(lambda self: np.uintp(super().data))

numpy_absent.interface = lambda array: Interface(array, array.ctypes.data)
numpy_absent.serve()
""",
    ]


# Values that are handed to C


class ScaledWhenRead(Faulty):
    """strides are scaled when Python reads them: the memory that C reads has them in elements"""
    rule = "shape.hand"

    class interface(Ctypes):
        @property
        def strides(self):
            itemsize, strides = max(self._arr.itemsize, 1), self._arr.strides

            class Strides(np.ctypeslib.c_intp * len(strides)):
                def __getitem__(self, axis):
                    return super().__getitem__(axis) * itemsize + strides[axis] % itemsize

            return Strides(*[stride // itemsize for stride in strides]) if strides else None


class HandedShapeIsTuple(Faulty):
    """the shape is a tuple: as that of the array, which ctypes does not convert"""
    rule = "shape.hand"

    class interface(Ctypes):
        @property
        def shape(self):
            return self._arr.shape or None


class ItemsOfOwnType(Faulty):
    """the items are of a type of their own: as wide as intptr_t, but ctypes compares types, not sizes"""
    rule = "shape.hand"

    class interface(Ctypes):
        class c_index(ctypes._SimpleCData):
            _type_ = np.ctypeslib.c_intp._type_

        @property
        def shape(self):
            return self.shape_as(self.c_index)


class ItemsStayWide(Faulty):
    """the items stay as wide as intptr_t: the array that shape_as returns is one of T over the memory of the other"""
    rule = "shape.hand"

    class interface(Ctypes):
        def shape_as(self, obj):
            made, wide = super().shape_as(obj), super().shape_as(np.ctypeslib.c_intp)
            is_narrow = getattr(obj, "_type_", None) in tuple("bhiBHI")
            return type(made).from_buffer(wide) if made and is_narrow else made


class TakenForShape(Faulty):
    """an array of T is taken for one of intptr_t: it converts itself for functions that declare that"""
    rule = "shape.hand-refuses"

    class interface(Ctypes):
        def shape_as(self, obj):
            made, wide = super().shape_as(obj), super().shape_as(np.ctypeslib.c_intp)
            if made is None:
                return None

            class Shape(type(made)):
                _as_parameter_ = property(lambda self: ctypes.byref(np.ctypeslib.c_intp.from_buffer(wide)))

            return Shape(*self._arr.shape)


class HandedParameterIsNumber(Faulty):
    """the parameter is a plain number: where the function declares no parameters, ctypes cuts it to an int"""
    rule = "cast.hand"

    class interface(Ctypes):
        _as_parameter_ = property(lambda self: self.data)


class ParameterOfBase(Faulty):
    """the parameter is the address of the storage: `data` alone knows the offset of a view"""
    rule = "cast.hand"

    class interface(Ctypes):
        _as_parameter_ = property(lambda self: ctypes.c_void_p(storage(self._arr)))


class HandedParameterIsText(Faulty):
    """the parameter is a string: a char * converts to void *, and so to functions that look for the end of a string"""
    rule = "cast.hand-refuses"

    class interface(Ctypes):
        _as_parameter_ = property(lambda self: self.data_as(ctypes.c_char_p))


class SharedArray(Faulty):
    """all C arrays share their memory: each is made in the same place, so strides overwrite the shape before C reads it"""
    rule = "cast.walk"

    class interface(Ctypes):
        place = ctypes.create_string_buffer(64 * 16)

        def put(self, obj, made):
            if made is None or not issubclass(obj, ctypes._SimpleCData) or obj is ctypes.py_object:
                return made
            ctypes.memmove(self.place, made, ctypes.sizeof(made))
            return type(made).from_buffer(self.place)

        def shape_as(self, obj):
            return self.put(obj, super().shape_as(obj))

        def strides_as(self, obj):
            return self.put(obj, super().strides_as(obj))


# Element types


class ByteOrderLost(Faulty):
    """the byte order is lost: elements in the other order are decoded as if they were in the platform's"""
    rule = "dtype.typestr-number"
    seen = "https://github.com/dmlc/xgboost/issues/12433"

    def dtype(self, typestr):
        return np.dtype(typestr).newbyteorder("=")


class FieldsPacked(Faulty):
    """a structure is packed: offsets of fields are computed from their sizes, although they are given"""
    rule = "layout.field"
    seen = "https://github.com/PyTables/PyTables/issues/661"

    def record(self, fields, size, aligned):
        names = [(field.title, field.name) if field.title else field.name for field in fields]
        return np.dtype([(name, field.dtype, field.shape) for name, field in zip(names, fields)])


class DescrWithoutPadding(Faulty):
    """descr has no padding: it has the names and types of the fields, but not their offsets"""
    rule = "dtype.descr-padding"
    seen = "https://github.com/numpy/numpy/issues/6359"

    def array_interface(self, array):
        names = array.dtype.names or ()
        described = [(name, array.dtype[name].str) for name in names]
        return dict(array.__array_interface__, descr=described or array.dtype.descr)


# Lifetimes


class OwnerDropped(Faulty):
    """the array does not keep its memory: it is made from an address, which keeps nothing alive"""
    rule = "lifetime.memory"
    seen = "https://github.com/thelfer/MFrontGenericInterfaceSupport/issues/290"

    def array(self, memory, dtype, offset, shape, strides):
        block = (ctypes.c_char * len(memory.view)).from_address(memory.address)
        array = np.ndarray(shape, dtype, block, offset, strides)
        array.flags.writeable = not memory.view.readonly
        return array


class OwnerLeaked(Faulty):
    """the memory of an array is never freed: a list of everything that was handed to C keeps it alive"""
    rule = "lifetime.collected"
    seen = "https://github.com/sandialabs/LAPIS/pull/80"
    handed_out = []

    def ctypes(self, array):
        self.handed_out.append(array)
        return super().ctypes(array)


class Cycle(Faulty):
    """the interface object refers to itself: it keeps one of its own methods, and so its array"""
    rule = "lifetime.prompt"
    seen = "https://github.com/numpy/numpy/issues/13808"

    class interface(Ctypes):
        def __init__(self, array, ptr):
            super().__init__(array, ptr)
            self.cast = self.data_as


class PointerHoldsNothing(Faulty):
    """a pointer holds nothing: it is made from the address alone"""
    rule = "lifetime.pointer-holds"
    seen = "https://github.com/numpy/numpy/issues/9647"

    class interface(Ctypes):
        def data_as(self, obj):
            return ctypes.cast(self.data, obj)


# Arrays that own their memory


class CopyShares(Faulty):
    """a copy shares the memory of its source: nothing needs a copy that is in C order already"""
    rule = "layout.element"

    def copied(self, array):
        return array[...]


class CopyInFortran(Faulty):
    """a copy is in the order of Fortran: its strides are not those of C"""
    rule = "shape.strides"

    def copied(self, array):
        return array.copy("F")


class CopyReadOnly(Faulty):
    """a copy is read-only: nobody is to change it by mistake"""
    rule = "layout.writeable"

    def copied(self, array):
        copy = array.copy()
        copy.flags.writeable = False
        return copy


class CopyAtSource(Faulty):
    """the address of a copy is that of its source: it is remembered from before the copy was made"""
    rule = "data.first-element"
    sources = {}

    def copied(self, array):
        copy = array.copy()
        self.sources[id(copy)] = array.ctypes.data
        return copy

    def data(self, array):
        return self.sources.get(id(array), self.true_data(array))


class CopyFreed(Faulty):
    """the memory of a copy is freed: the array is made from the address of a copy that nothing keeps"""
    rule = "lifetime.memory"

    def copied(self, array):
        copy = array.copy()
        block = (ctypes.c_char * copy.nbytes).from_address(copy.ctypes.data)
        return np.ndarray(copy.shape, copy.dtype, block)


class CopyKept(Faulty):
    """copies are never freed: a list keeps all of them"""
    rule = "lifetime.collected"
    copies = []

    def copied(self, array):
        self.copies.append(array.copy())
        return self.copies[-1]


class ZerosNotCleared(Faulty):
    """zeros are not cleared: they are whatever was in that memory before"""
    rule = "layout.element"

    def zeros(self, dtype, shape):
        array = np.empty(shape, dtype)
        ctypes.memset(array.ctypes.data, 0xA5, array.nbytes)
        return array


class SumSwapped(Faulty):
    """a sum is in the other byte order: it is made by a function for data from a network"""
    rule = "dtype.typestr-number"

    def added(self, array, zeros):
        total = super().added(array, zeros)
        return total.astype(total.dtype.newbyteorder())


class PointerToOwnerHoldsNothing(Faulty):
    """a pointer to a result holds nothing: it holds the base of the array, and a result has none"""
    rule = "lifetime.pointer-holds"

    class interface(Ctypes):
        def data_as(self, obj):
            return ctypes.cast(self.data, obj) if self._arr.base is None else super().data_as(obj)


class InterfaceOfOwnerHoldsNothing(Faulty):
    """the interface object of a result holds nothing: only views are kept, since their memory is another array's"""
    rule = "lifetime.interface-holds"

    class interface(Ctypes):
        @property
        def _arr(self):
            return self.array()

        @_arr.setter
        def _arr(self, array):
            self.array, self.kept = weakref.ref(array), None if array.base is None else array


# Protocols


class ReadOnlyInverted(Faulty):
    """the flag says writeable: but the second entry of `data` says whether the memory is read-only"""
    rule = "interface.read-only"
    seen = "https://github.com/pypy/pypy/issues/4992"

    def array_interface(self, array):
        return dict(array.__array_interface__, data=(array.ctypes.data, array.flags.writeable))


class ImportedStridesIgnored(Faulty):
    """strides of an import are ignored: only the address and the shape are used, in C order"""
    rule = "interface.import-array"
    seen = "https://github.com/NVIDIA/cudf/issues/5304"

    def import_array(self, exporter):
        exporter.__array_interface__.pop("strides", None)
        return super().import_array(exporter)


class CopyInMemoryOrder(Faulty):
    """imports are copied in the order of memory: strides that are not those of C order are ignored"""
    rule = "interface.import-array"
    limits = dict(NumPy.limits, copies_imports=True)

    def import_array(self, exporter):
        exporter.__array_interface__.pop("strides", None)
        return np.array(exporter)


class BufferOfCopy(Faulty):
    """the buffer is that of a copy: an array that is not contiguous is made contiguous first"""
    rule = "interface.buffer-address"

    def buffer(self, array):
        return np.ascontiguousarray(array) if array.nbytes < MAX_COPIED else array


# Files


class MapRounded(Faulty):
    """the remainder of the offset is not added back: the array begins where the mapping does, at a page"""
    rule = "memmap.granularity"
    seen = "https://github.com/oven-sh/bun/pull/34120"

    def memmap(self, file, dtype, mode, offset, shape, order):
        return super().memmap(file, dtype, mode, offset - offset % mmap.ALLOCATIONGRANULARITY, shape, order)


class PrivateIsShared(Faulty):
    """mode c is shared: it is opened for writing, as r+ is"""
    rule = "memmap.private"

    def memmap(self, file, dtype, mode, offset, shape, order):
        return super().memmap(file, dtype, "r+" if mode == "c" else mode, offset, shape, order)


class SharedIsPrivate(Faulty):
    """mode r+ is private: writes go to pages that never reach the file"""
    rule = "memmap.shared"
    seen = "https://github.com/Tencent/BqLog/issues/25"

    def memmap(self, file, dtype, mode, offset, shape, order):
        array = super().memmap(file, dtype, mode, offset, shape, order)
        if mode != "r+":
            return array
        del array  # by now the file is as large as it must be
        return super().memmap(getattr(file, "name", file), dtype, "c", offset, shape, order)


class NameDecoded(Faulty):
    """the file name is percent-decoded: as if it were part of an address of the web"""
    rule = "memmap.filename"

    def map_fact(self, array, name):
        fact = super().map_fact(array, name)
        return urllib.parse.unquote(os.fspath(fact)) if name == "filename" else fact


class VariablesExpanded(Faulty):
    """variables in a path are expanded: to nothing, as a shell does with those that it does not know"""
    rule = "layout.accepted"

    def memmap(self, file, dtype, mode, offset, shape, order):
        file = re.sub(r"\$\{?\w+\}?", "", file) if isinstance(file, str) else file
        return super().memmap(file, dtype, mode, offset, shape, order)


FAULTS = {fault.__doc__.split(": ")[0]: fault for fault in Faulty.__subclasses__()}

if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:  # the kit has the standard output
        kit.streams.send(json.dumps([{"name": name, "rule": fault.rule, "seen": fault.seen} for name, fault in FAULTS.items()]))
    elif len(sys.argv) == 2 and sys.argv[1] in FAULTS:
        fault = FAULTS[sys.argv[1]]
        fault.name = "numpy, where " + sys.argv[1]
        kit.serve(fault())
    else:
        sys.exit("expected one of these names, or --list: " + "; ".join(FAULTS))
