"""Prints the words of the protocol that the kit and its adapters repeat, as JSON: for each vocabulary a list."""

import ast
import ctypes
import json
import os

import array_ctypes_kit as kit
import memoryview_adapter

TABLES = {
    "view": kit.VIEWS,
    "step": kit.STEPS,
    "ctypeslib": kit.CTYPESLIB,
    "interface": kit.INTERFACE_KEYS,
    "struct": kit.STRUCT_MEMBERS,
    "buffer request": kit.BUFFER_REQUESTS,
    "buffer member": kit.BUFFER_MEMBERS,
    "dlpack request": kit.DLPACK_REQUESTS,
    "dlpack member": kit.DLPACK_MEMBERS,
    "import": ["data", "read_only", "copied", *kit.IMPORT_ENTRIES],
    "import data": kit.IMPORT_DATA,
    "as_array source": kit.AS_ARRAY_SOURCES,
    "as_array shape": kit.AS_ARRAY_SHAPES,
    "ndpointer": kit.NDPOINTER_ARGUMENTS,
    "ndpointer use": kit.NDPOINTER_USES,
    "load_library": kit.LIBRARIES,
    "value": kit.VALUES,
    "export": kit.EXPORTS,
    "derive": kit.DERIVATIONS,
    "map": kit.MAP_PARTS,
    "mode": kit.MODES,
    "handle": kit.HANDLES,
    "owner": kit.OWNERS,
    "data_model": kit.DATA_MODELS.values(),
    "exception": [*kit.EXCEPTIONS.values(), kit.OTHER_EXCEPTION],
    "cost question": memoryview_adapter.MemoryView.costs,
}


# Profiles that the adapter of NumPy does not claim.
NOT_OF_NUMPY = kit.Consumer.profiles


def answers():
    """The key of each answer that is an object in JSON, by an example of each; `signal` is an answer to `forked` only."""
    examples = [1, kit.Object(1), kit.Address(1), 1.0, 1j, "a", (1,), {"data": "1"}, b"a", ctypes.c_int(1)]
    encoded = [json.loads(kit.encode(example)) for example in examples]
    encoded.append(json.loads("{%s}" % kit.answers.raises(ValueError())))
    return {next(iter(answer)) for answer in encoded} | {"signal", "declined"}


def declaration(file, name):
    """A class of a file, read without NumPy."""
    with open(os.path.join(os.path.dirname(memoryview_adapter.__file__), file)) as text:
        (found,) = [item for item in ast.parse(text.read()).body if getattr(item, "name", None) == name]
    return found


def views_of_numpy():
    """The methods of `Views`."""
    return {item.name for item in declaration("numpy_absent.py", "Views").body if isinstance(item, ast.FunctionDef)}


def profiles_of_numpy():
    """The profiles that some version of NumPy claims: the texts in the lists that `profiles` is made of."""
    found = set()
    for item in ast.walk(declaration("numpy_adapter.py", "NumPy")):
        targets = getattr(item, "targets", [getattr(item, "target", None)])
        if any(getattr(target, "id", None) == "profiles" for target in targets):
            lists = [part for part in ast.walk(item.value) if isinstance(part, ast.List)]
            texts = [part for part in lists for part in ast.walk(part) if isinstance(part, ast.Constant)]
            found.update(text.value for text in texts if isinstance(text.value, str))
    return found


tables = {vocabulary: sorted(set(words)) for vocabulary, words in TABLES.items()}
tables["answer"] = sorted(answers())
tables["profile"] = sorted(profiles_of_numpy() | set(NOT_OF_NUMPY))
assert views_of_numpy() == set(kit.VIEWS), "expected a method of numpy_absent.Views for each view of the kit, and no other"
kit.streams.send(json.dumps(tables))  # the kit has the standard output
