"""Every message of both directions. Requests are imperatives, events past participles.

Every request with a job number ends with exactly one `Finished` or `Failed` that echoes the number. Arrays may stand in
any field typed `np.ndarray`; `engine.wire` carries them as raw bytes.
"""

from typing import Any, Literal

import msgspec
import numpy as np

from engine.datasets.spec import Description
from engine.project import DataChoice, Project

PROTOCOL_VERSION = 1
SPLITS = ("train", "validation", "test")
NOTHING = np.zeros(0, np.float32)


class Message(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """One thing said about one job.

    Args:
        job: number of the request it belongs to; 0 for the session as a whole.
    """

    job: int = 0


# requests: window -> engine


class Hello(Message, frozen=True):
    """First word of the window."""

    version: int = PROTOCOL_VERSION


class Ping(Message, frozen=True):
    """Answered at once by the reader thread, even while TensorFlow computes. `sent` is the window's own clock, s."""

    sent: float


class LoadData(Message, frozen=True):
    """Load and split the data; answered by `DataLoaded`."""

    data: DataChoice


class Train(Message, frozen=True):
    """Train a project into a run folder.

    Args:
        folder: the run folder; made if missing.
        resume: go on from its last checkpoint.
        paused: compile and wait, for stepping from the start.
        start_folder: begin with a checkpoint of this other run: its weights, optimiser and place in the data.
        start_step: of that checkpoint; the nearest is taken, the last one for −1.
    """

    project: Project
    folder: str
    resume: bool = False
    paused: bool = False
    start_folder: str = ""
    start_step: int = -1


class SetPaused(Message, frozen=True):
    """Give a job no turns, or turns again."""

    paused: bool


class Step(Message, frozen=True):
    """Give a paused training one batch, or the rest of the current epoch."""

    unit: Literal["batch", "epoch"]


class Stop(Message, frozen=True):
    """End a job at its next turn; it says `Finished(cancelled=True)`."""


class KeepCheckpoint(Message, frozen=True):
    """Write a checkpoint of a running or paused training now, and never thin it out; answered by `CheckpointSaved`."""


class SetLive(Message, frozen=True):
    """Change a setting of a running training, from its next step on."""

    name: str
    value: float


class Watch(Message, frozen=True):
    """Show what the network does with one sample, now and whenever its weights change, until stopped.

    Args:
        project: the network to show; with its initial weights where there is no run.
        folder: a run folder to take the weights from: live while it trains, else its last checkpoint; may be empty.
        sample: index of the probe sample in the dataset.
        boundary: also predict a grid over the plane, for 2-D points.
        weights_of: names of layers whose weights are wanted as well.
        step: of the run whose weights are shown, the nearest that was kept; −1 for the newest, live while it trains.
    """

    project: Project
    folder: str = ""
    sample: int = 0
    step: int = -1
    boundary: bool = False
    weights_of: tuple[str, ...] = ()


class Explain(Message, frozen=True):
    """Ask for the numbers behind something the network did; answered by `Explained`, once or again and again.

    Args:
        explainer: id of an Explainer.
        project: the network; with its initial weights where there is no run.
        folder: a run folder to take the weights from; may be empty.
        step: of the run whose weights are used, the nearest that was kept; −1 for the newest, live while it trains.
        sample: index in the run's dataset of the input, where neither `picture` nor `x` is given.
        picture: path of an image file that is the input.
        x: raw input (*input_shape) where it is none of those; empty otherwise.
        values: settings of the explainer.
        follow: answer again whenever the live weights change, in at most a tenth of the time, until stopped.
    """

    explainer: str
    project: Project
    folder: str = ""
    step: int = -1
    sample: int = 0
    picture: str = ""
    x: np.ndarray = NOTHING
    values: dict[str, Any] = {}
    follow: bool = False


class Predict(Message, frozen=True):
    """Run a trained network on raw inputs, float32 (sample, *input_shape); answered by `Predicted`.

    Args:
        step: as in `Explain`.
    """

    folder: str
    x: np.ndarray
    step: int = -1


class PredictFiles(Message, frozen=True):
    """Read image files in the inspector and run a trained network on them; answered by `Predicted`."""

    folder: str
    paths: tuple[str, ...]
    step: int = -1


class Evaluate(Message, frozen=True):
    """Measure a run on one part of the data; answered by `Evaluated`.

    Args:
        step: as in `Explain`.
    """

    folder: str
    split: Literal["train", "validation", "test"] = "test"
    step: int = -1


class Stylise(Message, frozen=True):
    """Optimise a picture of one image's content in the style of others; says `StyleStarted` and `StyleStepped`.

    Args:
        content, styles: paths of image files.
        values: of `engine.style.settings`; the live ones may be changed by `SetLive` while it runs.
        shares: weights of single terms, and of style images as "image:0", ...; live as well.
        paused: compile and wait, for stepping from the start.
    """

    content: str
    styles: tuple[str, ...]
    values: dict[str, Any] = {}
    shares: dict[str, float] = {}
    paused: bool = False


class ReadStyle(Message, frozen=True):
    """Read a picture of a style transfer once more: its Gram matrices and one number of it; answered by `Explained`.

    Args:
        content, styles, values, shares: as in `Stylise`.
        picture: uint8 (height, width, 3), as it was sent.
        term: id of the style term whose Gram matrices are wanted; empty for none.
        place: of the number to open, as JSON of an `engine.explain.opened.Place`; empty for none.
    """

    content: str
    styles: tuple[str, ...]
    picture: np.ndarray
    values: dict[str, Any] = {}
    shares: dict[str, float] = {}
    term: str = ""
    place: str = ""


class FetchWeights(Message, frozen=True):
    """Download the published weights of VGG-19, once; says `Progress` in bytes."""


class Export(Message, frozen=True):
    """Write a trained network in another format and prove it; answered by `Exported`."""

    folder: str
    format: str
    path: str


# events: engine -> window


class Ready(Message, frozen=True):
    """The engine can work.

    Args:
        device: e.g. "CPU" or "GPU NVIDIA H200".
        cores: CPU cores it may use.
        memory: of the machine, bytes.
        packages: versions by name.
    """

    version: int
    device: str
    cores: int
    memory: int
    packages: dict[str, str]


class Pong(Message, frozen=True):
    """Answer to `Ping`. `memory` is the engine's resident memory, bytes."""

    sent: float
    memory: int


class DataLoaded(Message, frozen=True):
    """The data, as far as the screen needs them.

    Args:
        description: as loaded.
        counts: samples in train, validation and test.
        class_counts: (split, class) int64; empty for numbers.
        x: raw inputs of the first samples, (sample, *input_shape); uint8 where the raw values are whole, else float32.
        y: their labels or numbers.
        split: int8 (sample,): 0 train, 1 validation, 2 test.
        value_range: smallest and largest raw value of the whole set.
        problems: one sentence each.
    """

    description: Description
    counts: tuple[int, int, int]
    class_counts: np.ndarray
    x: np.ndarray
    y: np.ndarray
    split: np.ndarray
    value_range: tuple[float, float]
    problems: tuple[str, ...] = ()


class Phase(Message, frozen=True):
    """What a job is busy with when no count can be given, e.g. "first step compiles"; empty when that is over."""

    text: str


class Progress(Message, frozen=True):
    """How far a job is."""

    done: int
    total: int
    text: str = ""


class Started(Message, frozen=True):
    """A training begins.

    Args:
        folder: the run folder.
        first_step: 0, or the step a resumed run goes on from.
        execution: "graph" or "xla".
        metric: id of the metric beside the loss.
        gradient_layers: names of the layers whose gradient norms are reported, in order.
    """

    folder: str
    first_step: int
    steps_per_epoch: int
    total_steps: int
    execution: str
    device: str
    metric: str
    gradient_layers: tuple[str, ...]


class Metrics(Message, frozen=True):
    """All steps since the last report.

    Args:
        first_step: number of steps done before the first of these.
        loss, metric, learning_rate: float32 (step,).
        gradient_norms: float32 (step, layer), L2 norm per layer.
        samples_per_second: over the last second of work.
        validation_steps: int64 (epoch,), steps done when an epoch ended and the validation part was measured.
        validation_loss, validation_metric: float32 (epoch,).
    """

    first_step: int
    loss: np.ndarray
    metric: np.ndarray
    learning_rate: np.ndarray
    gradient_norms: np.ndarray
    samples_per_second: float
    validation_steps: np.ndarray
    validation_loss: np.ndarray
    validation_metric: np.ndarray


class Evaluated(Message, frozen=True):
    """The network measured on one part of the data, sample by sample; the curve of every epoch is in `Metrics`.

    Args:
        split: which part.
        step: steps done at these weights; epoch = step / steps per epoch.
        values: "loss" and the metric by id.
        indices: int32 (sample,), which samples of the dataset.
        outputs: float32 (sample, unit): probabilities, or predicted numbers.
        confusion: int64 (label, prediction); (0, 0) for numbers.
    """

    split: str
    step: int
    values: dict[str, float]
    indices: np.ndarray
    outputs: np.ndarray
    confusion: np.ndarray


class CheckpointSaved(Message, frozen=True):
    """A checkpoint is whole on the disk. `best` means lowest validation loss so far."""

    step: int
    best: bool


class Watched(Message, frozen=True):
    """What the network does with the probe sample at one step.

    Args:
        step: steps done at these weights.
        activations: output of each layer by name, float32, no batch axis; the output layer's are probabilities.
        weights: by "layer/variable" for the layers asked for, float32.
        boundary: float32 (row, column, unit), outputs over the plane, rows from high y to low; empty if not asked.
        extent: x low, x high, y low, y high of the plane, raw units.
    """

    step: int
    activations: dict[str, np.ndarray]
    weights: dict[str, np.ndarray]
    boundary: np.ndarray
    extent: tuple[float, float, float, float] = (0.0, 1.0, 0.0, 1.0)


class Explained(Message, frozen=True):
    """The numbers of an explanation at one step.

    Args:
        explainer: id of the Explainer, whose docstring names the arrays and facts.
        step: steps done at these weights.
        arrays: by name.
        facts: what is no array: numbers, names, sentences; JSON values.
    """

    explainer: str
    step: int
    arrays: dict[str, np.ndarray]
    facts: dict[str, Any] = {}


class Predicted(Message, frozen=True):
    """Outputs for given inputs.

    Args:
        outputs: float32 (sample, unit): probabilities, or numbers.
        x: the raw inputs as the network saw them (sample, *input_shape).
        step: steps done at these weights.
        class_names: of the run's data; empty for numbers.
        names: of the files, where files were given.
        problems: files left out, one sentence each.
    """

    outputs: np.ndarray
    x: np.ndarray
    step: int = 0
    class_names: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class StyleStarted(Message, frozen=True):
    """A style transfer begins.

    Args:
        content: uint8 (height, width, 3), the content image in the size of the result.
        picture: the same, the picture it starts with, perhaps smaller.
        backend: "random" or "vgg19", whose terms are in `engine.style.terms`.
        total_steps: how many steps it will do.
        stages: the step with which each size of the picture begins.
    """

    content: np.ndarray
    picture: np.ndarray
    backend: str
    total_steps: int
    stages: tuple[int, ...]


class StyleStepped(Message, frozen=True):
    """All steps of a style transfer since the last report.

    Args:
        first_step: steps done before the first of these measures.
        costs: float32 (step, term), unweighted, of the picture before that step.
        weights: float32 (step, term), as they stood then.
        picture: uint8 (height, width, 3), which the last costs belong to; empty where none is sent.
        kept: the picture is one of those that tell the way.
        seconds: of work so far.
    """

    first_step: int
    costs: np.ndarray
    weights: np.ndarray
    picture: np.ndarray
    kept: bool = False
    seconds: float = 0.0


class Exported(Message, frozen=True):
    """A file was written, loaded again in a fresh process, and compared.

    Args:
        max_difference: greatest absolute difference of outputs over the samples compared.
        samples: how many were compared.
        size: bytes.
    """

    path: str
    format: str
    max_difference: float
    samples: int
    size: int


class Finished(Message, frozen=True):
    """The one good ending of a job."""

    cancelled: bool = False
    result: dict[str, Any] = {}


class Failed(Message, frozen=True):
    """The one bad ending of a job.

    Args:
        kind: "user" for what the user can put right, "bug" for everything else.
        details: the traceback of a bug.
    """

    kind: Literal["user", "bug"]
    message: str
    hint: str = ""
    where: str = ""
    details: str = ""


Request = (
    Hello
    | Ping
    | LoadData
    | Train
    | SetPaused
    | Step
    | Stop
    | KeepCheckpoint
    | SetLive
    | Watch
    | Explain
    | Predict
    | PredictFiles
    | Evaluate
    | Stylise
    | ReadStyle
    | FetchWeights
    | Export
)
Event = (
    Ready
    | Pong
    | DataLoaded
    | Phase
    | Progress
    | Started
    | Metrics
    | Evaluated
    | CheckpointSaved
    | Watched
    | Explained
    | Predicted
    | StyleStarted
    | StyleStepped
    | Exported
    | Finished
    | Failed
)
