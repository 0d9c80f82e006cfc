"""The adapter: what the suite asks of a library."""

import ctypes
import mmap
import weakref
from collections import namedtuple

from .buffer import buffer_address
from .calls import functions
from .values import Undeclared
from .views import TypeString, integers, on_axis, one_tuple, view_operation

Field = namedtuple("Field", "name title dtype shape offset")


class Adapter:
    """What the suite asks of a library. The defaults fit libraries that look like NumPy.

    `array` is always whatever `array()` or a view operation returned. An exception from a question is its answer; an
    exception from `dtype`, `record`, `array` or a view operation refuses the whole array. See also `Declined`.
    """

    name = version = "unknown"
    profiles = ["core"]
    limits = {}  # what the library cannot do, and how it makes arrays that own their memory: see PROTOCOL.md

    # Making arrays

    def dtype(self, typestr):
        """Returns the library's element type for a type string such as `<i4`. The kit caches it."""
        return typestr

    def record(self, fields, size, aligned):
        """Returns the library's structured type; the dtype of each `Field` is what `dtype` or `record` returned. The limit
        `records` says which structured types the library has."""
        raise NotImplementedError("no structured types")

    def item_size(self, dtype):
        """Returns the size of an element, of a type that `dtype` or `record` returned."""
        return dtype.itemsize

    def array(self, memory, dtype, offset, shape, strides):
        """Returns an array over `memory.view`, a memoryview of bytes; a read-only view asks for a read-only array. The limits
        `strided` and `orders` say which strides the library has."""
        raise NotImplementedError

    # Making arrays that own their memory: the limit `owners` says which of these the library has

    def copied(self, array):
        """Returns a copy of an array in C order."""
        return array.copy()

    def added(self, array, zeros):
        """Returns the sum of two arrays of integers. It is an array even if it has no axes."""
        return array + zeros

    def zeros(self, dtype, shape):
        """Returns an array of zeros in C order."""
        raise NotImplementedError

    def owned_address(self, array):
        """Returns the address of the first byte of such an array, found by other means than its interface; None if there are
        none."""
        try:
            return buffer_address(self.buffer(array))
        except Exception:
            return None  # the library does not export such elements

    def storage(self, array):
        """Returns the object that exists exactly as long as the memory of such an array: the array itself, unless the library
        keeps memory apart from arrays."""
        return array

    # View operations: the suite calls each by the name of its method

    @view_operation(integers)
    def index(self, array, axis, at):
        return array[on_axis(axis, at, Ellipsis)]

    @view_operation(integers)
    def slice(self, array, axis, start, stop, step):
        return array[on_axis(axis, slice(start, stop, step))]

    @view_operation(integers)
    def reverse(self, array, axis):
        return self.slice(array, axis, None, None, -1)

    @view_operation(one_tuple)
    def transpose(self, array, axes):
        return array.transpose(axes)

    @view_operation(integers)
    def newaxis(self, array, axis):
        return array[on_axis(axis, None)]

    @view_operation(one_tuple)
    def broadcast(self, array, shape):
        raise NotImplementedError

    @view_operation(one_tuple)
    def reshape(self, array, shape):
        """Never copies; raises an exception where a copy would be needed."""
        return array.reshape(shape)

    @view_operation(lambda words: [" ".join(words)])  # a name may have spaces
    def field(self, array, name):
        return array[name]

    @view_operation(lambda words: [TypeString(words[0])])
    def view(self, array, dtype):
        return array.view(dtype)

    # Profile memmap

    def memmap(self, file, dtype, mode, offset, shape, order):
        """Returns an array mapped from a file. `file` is a path, an object that is a path, or an open file; if `shape` is
        None, the shape follows from the size of the file."""
        raise NotImplementedError("no mapped arrays")

    def mapping(self, array):
        """Returns the object whose buffer is the mapping that the array lies in: the array's memory owner, not the array."""
        while not isinstance(array, mmap.mmap):
            array = array.base
        return array

    def map_fact(self, array, name):
        """Returns the array's `offset`, `mode` or `filename`."""
        return getattr(array, name)

    def copy(self, array):
        """Returns a copy of the array, made by the library's own means."""
        return array.copy()

    def flush(self, array):
        array.flush()

    # Profile core

    def data(self, array):
        """Returns the address, or None for NULL."""
        return self.ctypes(array).data

    def shape(self, array):
        return self.ctypes(array).shape or ()

    def strides(self, array):
        return self.ctypes(array).strides or ()

    def itemsize(self, array):
        """Returns the size of an element in bytes."""
        return array.itemsize

    def item(self, array, index):
        """Returns the memory of one element as bytes. Raises IndexError unless the index has one number inside each axis."""
        raise NotImplementedError

    def flag(self, array, name):
        """Returns `c_contiguous` or `f_contiguous`; for the profile numpy also `aligned` and `writeable`."""
        return getattr(array.flags, name)

    # Profile ctypes

    def ctypes(self, array):
        """Returns the interface object."""
        return array.ctypes

    def write_item(self, array, raw, index):
        """Sets one element of a plain type to raw bytes, through the library."""
        raise NotImplementedError

    def attribute(self, owner, name):
        """Returns `ctypes` or `__array_interface__` of an array, or another attribute of an interface object."""
        of_array = {"ctypes": self.ctypes, "__array_interface__": self.array_interface}
        return of_array[name](owner) if name in of_array else getattr(owner, name)

    def assign(self, owner, name, value):
        """Assigns to one of these attributes."""
        setattr(owner, name, value)

    # Profile lifetime

    def alias(self, array):
        """Returns another array over the same memory."""
        return array[...]

    def watch(self, thing):
        """Returns a function that returns None once `thing`, an array or a block of memory, is gone, and does not keep it
        alive."""
        return weakref.ref(thing)

    # Profile interface

    def array_interface(self, array):
        return array.__array_interface__

    # Profile struct

    def array_struct(self, array):
        """Returns a capsule that holds a `PyArrayInterface`."""
        return array.__array_struct__

    # Profile numpy

    def alignment(self, array):
        """Returns the alignment of the element type in bytes."""
        return array.dtype.alignment

    # Profile import

    def import_array(self, exporter):
        """Returns an array over the memory that the exporter's `__array_interface__` describes."""
        raise NotImplementedError

    # Profile ctypeslib

    def is_array(self, thing):
        """Returns true if a foreign function has returned an array, and not an address or a pointer."""
        return hasattr(thing, "__array_interface__")

    ctypeslib = None  # a module with the functions of `numpy.ctypeslib`
    library = None  # the path of a shared library that can be loaded, with an extension that `load_library` knows

    def forget(self):
        """Empties what the library remembers of each type for as long as Python runs, if that grows without end. The kit calls
        this between batches."""

    # Profile absent

    def absent(self, case, what):
        """Returns what the interface of the same array answers in a process without ctypes. An address from there must be
        moved: its distance from `case.memory.address` must be its distance from the buffer there. `case.given` is the
        array as JSON. The answers to `data-type` and `_as_parameter_-type` are names of types: see PROTOCOL.md."""
        raise NotImplementedError

    # Profile buffer

    def buffer(self, array):
        """Returns the object that exports the array's memory by the buffer protocol."""
        return array

    # Profile dlpack

    def dlpack(self, array, max_version, **arguments):
        """Returns a capsule of DLPack. `max_version` is (1, 0), or None for a capsule without a version. Only if the limit
        `dlpack_arguments` is declared, there may be other versions, and the arguments `dl_device`, `copy` and `stream`."""
        if max_version is not None:
            try:
                return array.__dlpack__(max_version=max_version, **arguments)
            except TypeError:
                if arguments:
                    raise
                # the library does not know versions
        return array.__dlpack__()

    def dlpack_device(self, array):
        """Returns kind and number of the device; asked only if the limit `dlpack_arguments` is declared."""
        return array.__dlpack_device__()

    # The library that this one is built on, whose shared deviations count here too: None, or such as
    # {"name": "numpy", "version": numpy.__version__}.
    based_on = None

    # What asking costs: not a profile, used by `array-ctypes bench`

    # For each question (`address`, `shape`, `strides`, or `all`, which is all three in one object that C can receive), the
    # ways to ask it, as expressions that users write. `a` is the array; other names come from `names`. An object that is
    # made once and kept stands after ` # `, as in `t.data_ptr()  # t = torch.from_numpy(a)`, and `names` makes it.
    # `c_function` is a foreign function that takes three arguments, declares no parameters and does nothing.
    costs = {}

    def names(self, array):
        """Returns the names that `costs` may use: `a`, `c_function`, and those of the module ctypes."""
        return dict(vars(ctypes), a=array, c_function=Undeclared(functions().take))
