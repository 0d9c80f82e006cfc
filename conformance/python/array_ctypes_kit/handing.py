"""How an array is handed to a consumer, and what it says about it: the steps of a consumer."""

import contextlib
import sys

from .answers import as_address
from .arguments import numbers
from .caches import cached
from .consumer import plain_value
from .elements import value_of
from .producer import Produced, Producer


class Handing:
    """The case of an array that is handed to a consumer."""

    def __init__(self, adapter, given, name):
        self.adapter = adapter
        self.array = Produced(given, name)
        self.memory, self.producer = self.array.memory, Producer(self.array)
        self.made, self.is_taken = None, False
        self.held, self.filler = {}, []

    def take(self, text):
        self.door = _door(self.adapter, text)
        self.made = self.hand()
        self.is_taken = True

    def hand(self):
        """Returns what the door makes of the array."""
        (takes, features), method = self.door
        return self.adapter.take(method, self.producer.hand(takes, features, self.adapter))

    def hand_again(self, times, is_refused=False):
        """Hands the array over, and drops what that makes. A refusal is an error, unless the array may be refused."""
        for _ in range(times):
            try:
                made = self.hand()
            except Exception:
                if not is_refused:
                    raise
            else:
                self.adapter.let_go(made)
                del made

    def drop(self):
        made, self.made, was_taken, self.is_taken = self.made, None, self.is_taken, False
        if was_taken:
            self.adapter.let_go(made)

    def ask(self, question, *arguments):
        """Returns what the consumer answers about what it has made."""
        if not self.is_taken:
            raise LookupError("the consumer has made nothing")
        return getattr(self.adapter, question)(self.made, *arguments)

    def let_go(self):
        """Ends the case."""
        self.drop()
        self.door = None
        self.producer.close()


@cached
def _door(adapter, text):
    """Returns the protocol, the features that the producer is asked for, and the method of a door."""
    door, *promises = text.split(" ")
    name, _, takes = door.partition(":")
    features = [feature for word in promises if word.startswith("with=") for feature in word[5:].split(",")]
    found = [method for declared, method in adapter.doors() if declared["name"] == name]
    if not found:
        raise NotImplementedError("no such door: " + name)
    return (takes, frozenset(features)), found[0]


@contextlib.contextmanager
def _noticed():
    """Raises what Python could only print: errors of finalizers."""
    errors, before = [], getattr(sys, "unraisablehook", None)
    sys.unraisablehook = lambda unraisable: errors.append(unraisable.exc_value)
    try:
        yield
    finally:
        sys.unraisablehook = before
    if errors:
        raise errors[0]


def _quietly(function):
    """Returns a function whose unhandled errors are errors of the step."""

    def answer(*arguments):
        with _noticed():
            return _fatal(function)(*arguments)

    return answer


def _fatal(function):
    """Returns a function that returns the name of an error that no caller can handle, as text."""

    def answer(*arguments):
        try:
            return function(*arguments)
        except SystemError as error:
            return type(error).__name__
        except Exception:
            raise
        except BaseException as error:
            return type(error).__name__

    return answer


def _put(content, index, case):
    case.ask("put", index, value_of(case.array.dtype, content))


STEPS = {
    "take": (_fatal(lambda text, case: case.take(text)), str),
    "take-again": (_quietly(lambda case: case.hand_again(1)),),
    "repeat": (_quietly(lambda times, case: case.hand_again(times, is_refused=True)), int),
    "let-go": (_quietly(lambda case: case.drop()),),
    "sees-data": (lambda case: as_address(case.ask("data") or None),),
    "sees-shape": (lambda case: case.ask("shape"),),
    "sees-strides": (lambda case: case.ask("strides"),),
    "sees-itemsize": (lambda case: int(case.ask("itemsize")),),
    "sees-length": (lambda case: int(case.ask("length")),),
    "sees-read-only": (lambda case: bool(case.ask("read_only")),),
    "sees-value": (lambda index, case: plain_value(case.ask("value", index)), numbers),
    "sees-bytes": (lambda index, case: bytes(case.ask("bytes", index)), numbers),
    "puts": (_put, bytes.fromhex, numbers),
}
