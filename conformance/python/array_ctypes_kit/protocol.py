"""The protocol: requests and their replies."""

import ctypes
import faulthandler
import gc
import itertools
import json
import os
import platform
import sys
from ctypes import addressof

from . import files, handing, producer
from .answers import Declined, declined, json_text, quoted, raises
from .caches import forget, keep
from .calls import functions
from .cases import make_case
from .collector import ages, freeze, pause, set_aside
from .consumer import Consumer
from .costs import cost_reply
from .exporter import library
from .handing import Handing
from .memory import Owned, make_memory
from .pair import LIFETIMES, Pair
from .platform import describe_platform
from .shortage import NO_MEMORY, shortage
from .steps import answer
from .streams import FORKS, INPUT, REPLIES, send, send_each


# Steps that run the collector.
COLLECTS = {"collect", "producer-held", "producer-exports", "producer-lets-go"}


def _reply(adapter, given, live):
    try:
        return _reply_to(adapter, given, live)
    except MemoryError:  # anywhere in the kit
        gc.enable()
        return '{"id":%s,%s}' % (quoted(given["id"]), declined(NO_MEMORY))


def _reply_to(adapter, given, live):
    identifier = quoted(given["id"])
    array, memory = given["array"], None
    if not COLLECTS.isdisjoint(given["script"]):
        freeze()  # the collector need not look at other cases
    try:
        if isinstance(adapter, Consumer):
            case = live[given["id"]] = Handing(adapter, array, given["id"])
            return _answers(case, given)
        if "map" in array:
            memory = files.File(adapter, array["buffer"], array["map"], given["id"])
        elif "owner" in array:
            memory = Owned(adapter, array)
        else:
            memory = make_memory(array)
        case = make_case(adapter, array, memory)
    except BaseException as error:
        if isinstance(memory, files.File):
            memory.remove()
        size = None if memory is None else memory.size + _extent(array)
        return '{"id":%s,%s}' % (identifier, _no_array(error, size))
    live[given["id"]] = case
    return _answers(case, given)


def _extent(array):
    """Returns about as many bytes as the elements of an array extend over."""
    steps = zip(array["shape"], array["strides"])
    return int(array["offset"]) + sum(int(length) * abs(int(stride)) for length, stride in steps)


def _no_array(error, size):
    """Returns the entries of a reply for an array that could not be made. `size` is that of its memory, None if that could not be
    made either."""
    lacking = error if isinstance(error, Declined) else shortage(error, size)
    if lacking:
        return declined(lacking)
    if isinstance(error, Exception):
        return raises(error)
    return '"lost":%s' % json_text("the library raised %r, which would end the process" % error)


def _answers(case, given):
    pause()  # until the end of the script
    answers = ",".join(map(answer, given["script"], itertools.repeat(case)))
    gc.enable()
    address = case.memory.address
    buffer = "null" if address is None else '"%d"' % address
    if isinstance(case.memory, files.File):
        buffer += ',"file":%s' % json_text(os.fsencode(case.memory.path).decode("utf-8", "surrogateescape"))
    return '{"id":%s,"buffer":%s,"answers":[%s]}' % (quoted(given["id"]), buffer, answers)


def _release(cases):
    for case in cases:
        case.let_go()  # some systems do not remove a file that is mapped
        case.held, case.filler = {}, []
        if isinstance(case.memory, files.File):
            case.memory.remove()


_NONCE = None  # what the suite sent, for it to find


def _hello(adapter, given):
    folder = given.get("folder")
    if folder is not None and os.access(folder, os.W_OK | os.X_OK):  # the suite may be on another machine, or another user's
        files.File.folder = folder
    hello = {name: getattr(adapter, name) for name in ("name", "version", "profiles")}
    hello["limits"] = dict(_abilities(adapter), **adapter.limits)
    hello.update(protocol=1, platform=describe_platform(), restarts=FORKS)
    hello["runtime"] = "{} {}".format(platform.python_implementation(), platform.python_version())
    if adapter.based_on:
        hello["based_on"] = adapter.based_on
    hello["costs"] = bool(adapter.costs)
    if isinstance(adapter, Consumer):
        hello["doors"] = [declared for declared, _ in adapter.doors()]
    if _visible_from_outside():
        hello["pid"] = os.getpid()
        if "nonce" in given:
            global _NONCE
            _NONCE = ctypes.create_string_buffer(bytes.fromhex(given["nonce"]))
            hello["nonce"] = str(addressof(_NONCE))
    return json.dumps({"hello": hello})


def _abilities(adapter):
    """Returns the limits by which the kit declares what it does itself."""
    if isinstance(adapter, Consumer):
        steps = [step for table in (handing.STEPS, producer.STEPS) for step in table]
        if isinstance(adapter, Pair):
            steps = [step for step in steps if step not in LIFETIMES]
        return {"views": [], "invalid": False, "steps": steps}
    has_ctypes = "ctypes" in adapter.profiles
    has_types = has_ctypes or "absent" in adapter.profiles
    return {
        "types": has_types,
        "functions": has_ctypes,
        "interface_types": "interface" in adapter.profiles,
        # Memory that the library itself makes is nobody's to watch.
        "exports": adapter.limits.get("given_memory", True) and bool({"buffer", "dlpack"} & set(adapter.profiles)),
        "file_names": "memmap" in adapter.profiles,
    }


def _visible_from_outside():
    """Returns true if the system knows addresses of this process by the same numbers; under an emulator it may not."""
    mark = ctypes.create_string_buffer(os.urandom(16))
    try:
        with open("/proc/self/mem", "rb", 0) as memory:
            memory.seek(addressof(mark))
            return memory.read(16) == mark.raw[:16]
    except (OSError, OverflowError, ValueError):
        return False


class _Server:
    """Answers the requests of the suite. Each request is a method, by the name of its first entry."""

    def __init__(self, adapter):
        self.adapter, self.batches = adapter, 0
        self.live = {}  # the cases of the batches that are not released

    def hello(self, request):
        send(_hello(self.adapter, request["hello"]))

    def batch(self, request):
        self.batches += 1
        if ages(self.batches):
            forget()
            self.adapter.forget()
        set_aside(self.batches)
        kept = self.live[request["batch"]] = {}
        send_each(_reply(self.adapter, given, kept) for given in request["cases"])

    def more(self, request):
        kept = self.live[request["more"]]
        send_each(_answers(kept[given["id"]], given) for given in request["cases"])

    def release(self, request):
        _release(self.live.pop(request["release"], {}).values())

    def bench(self, request):
        send(cost_reply(self.adapter, request["bench"]))


REQUESTS = {name: method for name, method in vars(_Server).items() if not name.startswith("_")}


def _serve(adapter):
    """Answers until the input ends. Requests that were meant for a process that died come before the handshake, and are
    skipped."""
    if hasattr(gc, "set_threshold"):  # not on PyPy
        gc.set_threshold(50000)  # live cases are not garbage: looking at them less often saves a tenth of the time
    server, has_begun = _Server(adapter), not FORKS
    for line in INPUT:
        has_begun = has_begun or line.startswith(b'{"hello"')
        if not has_begun:
            continue
        request = json.loads(line.decode())
        word = next((word for word in REQUESTS if word in request), None)
        if word is None:
            raise ValueError("expected one of %s, found %s" % (", ".join(REQUESTS), line.decode()[:200]))
        REQUESTS[word](server, request)


def serve(adapter):
    """Answers the suite until it ends the input.

    Where the system can fork, a copy of this process answers. When the copy dies, the suite receives its status, and the next
    copy answers: what took long to import is not imported again. The last copy ends as any Python does, so memory that a library
    has spoilt may show there; the first process only passes its status on.
    """
    if "ctypes" in adapter.profiles:
        functions()
    if isinstance(adapter, Consumer):
        library()
    keep()
    set_aside(0)  # what was imported, once for all copies
    while FORKS:
        try:
            pid = os.fork()
        except OSError as error:
            os.write(2, ("this process answers without a copy: %s\n" % error).encode())
            REPLIES.send_at_once()
            break
        if pid == 0:
            break
        status = os.waitpid(pid, 0)[1]
        REPLIES.flush()  # what the copy could not send any more
        if status == 0:
            os._exit(0)  # the copy has run what is registered for the exit
        os.write(2, b"\n(process %d ended)\n" % pid)  # the copy may have died before the end of a line
        send('\n{"died":%s}' % json.dumps({"pid": pid, "status": status}))
    if not faulthandler.is_enabled():
        faulthandler.enable(2)  # an abort has last words, too
    try:
        _serve(adapter)
    finally:
        for action in files.AT_EXIT:
            action()
    sys.stdout.flush()
    sys.stderr.flush()
