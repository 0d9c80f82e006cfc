"""Python's collector of garbage, which runs where a step asks for it, and between cases."""

import gc
import sys

freeze = getattr(gc, "freeze", lambda: None)  # since Python 3.7; hides what exists from the collector


def ages(batch):
    """Returns true before every 64th batch."""
    return batch % 64 == 63


def set_aside(batch):
    """Hides what exists before a batch from the collector, so that a collection costs as little as in the first batch. Now
    and then the collector looks at all of it, since some of it may have become garbage."""
    if hasattr(gc, "freeze"):
        if ages(batch):
            gc.unfreeze()
        gc.collect()
        gc.freeze()


def collect():
    for _ in range(1 if hasattr(sys, "getrefcount") else 3):  # PyPy needs a round for each finalizer in a row
        gc.collect()
