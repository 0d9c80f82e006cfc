"""What asking a library costs."""

import gc
import importlib
import itertools
import json
import time

from .answers import raises
from .cases import make_case
from .collector import set_aside
from .memory import make_memory

ROUNDS = 41
ROUND_SECONDS = 0.0005  # a round never has to take longer; short rounds mostly run through undisturbed


class Missing:
    """Stands for a module that is not there; every use raises an error that says why."""

    def __init__(self, why):
        self.why = why

    def __getattr__(self, name):
        raise ImportError(self.why)

    def __call__(self, *arguments, **named):
        raise ImportError(self.why)

    def __getitem__(self, key):
        raise ImportError(self.why)


def optional(name, make=lambda module: module):
    """For `Adapter.names`: returns a module that may be missing, or what `make` makes of it."""
    try:
        return make(importlib.import_module(name))
    except ImportError as error:
        return Missing("not installed: %s" % (error.name or error))
    except Exception as error:  # the module is there and does not work
        return Missing("%s: %s" % (type(error).__name__, error))


def _lap(function, calls):
    """Returns how long that many calls take, in seconds."""
    turns, clock = itertools.repeat(None, calls), time.perf_counter
    start = clock()
    for _ in turns:
        function()
    return clock() - start


def _count_calls(function, seconds):
    """Returns how many calls take that long. Each number is tried twice, since one try may be interrupted."""
    calls = 1
    while min(_lap(function, calls), _lap(function, calls)) < seconds:
        calls *= 2
    return calls


def measure(functions, seconds):
    """Returns, for each function, the median and the first and third quartile of what a call takes, in nanoseconds.

    All calls together take at most about that many seconds, if no single call takes longer than a round; with few functions
    they take less. Collecting garbage between the rounds comes on top.

    The rounds of all functions take turns, so that a slow moment of the machine hits all of them. What a function takes that
    does nothing is subtracted. No garbage is collected within a round."""
    functions = [lambda: None] + list(functions)
    # A round takes up to twice as long, and finding the number of its calls up to eight times as long.
    long_enough = min(ROUND_SECONDS, seconds / (2 * ROUNDS + 8) / len(functions))
    calls = [_count_calls(function, long_enough) for function in functions]
    rounds = [[] for _ in functions]
    for _ in range(ROUNDS):
        gc.collect()
        for function, count, times in zip(functions, calls, rounds):
            times.append(1e9 * _lap(function, count) / count)
    return [_subtract(times, rounds[0]) for times in rounds[1:]]


def _subtract(times, nothing):
    """Returns median, first and third quartile of times less what doing nothing takes, whose spread makes the result wider."""
    (median, low, high), (usual, least, most) = _quartiles(times), _quartiles(nothing)
    return tuple(max(0.0, time) for time in (median - usual, low - most, high - least))


def _quartiles(times):
    times, quarter = sorted(times), len(times) // 4
    return times[len(times) // 2], times[quarter], times[-1 - quarter]


def _function(way, names):
    """Returns a function that evaluates the expression, and None; or None, and in one line why it cannot be measured."""
    try:
        function = eval("lambda: " + way, names)
        function()
    except Exception as error:
        message = str(error) if isinstance(error, ImportError) else "%s: %s" % (type(error).__name__, error)
        return None, " ".join(message.split())[:100]
    return function, None


def cost_reply(adapter, given):
    """Returns the reply to `bench`."""
    array = given["array"]
    costs, functions = [], []
    gc.disable()
    try:
        # Kept until this function returns: the array need not keep its memory.
        case = make_case(adapter, array, make_memory(array))
        names = adapter.names(case.array)
        for question, ways in adapter.costs.items():
            for way in ways:
                function, missing = _function(way, names)
                costs.append({"question": question, "name": way})
                if missing:
                    costs[-1]["missing"] = missing
                else:
                    functions.append((costs[-1], function))
        set_aside(0)  # also what was imported just now, or each collection between rounds would look at it
        times = measure([function for _, function in functions], given["seconds"])
    except Exception as error:
        return "{%s}" % raises(error)
    finally:
        gc.enable()
    for (cost, _), (median, low, high) in zip(functions, times):
        cost.update(median=round(median, 3), low=round(low, 3), high=round(high, 3))
    return json.dumps({"costs": costs})
