"""What every layer holds at a stage of the step: the array its node shows, what that is, and whether it is reached."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.text import format_number
from engine.messages import Explained
from engine.shapes import Inference

LOGITS = ("softmax", "sigmoid")


@dataclass(frozen=True)
class Held:
    """The array of one layer.

    Args:
        values: of any shape.
        what: its name as short as a node is narrow, e.g. "∂L/∂a" or "Δ kernel".
        words: its name in full, e.g. "error ∂L/∂output".
        shape: of the whole array; `values` may be a part of it.
    """

    values: np.ndarray
    what: str
    words: str
    shape: tuple[int, ...]

    @property
    def limit(self) -> float:
        """Largest finite magnitude."""
        finite = self.values[np.isfinite(self.values)]
        return float(np.abs(finite).max(initial=0.0))

    @property
    def scale(self) -> str:
        """The ends of its colours, e.g. "±1.6"; or how many of its numbers are not finite."""
        broken = int(np.count_nonzero(~np.isfinite(self.values)))
        return f"{broken} not finite" if broken else f"±{format_number(self.limit, 2)}"


class Holdings:
    """The arrays of one step by layer and stage.

    Args:
        event: an answer of the explainer "stages".
        inference: of its network.
        heads: names of the output layers.
        sample: position in the batch.
    """

    def __init__(self, event: Explained, inference: Inference, heads: frozenset[str], sample: int) -> None:
        self.stages: list[dict[str, Any]] = list(event.facts["stages"])
        self._arrays, self._inference, self._heads, self._sample = event.arrays, inference, heads, sample
        self._inputs = frozenset(name for name, layer in inference.layers.items() if not layer.inputs)
        self._known: dict[tuple[str, str], Held] = {}

    def at(self, row: int) -> dict[str, Held]:
        """What each layer holds at a stage: the newest array that was made of it until there."""
        if self.stages[row]["kind"] == "batch":
            return self._batch()
        rows = [stage for stage in self.stages[: row + 1] if stage["layer"]]
        return {stage["layer"]: self._held(stage) for stage in rows}

    def reached(self, row: int) -> frozenset[str]:
        """The layers that this part of the step has reached; the others show what an earlier part left."""
        kind = self.stages[row]["kind"]
        if kind == "batch":
            return self._inputs
        wanted = "forward" if kind == "loss" else kind
        return frozenset(stage["layer"] for stage in self.stages[: row + 1] if stage["kind"] == wanted)

    def current(self, row: int) -> frozenset[str]:
        """The layer the stage is about: the inputs for the batch, the outputs for the loss."""
        stage = self.stages[row]
        if stage["layer"]:
            return frozenset((stage["layer"],))
        return self._inputs if stage["kind"] == "batch" else self._heads

    def first_broken(self) -> int | None:
        """The first stage one of whose arrays is not finite."""
        for row, stage in enumerate(self.stages):
            if not all(np.isfinite(np.asarray(self._arrays[key], float)).all() for key in stage["arrays"]):
                return row
        return None

    def first_of(self, kind: str) -> int | None:
        """The first stage of a part of the step."""
        return next((row for row, stage in enumerate(self.stages) if stage["kind"] == kind), None)

    def nearest_of(self, layer: str, row: int) -> int | None:
        """The stage of a layer that is nearest to a stage."""
        found = [n for n, stage in enumerate(self.stages) if stage["layer"] == layer]
        return min(found, key=lambda n: abs(n - row)) if found else None

    def _batch(self) -> dict[str, Held]:
        x = self._arrays["batch/x"]
        if len(self._inputs) != 1 or self._sample >= len(x):
            return {}
        values = np.asarray(x[self._sample], float)
        return {name: Held(values, "sample", "the sample, normalised", values.shape) for name in self._inputs}

    def _held(self, stage: Mapping[str, Any]) -> Held:
        key = stage["kind"], stage["layer"]
        if key not in self._known:
            self._known[key] = self._of_variable(stage) if key[0] in ("slots", "update") else self._of_output(*key)
        return self._known[key]

    def _of_output(self, kind: str, layer: str) -> Held:
        info = self._inference.layers[layer]
        is_logits = layer in self._heads and info.values.get("activation") in LOGITS
        name, symbol = ("logits", "z") if is_logits else ("output", "a")
        values = np.asarray(self._arrays[f"{kind}/{layer}"], float)
        if kind == "forward":
            return Held(values, symbol, name, tuple(info.shape))
        return Held(values, f"∂L/∂{symbol}", f"error ∂L/∂{name}", tuple(info.shape))

    def _of_variable(self, stage: Mapping[str, Any]) -> Held:
        """Of the layer's largest variable: its first slot after the step, or how much it changed."""
        after = [key for key in stage["arrays"] if key.endswith("/after")]
        key = max(after, key=lambda key: self._arrays[key].size)
        values = np.asarray(self._arrays[key], float)
        *_, variable, own, _ = key.split("/")  # of a slot: variable and slot; of a weight: layer and variable
        if stage["kind"] == "slots":
            return Held(values, own, f"{own} of {variable} after the step", values.shape)
        before = np.asarray(self._arrays[key.removesuffix("after") + "before"], float)
        return Held(values - before, f"Δ {own}", f"change of {own}", values.shape)
