"""Folders of the kit's own."""

import tempfile


def new_folder(prefix):
    """Returns a new folder whose name is UTF-8, as all texts of the protocol are. That of the usual place may not be."""
    for parent in tempfile.gettempdir(), "/dev/shm", "/tmp":
        try:
            parent.encode()
            return tempfile.mkdtemp(prefix=prefix, dir=parent)
        except (OSError, UnicodeEncodeError) as error:
            why = error
    raise OSError("no place for a folder: %s" % why)
