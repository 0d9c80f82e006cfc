"""A test of how the modules of the kit depend on each other: `python test_modules.py`."""

import ast
import os
import unittest

from adapter_process import HERE

FOLDER = os.path.join(HERE, "array_ctypes_kit")


def used_by(module):
    """Returns the modules of the kit that a module imports."""
    with open(os.path.join(FOLDER, module + ".py"), encoding="utf-8") as text:
        imports = [item for item in ast.walk(ast.parse(text.read())) if isinstance(item, ast.ImportFrom) and item.level]
    return {name for item in imports for name in ([item.module] if item.module else [alias.name for alias in item.names])}


class Modules(unittest.TestCase):
    def test_modules_form_no_circle(self):
        left = {file[:-3]: used_by(file[:-3]) for file in os.listdir(FOLDER) if file.endswith(".py")}
        while left:
            free = [module for module, used in left.items() if not used & set(left)]
            self.assertTrue(free, "a circle among " + ", ".join(sorted(left)))
            for module in free:
                del left[module]


if __name__ == "__main__":
    unittest.main(verbosity=1)
