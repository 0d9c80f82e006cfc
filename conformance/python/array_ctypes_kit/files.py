"""The files that arrays are mapped from."""

import contextlib
import functools
import mmap
import os
import pathlib
import re
import shutil
from ctypes import c_void_p, sizeof

from .answers import Declined
from .arguments import one_of
from .buffer import buffer_address
from .collector import collect
from .folders import new_folder
from .shortage import need_room

LISTS_MAPPINGS = os.path.exists("/proc/self/maps")
AT_EXIT = []  # what the process that answers does at its end

# For each mode of a mapping, the mode in which a file object for it is opened.
MODES = {"r": "rb", "r+": "r+b", "w+": "w+b", "c": "rb"}

# For each kind of handle to a file, what the library receives, given the path and the mode.
HANDLES = {
    "path": lambda path, mode: path,
    "path-like": lambda path, mode: pathlib.Path(path),
    "relative": lambda path, mode: _relative(path),
    "object": lambda path, mode: open(path, MODES[mode]),
    "read-only": lambda path, mode: open(path, "rb"),
    "missing": lambda path, mode: path,
    "directory": lambda path, mode: os.path.dirname(path),
}


def _relative(path):
    try:
        return os.path.relpath(path)
    except FileNotFoundError:
        raise Declined("the working directory is gone")


class File:
    """The file that the array of a case is mapped from. Its address is the one that its first byte has or would have in the
    mapping."""

    folder = None  # from the suite, or made at its first use

    def __init__(self, adapter, buffer, given, name):
        self.adapter, self.handle = adapter, given["file"]
        self.path = os.path.join(File.get_folder(), re.sub("[^0-9A-Za-z]", "-", name))
        self.own_folder, self.size = None, int(buffer["size"])
        need_room(File.get_folder())
        if "name" in given:  # in a folder of its own, since other files may have the same name
            self.own_folder = self.path
            os.mkdir(self.own_folder)
            # The bytes are UTF-8 also where Python takes names for those of another encoding.
            self.path = os.path.join(self.own_folder, os.fsdecode(given["name"].encode()))
        if self.handle != "missing":
            try:
                with open(self.path, "wb", 0) as file:
                    file.write(bytes.fromhex(buffer["bytes"]))
                    file.truncate(self.size)
            except OSError:
                self.remove()
                raise

    @staticmethod
    def get_folder():
        if File.folder is None:
            File.folder = new_folder("array-ctypes-")
            AT_EXIT.append(functools.partial(shutil.rmtree, File.folder, True))
        return File.folder

    def map(self, dtype, offset, shape, order, mode):
        """Returns the array. An open file is closed afterwards: a mapping does not need it."""
        handle = HANDLES[self.handle](self.path, mode)
        try:
            array = self.adapter.memmap(handle, dtype, mode, offset, shape, order)
        finally:
            if hasattr(handle, "close"):
                handle.close()
        self.offset = offset
        self.has_bytes = self.size > offset if shape is None else 0 not in shape and self.adapter.item_size(dtype) > 0
        self.address = self.find(array)[0]
        return array

    def find(self, array):
        """Returns the address of the file's first byte, and the offset in the file at which the mapping begins.

        The system reports where the mapping is, if it can. If not, the mapping is taken to begin at the array's offset,
        rounded down to the granularity of mappings."""
        first, wrap = buffer_address(self.adapter.mapping(array)), 1 << 8 * sizeof(c_void_p)
        for low, high, start in mappings(self.path):
            if low <= first < high:
                return (low - start) % wrap, first - low + start
        if LISTS_MAPPINGS:
            raise RuntimeError("expected a mapping of the file, found other memory")
        start = self.offset - self.offset % mmap.ALLOCATIONGRANULARITY
        if start and start == self.offset and not self.has_bytes:  # such a mapping may begin before the array
            raise Declined("the system does not list mappings")
        return (first - start) % wrap, start

    def is_mapped(self):
        if not LISTS_MAPPINGS:
            raise Declined("the system does not list mappings")
        return any(True for _ in mappings(self.path))

    def remove(self):
        if self.own_folder:
            shutil.rmtree(self.own_folder, True)
            return
        with contextlib.suppress(FileNotFoundError):
            os.remove(self.path)


def mappings(path):
    """Yields where this process has mapped a file: first address, end, offset in the file."""
    if not LISTS_MAPPINGS:
        return
    with open("/proc/self/maps", "rb", 0) as maps:
        content = maps.read()
    end = b" " + os.fsencode(path).replace(b"\n", b"\\012") + b"\n"
    at = content.find(end)
    while at >= 0:  # few of many lines are about the file, so only these are read
        words = content[content.rfind(b"\n", 0, at) + 1 : at].split(None, 4)
        low, high = [int(word, 16) for word in words[0].split(b"-")]
        yield low, high, int(words[2], 16)
        at = content.find(end, at + 1)


def _is_name_of_file(case):
    name = os.fspath(case.adapter.map_fact(case.array, "filename"))
    return os.path.isabs(name) and os.path.realpath(name) == os.path.realpath(case.memory.path)


def _copy_is_mapped(case):
    """Returns true if a copy of the array lies in the mapping, or keeps it alive."""
    copy = case.adapter.copy(case.array)
    try:
        mapping = case.adapter.mapping(copy)
    except AttributeError:
        return False  # the copy is in no mapping
    return mapping is case.adapter.mapping(case.array)


def _is_mapped_after_drop(case):
    case.let_go()
    collect()  # reference cycles may delay the end of the mapping; that is not the question here
    return case.memory.is_mapped()


MAP_PARTS = {
    "offset": lambda case: case.adapter.map_fact(case.array, "offset"),
    "mode": lambda case: case.adapter.map_fact(case.array, "mode"),
    "filename": _is_name_of_file,
    "start": lambda case: case.memory.find(case.array)[1],
    "copy": _copy_is_mapped,
    "dropped": _is_mapped_after_drop,
}


def _read_file(offset, length, case):
    with open(case.memory.path, "rb") as file:
        file.seek(offset)
        return file.read(length)


def _write_file(offset, content, case):
    with open(case.memory.path, "r+b") as file:
        file.seek(offset)
        file.write(content)


def _truncate_file(size, case):
    with open(case.memory.path, "r+b") as file:
        file.truncate(size)


STEPS = {
    "map": (lambda part, case: part(case), one_of(MAP_PARTS)),
    "file": (_read_file, int, int),
    "file-size": (lambda case: os.stat(case.memory.path).st_size,),
    "write-file": (_write_file, int, bytes.fromhex),
    "flush": (lambda case: case.adapter.flush(case.array),),
    "truncate-file": (_truncate_file, int),
    "close-map": (lambda case: case.adapter.mapping(case.array).close(),),
}
