"""Tests of the vectors and their runner: `python test_vectors.py`.

Every line is checked against the schema if the package jsonschema is installed, and asked of NumPy if that is installed.
"""

import importlib.util
import json
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
FILES = sorted(HERE.glob("*.jsonl"))
has = lambda name: importlib.util.find_spec(name) is not None


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def validator():
    import jsonschema
    import referencing
    import referencing.jsonschema

    def read(name):
        return json.loads((HERE / name).read_text(encoding="utf-8"))

    protocol = referencing.Resource(read("../protocol.schema.json"), referencing.jsonschema.DRAFT202012)
    registry = referencing.Registry().with_resource("../protocol.schema.json", protocol)
    schema = read("vectors.schema.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, registry=registry)


class Form(unittest.TestCase):
    def test_each_data_model_and_byte_order_has_a_file(self):
        names = [path.stem for path in FILES]
        self.assertEqual(names, ["ilp32-big", "ilp32-little", "llp64-little", "lp64-big", "lp64-little"])

    def test_the_header_counts_what_follows(self):
        for path in FILES:
            header, *vectors = lines(path)
            self.assertEqual(header["count"], len(vectors), path.name)
            self.assertEqual(len({vector["id"] for vector in vectors}), len(vectors), path.name)
            uncovered = {rule for rule, entry in header["rules"].items() if entry["vectors"] == 0}
            self.assertEqual(uncovered, set(header["left_out"]), path.name)

    def test_the_page_comes_first(self):
        for path in FILES:
            ids = [vector["id"] for vector in lines(path)[1:]]
            page = ["page:%d" % number for number in range(1, 1 + sum(id.startswith("page:") for id in ids))]
            self.assertGreater(len(page), 10, path.name)
            self.assertEqual(ids[: len(page)], page, path.name)

    @unittest.skipUnless(has("jsonschema"), "jsonschema is missing: pip install jsonschema")
    def test_the_schema_accepts_the_lines(self):
        check = validator()
        for path in FILES:
            # All lines of one file, but only some of the others, whose lines are alike: validating is slow.
            for line in lines(path)[:: 1 if path.stem == "lp64-little" else 8]:
                check.validate(line)

    @unittest.skipUnless(has("jsonschema"), "jsonschema is missing: pip install jsonschema")
    def test_the_schema_rejects_lines_of_any_other_form(self):
        check = validator()
        vector = next(line for line in lines(FILES[0])[1:] if any(line["expect"]))
        wrong = [
            dict(vector, id="1:2"),
            dict(vector, script=[]),
            dict(vector, extra=True),
            dict(vector, made={"rule": "layout.accepted"}),
            dict(vector, made={"rule": "layout.accepted", "accepted": False}),
            dict(vector, expect=[[{"rule": "a.b", "is": {"address": "elsewhere"}}]]),
            dict(vector, expect=[[{"rule": "a.b", "is": None, "same_as": 0}]]),
            dict(vector, expect=[[{"rule": "a.b", "is": None, "extra": 0}]]),
            dict(vector, expect=[[{"rule": "a.b", "raises": ["NuclearError"]}]]),
            dict(vector, expect=[[{"rule": "a.b", "matches": {"bytes": "00"}, "mask": "2"}]]),
            dict(vector, expect=[[{"rule": "a.b", "any_of": [{"rule": "a.b", "is": None}]}]]),
        ]
        for line in wrong:
            self.assertFalse(check.is_valid(line), line)


@unittest.skipUnless(has("numpy"), "NumPy is missing")
class Runner(unittest.TestCase):
    def run_with(self, *mistake):
        """Returns the exit code and the output of the runner, after a mistake has replaced a part of it."""
        program = (HERE / "run.py").read_text(encoding="utf-8")
        if mistake:
            self.assertEqual(program.count(mistake[0]), 1)
            program = program.replace(*mistake)
        process = subprocess.run(
            [sys.executable, "-B", "-", str(HERE)], input=program, capture_output=True, encoding="utf-8"
        )
        self.assertEqual(process.stderr, "")
        return process.returncode, process.stdout

    def test_numpy_passes(self):
        code, out = self.run_with()
        self.assertEqual(code, 0, out)
        self.assertIn("shape.strides", out)
        self.assertNotIn("FAILED", out)

    def test_strides_in_elements_fail(self):
        code, out = self.run_with(
            "array.ctypes.strides", "[stride // max(array.itemsize, 1) for stride in array.ctypes.strides]"
        )
        self.assertEqual(code, 1, out)
        self.assertIn("FAILED shape.strides", out)
        self.assertNotIn("FAILED shape.shape", out)

    def test_a_pointer_that_reads_0_fails_on_the_page(self):
        code, out = self.run_with("str(array.ctypes.data_as(pointer(ctype))[int(at)])", "str(0)")
        self.assertEqual(code, 1, out)
        self.assertIn("FAILED ctype.decode-integer in page:4, index 0 c_longlong", out)


if __name__ == "__main__":
    unittest.main()
