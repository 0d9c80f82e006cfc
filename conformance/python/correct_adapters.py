"""Implementations that are right and different: `correct_adapters.py NAME`. `correct_adapters.py --list` prints all as JSON.
`correct_adapters.py NAME LIMIT…` leaves these limits out: a twin that a limit permits fails without it.

A twin makes another choice than NumPy or the reference where the interface leaves one, and no rule may fail. Its docstring begins
with its name, up to a colon, and says what differs. `rule` is the rule that it guards: one that a judge who knows NumPy alone
would break. `permitted` says what leaves the choice, if it is not the rule's own text: a limit, a profile, or a protocol. `warns`
lists rules that are a SHOULD and that the choice breaks.

Twins of NumPy report the name `numpy`, so that NumPy's known deviations apply. The others are made of `plain_arrays`, a library
in plain Python, or of memoryviews.
"""

import json
import sys

import array_ctypes_kit as kit
import narrow_adapters
import twins_consumers
import twins_ctypes
import twins_export
import twins_files
import twins_import
import twins_layout
import twins_memory
import twins_protocol
import twins_strides
import twins_types

THEMES = [twins_memory, twins_layout, twins_strides, twins_types, twins_ctypes, twins_export, twins_import, twins_files]
THEMES += [twins_consumers, twins_protocol, narrow_adapters]


def twins():
    """Yields the twins in the order in which they stand: the classes that name a rule."""
    for theme in THEMES:
        for thing in vars(theme).values():
            if isinstance(thing, type) and thing.__module__ == theme.__name__ and "rule" in vars(thing):
                yield thing


def describe(twin):
    name, _, differs = twin.__doc__.partition(": ")
    permitted = vars(twin).get("permitted", "rule `%s`" % twin.rule)
    warns = list(getattr(twin, "warns", ()))
    return {"name": name, "differs": differs or name, "rule": twin.rule, "permitted": permitted, "warns": warns}


TWINS = {describe(twin)["name"]: twin for twin in twins()}

if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:  # the kit has the standard output
        kit.streams.send(json.dumps([describe(twin) for twin in TWINS.values()]))
    elif len(sys.argv) == 2 and sys.argv[1] in TWINS:
        kit.serve(TWINS[sys.argv[1]]())
    elif sys.argv[1:] and sys.argv[1] in TWINS and set(sys.argv[2:]) <= set(TWINS[sys.argv[1]].limits):
        twin = TWINS[sys.argv[1]]
        twin.limits = {name: value for name, value in twin.limits.items() if name not in sys.argv[2:]}
        kit.serve(twin())
    else:
        sys.exit("expected one of these names, with limits that it declares, or --list: " + "; ".join(TWINS))
