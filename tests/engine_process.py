"""The real engine process, spoken to over its pipes: for tests and benchmarks without a window."""

import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec

from engine.messages import Failed, Finished, Hello, Message, Ping, Pong, Ready
from engine.wire import encode, event_decoder

ROOT = Path(__file__).parent.parent


class EngineProcess:
    """`python -m engine`, with its events in a queue. Use as a context manager.

    Args:
        timeout: how long to wait for one event, seconds.
        command: what follows the interpreter, where it is not the engine as it is.
    """

    def __init__(self, timeout=180.0, command=("-m", "engine")):
        self.timeout = timeout
        self.endings: list[Message] = []
        self.events: queue.SimpleQueue[tuple[float, Message]] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.jobs = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.send(Hello())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join()
        self.process.stdout.close()

    def _read(self):
        decoder = event_decoder()
        while data := os.read(self.process.stdout.fileno(), 1 << 16):
            for message in decoder.feed(data):
                if isinstance(message, Finished | Failed):
                    self.endings.append(message)
                self.events.put((time.perf_counter(), message))

    def send(self, message):
        self.process.stdin.write(encode(message))
        self.process.stdin.flush()

    def submit(self, message):
        """Give a request a number and send it; return the number."""
        self.jobs += 1
        self.send(msgspec.structs.replace(message, job=self.jobs))
        return self.jobs

    def next(self, *kinds, job=None):
        """The next event of these kinds (of one job), with the time it came; others are dropped.

        A `Failed` that was not asked for fails the test.
        """
        end = time.monotonic() + self.timeout
        while True:
            moment, message = self.events.get(timeout=max(0.01, end - time.monotonic()))
            if isinstance(message, kinds) and (job is None or message.job == job):
                self.moment = moment
                return message
            assert not (isinstance(message, Failed) and message.job == job), message

    def until_end(self, job):
        """All events of a job up to its ending, the ending last."""
        found = []
        while True:
            moment, message = self.events.get(timeout=self.timeout)
            if message.job == job:
                found.append(message)
                if isinstance(message, Finished | Failed):
                    self.moment = moment
                    return found

    def ready(self):
        return self.next(Ready)

    def ping(self):
        """Round trip, seconds."""
        began = time.perf_counter()
        self.send(Ping(sent=began))
        self.next(Pong)
        return time.perf_counter() - began
