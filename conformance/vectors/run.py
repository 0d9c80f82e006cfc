"""Asks NumPy the golden vectors of this platform: `python run.py [FOLDER]`; the exit code is 1 where one fails.

An example for other libraries: only ASK, VIEW and `make` know NumPy. It asks the core of the interface, and leaves out what
needs a file, a structure, reserved memory, or more of the platform than data model and byte order. See README.md.
"""
import collections, ctypes, json, pathlib, sys

import numpy as np

CHANGES = ("write", "assign", "forked", "export", "derive", "drop")
ASK = {
    "data": lambda array: {"address": array.ctypes.data},
    "_as_parameter_": lambda array: {"address": array.ctypes._as_parameter_.value},
    "shape": lambda array: {"integers": [str(length) for length in array.ctypes.shape or ()]},
    "strides": lambda array: {"integers": [str(stride) for stride in array.ctypes.strides or ()]},
    "itemsize": lambda array: {"integer": str(array.itemsize)},
    "flag": lambda array, name: getattr(array.flags, name),
    "item": lambda array, *index: {"bytes": array[tuple(map(int, index)) + (...,)].tobytes().hex()},
}
axes = lambda axis, last: (slice(None),) * axis + (last, ...)
VIEW = {
    "index": lambda array, axis, at: array[axes(axis, at)],
    "slice": lambda array, axis, *bounds: array[axes(axis, slice(*bounds))],
    "reverse": lambda array, axis: array[axes(axis, slice(None, None, -1))],
    "newaxis": lambda array, axis: array[axes(axis, None)],
    "transpose": lambda array, *order: array.transpose(order or None),
    "broadcast": lambda array, *shape: np.broadcast_to(array, shape),
}

def make(memory, told):
    shape, strides = (tuple(map(int, told[name])) for name in ("shape", "strides"))
    array = np.ndarray(shape, np.dtype(told["dtype"]), memory, int(told["offset"]), strides)
    array.flags.writeable = told["writeable"]
    for word, *rest in map(str.split, told["views"]):
        array = VIEW[word](array, *(None if text == "_" else int(text) for text in rest))
    return array

def attempt(base, ask, *arguments):
    """What comes of it, in the form of the vectors; an address is told relative to the buffer."""
    try:
        found = ask(*arguments)
    except (TypeError, ValueError, OverflowError, IndexError, KeyError, BufferError) as error:
        return {"raises": type(error).__name__ if type(error).__module__ == "builtins" else type(error).__bases__[0].__name__}
    return {"address": f"buffer{found['address'] - base:+d}"} if isinstance(found, dict) and "address" in found else found

def meets(found, told, answers=()):
    kinds = told.get("raises", told.get("accepted_or", ()))
    if isinstance(found, dict) and found.get("raises") in kinds:
        return True
    if "accepted" in told or "accepted_or" in told:
        return not isinstance(found, dict)
    if "same_as" in told:  # two refusals are no two answers
        return found == answers[told["same_as"]] and not (isinstance(found, dict) and "raises" in found)
    if "matches" in told and isinstance(found, dict) and found.keys() == told["matches"].keys():  # here, of integers
        (wanted,), (seen,) = told["matches"].values(), found.values()
        return len(wanted) == len(seen) and all(a == b for a, b, bit in zip(wanted, seen, told["mask"]) if bit == "1")
    wanted = [told["is"]] if "is" in told else told.get("one_of", ())
    return found in wanted or any(meets(found, other) for other in told.get("any_of", ()))

def judge(vector):
    """Each prediction with the step, what was found, and whether that agrees; None where it is not asked."""
    told, buffer, steps = vector["array"], vector["array"]["buffer"], vector["script"]
    can = "map" not in told and isinstance(told["dtype"], str) and "O" not in told["dtype"] and "needs" not in vector
    can = can and int(buffer["size"]) <= 1 << 20 and all(view.split()[0] in VIEW for view in told["views"])
    array, answers, block = None, {}, ctypes.create_string_buffer(int(buffer["size"]) + 8192 if can else 1)
    if can:
        memory = (ctypes.c_char * int(buffer["size"])).from_buffer(block, (buffer["at"] - ctypes.addressof(block)) % 4096)
        base = ctypes.addressof(memory)
        ctypes.memmove(base, bytes.fromhex(buffer["bytes"]), len(buffer["bytes"]) // 2)
        array = attempt(base, make, memory, told)
    yield vector["made"], "making the array", array, meets(array, vector["made"]) if can else None
    for at, (step, predictions) in enumerate(zip(steps, vector["expect"])):
        word, *rest = step.split(" ")
        can = can and word.split("-")[0] not in CHANGES  # after a change that is left out, nothing can be told
        if can and word in ASK:
            answers[at] = array if isinstance(array, dict) else attempt(base, ASK[word], array, *rest)
        for one in predictions:
            asked = at in answers and one.get("same_as", at) in answers
            yield one, step, answers.get(at), meets(answers[at], one, answers) if asked else None

def main(folder):
    model = "lp64" if ctypes.sizeof(ctypes.c_long) == 8 else "llp64" if ctypes.sizeof(ctypes.c_void_p) == 8 else "ilp32"
    header, *vectors = map(json.loads, (folder / f"{model}-{sys.byteorder}.jsonl").read_text("utf-8").splitlines())
    count = collections.defaultdict(collections.Counter)
    for vector in vectors:
        for told, step, found, verdict in judge(vector):
            count[told["rule"]][{None: "not asked", True: "held", False: "failed"}[verdict]] += 1
            if verdict is False:
                print(f"FAILED {told['rule']} in {vector['id']}, {step}\n  expected {told}\n  found    {found}")
    print(f"{'rule, of ' + header['name']:<36}{'held':>8}{'failed':>8}{'not asked':>11}")
    for rule, of in sorted(count.items()):
        print(f"{rule:<36}{of['held']:>8}{of['failed']:>8}{of['not asked']:>11}")
    all = sum(count.values(), collections.Counter())
    print(f"{all['held']} held, {all['failed']} failed, {all['not asked']} not asked, of {len(vectors)} vectors")
    return all["failed"] > 0

if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__ + "/..").resolve()
    sys.exit(main(folder) if folder.is_dir() else __doc__)
