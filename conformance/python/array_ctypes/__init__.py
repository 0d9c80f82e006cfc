"""The command array-ctypes, a conformance suite for the array ctypes interface, as an installed package.

`python -m array_ctypes` is the command. `plugin` runs it under pytest. Adapters in Python are written with the package
`array_ctypes_kit`.
"""
