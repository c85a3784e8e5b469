"""What can be added to the canvas: one choice per kind of layer, three for the output."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.datasets.spec import Description
from engine.layers import LAYERS
from engine.layers.spec import LayerSpec
from engine.tasks import TASKS

GROUPS: tuple[tuple[str, str], ...] = (
    ("input", "Input and shape"),
    ("convolution", "Convolution"),
    ("pooling", "Pooling"),
    ("dense", "Dense"),
    ("normalisation", "Normalise, regularise"),
    ("merge", "Merge"),
    ("output", "Output"),
    ("recurrent", "Recurrent"),
    ("attention", "Attention"),
)
FOLDED_AT_FIRST = frozenset({"recurrent", "attention"})


@dataclass(frozen=True)
class Choice:
    """One chip of the palette.

    Args:
        name: on the chip.
        kind: of the layer it makes.
        values: settings over the kind's defaults.
        family: gives colour and glyph.
        keras: the class in `keras.layers`, to find it by.
    """

    name: str
    kind: str
    family: str
    keras: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def matches(self, text: str) -> bool:
        """Whether every word of `text` occurs in its names."""
        own = f"{self.name} {self.keras} {self.kind} {self.family}".casefold()
        return all(word in own for word in text.casefold().split())


def _choices_of(spec: LayerSpec) -> tuple[Choice, ...]:
    if spec.id != "output":
        return (Choice(spec.name, spec.id, spec.family, spec.keras),)
    heads = next(param.choices for param in spec.params if param.name == "activation")
    return tuple(Choice(h.capitalize(), spec.id, spec.family, f"{spec.keras} output", {"activation": h}) for h in heads)


CHOICES: tuple[Choice, ...] = tuple(choice for spec in LAYERS.values() for choice in _choices_of(spec))


def values_for(choice: Choice, description: Description | None) -> dict[str, Any]:
    """A choice's settings, with input shape and output units as the data ask for them."""
    values = dict(choice.values)
    if description is None:
        return values
    if choice.kind == "input" and description.input_shape:
        values["shape"] = list(description.input_shape)
    if choice.kind == "output":
        activation = values.get("activation", "softmax")
        task = next((t for t in TASKS.values() if t.target == description.target and activation in t.losses), None)
        units = task.num_units(description, activation) if task else 0
        if units >= 1:
            values["units"] = units
    return values
