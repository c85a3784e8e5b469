"""Work for a disposable process: says something, fails, or never ends."""

import threading
from pathlib import Path


def main(arguments):
    """Do "say TEXT", "fail", or "wait FILE", which notes that it has begun and goes on for ever."""
    if arguments[0] == "say":
        print(arguments[1])
        return 0
    if arguments[0] == "fail":
        return 7
    Path(arguments[1]).write_text("begun")
    threading.Event().wait()
    return 0
