"""Outbox: sends messages from a thread of its own, so that a stalled window never stalls the engine."""

import os
import threading
from collections import deque

from engine.messages import Message, Watched
from engine.wire import encode


class Outbox:
    """Messages on their way to the window, in order.

    Of pictures of the same job only the newest waits; everything else is kept.

    Args:
        descriptor: the file descriptor frames are written to.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting: deque[Message] = deque()
        self._changed = threading.Condition()
        self._is_closed = False
        self._thread = threading.Thread(target=self._work, name="outbox", daemon=True)
        self._thread.start()

    def send(self, message: Message) -> None:
        """Queue a message; returns at once."""
        with self._changed:
            if isinstance(message, Watched):
                for index, other in enumerate(self._waiting):
                    if isinstance(other, Watched) and other.job == message.job:
                        self._waiting[index] = message
                        return
            self._waiting.append(message)
            self._changed.notify()

    def close(self, timeout: float = 2.0) -> None:
        """Send what waits, as far as the other side still listens."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        self._thread.join(timeout)

    def _work(self) -> None:
        while (message := self._next()) is not None:
            try:
                rest = memoryview(encode(message))
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
            except OSError:
                return  # The window is gone; the reader's end-of-file says what to do.

    def _next(self) -> Message | None:
        with self._changed:
            while not self._waiting and not self._is_closed:
                self._changed.wait()
            return self._waiting.popleft() if self._waiting else None
