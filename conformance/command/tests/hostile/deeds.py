"""What goes wrong with the adapters of `mutant.py`."""

CHANGES = ["missing", "type", "huge", "negative", "nan", "control", "repeated"]
MOMENTS = ["start", "batch", "release", "end"]
SIGNALS = ["HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "SEGV", "PIPE", "ALRM", "TERM", "STOP"]
DEEDS = ["exit 0", "exit 1", "hang", "flood", "flood errors", "close output", "close errors", "grandchild", "orphan"]
