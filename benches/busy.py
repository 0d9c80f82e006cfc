"""How busy the adapter of NumPy is during a `check`: what `bars.py busy` measures. Linux only, by /proc.

The adapter's processes are the one that is started, the copy of it that answers, the NumPy without ctypes that it asks, and
what these fork. At most one of them has work at any time; all have none while they wait for the suite, or for a disk.

- Busy is their processor time, with that of their children that have ended (/proc/PID/stat).
- Ready is the time in which they had work and another process had the core (/proc/PID/schedstat). That is the machine's
  doing, and next to nothing on one that does nothing else.
- Both, and the wall time, are counted from when the copy has answered its first case and the NumPy without ctypes its first
  question, since before that both import NumPy, to the last look at them all. Looks are 20 ms apart.
"""

import contextlib
import os
import time
from pathlib import Path


def looks(suite):
    """Wall, busy and ready time in seconds, at each look while that process, a `check numpy`, runs."""
    pids, adapter = [], None
    # Until the suite ends, which is seen and not yet waited for, so that its number stays its own; or the adapter: another
    # one is started to make failures small.
    while not os.waitid(os.P_PID, suite, os.WEXITED | os.WNOHANG | os.WNOWAIT):
        pids = pids or processes(suite)
        if pids and pids[0] != (adapter or pids[0]):
            return
        try:
            if pids and (adapter or have_answered(pids)):
                adapter = pids[0]
                yield look(pids)
        except OSError:  # one of them has ended; if it was the copy, there will be another
            pids = []
        time.sleep(0.02)


def processes(suite):
    """The adapter and its children, the adapter first; none until there are two of these."""
    parents = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):  # it has just ended
            parents[int(pid)] = int(stat(pid)[1])
    adapters = [pid for pid, parent in parents.items() if parent == suite]
    children = [pid for pid, parent in parents.items() if parent in adapters]
    return adapters + children if len(adapters) == 1 and len(children) == 2 else []


def have_answered(pids):
    """The copy has written its introduction and more; the NumPy without ctypes anything."""
    for pid in pids[1:]:
        without = b"numpy_absent" in Path(f"/proc/{pid}/cmdline").read_bytes()
        writes = int(Path(f"/proc/{pid}/io").read_text().split("syscw:")[1].split()[0])
        if writes < (1 if without else 2):
            return False
    return True


def look(pids):
    """Wall, processor and ready time, in seconds."""
    ticks = sum(sum(map(int, stat(pid)[11:15])) for pid in pids)
    ready = sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) for pid in pids)
    return time.perf_counter(), ticks / os.sysconf("SC_CLK_TCK"), ready / 1e9


def stat(pid):
    """The entries of /proc/PID/stat after the name, which may have spaces."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
