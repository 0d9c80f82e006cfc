"""Tests of what the kit does where the machine lacks something: `python test_shortage.py`."""

import os
import sys
import tempfile
import unittest

from adapter_process import MEMORYVIEW, NUMPY, Child, case, mapped, needs_cpython, needs_numpy

try:
    import resource
except ImportError:
    resource = None

# Starts an adapter under a limit, which is the first argument, of the size that is the second.
LIMITED = """
import resource, runpy, sys
limit, size = getattr(resource, sys.argv[1]), int(sys.argv[2])
resource.setrlimit(limit, (size, size))
sys.argv[:3] = []
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@unittest.skipIf(resource is None, "the system has no such limits")
class Shortage(unittest.TestCase):
    def child(self, adapter, limit, size):
        child = Child("-c", LIMITED, limit, str(size), adapter)
        self.addCleanup(child.end)
        return child

    @needs_cpython
    @unittest.skipUnless(sys.platform.startswith("linux"), "other systems do not obey the limit")
    def test_a_buffer_that_finds_no_memory_is_declined_and_the_next_is_not(self):
        child = self.child(MEMORYVIEW, "RLIMIT_AS", 1 << 30)
        replies = child.ask(case("a", ["data"], size=1 << 31), case("b", ["itemsize"]))
        self.assertEqual(replies[0], {"id": "a", "declined": "the memory is not enough"})
        self.assertEqual(replies[1]["answers"], [{"integer": "4"}])

    @needs_numpy
    def test_a_file_beyond_the_limit_of_descriptors_is_declined(self):
        child = self.child(NUMPY, "RLIMIT_NOFILE", 32)
        replies = child.ask(*[mapped(str(at), ["itemsize"]) for at in range(40)])
        declined = [reply for reply in replies if "declined" in reply]
        self.assertIn(len(declined), range(8, 40))
        reasons = {reply["declined"] for reply in declined}
        self.assertEqual(reasons, {"this process may have no more file descriptors"})
        self.assertEqual(replies[0]["answers"], [{"integer": "4"}])

    @needs_numpy
    def test_a_relative_path_from_a_folder_that_is_gone_is_declined(self):
        program = "import os, runpy, sys, tempfile; folder = tempfile.mkdtemp(); os.chdir(folder); os.rmdir(folder); "
        child = Child("-c", program + "runpy.run_path(sys.argv[1], run_name='__main__')", NUMPY)
        self.addCleanup(child.end)
        replies = child.ask(mapped("a", ["itemsize"], file="relative"), mapped("b", ["itemsize"]))
        self.assertEqual(replies[0], {"id": "a", "declined": "the working directory is gone"})
        self.assertEqual(replies[1]["answers"], [{"integer": "4"}])

    @needs_numpy
    def test_folders_may_have_any_name(self):
        parent = tempfile.TemporaryDirectory()
        self.addCleanup(parent.cleanup)
        for name in b"sp ace", b"qu'o\"te", b"new\nline", b"\xff\xfe":
            folder = os.path.join(os.fsencode(parent.name), name)
            os.mkdir(folder)
            child = Child(NUMPY, TMPDIR=os.fsdecode(folder))
            replies = child.ask(mapped("a", ["map start"]), case("b", ["ctypeslib load_library defective"]))
            child.end()
            self.assertEqual(replies[0]["answers"], [{"integer": "0"}])
            self.assertNotEqual(replies[1]["answers"][0].get("raises"), "ValueError")


if __name__ == "__main__":
    unittest.main(verbosity=1)
