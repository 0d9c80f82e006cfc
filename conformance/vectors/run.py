"""Asks NumPy the golden vectors of this platform: `python run.py [FOLDER]`. The exit code is 1 if one fails.

This is an example for other libraries: only ASK, VIEW and `make` know NumPy. It asks the core of the interface, and what the
documentation page reads through pointers; it skips vectors that need a file, memory of the library's own, a structure,
reserved memory, or more of the platform than data model and byte order. See README.md.
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
    "printed": lambda array, ctype: {"text": repr(array.ctypes.data_as(pointer(ctype)).contents)},
    "index": lambda array, at, ctype: {"integer": str(array.ctypes.data_as(pointer(ctype))[int(at)])},
    "contents": lambda array, ctype: {"bytes": bytes(array.ctypes.data_as(pointer(ctype)).contents).hex()},
    "item": lambda array, *index: {"bytes": array[tuple(map(int, index)) + (...,)].tobytes().hex()},
}
INTEGERS = ("c_short", "c_int", "c_long", "c_longlong", "c_uint32", "c_uint64")
pointer = lambda name: ctypes.POINTER(getattr(ctypes, name))
axes = lambda axis, last: (slice(None),) * axis + (last, ...)
VIEW = {
    "index": lambda array, axis, at: array[axes(axis, at)],
    "slice": lambda array, axis, *bounds: array[axes(axis, slice(*bounds))],
    "reverse": lambda array, axis: array[axes(axis, slice(None, None, -1))],
    "newaxis": lambda array, axis: array[axes(axis, None)],
    "transpose": lambda array, *order: array.transpose(order or None),
    "broadcast": lambda array, *shape: np.broadcast_to(array, shape),
}

def make(memory, given):
    shape, strides = (tuple(map(int, given[name])) for name in ("shape", "strides"))
    array = np.ndarray(shape, np.dtype(given["dtype"]), memory, int(given["offset"]), strides)
    array.flags.writeable = given["writeable"]
    for word, *rest in map(str.split, given["views"]):
        array = VIEW[word](array, *(None if text == "_" else int(text) for text in rest))
    return array

def attempt(base, ask, *arguments):
    """Returns the answer in the form of the vectors, with an address relative to the buffer."""
    try:
        found = ask(*arguments)
    except (TypeError, ValueError, OverflowError, IndexError, KeyError, BufferError) as error:
        return {"raises": type(error).__name__ if type(error).__module__ == "builtins" else type(error).__bases__[0].__name__}
    return {"address": f"buffer{found['address'] - base:+d}"} if isinstance(found, dict) and "address" in found else found

def meets(found, prediction, answers=()):
    kinds = prediction.get("raises", prediction.get("accepted_or", ()))
    if isinstance(found, dict) and found.get("raises") in kinds:
        return True
    if "accepted" in prediction or "accepted_or" in prediction:
        return not isinstance(found, dict)
    if "same_as" in prediction:  # a refusal is not an answer, so two refusals are not the same
        return found == answers[prediction["same_as"]] and not (isinstance(found, dict) and "raises" in found)
    if "matches" in prediction and isinstance(found, dict) and found.keys() == prediction["matches"].keys():  # integers
        (wanted,), (seen,), mask = prediction["matches"].values(), found.values(), prediction["mask"]
        return len(wanted) == len(seen) and all(a == b for a, b, bit in zip(wanted, seen, mask) if bit == "1")
    wanted = [prediction["is"]] if "is" in prediction else prediction.get("one_of", ())
    return found in wanted or any(meets(found, other) for other in prediction.get("any_of", ()))

def judge(vector):
    """Yields each prediction with its step, the answer, and true if they agree; None if the step was not asked."""
    given, buffer, steps = vector["array"], vector["array"]["buffer"], vector["script"]
    can = given.keys().isdisjoint({"map", "owner"}) and isinstance(given["dtype"], str) and "O" not in given["dtype"] and "needs" not in vector
    can = can and int(buffer["size"]) <= 1 << 20 and all(view.split()[0] in VIEW for view in given["views"])
    array, answers, block = None, {}, ctypes.create_string_buffer(int(buffer["size"]) + 8192 if can else 1)
    if can:
        memory = (ctypes.c_char * int(buffer["size"])).from_buffer(block, (buffer["at"] - ctypes.addressof(block)) % 4096)
        base = ctypes.addressof(memory)
        ctypes.memmove(base, bytes.fromhex(buffer["bytes"]), len(buffer["bytes"]) // 2)
        array = attempt(base, make, memory, given)
    yield vector["made"], "making the array", array, meets(array, vector["made"]) if can else None
    for at, (step, predictions) in enumerate(zip(steps, vector["expect"])):
        word, *rest = step.split(" ")
        can = can and word.split("-")[0] not in CHANGES  # the runner skips changes, and every step after one
        has_type = word not in ("printed", "index", "contents") or rest[-1] in INTEGERS and len(rest) < 3
        if can and word in ASK and has_type:
            answers[at] = array if isinstance(array, dict) else attempt(base, ASK[word], array, *rest)
        for one in predictions:
            asked = at in answers and one.get("same_as", at) in answers
            yield one, step, answers.get(at), meets(answers[at], one, answers) if asked else None

def main(folder):
    model = "lp64" if ctypes.sizeof(ctypes.c_long) == 8 else "llp64" if ctypes.sizeof(ctypes.c_void_p) == 8 else "ilp32"
    header, *vectors = map(json.loads, (folder / f"{model}-{sys.byteorder}.jsonl").read_text("utf-8").splitlines())
    count = collections.defaultdict(collections.Counter)
    for vector in vectors:
        for prediction, step, found, verdict in judge(vector):
            count[prediction["rule"]][{None: "not asked", True: "held", False: "failed"}[verdict]] += 1
            if verdict is False:
                print(f"FAILED {prediction['rule']} in {vector['id']}, {step}")
                print(f"  expected {prediction}\n  found    {found}")
    print(f"{'rule, of ' + header['name']:<36}{'held':>8}{'failed':>8}{'not asked':>11}")
    for rule, of in sorted(count.items()):
        print(f"{rule:<36}{of['held']:>8}{of['failed']:>8}{of['not asked']:>11}")
    all = sum(count.values(), collections.Counter())
    print(f"{all['held']} held, {all['failed']} failed, {all['not asked']} not asked, of {len(vectors)} vectors")
    return all["failed"] > 0

if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__ + "/..").resolve()
    sys.exit(main(folder) if folder.is_dir() else __doc__)
