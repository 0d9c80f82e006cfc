"""An adapter with one thing wrong: `mutant.py field KIND.PATH CHANGE [ADAPTER]`, `mutant.py moment MOMENT DEED`,
`mutant.py process WHO`, which reports the number of another process, or `mutant.py renamed MARK`, which dies, and has another name
once there is the file MARK.

`mutant.py fields [ADAPTER]` answers rightly, and lists on standard error the fields of its lines.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import time

import array_ctypes_kit as kit
from array_ctypes_kit import files, protocol, streams

CONTROL = "\x1b[2J\x07\r\nFAILED forged.rule\u202e\x9b31m\x00"


class Twice(dict):
    """An object with one key twice."""

    key = None

    def items(self):
        return list(dict.items(self)) + [(self.key, self[self.key])]


def changed(value, change):
    if change == "type":
        return "x" if isinstance(value, (list, dict)) else [value]
    if change == "huge":
        if isinstance(value, list):
            return (value or ["1"]) * (200000 // max(1, len(value)))
        if isinstance(value, dict):
            return dict(value, **{"key%d" % at: at for at in range(10000)})
        is_number = isinstance(value, (int, float)) or isinstance(value, str) and value.lstrip("-").isdigit()
        if is_number and not isinstance(value, bool):
            return type(value)(18446744073709551615 if len(str(value)) > 4 else 9007199254740991)
        return str(value) * (1000000 // max(1, len(str(value))))
    if change == "negative":
        return "-9223372036854775808" if isinstance(value, str) else -1
    if change == "nan":
        return float("nan")
    return CONTROL


def mutate(value, path, change):
    """Changes what a path leads to, where it does. Lists are gone through as a whole."""
    if isinstance(value, list):
        return [mutate(item, path, change) for item in value]
    if not isinstance(value, dict) or path[0] not in value:
        return value
    if len(path) > 1:
        return dict(value, **{path[0]: mutate(value[path[0]], path[1:], change)})
    if change == "missing":
        return {key: item for key, item in value.items() if key != path[0]}
    if change == "repeated":
        twice = Twice(value)
        twice.key = path[0]
        return twice
    return dict(value, **{path[0]: changed(value[path[0]], change)})


def paths(value, before=()):
    if isinstance(value, list):
        for item in value:
            yield from paths(item, before)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield before + (key,)
            yield from paths(item, before + (key,))


def kind(line):
    return next((word for word in ("hello", "costs", "died") if word in line), "reply")


def rewrite(rewritten):
    """Lets a function rewrite each line."""
    write = streams.REPLIES.write

    def instead(line):
        text = line.strip()
        write(json.dumps(rewritten(json.loads(text.decode()))).encode() + b"\n" if text else line)

    streams.REPLIES.write = instead


def do(deed):
    sys.stderr.write("now: %s\n" % deed)
    sys.stderr.flush()
    if deed == "nothing":
        return
    if deed.startswith("exit"):
        os._exit(int(deed[-1]))
    elif deed == "hang":
        time.sleep(1000)
    elif deed.startswith("flood"):
        while True:
            os.write(2 if deed.endswith("errors") else streams.REPLIES.descriptor, b"x" * 65536)
    elif deed == "close output":
        os.close(streams.REPLIES.descriptor)
    elif deed == "close errors":
        os.close(2)
    elif deed == "grandchild":
        subprocess.Popen(["sleep", "1000"], start_new_session=True)
    elif deed == "orphan":
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execvp("sleep", ["sleep", "1000"])
            os._exit(0)
        os.wait()
    else:
        os.kill(os.getpid(), getattr(signal, "SIG" + deed))
        time.sleep(1000)


def at_moment(moment, deed):
    count = [0]

    def before(function, when=lambda: True):
        def instead(*arguments):
            count[0] += 1
            if when():
                do(deed)
            return function(*arguments)

        return instead

    if moment == "start":
        protocol._hello = before(protocol._hello)
    elif moment == "batch":
        protocol.make_case = before(protocol.make_case, lambda: count[0] == 20)
    elif moment == "release":
        protocol._release = before(protocol._release, lambda: count[0] == 1)
    else:
        files.AT_EXIT.append(lambda: do(deed))


def renamed(line, mark):
    """Changes the name in a handshake, except that of the first process."""
    if os.path.exists(mark):
        line["hello"]["name"] = "renamed"
    open(mark, "a").close()
    return line


def die_with_all_copies():
    os.kill(os.getppid(), signal.SIGKILL)
    os._exit(1)


def reporting(line, who):
    """Changes the process that a handshake reports."""
    if who == "no-nonce":
        del line["hello"]["nonce"]
    else:
        line["hello"]["pid"] = {"nobody": 4100000, "first": 1, "parent": os.getppid(), "own": os.getpid()}[who]
    return line


def main():
    words = sys.argv[1:]
    adapter = "plain_adapter:Plain"
    if words[0] == "process":
        rewrite(lambda line: reporting(line, words[1]) if kind(line) == "hello" else line)
    elif words[0] == "renamed":
        rewrite(lambda line: renamed(line, words[1]) if kind(line) == "hello" else line)
        protocol.make_case = lambda *_: die_with_all_copies()
    elif words[0] == "moment":
        at_moment(words[1], words[2])
    elif words[0] == "field":
        wanted, change = words[1].split("."), words[2]
        adapter = words[3] if len(words) > 3 else adapter
        rewrite(lambda line: mutate(line, wanted[1:], change) if kind(line) == wanted[0] else line)
    else:
        adapter = words[1] if len(words) > 1 else adapter
        seen = set()

        def note(line):
            for path in paths(line):
                field = ".".join((kind(line),) + path)
                if field not in seen:
                    seen.add(field)
                    sys.stderr.write("field %s\n" % field)
            return line

        rewrite(note)
    module, name = adapter.split(":")
    kit.serve(getattr(importlib.import_module(module), name)())


main()
