"""EngineLog: what the engine says on its error stream: a bounded tail in memory and a rotating file."""

import logging
from collections import deque
from logging.handlers import RotatingFileHandler
from pathlib import Path

from engine.errors import UserError
from engine.storage import make_folder

TAIL_LINES = 400
MAX_LINE = 4000
FILE_BYTES = 1_000_000
KEPT_FILES = 3
log = logging.getLogger(__name__)


class _QuietHandler(RotatingFileHandler):
    """A full disk costs the file's line, not the program; the tail in memory has it."""

    def handleError(self, record: logging.LogRecord) -> None:
        self.close()


class EngineLog:
    """The engine's log.

    Args:
        folder: of the log file; where it cannot be written, only the tail is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "engine.log"
        self._lines: deque[str] = deque(maxlen=TAIL_LINES)
        self._rest = ""
        self._handler = self._open()

    @property
    def tail(self) -> str:
        """The last lines."""
        return "\n".join([*self._lines, *([self._rest] if self._rest else [])])

    def write(self, data: bytes) -> None:
        """Add bytes of the error stream; lines may arrive in pieces."""
        *lines, rest = (self._rest + data.decode("utf-8", "replace")).split("\n")
        self._rest = rest[-MAX_LINE:]
        for line in lines:
            self.say(line)

    def say(self, line: str) -> None:
        """Add one line."""
        line = line.rstrip("\r")[:MAX_LINE]
        self._lines.append(line)
        if self._handler:
            self._handler.handle(logging.LogRecord("engine", logging.INFO, "", 0, line, None, None))

    def close(self) -> None:
        """Close the file."""
        if self._handler:
            self._handler.close()

    def _open(self) -> RotatingFileHandler | None:
        try:
            make_folder(self.path.parent)
            handler = _QuietHandler(
                self.path, maxBytes=FILE_BYTES, backupCount=KEPT_FILES, delay=True, encoding="utf-8", errors="replace"
            )
        except (UserError, OSError) as error:
            log.warning("no engine log on disk: %s", error)
            return None
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        return handler
