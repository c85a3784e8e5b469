"""An engine that answers at once and learns nothing: speaks the real wire, needs no TensorFlow.

`python -m tests.fake_engine [steps]`: how many steps a training has (default 40, ten to an epoch).
"""

import os
import queue
import sys
import threading

import numpy as np

from engine import messages as m
from engine.datasets.spec import Description
from engine.wire import encode, request_decoder

STEPS_PER_EPOCH = 10
END = object()
DIGITS = Description(kind="image", input_shape=(4, 4, 1), target="class", class_names=("zero", "one"), count=6)


class FakeEngine:
    """Reads requests on a thread, answers between turns of its trainings."""

    def __init__(self, total_steps=40):
        self.total_steps = total_steps
        self.inbox = queue.Queue()
        self.trainings = {}
        self.lock = threading.Lock()
        self.output = os.dup(1)
        os.dup2(2, 1)

    def say(self, message):
        self.write(encode(message))

    def write(self, data):
        rest = memoryview(data)
        with self.lock:
            while rest:
                rest = rest[os.write(self.output, rest) :]

    def read(self):
        decoder = request_decoder()
        while data := os.read(0, 65536):
            for message in decoder.feed(data):
                if isinstance(message, m.Ping):
                    self.on_ping(message)
                else:
                    self.inbox.put(message)
        self.inbox.put(END)

    def run(self):
        threading.Thread(target=self.read, daemon=True).start()
        while True:
            busy = any(not training["paused"] or training["owed"] for training in self.trainings.values())
            try:
                message = self.inbox.get(timeout=0.002 if busy else None)
            except queue.Empty:
                message = None
            if message is END:
                return
            if message is not None:
                getattr(self, "on_" + type(message).__name__.lower())(message)
            for training in list(self.trainings.values()):
                self.turn(training)

    def on_hello(self, _message):
        self.say(m.Ready(version=m.PROTOCOL_VERSION, device="CPU", cores=2, memory=1, packages={"fake": "1"}))

    def on_ping(self, message):
        self.say(m.Pong(sent=message.sent, memory=os.getpid()))

    def on_loaddata(self, message):
        if message.data.dataset == "nothing":
            self.say(
                m.Failed(job=message.job, kind="user", message="There is no dataset 'nothing'.", hint="Choose one.")
            )
            return
        x = np.arange(6 * 16, dtype=np.uint8).reshape(6, 4, 4, 1)
        split = np.array([0, 0, 0, 0, 1, 2], np.int8)
        counts = np.array([[2, 2], [1, 0], [0, 1]])
        loaded = m.DataLoaded(
            job=message.job,
            description=DIGITS,
            counts=(4, 1, 1),
            class_counts=counts,
            x=x,
            y=np.array([0, 1, 0, 1, 0, 1], np.int32),
            split=split,
            value_range=(0.0, 95.0),
        )
        self.say(loaded)
        self.finish(message.job)

    def on_train(self, message):
        step = 20 if message.resume else max(0, message.start_step) if message.start_folder else 0
        self.trainings[message.job] = {
            "job": message.job,
            "step": step,
            "paused": message.paused,
            "owed": 0,
            "rate": 0.1,
        }
        self.say(
            m.Started(
                job=message.job,
                folder=message.folder,
                first_step=step,
                steps_per_epoch=STEPS_PER_EPOCH,
                total_steps=self.total_steps,
                execution="graph",
                device="CPU",
                metric="accuracy",
                gradient_layers=("a", "b"),
            )
        )

    def turn(self, training):
        if training["paused"] and not training["owed"]:
            return
        job, step = training["job"], training["step"]
        training["owed"] = max(0, training["owed"] - 1)
        rate = np.array([training["rate"]], np.float32)
        loss = np.array([1.0 / (step + 1)], np.float32)
        norms = np.ones((1, 2), np.float32)
        ended = np.array([step + 1] if (step + 1) % STEPS_PER_EPOCH == 0 else [], np.int64)
        self.say(
            m.Metrics(
                job=job,
                first_step=step,
                loss=loss,
                metric=1 - loss,
                learning_rate=rate,
                gradient_norms=norms,
                samples_per_second=100.0,
                validation_steps=ended,
                validation_loss=(2 / np.maximum(ended, 1)).astype(np.float32),
                validation_metric=np.full(len(ended), 0.5, np.float32),
            )
        )
        training["step"] = step = step + 1
        if step % STEPS_PER_EPOCH == 0:
            self.epoch_ended(job, step)
        if step >= self.total_steps:
            del self.trainings[job]
            self.finish(job)

    def epoch_ended(self, job, step):
        self.say(
            m.Evaluated(
                job=job,
                split="validation",
                step=step,
                values={"loss": 2.0 / step, "accuracy": 0.5},
                indices=np.array([4], np.int32),
                outputs=np.full((1, 2), 0.5, np.float32),
                confusion=np.eye(2, dtype=np.int64),
            )
        )
        self.say(m.CheckpointSaved(job=job, step=step, best=True))

    def on_setpaused(self, message):
        if message.job in self.trainings:
            self.trainings[message.job].update(paused=message.paused, owed=0)

    def on_step(self, message):
        if message.job in self.trainings:
            training = self.trainings[message.job]
            training["owed"] += 1 if message.unit == "batch" else STEPS_PER_EPOCH - training["step"] % STEPS_PER_EPOCH

    def on_keepcheckpoint(self, message):
        if message.job in self.trainings:
            self.say(m.CheckpointSaved(job=message.job, step=self.trainings[message.job]["step"], best=False))

    def on_setlive(self, message):
        if message.job in self.trainings:
            self.trainings[message.job]["rate"] = message.value

    def on_stop(self, message):
        self.trainings.pop(message.job, None)
        self.finish(message.job, cancelled=True)

    def on_watch(self, message):
        activations = {"probe": np.full((2, 2), message.sample, np.float32)}
        weights = {f"{name}/kernel": np.zeros((2, 2), np.float32) for name in message.weights_of}
        boundary = np.zeros((0, 0, 0), np.float32)
        step = 7 if message.folder else 0
        self.say(m.Watched(job=message.job, step=step, activations=activations, weights=weights, boundary=boundary))

    def on_predict(self, message):
        outputs = np.full((len(message.x), 2), 0.5, np.float32)
        self.say(m.Predicted(job=message.job, outputs=outputs, x=message.x, class_names=("zero", "one")))
        self.finish(message.job)

    def on_predictfiles(self, message):
        outputs, x = (
            np.full((len(message.paths), 2), 0.5, np.float32),
            np.zeros((len(message.paths), 4, 4, 1), np.float32),
        )
        self.say(m.Predicted(job=message.job, outputs=outputs, x=x, names=message.paths))
        self.finish(message.job)

    def on_evaluate(self, message):
        self.epoch_ended(message.job, 10)
        self.finish(message.job)

    def on_export(self, message):
        self.say(
            m.Exported(job=message.job, path=message.path, format=message.format, max_difference=0.0, samples=4, size=9)
        )
        self.finish(message.job)

    def finish(self, job, cancelled=False):
        self.say(m.Finished(job=job, cancelled=cancelled))


if __name__ == "__main__":
    FakeEngine(*(int(text) for text in sys.argv[1:])).run()
