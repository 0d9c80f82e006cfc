"""The answers of the protocol, and how they become JSON."""

import ctypes
import io
import json
import operator
import os
import struct


class Declined(Exception):
    """For adapters to raise, with a reason, where a limit cannot say what the library lacks: in a question, which stays
    unanswered, or while the array is made, and then all questions do. It is no verdict; the suite counts it."""


class Address(int):
    """An integer that is an address."""


class Object(int):
    """An integer that identifies an object."""


class Encoded(str):
    """An answer that is JSON already."""


def as_address(value):
    return value if value is None else Address(value)


quoted = json.encoder.encode_basestring_ascii  # what json.dumps does with a text, without its other work


def json_text(value):
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair is not valid in JSON
        value = value.encode("utf-8", "replace").decode()
    return quoted(value)


def _list_of_integers(values):
    items = '","'.join(map(str, map(int, map(operator.index, values))))
    return '{"integers":["%s"]}' % items if items else '{"integers":[]}'


def _bits(value):
    return struct.pack(">d", value).hex()


_ENCODERS = {  # written by hand: json.dumps takes three times as long
    type(None): lambda value: "null",
    bool: lambda value: "true" if value else "false",
    int: '{"integer":"%d"}'.__mod__,
    Object: '{"object":"%d"}'.__mod__,
    # A number that cannot be an address is reported as an integer.
    Address: lambda value: ('{"address":"%d"}' if 0 <= value < 1 << 64 else '{"integer":"%d"}') % value,
    float: lambda value: '{"float":"%s"}' % _bits(value),
    complex: lambda value: '{"complex":["%s","%s"]}' % (_bits(value.real), _bits(value.imag)),
    str: lambda value: '{"text":%s}' % json_text(value),
    Encoded: str,
    tuple: _list_of_integers,
    list: _list_of_integers,
    dict: lambda value: '{"seen":%s}' % json.dumps(value),
}


def encode(value):
    """Returns an answer as JSON, by its type. A value of any other type is memory: bytes, or an object of ctypes."""
    encoder = _ENCODERS.get(type(value))
    if not encoder and isinstance(value, (int, str)):  # a subclass counts as its base
        encoder = _ENCODERS[int if isinstance(value, int) else str]
    return encoder(value) if encoder else '{"bytes":"%s"}' % bytes(value).hex()


_KINDS = [TypeError, ValueError, OverflowError, AttributeError, IndexError, KeyError, NotImplementedError, BufferError]
_KINDS.append(OSError)
EXCEPTIONS = {kind: kind.__name__ for kind in _KINDS}
EXCEPTIONS[ctypes.ArgumentError] = "TypeError"
EXCEPTIONS[io.UnsupportedOperation] = "OSError"  # it is a ValueError, too, and on PyPy that comes first
OTHER_EXCEPTION = "OtherError"
_KIT = os.path.dirname(__file__) + os.sep


def raises(error):
    """Returns the entries of a reply for an exception: it goes by the first of its classes that the protocol knows."""
    name = next((EXCEPTIONS[kind] for kind in type(error).__mro__ if kind in EXCEPTIONS), OTHER_EXCEPTION)
    message = str(error) if isinstance(error, Exception) else repr(error)  # the others often have no text
    place = _place(error)
    return '"raises":"%s","message":%s' % (name, json_text(message[:200])) + (',"place":%s' % json_text(place) if place else "")


def _place(error):
    """Returns where an exception was raised: the innermost place outside of the kit; None if there is none."""
    found, trace = None, error.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        if not code.co_filename.startswith(_KIT):
            found = trace.tb_lineno, code
        trace = trace.tb_next
    return found and "%s:%d in %s" % (os.path.basename(found[1].co_filename), found[0], found[1].co_name)


def declined(reason):
    """Returns the entry of a reply for a question, or an array, that the adapter declines."""
    return '"declined":%s' % json_text(str(reason)[:200] or "no reason given")
