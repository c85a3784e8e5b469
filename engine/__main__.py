"""The engine process: frames on standard input and output, jobs in between. Not for typing; `glassbox` is.

The reader thread starts before TensorFlow is imported: it answers `Ping` at once and queues the rest.
"""

import faulthandler
import logging
import os
import queue
import signal
import sys
import threading

import psutil

from engine.messages import Message, Ping, Pong
from engine.outbox import Outbox
from engine.wire import WireError, request_decoder

CHUNK = 1 << 16


def main() -> int:
    """Serve a window until it is gone."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the window too; the engine leaves when it is gone.
    frames = _claim_stdout()
    outbox = Outbox(frames)
    inbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin.fileno(), inbox, outbox), name="reader", daemon=True).start()
    from engine.runtime.device import protect_the_window
    from engine.runtime.session import Session

    protect_the_window()
    Session(inbox, outbox.send).run()
    outbox.close()
    return 0


def _claim_stdout() -> int:
    """Keep descriptor 1 for frames and point it at 2, so that no print and no log can break a frame."""
    frames = os.dup(1)
    os.dup2(2, 1)
    return frames


def _read(descriptor: int, inbox: "queue.SimpleQueue[Message | None]", outbox: Outbox) -> None:
    decoder, process = request_decoder(), psutil.Process()
    try:
        while data := os.read(descriptor, CHUNK):
            for message in decoder.feed(data):
                if isinstance(message, Ping):
                    outbox.send(Pong(sent=message.sent, memory=process.memory_info().rss))
                else:
                    inbox.put(message)
    except (OSError, WireError):
        logging.getLogger("engine").exception("the window sent something that is no frame")
    inbox.put(None)


if __name__ == "__main__":
    sys.exit(main())
