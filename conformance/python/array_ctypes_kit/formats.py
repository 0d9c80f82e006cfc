"""Formats of the buffer protocol, in the syntax of the module struct and of PEP 3118: what one element is."""

import ctypes
import re
from collections import namedtuple

from .caches import cached
from .elements import NATIVE

Element = namedtuple("Element", "typestr size")

# For each code, the kind in a type string, the standard size (None if there is none), and the C type.
_CODES = {
    "?": ("b", 1, ctypes.c_bool),
    "c": ("S", 1, ctypes.c_char),
    "b": ("i", 1, ctypes.c_byte),
    "B": ("u", 1, ctypes.c_ubyte),
    "h": ("i", 2, ctypes.c_short),
    "H": ("u", 2, ctypes.c_ushort),
    "i": ("i", 4, ctypes.c_int),
    "I": ("u", 4, ctypes.c_uint),
    "l": ("i", 4, ctypes.c_long),
    "L": ("u", 4, ctypes.c_ulong),
    "q": ("i", 8, ctypes.c_longlong),
    "Q": ("u", 8, ctypes.c_ulonglong),
    "n": ("i", None, ctypes.c_ssize_t),
    "N": ("u", None, ctypes.c_size_t),
    "e": ("f", 2, ctypes.c_short),
    "f": ("f", 4, ctypes.c_float),
    "d": ("f", 8, ctypes.c_double),
    "g": ("f", None, ctypes.c_longdouble),
    "s": ("S", 1, ctypes.c_char),
    "p": ("V", 1, ctypes.c_char),
    "x": ("V", 1, ctypes.c_char),
    "w": ("U", 4, ctypes.c_uint),
}
_RUNS = "spxw"  # a count is a length: one item has all of it

# An order holds for all that follows. It stands before or behind the shape of an item.
_ORDER, _ITEM = r"\s*(?P<order>[@=<>!^])", r"(?P<count>\d*)(?P<code>T\{|Z?[a-zA-Z?])"
_INNER = r"\s*(?P<shape>\([\d,\s]*\))?(?:%s)?\s*%s" % (_ORDER.replace("order", "inner"), _ITEM)
_WORD = re.compile(_ORDER + r"|\s*(?P<end>\})|" + _INNER)
_NAME = re.compile(r":[^:]*:")


class _Reader:
    """Reads a format from the left."""

    def __init__(self, text):
        self.text, self.at, self.order = text, 0, "@"

    def fail(self, why):
        raise ValueError("expected %s in the format of a buffer, found %r" % (why, self.text))

    def items(self, is_inner):
        """Returns the type strings of the items up to the end, or to a closing brace, with their size and alignment. None stands
        for an item that is no number or text."""
        found, size, alignment = [], 0, 1
        while self.at < len(self.text) and not self.text[self.at :].isspace():
            word = _WORD.match(self.text, self.at)
            if word is None:
                self.fail("codes of numbers, text, padding and structures")
            self.at = word.end()
            self.order = word.group("order") or word.group("inner") or self.order
            if word.group("order"):
                continue
            if word.group("end"):
                if not is_inner:
                    self.fail("a brace for each that closes")
                return found, size, alignment
            typestr, item, align = self.item(word.group("code"), word.group("count"))
            name = _NAME.match(self.text, self.at)
            self.at = name.end() if name else self.at
            for length in re.findall(r"\d+", word.group("shape") or ""):
                item *= int(length)
            align = align if self.order == "@" else 1
            size += -size % align + item
            alignment = max(alignment, align)
            found.append(None if name or word.group("shape") else typestr)
        if is_inner:
            self.fail("a closing brace for each that opens")
        return found, size, alignment

    def item(self, code, count):
        """Returns the type string of an item, None if it is not one number or text, with its size and alignment."""
        if code == "T{":
            _, size, align = self.items(is_inner=True)
            return None, size * int(count or 1), align
        parts = 2 if code.startswith("Z") else 1
        kind, size, ctype = _CODES.get(code[-1], (None, None, None))
        if kind is None or parts == 2 and kind != "f":
            self.fail("codes of numbers, text, padding and structures")
        size = ctypes.sizeof(ctype) if self.order in "@^" or size is None else size
        number = int(count) if count else 1
        order = NATIVE if self.order in "@^=" else ">" if self.order in ">!" else "<"
        kind = "c" if parts == 2 else kind
        if code == "x":
            typestr = None
        elif code in _RUNS:
            typestr = "%s%s%d" % (order if code == "w" else "|", kind, number)
        else:
            typestr = None if count and number != 1 else "%s%s%d" % (order, kind, size * parts)
        return typestr, size * parts * number, ctypes.alignment(ctype)


@cached
def element(text, itemsize):
    """Returns what elements of that many bytes are by their format: a number or text, or else raw bytes.

    The padding at the end of a structure of C may be spelled, or follow from its alignment. Raises ValueError for a format that is
    none, or that describes another number of bytes."""
    reader = _Reader(text)
    found, size, alignment = reader.items(is_inner=False)
    if itemsize not in (size, size + -size % alignment):
        reader.fail("as many bytes as an element has, %d, and not %d," % (itemsize, size))
    is_one = len(found) == 1 and found[0] is not None and size == itemsize
    return Element(found[0] if is_one else "|V%d" % itemsize, itemsize)
