"""What is remembered from case to case. Cases name types and values without end, so all of it is forgotten now and then: else
the memory of a run would grow with its number of cases."""

import ctypes
import functools

SIZE = 1 << 16  # entries of a cache
_CACHES = []

# The types POINTER(…), which ctypes keeps for as long as Python runs: a dictionary up to CPython 3.13 and on PyPy. Later ones go
# with the type that they point to.
POINTERS = getattr(ctypes, "_pointer_type_cache", None)
_KEPT = set()


def cached(function):
    """Remembers what a function returned, until `forget`."""
    cache = functools.lru_cache(SIZE)(function)
    _CACHES.append(cache)
    return cache


def keep():
    """Lets the types stay that exist now: whoever made them may compare with them later."""
    if isinstance(POINTERS, dict):
        _KEPT.update(POINTERS)


def forget():
    """Forgets all that is remembered here, and makes ctypes forget the types that only cases have named.

    All of it goes at once, so that no step gets an old type and a new one for the same text."""
    for cache in _CACHES:
        cache.cache_clear()
    if isinstance(POINTERS, dict):
        for kind in [kind for kind in POINTERS if kind not in _KEPT and _is_made(kind)]:
            del POINTERS[kind]


def _is_made(kind):
    """Returns true if a type is one of endlessly many: an array, a structure or a union, or a pointer to one. The others are
    few, and a library may have kept theirs to check arguments."""
    while isinstance(kind, type) and issubclass(kind, ctypes._Pointer) and hasattr(kind, "_type_"):
        kind = kind._type_
    return isinstance(kind, type) and issubclass(kind, (ctypes.Array, ctypes.Structure, ctypes.Union))
