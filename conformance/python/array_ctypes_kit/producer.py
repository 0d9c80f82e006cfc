"""The producer of an array that is handed to a consumer: it makes the memory, hands out the array, and looks after both."""

import operator
from functools import reduce

from .capsules import Dlpack, DlpackVersioned, Struct
from .collector import collect
from .elements import alignment, is_swapped, item_size
from .exports import Buffer, Interface, Pointer, Watched
from .guarded import Guarded, Mapped

# For each protocol but `object`, how an array is handed out.
EXPORTERS = {
    "pointer": Pointer,
    "interface": Interface,
    "struct": Struct,
    "buffer": Buffer,
    "dlpack": Dlpack,
    "dlpack-versioned": DlpackVersioned,
}

_HELD_FOREVER = []  # producers of arrays that a consumer has not let go of


class Produced:
    """An array in the memory of a producer."""

    def __init__(self, given, name):
        self.dtype, self.offset = given["dtype"], int(given["offset"])
        self.itemsize, self.is_swapped = item_size(self.dtype), is_swapped(self.dtype)
        self.shape, self.strides = tuple(map(int, given["shape"])), tuple(map(int, given["strides"]))
        buffer, mapped = given["buffer"], given.get("map")
        if mapped and mapped["deduced"]:
            self.shape = (max(int(buffer["size"]) - self.offset, 0) // (self.itemsize or 1),)
            self.strides = (self.itemsize,)
        self.count = reduce(operator.mul, self.shape, 1)
        if mapped:
            self.memory = Mapped(buffer, mapped, name, self.offset + self.extent()[1])
        else:
            self.memory = Guarded(int(buffer["size"]), buffer["at"], bytes.fromhex(buffer["bytes"]))
        self.address = self.memory.address + self.offset
        self.is_read_only = mapped["mode"] == "r" if mapped else not given["writeable"]

    def extent(self):
        """Returns the first byte of the elements, and the end of the last, from the first element on."""
        if not self.count:
            return 0, 0
        reach = [(length - 1) * stride for length, stride in zip(self.shape, self.strides)]
        return sum(min(step, 0) for step in reach), sum(max(step, 0) for step in reach) + self.itemsize

    def strides_that_matter(self):
        """Returns the strides that lead from one element to another."""
        return [stride for length, stride in zip(self.shape, self.strides) if length > 1 and self.count]

    def addresses(self):
        """Returns the address of each element, in C order."""
        found = [self.address]
        for length, stride in zip(self.shape, self.strides):
            if length != 1:
                found = [address + at * stride for address in found for at in range(length)]
        return found

    @property
    def is_aligned(self):
        align = alignment(self.dtype)
        return not any(number % align for number in [self.address] + self.strides_that_matter())


class Producer:
    """What has been handed out of an array, and to whom."""

    def __init__(self, array):
        self.array, self.exports = array, []
        self.has_left = self.is_freed = False

    def hand(self, protocol, features, adapter):
        """Returns the array, as an object that the protocol defines."""
        if protocol == "object":
            made = adapter.produce(self.array, features)
            self.exports.append(_Produced(Watched(made)))
            return made
        self.exports.append(adapter.export(protocol, self.array, features))
        return self.exports[-1].take()

    def holds(self):
        """Returns how many times somebody took hold of the array, less how many times somebody let go."""
        counts = [export.count() for export in self.exports]
        if any(counts):
            collect()
            counts = [export.count() for export in self.exports]
        self._free()
        return min(counts) if any(count < 0 for count in counts) else sum(counts)

    def is_held(self):
        """Returns true if somebody keeps the memory."""
        self.holds()
        return any(export.holders() > 0 for export in self.exports)

    def leave(self):
        """Drops the array. What was handed out counts as dropped, though the producer keeps it to look at the references."""
        self.has_left = True
        self.holds()

    def _free(self):
        """Overwrites the elements, once nobody holds them."""
        is_kept = any(export.holders() > 0 for export in self.exports) or any(export.is_kept() for export in self.exports)
        if self.has_left and not self.is_freed and not is_kept:
            self.is_freed = True
            first, end = self.array.extent()
            self.array.memory.overwrite(self.array.address + first, end - first)

    def name(self):
        """Returns the name of the capsule that was handed out first."""
        return self.exports[0].name() if self.exports else None

    def close(self):
        """Frees all that nobody holds."""
        self.has_left = True
        if self.holds() != 0:
            _HELD_FOREVER.append(self)
            return
        for export in self.exports:
            export.close()
        self.array.memory.remove()


class _Produced:
    """An object of the consumer's own that was handed out."""

    def __init__(self, watched):
        self.count = self.holders = watched.count

    def name(self):
        return None

    def is_kept(self):
        return False

    def close(self):
        self.count = self.holders = None


def _file(case):
    with open(case.memory.path, "rb") as file:
        return file.read()


# Steps that the consumer is not asked.
STEPS = {
    "producer-memory": (lambda case: case.memory.bytes(),),
    "producer-file": (_file,),
    "producer-writes": (lambda offset, content, case: case.memory.write(offset, content), int, bytes.fromhex),
    "producer-lets-go": (lambda case: case.producer.leave(),),
    "producer-held": (lambda case: case.producer.is_held(),),
    "producer-exports": (lambda case: case.producer.holds(),),
    "producer-capsule": (lambda case: case.producer.name(),),
}
