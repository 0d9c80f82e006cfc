"""The arrays of one adapter's library, handed to the doors of another's: `pair_adapter.py PRODUCER.py CONSUMER.py`."""

import sys

import array_ctypes_kit as kit
from array_ctypes_kit.pair import Pair, adapter_in

if __name__ == "__main__":
    if len(sys.argv) == 2:
        kit.serve(adapter_in(sys.argv[1]))
    else:
        kit.serve(Pair(adapter_in(sys.argv[1]), adapter_in(sys.argv[2])))
