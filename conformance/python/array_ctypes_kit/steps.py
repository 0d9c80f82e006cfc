"""All steps, and how one is answered."""

import faulthandler
import os
import signal

from . import buffer, calls, ctypeslib, dlpack, files, handing, imports, interface, lifetime, producer, types, values
from .answers import Declined, Encoded, declined, encode, raises
from .arguments import parse
from .caches import cached
from .shortage import shortage
from .streams import FORKS


def _forked(step, case):
    """Returns what a copy of this process answers, or the signal that ends the copy. Where there are no copies, the suite asks
    for no step that must fault, and this process answers itself."""
    if not FORKS:
        return handler(step)(case)
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as pipe:
        try:
            pid = os.fork()
            if pid == 0:
                _answer_and_end(step, case, writer)
        finally:
            os.close(writer)
        reply = pipe.read().decode()
    status = os.waitpid(pid, 0)[1]
    if status & 127:
        return Encoded('{"signal":"%s"}' % signal.Signals(status & 127).name)
    if not reply:
        raise RuntimeError("the copy of the process ended without an answer")
    return Encoded(reply)


def _answer_and_end(step, case, writer):
    faulthandler.disable()  # its end is an answer
    try:
        os.write(writer, answer(step, case).encode())
    finally:
        os._exit(0)


_MODULES = [types, values, calls, interface, imports, buffer, dlpack, files, ctypeslib, lifetime]
_MODULES += [handing, producer]
STEPS = {word: step for module in _MODULES for word, step in module.STEPS.items()}
STEPS["forked"] = (_forked, str)


@cached
def handler(step):
    """Returns the function that answers a step, given the case."""
    return parse(step, STEPS)


def answer(step, case):
    """Returns the answer to a step as JSON. An exception is an answer too, even one that would end the process."""
    try:
        return encode(handler(step)(case))
    except Declined as reason:
        return "{%s}" % declined(reason)
    except BaseException as error:
        lacking = shortage(error, case.memory.size)
        return "{%s}" % (declined(lacking) if lacking else raises(error))
