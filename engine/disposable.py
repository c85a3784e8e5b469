"""A process that ends with whoever started it, even by SIGKILL: `python -m engine.disposable MODULE ARGUMENT...`.

Its standard input is a pipe that nobody writes to: it ends when the starter is gone, on every system.
"""

import importlib
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
ABANDONED = 3


class Disposable:
    """A running disposable process.

    Args:
        module: its `main(arguments) -> int` is run.
        arguments: given to it.
    """

    def __init__(self, module: str, arguments: Sequence[str]) -> None:
        inner, self._lifeline = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "engine.disposable", module, *arguments],
                cwd=ROOT,
                stdin=inner,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        except OSError:
            os.close(self._lifeline)
            raise
        finally:
            os.close(inner)
        self.kill = self._process.kill

    def result(self, seconds: float) -> tuple[int, str, str]:
        """Wait for its end; return exit code, standard output and standard error.

        Raises:
            subprocess.TimeoutExpired: it took longer than `seconds`, and was ended.
        """
        try:
            out, err = self._process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            raise
        finally:
            os.close(self._lifeline)
        return self._process.returncode, out, err


def end_with_starter() -> None:
    """End this process at once when standard input ends; watched by a thread, so that work may go on."""
    threading.Thread(target=_watch, name="lifeline", daemon=True).start()


def _watch() -> None:
    while os.read(0, 1):
        pass
    os._exit(ABANDONED)


def main(words: Sequence[str]) -> int:
    """Run a module's `main`; the watch begins before the module, which may take seconds to import."""
    end_with_starter()
    return int(importlib.import_module(words[0]).main(list(words[1:])))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
