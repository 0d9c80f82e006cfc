"""The Python kit for adapters: it does everything in the protocol except the part of the library under test.

An adapter is a program that makes arrays with a library and reports to the suite what it observes (PROTOCOL.md). Its author
subclasses `Adapter`, overrides what the library spells differently, and calls `serve`. The kit speaks the protocol, keeps
stray prints off it, allocates the buffers, reads element types, views and C types, and writes the answers. It never judges.
It needs the standard library only, of CPython 3.6 or later, or of PyPy.

Import it before the library under test: importing it takes over the standard streams for the protocol.

Sizes, offsets, strides and addresses are in bytes; lengths of axes are in elements.

Where there is a C compiler, the kit builds the functions that steps hand values to; the environment variable
ARRAY_CTYPES_CC names it (by default `cc`; empty for none). Without one, ctypes makes the functions. On PyPy, the compiler also builds
what looks into buffers and capsules.

A module uses none that is imported below it here. A module that answers steps has them in its table `STEPS`; the module `steps`
joins these tables. The words of each vocabulary of the protocol stand once, as the keys of a table or as the names of methods.
"""

# What authors of adapters need; the rest is for the modules of the kit and for its tests.
__all__ = ["Adapter", "Consumer", "Declined", "Field", "door", "py_buffer", "serve"]

from .streams import FORKS, Replies
from .caches import POINTERS, cached, forget
from .arguments import one_of
from .answers import EXCEPTIONS, OTHER_EXCEPTION, Address, Declined, Encoded, Object, encode
from .api import has_python_api
from .platform import DATA_MODELS, describe_platform
from .types import C_TYPES, c_type, type_name, value_type
from .buffer import BUFFER_MEMBERS, BUFFER_REQUESTS, PyBuffer, py_buffer
from .dlpack import DLPACK_MEMBERS, DLPACK_REQUESTS, DLManagedTensor, DLManagedTensorVersioned, DLTensor
from .interface import INTERFACE_KEYS, STRUCT_MEMBERS, PyArrayInterface
from .imports import IMPORT_DATA, IMPORT_ENTRIES, Exporter
from .values import VALUES, Undeclared
from .calls import C_SOURCE, MAX_WALKED, Functions, functions
from .ctypeslib import AS_ARRAY_SHAPES, AS_ARRAY_SOURCES, CTYPESLIB, LIBRARIES, NDPOINTER_ARGUMENTS, NDPOINTER_USES
from .lifetime import DERIVATIONS, EXPORTS, Way
from .memory import MAX_ALLOCATED, OWNERS, PAGE, Memory, Owned
from .shortage import MARGIN, ROOM, shortage
from .files import HANDLES, LISTS_MAPPINGS, MAP_PARTS, MODES, File, mappings
from .views import VIEWS, TypeString, read_view, view_operation
from .adapter import Adapter, Field
from .cases import Case
from .guarded import Guarded, Mapped
from .exporter import Exported
from .exports import Export, Watched
from .producer import EXPORTERS, Produced, Producer
from .consumer import Consumer, door
from .pair import LIFETIMES, Pair
from .handing import Handing
from .steps import STEPS, answer, handler
from .costs import ROUND_SECONDS, ROUNDS, Missing, measure, optional
from .protocol import REQUESTS, serve
