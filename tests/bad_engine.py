"""Engines that misbehave, one class per way. `python -m tests.bad_engine WAY`."""

import os
import signal
import struct
import sys
import time

import numpy as np

from engine import messages as m
from engine.wire import encode
from tests.fake_engine import FakeEngine


class Silent(FakeEngine):
    """Reads, and never says a word."""

    def say(self, message):
        pass


class Slow(FakeEngine):
    """Needs a while before it is ready."""

    def on_hello(self, message):
        time.sleep(0.5)
        super().on_hello(message)


class DiesMidFrame(FakeEngine):
    """Dies after half an answer."""

    def on_predict(self, message):
        frame = encode(m.Predicted(job=message.job, outputs=np.zeros((9, 9), np.float32), x=message.x))
        os.write(self.output, frame[: len(frame) // 2])
        os.kill(os.getpid(), signal.SIGKILL)


class IgnoresStop(FakeEngine):
    """Goes on training whatever it is told."""

    def on_stop(self, message):
        pass


class CompilesLong(IgnoresStop):
    """Is in a phase when it is asked to stop, and leaves the phase only when pinged after that."""

    def on_train(self, message):
        super().on_train(message)
        self.trainings[message.job]["paused"] = True
        self.say(m.Phase(job=message.job, text="first step compiles"))

    def on_setlive(self, message):
        self.say(m.Phase(job=message.job, text=""))


class Floods(FakeEngine):
    """A hundred thousand events to one request."""

    def on_predict(self, message):
        frame = encode(m.Progress(job=message.job, done=1, total=2))
        for _ in range(100):
            self.write(frame * 1000)
        self.finish(message.job)


class Garbage(FakeEngine):
    """Bytes that are no frame."""

    def on_predict(self, message):
        os.write(self.output, b"Traceback (most recent call last):\n" * 20)


class Oversize(FakeEngine):
    """A header that claims four gigabytes."""

    def on_predict(self, message):
        os.write(self.output, struct.pack("<I", 0xFFFFFFF0) + b"{}")


class DiesAtStart(FakeEngine):
    """Ends before it is ready, each time."""

    def run(self):
        print("no module named something")
        sys.exit(3)


class WrongVersion(FakeEngine):
    """Speaks another protocol."""

    def on_hello(self, _message):
        self.say(m.Ready(version=99, device="CPU", cores=1, memory=1, packages={}))


class Confused(FakeEngine):
    """Talks about jobs nobody asked for, and ends jobs twice."""

    def on_predict(self, message):
        for job in (0, message.job + 1000):
            self.say(m.Progress(job=job, done=1, total=1))
            self.finish(job)
        super().on_predict(message)
        super().on_predict(message)


class Unending(FakeEngine):
    """Leaves neither at end-of-file nor when asked to terminate."""

    def run(self):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        super().run()
        while True:
            time.sleep(60)


class Deaf(FakeEngine):
    """Answers the first ping only."""

    pings = 0

    def on_ping(self, message):
        self.pings += 1
        if self.pings == 1:
            super().on_ping(message)


class Answers(FakeEngine):
    """Ends its work with the last word of a job, in one breath."""

    def on_predict(self, message):
        super().on_predict(message)
        os._exit(1)


class Chatty(FakeEngine):
    """Says much on its error stream, some of it not text."""

    def on_hello(self, message):
        os.write(2, b"first\n\xff\xfe not text\n" + b"x" * 50_000 + b"\n" + b"line\n" * 1000 + b"last line\n")
        super().on_hello(message)


WAYS = {
    "silent": Silent, "slow": Slow, "dies_mid_frame": DiesMidFrame, "ignores_stop": IgnoresStop,
    "compiles_long": CompilesLong, "floods": Floods, "garbage": Garbage, "oversize": Oversize,
    "dies_at_start": DiesAtStart, "wrong_version": WrongVersion, "confused": Confused, "unending": Unending,
    "deaf": Deaf, "answers": Answers, "chatty": Chatty,
}  # fmt: skip

if __name__ == "__main__":
    WAYS[sys.argv[1]]().run()
