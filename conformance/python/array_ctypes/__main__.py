"""`python -m array_ctypes` is the command array-ctypes, and asks the NumPy of this Python."""

import os
import subprocess
import sys

from . import command


def main():
    try:
        arguments = [command.path(), *sys.argv[1:]]
    except command.CommandMissing as error:
        print("array-ctypes: {}".format(error), file=sys.stderr)
        sys.exit(3)  # the run did not start
    if os.name == "nt":
        # There a process cannot become another.
        sys.exit(subprocess.run(arguments, env=command.environment()).returncode)
    os.execve(arguments[0], arguments, command.environment())


main()
