"""The process of one group: `python -m tests.benchmarks.child MODULE OUT` measures it and writes its rows."""

import importlib
import sys
from pathlib import Path

import msgspec

from engine.storage import atomic_write

if __name__ == "__main__":
    module, out = sys.argv[1:]
    atomic_write(Path(out), msgspec.json.encode(importlib.import_module(module).measure()))
