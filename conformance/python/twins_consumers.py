"""Twins that take arrays otherwise, or refuse them."""

import ctypes
import threading

import array_ctypes_kit as kit
import numpy as np

NUMBERS = "b i u f4 f8 c8 c16"
LAYOUTS = "strided negative odd-strides overlap unaligned no-value"
ALL = LAYOUTS + " empty no-axes read-only swapped"


def need(condition, reason):
    if not condition:
        raise BadArray(reason)


class BadArray(Exception):
    """Raised for an array that a consumer does not take."""


class Taker(kit.Consumer):
    """A consumer that shares memory and takes all that NumPy takes."""

    name = "taker"
    version = "1"
    limits = {"max_dimensions": 32}

    @kit.door("interface", "share", types=NUMBERS, accepts=ALL, mutable=True)
    def share(self, given):
        return np.asarray(given)


class Picky(Taker):
    """A consumer that refuses some arrays."""

    def refuse(self, array):
        """Raises an error for an array that is refused."""

    def take(self, method, given):
        array = method(given)
        self.refuse(array)
        return array


class Copier(kit.Consumer):
    """copies always: its elements are in memory of its own"""

    rule = "consumer.copy-kept"
    permitted = "door `copies`"

    name, version, limits = "copier", "1", dict(Taker.limits, max_bytes=1 << 20)

    @kit.door("interface", "copy", types=NUMBERS, accepts=ALL, mutable=True, copies="always")
    def copy(self, given):
        return np.array(given)


class SometimesCopier(kit.Consumer):
    """may copy: it copies what is not C-contiguous, and shares the rest"""

    rule = "consumer.untouched"
    permitted = "door `copies`"

    name, version, limits = "sometimes copier", "1", Copier.limits

    @kit.door("interface", "contiguous", types=NUMBERS, accepts=ALL, mutable=True, copies="may")
    def contiguous(self, given):
        return np.require(given, requirements="C")


class NoStrides(Picky):
    """refuses strides: it takes arrays in C order"""

    rule = "consumer.refuses-cleanly"
    permitted = "door `accepts`"

    @kit.door("interface", "packed", types=NUMBERS, accepts="unaligned empty no-axes read-only swapped no-value", mutable=True)
    def share(self, given):
        return np.asarray(given)

    def refuse(self, array):
        need(array.flags.c_contiguous, "expected C order")


class Least(Picky):
    """the least: it refuses everything that it may refuse"""

    rule = "consumer.accepts"
    permitted = "door `accepts`"

    @kit.door("interface", "least", types=NUMBERS, mutable=True)
    def share(self, given):
        return np.asarray(given)

    def refuse(self, array):
        is_plain = array.dtype.isnative and array.dtype.str[1:] in "b1 i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 c8 c16".split()
        flags = array.flags
        need(is_plain and array.size and array.ndim, "expected elements")
        need(flags.c_contiguous and flags.aligned and flags.writeable, "expected a plain layout")
        need(array.dtype != bool or array.view("u1").max() < 2, "expected 0 or 1")


class CanonicalStrides(Taker):
    """packed strides: where a stride reaches no other element, it is that of C order"""

    rule = "consumer.strides"

    def strides(self, made):
        canonical, step = [], made.itemsize
        for length in made.shape[::-1]:
            canonical.append(step)
            step *= max(length, 1)
        lengths = zip(made.shape, made.strides, canonical[::-1])
        return tuple(given if length > 1 and made.size else own for length, given, own in lengths)


class Reader(kit.Consumer):
    """reads only: nothing can be written to through it"""

    rule = "consumer.immutable"
    permitted = "door `mutable`"

    name, version, limits = "reader", "1", Taker.limits

    @kit.door("interface", "read", types=NUMBERS, accepts=ALL)
    def read(self, given):
        array = np.asarray(given)
        array.flags.writeable = False
        return array


class Swapper(Taker):
    """swaps bytes itself: elements keep the byte order that they have until they are read"""

    rule = "consumer.value-swapped"

    def value(self, made, index):
        raw = made[index + (Ellipsis,)].tobytes()
        return np.frombuffer(in_order(raw, made.dtype), made.dtype.newbyteorder("="))[0]

    def put(self, made, index, value):
        raw = np.array(value, made.dtype.newbyteorder("=")).tobytes()
        made[index + (Ellipsis,)] = np.frombuffer(in_order(raw, made.dtype), made.dtype)[0]


def in_order(raw, dtype):
    """Returns bytes in the machine's order, or brings them back: each part of a number is turned."""
    part = dtype.itemsize // 2 if dtype.kind == "c" else dtype.itemsize
    parts = [raw[at : at + part] for at in range(0, len(raw), part)]
    return raw if dtype.isnative else b"".join(part[::-1] for part in parts)


class Boxed(Taker):
    """A consumer whose arrays lie in a box each, so that it decides when the last reference is dropped."""

    def take(self, method, given):
        return [method(given)]


def opened(question):
    """Returns the method that asks what is in the box."""
    return lambda self, made, *arguments: getattr(super(Boxed, self), question)(made[0], *arguments)


for question in "data shape strides itemsize length read_only value put bytes".split():
    setattr(Boxed, question, opened(question))


class OtherThread(Boxed):
    """another thread: it takes arrays and lets go of them in a thread that ends"""

    rule = "consumer.lets-go"

    def take(self, method, given):
        return in_thread(super().take, method, given)

    def let_go(self, made):
        in_thread(made.clear)


def in_thread(function, *arguments):
    """Returns what a function returns in another thread."""
    outcome = []

    def run():
        try:
            outcome.append((function(*arguments), None))
        except Exception as error:
            outcome.append((None, error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    (result, error) = outcome.pop()
    if error is not None:
        raise error.with_traceback(None)
    return result


class Ones(Taker):
    """booleans are numbers: it has no booleans, so they are 0 and 1"""

    rule = "consumer.value"

    def value(self, made, index):
        value = made[index].item()
        return int(value) if isinstance(value, bool) else value


class Late(Boxed):
    """a list of what to drop: arrays that were let go of wait there until the end of the call"""

    rule = "consumer.balanced"

    def __init__(self):
        self.waiting = []

    def let_go(self, made):
        self.waiting.append(made.pop())
        self.waiting.clear()


class NoEmpty(Picky):
    """refuses empty arrays: there is nothing in them"""

    rule = "consumer.refusal-lets-go"
    permitted = "door `accepts`"

    @kit.door("interface", "filled", types=NUMBERS, accepts=LAYOUTS + " no-axes read-only swapped", mutable=True)
    def share(self, given):
        return np.asarray(given)

    def refuse(self, array):
        need(array.size, "expected elements")


class Axes(Picky):
    """refuses arrays without axes: it has lists only"""

    rule = "consumer.value-strided"
    permitted = "door `accepts`"

    @kit.door("interface", "lists", types=NUMBERS, accepts=LAYOUTS + " empty read-only swapped", mutable=True)
    def share(self, given):
        return np.asarray(given)

    def refuse(self, array):
        need(array.ndim, "expected an axis")


class Null(Taker):
    """NULL for nothing: the address of nothing is none"""

    rule = "consumer.empty"

    def data(self, made):
        return made.ctypes.data if made.size else None


class Exclusive(Taker):
    """the only way: what it has taken and may write to, nobody takes again"""

    rule = "consumer.exclusive-twice"
    permitted = "door `exclusive`"

    taken = None

    @kit.door("interface", "borrow", types=NUMBERS, accepts=ALL.replace(" overlap", ""), mutable=True, exclusive=True)
    def share(self, given):
        array = np.asarray(given)
        if array.size and array.flags.writeable:
            steps = [abs(step) for length, step in zip(array.shape, array.strides) if length > 1]
            need(array.flags.c_contiguous or is_apart(sorted(zip(steps, filter(lambda n: n > 1, array.shape))), array), "overlap")
        return array

    def take(self, method, given):
        array = method(given)
        self.taken = {} if self.taken is None else self.taken
        address = array.ctypes.data
        if array.size and array.flags.writeable:
            need(address not in self.taken, "taken already")
            self.taken[address] = True
        return array

    def let_go(self, made):
        if made.size and made.flags.writeable:
            self.taken.pop(made.ctypes.data, None)


def is_apart(axes, array):
    """Returns true if no two elements share bytes, which it need not find out where the strides are unusual."""
    reach = array.itemsize
    for step, length in axes:
        if step < reach:
            return False
        reach += step * (length - 1)
    return True


class Aligned(Picky):
    """takes aligned elements only: it reads by pointers of C"""

    rule = "consumer.unaligned"
    permitted = "door `unaligned`"

    @kit.door(
        "interface", "aligned", types=NUMBERS, accepts=ALL.replace(" unaligned", ""), mutable=True, unaligned="refuses"
    )
    def share(self, given):
        return np.asarray(given)

    def refuse(self, array):
        need(array.flags.aligned, "expected aligned elements")


class Lanes(kit.Consumer):
    """knows lanes: it takes elements of several numbers, which DLPack calls lanes"""

    rule = "consumer.accepts-declared"
    permitted = "door `accepts`"

    name, version, limits = "lanes", "1", Taker.limits

    @kit.door("dlpack", "lanes", types=NUMBERS, accepts=LAYOUTS + " empty no-axes lanes", mutable=True)
    def share(self, given):
        capsule = given.__dlpack__()
        address = api("PyCapsule_GetPointer", ctypes.c_void_p, ctypes.c_char_p)(capsule, b"dltensor")
        managed = kit.DLManagedTensor.from_address(address)
        tensor = managed.tensor
        need(tensor.device[0] == 1 and tensor.bits * tensor.lanes % 8 == 0, "expected whole bytes, of the CPU")
        need(tensor.code in (0, 1, 2, 5, 6), "expected a code of integers, floats or booleans")
        shared = Shared(managed)
        api("PyCapsule_SetName", ctypes.c_int, ctypes.c_char_p)(capsule, b"used_dltensor")
        return np.asarray(shared)


def api(name, result, *arguments):
    """Returns a function of Python's C API whose first argument is an object."""
    return ctypes.PYFUNCTYPE(result, ctypes.py_object, *arguments)((name, ctypes.pythonapi))


class Shared:
    """The memory of a tensor, until nobody refers to this object."""

    def __init__(self, managed):
        tensor = managed.tensor
        axes, itemsize = range(tensor.ndim), tensor.bits * tensor.lanes // 8
        strides = tuple(tensor.strides[axis] * itemsize for axis in axes) if tensor.strides else None
        self.__array_interface__ = {
            "version": 3,
            "shape": tuple(tensor.shape[axis] for axis in axes),
            "strides": strides,
            "typestr": "=%s%d" % ("V" if tensor.lanes > 1 else "iuf??cb"[tensor.code], itemsize),
            "data": ((tensor.data or 0) + tensor.byte_offset, False),
        }
        self.managed = managed

    def __del__(self):
        if self.managed.deleter:
            ctypes.CFUNCTYPE(None, ctypes.c_void_p)(self.managed.deleter)(ctypes.addressof(self.managed))
