"""Tests of arrays that are mapped from files, with the adapter of NumPy: `python test_numpy_files.py`."""

import os
import tempfile
import unittest

from adapter_process import HERE, AdapterTest, Child, case, mapped, needs_buffers, needs_numpy


@needs_numpy
@needs_buffers
class Files(AdapterTest):
    def test_files_are_mapped_through_each_kind_of_handle(self):
        script = ["map filename", "item 1", "map mode", "map offset", "file-size"]
        for file in "path", "path-like", "relative", "object":
            answers = self.child.ask(mapped("a", script, file=file, offset=6))[0]["answers"]
            expected = [True, {"bytes": "0a0b0000"}, {"text": "r+"}, {"integer": "6"}, {"integer": "18"}]
            self.assertEqual(answers, expected)
        deduced = mapped("b", ["shape", "flag writeable"], "r", "read-only", True, offset=4, shape=(), strides=())
        self.assertEqual(self.child.ask(deduced)[0]["answers"], [{"integers": ["2"]}, False])
        fortran = mapped("c", ["strides"], "w+", "missing", shape=(2, 3), strides=(4, 8))
        self.assertEqual(self.child.ask(fortran)[0]["answers"], [{"integers": ["4", "8"]}])
        for file in "missing", "directory":
            self.assertEqual(self.child.ask(mapped("d", ["data"], file=file))[0]["raises"], "OSError")

    def test_a_reply_names_the_file(self):
        with tempfile.TemporaryDirectory() as folder:
            child = Child(self.adapter, folder=folder)
            self.addCleanup(child.end)
            answered, refused = child.ask(mapped("a", ["native"]), mapped("b", ["native"], offset=-1))
            self.assertEqual([os.path.join(folder, name) for name in os.listdir(folder)], [answered["file"]])
            self.assertNotIn("file", refused)

    def test_files_have_the_names_that_cases_ask_for_and_equal_names_do_not_meet(self):
        self.assertTrue(self.child.hello["limits"]["file_names"])
        with tempfile.TemporaryDirectory() as folder:
            child = Child(self.adapter, folder=folder)
            self.addCleanup(child.end)
            names = ["a b.dat", "a b.dat", "%41.npy", "caf\u00e9.dat", "cafe\u0301.dat", "\U0001f4c8", "-rf", "a\"\\?*'{}", "x "]
            script = ["map filename", "item 1", "map start", "map dropped"]
            handles = ["path", "object", "relative", "path-like"]
            cases = [mapped("1:%d" % at, script, file=handles[at % 4], name=name) for at, name in enumerate(names)]
            cases.append(mapped("1:99", script, "w+", "missing", name="new file"))
            replies = child.ask(*cases, batch=1)
            expected = [True, {"bytes": "04050607"}, {"integer": "0"}, False]
            self.assertEqual([reply["answers"] for reply in replies[:-1]], [expected] * len(names))
            self.assertEqual(replies[-1]["answers"], [True, {"bytes": "00000000"}, {"integer": "0"}, False])
            self.assertEqual([os.path.basename(reply["file"]) for reply in replies], names + ["new file"])
            self.assertEqual(len({reply["file"] for reply in replies}), len(replies))
            self.assertEqual(child.ask(mapped("1:0", ["data"], file="directory", name="a"), batch=2)[0]["raises"], "OSError")
            child.send({"release": 1})
            child.ask(case("b", ["data"]), batch=3)
            self.assertEqual(os.listdir(folder), [])

    def test_the_address_of_a_file_is_that_of_its_first_byte(self):
        page = os.sysconf("SC_PAGE_SIZE")
        for offset in 0, 5, page, 3 * page + 7:
            reply = self.child.ask(mapped("a", ["data", "map start"], offset=offset))[0]
            start = {"integer": str(offset - offset % page)}
            self.assertEqual(reply["answers"], [{"address": str(int(reply["buffer"]) + offset)}, start])

    def test_memory_and_file_are_written_and_read_from_both_sides(self):
        script = ["write-pointer 1 aa", "file 0 3", "write-file 2 bb", "item 0", "flush", "map copy"]
        shared, private = [self.child.ask(mapped("a", script, mode))[0]["answers"] for mode in ("r+", "c")]
        self.assertEqual(shared, [None, {"bytes": "00aa02"}, None, {"bytes": "00aabb03"}, None, False])
        self.assertEqual((private[1], private[4:]), ({"bytes": "000102"}, [None, False]))

    @unittest.skipIf(not hasattr(os, "fork"), "the process is forked")
    def test_a_memory_fault_is_reported_by_its_signal_and_contained(self):
        script = ["forked write-pointer 0 00", "forked map dropped", "truncate-file 0", "forked item 0", "map dropped"]
        answers = self.child.ask(mapped("a", script, "r"), mapped("b", ["item 0"]))[0]["answers"]
        self.assertEqual(answers, [{"signal": "SIGSEGV"}, False, None, {"signal": "SIGBUS"}, False])

    def test_files_stay_in_the_given_folder_until_the_release(self):
        folder = tempfile.mkdtemp()
        child = Child(self.adapter, folder=folder)
        child.ask(mapped("1:2", ["data"]), mapped("1:3", ["data"], "r", shape=(9,)), batch=4)
        self.assertEqual(os.listdir(folder), ["1-2"])
        child.send({"release": 4})
        child.ask(case("b", ["data"]))
        os.rmdir(folder)
        self.assertEqual(child.end()[:2], (b"", 0))

    def test_without_a_given_folder_the_adapter_makes_one_and_removes_it(self):
        child = Child(self.adapter, folder=os.path.join(HERE, "no-such-folder"))
        child.ask(mapped("a", ["data"]))
        with open("/proc/%d/maps" % child.hello["pid"]) as maps:
            path = next(line.split(None, 5)[5].strip() for line in maps if line.rstrip().endswith("/a"))
        self.assertTrue(os.path.exists(path))
        self.assertEqual(child.end()[:2], (b"", 0))
        self.assertFalse(os.path.exists(os.path.dirname(path)))


if __name__ == "__main__":
    unittest.main(verbosity=1)
