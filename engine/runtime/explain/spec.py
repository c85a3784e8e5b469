"""What an explainer is: a record with its settings, and the function that answers a question."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import tensorflow as tf

from engine.datasets.choice import LoadedData
from engine.datasets.scaling import Scaling
from engine.errors import UserError
from engine.messages import Explained, Message
from engine.params import Param
from engine.project import DataChoice
from engine.runtime.jobs import Report, Turn
from engine.runtime.loading import loaded_data
from engine.runtime.moment import Moment
from engine.runtime.shelf import Shelf
from engine.shapes import LayerInfo


@dataclass(frozen=True)
class Answer:
    """What an explainer found.

    Args:
        arrays: by name, bool, whole numbers or floats.
        facts: JSON values.
    """

    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What is asked of an explainer.

    Args:
        explainer: its id.
        moment: the network and its weights.
        raw: the input as the data have it, float32 (1, *input_shape).
        x: the same, normalised, float32 (1, *input_shape).
        label: class or number of the sample; None where the input is the user's own.
        sample: index of the sample; −1 where the input is the user's own.
        values: settings, checked, defaults filled in.
        folder: of the run; empty where there is none.
    """

    explainer: str
    moment: Moment
    raw: np.ndarray
    x: tf.Tensor
    label: float | None
    sample: int
    values: dict[str, Any]
    shelf: Shelf
    folder: str = ""

    @property
    def class_names(self) -> tuple[str, ...]:
        """Of the run's data, or of the project's data where there is no run; empty for numbers."""
        if self.moment.info is not None:
            return self.moment.info.class_names
        choice = self.moment.project.data
        return self.shelf.data(choice).samples.description.class_names if self.shelf.holds(choice) else ()

    @property
    def scaling(self) -> Scaling:
        """What turned the raw input into the normalised one."""
        if self.moment.info is not None:
            return self.moment.info.scaling
        return self.shelf.data(self.moment.project.data).scaling

    def data(self) -> Generator[Report, Turn, LoadedData]:
        """The data of the run, loaded where they are not in memory: `data = yield from question.data()`.

        Raises:
            UserError: they are wrong, or have moved.
        """
        choice: DataChoice = self.moment.project.data
        return (yield from loaded_data(self.shelf, choice))

    def layer(self, name: str, kinds: Sequence[str] = (), what: str = "") -> LayerInfo:
        """What is known of a layer.

        Args:
            name: of the layer; the last one of `kinds` where empty.
            kinds: layer ids that will do; any where empty.
            what: these kinds in words, for the message, e.g. "convolution".

        Raises:
            UserError: there is no such layer, or it is of another kind.
        """
        return self.layer_and_name(name, kinds, what)[1]

    def layer_and_name(self, name: str, kinds: Sequence[str] = (), what: str = "") -> tuple[str, LayerInfo]:
        """As `layer`, with the layer's name."""
        layers = self.moment.network.inference.layers
        fitting = [known for known, info in layers.items() if not kinds or info.spec.id in kinds]
        if not fitting:
            raise UserError(f"This network has no {what or 'such'} layer.", "Add one in Build, or choose another view.")
        if name and name not in layers:
            raise UserError(f"There is no layer {name[:60]!r}.", f"Those that fit: {', '.join(fitting)}.", "layer")
        if name and name not in fitting:
            raise UserError(
                f"{name} is {layers[name].spec.name.lower()}, not a {what or 'fitting'} layer.",
                f"Those that fit: {', '.join(fitting)}.",
                "layer",
            )
        chosen = name or fitting[-1]
        return chosen, layers[chosen]

    def class_index(self, value: int) -> int:
        """The class asked for; that of the highest logit for −1.

        Raises:
            UserError: there is no such class.
        """
        units = int(self.moment.network.model.outputs[0].shape[-1])
        names = self.class_names
        if value >= max(units, len(names)):
            known = ", ".join(f"{n} {name}" for n, name in enumerate(names[:10])) or f"0 to {units - 1}"
            raise UserError(f"There is no class {value}; the network has {max(units, len(names))}.", known, "class")
        return value if value >= 0 else int(self.moment.logits(self.x)[0].argmax())

    def explained(self, answer: Answer) -> Message:
        """The message that carries an answer, whole or first and coarse."""
        arrays = {name: _sendable(array) for name, array in answer.arrays.items()}
        return Explained(explainer=self.explainer, step=self.moment.step, arrays=arrays, facts=answer.facts)


Run = Callable[[Question], Generator[Report, Turn, Answer]]


@dataclass(frozen=True)
class Explainer:
    """One kind of explanation.

    Args:
        id: as in `Explain`.
        name: as shown.
        run: takes turns of at most about 50 ms, may say coarse answers on the way (`question.explained`), and returns
            the last one. Work that takes longer goes through `in_thread`.
        params: settings.
        needs_input: whether it looks at one input; without, `Question.raw` is empty.
        keeps_size: where the network takes any size, an image file is explained in its own, not the network's.
    """

    id: str
    name: str
    run: Run
    params: tuple[Param, ...] = ()
    needs_input: bool = True
    keeps_size: bool = False


def at_once(answer: Callable[[Question], Answer]) -> Run:
    """An explainer's `run` of a function that takes less than a turn."""

    def run(question: Question) -> Generator[Report, Turn, Answer]:
        yield Report()
        return answer(question)

    return run


LAYER = Param("layer", "text", "", help="Name of the layer; the last that fits where empty.")
CLASS = Param("class", "int", -1, low=-1, help="Index of the class; the predicted one for −1.")


def _sendable(array: Any) -> np.ndarray:
    values = np.asarray(array)
    if values.dtype == np.float64 or values.dtype.kind not in "fiub":
        return values.astype(np.float64 if values.dtype == np.float64 else np.float32)
    return values
