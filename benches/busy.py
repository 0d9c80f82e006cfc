"""Measures how busy the adapter of NumPy is during a `check`, for `bars.py busy`. Linux only, by /proc.

The adapter has several processes: the one that the suite starts, the copy of it that answers, the NumPy without ctypes that
it asks, and their children. At most one of them has work at any time; none has while they wait for the suite or for a disk.

- Busy is their processor time, including that of children that have ended (/proc/PID/stat).
- Ready is the time in which one had work while another process had the core (/proc/PID/schedstat). The machine causes it, and
  a machine that does nothing else has next to none.
- All times are counted up to the last look at all processes, from the moment when the copy has answered its first case and the
  NumPy without ctypes its first question: before that both import NumPy. Looks are 20 ms apart.
"""

import contextlib
import os
import time
from pathlib import Path


def looks(suite):
    """Yields wall, busy and ready time in seconds, at each look while the process `suite`, a `check numpy`, runs."""
    pids, adapter = [], None
    # Until the suite ends; it is not reaped here, so that its number stays its own. Or until the adapter ends, since the suite
    # starts another one to shrink failures.
    while not os.waitid(os.P_PID, suite, os.WEXITED | os.WNOHANG | os.WNOWAIT):
        pids = pids or processes(suite)
        if pids and pids[0] != (adapter or pids[0]):
            return
        try:
            if pids and (adapter or have_answered(pids)):
                adapter = pids[0]
                yield look(pids)
        except OSError:  # one of them has ended; if it was the copy, another one follows
            pids = []
        time.sleep(0.02)


def processes(suite):
    """Returns the adapter and its two children, the adapter first; an empty list until both children run."""
    parents = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):  # the process has just ended
            parents[int(pid)] = int(stat(pid)[1])
    adapters = [pid for pid, parent in parents.items() if parent == suite]
    children = [pid for pid, parent in parents.items() if parent in adapters]
    return adapters + children if len(adapters) == 1 and len(children) == 2 else []


def have_answered(pids):
    """Returns true if the copy has written more than its handshake, and the NumPy without ctypes anything."""
    for pid in pids[1:]:
        without = b"numpy_absent" in Path(f"/proc/{pid}/cmdline").read_bytes()
        writes = int(Path(f"/proc/{pid}/io").read_text().split("syscw:")[1].split()[0])
        if writes < (1 if without else 2):
            return False
    return True


def look(pids):
    """Returns wall, busy and ready time in seconds."""
    ticks = sum(sum(map(int, stat(pid)[11:15])) for pid in pids)
    ready = sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) for pid in pids)
    return time.perf_counter(), ticks / os.sysconf("SC_CLK_TCK"), ready / 1e9


def stat(pid):
    """Returns the entries of /proc/PID/stat after the name, which may contain spaces."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
