"""The C compiler, where there is one."""

import ctypes
import os
import shlex
import shutil
import subprocess

from .folders import new_folder


def compiled(source):
    """Returns the library that the compiler makes of a C source; None if there is no compiler, or if it fails."""
    return built(source, ctypes.CDLL)


def built(source, load, *options):
    """Returns what `load` makes of the path of such a library."""
    compiler = os.environ.get("ARRAY_CTYPES_CC", "cc")
    if not compiler.strip() or os.name != "posix":
        return None
    folder = None
    try:
        folder = new_folder("array-ctypes-c-")
        text, library = os.path.join(folder, "source.c"), os.path.join(folder, "library.so")
        with open(text, "w") as file:
            file.write(source)
        command = shlex.split(compiler) + ["-shared", "-fPIC", "-O1", "-o", library, text] + list(options)
        nowhere = subprocess.DEVNULL
        if subprocess.call(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, timeout=60):
            return None
        return load(library)
    except (ImportError, OSError, ValueError, subprocess.SubprocessError):
        return None  # for another machine, say; the file may be unlinked once it is loaded
    finally:
        if folder:
            shutil.rmtree(folder, True)
