"""Python's collector of garbage, which runs where a step asks for it, and between cases."""

import gc
import sys

COUNTS_REFERENCES = hasattr(sys, "getrefcount")  # PyPy does not

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


def pause():
    """Lets the collector run where a step asks for it, and not elsewhere. PyPy would then run no finalizers at all."""
    if COUNTS_REFERENCES:
        gc.disable()


def collect():
    # PyPy needs a round for each finalizer in a row: 8 of them until the file of a view is unmapped after `as_array` has refused it.
    for _ in range(1 if COUNTS_REFERENCES else 10):
        gc.collect()
