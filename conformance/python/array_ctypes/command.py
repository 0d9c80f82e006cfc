"""Finds the command that was installed with this package."""

import os
import shutil
import sys
import sysconfig

NAME = "array-ctypes"
VARIABLE = "ARRAY_CTYPES_PYTHON"


class CommandMissing(Exception):
    """The command is not where the package was installed."""


def path():
    """The path of the command: beside this Python, where `pip install --user` or `--target` puts it, or on the path.

    Raises CommandMissing.
    """
    user = "nt_user" if os.name == "nt" else "posix_user"
    target = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "bin")
    folders = [sysconfig.get_path("scripts"), sysconfig.get_path("scripts", user), target]
    for folder in folders:
        found = shutil.which(NAME, path=folder)
        if found:
            return found
    found = shutil.which(NAME)
    if found is None:
        raise CommandMissing(
            "expected the command {} in one of {} or on the path, found none; install the package array-ctypes again".format(
                NAME, ", ".join(folders)
            )
        )
    return found


def environment():
    """The environment to run the command in: the NumPy that it asks is that of this Python, unless another is named."""
    return {VARIABLE: sys.executable, **os.environ}
