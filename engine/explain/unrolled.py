"""A recurrent layer of a network unrolled over one sequence: what happened at every step, and the errors sent back."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.explain.activation_functions import SLOPES
from engine.explain.opened import Factor, Numbers, Place
from engine.explain.recurrent import GATES, Cell, Replay, cell_of, replay
from engine.explain.recurrent_gradient import Through, through_time

BACKWARD = "backward_"  # before the variables, and gates, of a bidirectional layer's second direction
VARIABLES = ("kernel", "recurrent_kernel", "bias")


@dataclass(frozen=True)
class Unrolled:
    """One direction of a recurrent layer.

    Args:
        name: of the layer.
        prefix: `BACKWARD` for the second direction of a bidirectional layer, else empty.
    """

    numbers: Numbers
    name: str
    prefix: str = ""

    @cached_property
    def cell(self) -> Cell:
        """Its weights and settings."""
        weights = self.numbers.weights[self.name]
        values = {} if self.is_double else self.numbers.values(self.name)
        kind = str(self.numbers.values(self.name)["cell"]) if self.is_double else self.numbers.kind(self.name)
        kernel, recurrent, bias = (weights[self.prefix + name] for name in VARIABLES)
        return cell_of(kind, values, (kernel, recurrent, bias))

    @property
    def is_double(self) -> bool:
        """Whether the layer is bidirectional."""
        return self.numbers.kind(self.name) == "bidirectional"

    @property
    def is_backwards(self) -> bool:
        """Whether it reads the sequence from its end."""
        return bool(self.prefix) or bool(self.numbers.values(self.name).get("go_backwards", False))

    @property
    def gives_all(self) -> bool:
        """Whether the layer gives out the state of every step."""
        return bool(self.numbers.values(self.name)["return_sequences"])

    @property
    def source(self) -> str:
        """The layer it reads."""
        return self.numbers.graph.sources(self.name)[0]

    @property
    def steps(self) -> int:
        """How many it reads."""
        return len(self.numbers.activations[self.source])

    @cached_property
    def seen(self) -> Replay:
        """What happened, in the order in which it read."""
        sequence = self.numbers.activations[self.source]
        return replay(self.cell, sequence[::-1] if self.is_backwards else sequence)

    @cached_property
    def through(self) -> Through:
        """The errors, in the order in which it read."""
        return through_time(self.cell, self.seen, self.upstream)

    @cached_property
    def upstream(self) -> np.ndarray:
        """What comes from outside to the state after each step, (time, unit) in the order in which it read."""
        found = np.zeros_like(self.seen.gates["hidden"])
        own = self._own_share(np.asarray(self.numbers.errors[self.name], float))
        if self.gives_all:
            found[:] = own[::-1] if self.prefix else own
        else:
            found[-1] = own
        return found

    def _own_share(self, errors: np.ndarray) -> np.ndarray:
        """Of the errors of a bidirectional layer's output, what goes to this direction."""
        if not self.is_double:
            return errors
        units, mode = self.cell.units, self.numbers.values(self.name)["merge_mode"]
        if mode == "concat":
            return errors[..., units:] if self.prefix else errors[..., :units]
        if mode == "mul":
            return errors * Unrolled(self.numbers, self.name, "" if self.prefix else BACKWARD).given_out
        return errors / 2 if mode == "ave" else errors

    @property
    def given_out(self) -> np.ndarray:
        """The states that the layer gives out of this direction, in the order of its output."""
        states = self.seen.gates["hidden"]
        if not self.gives_all:
            return np.asarray(states[-1])
        return np.asarray(states[::-1] if self.prefix else states)

    def turned(self, step: int) -> int:
        """A step of the input in the order in which it read, and back."""
        return self.steps - 1 - step if self.is_backwards else step

    def value(self, name: str, read: int, unit: int) -> float:
        """A gate's or state's value after a step as read; 0 before the first."""
        return float(self.seen.gates[name][read, unit]) if read >= 0 else 0.0

    def factor(self, name: str, read: int, unit: int) -> Factor:
        """The same as an operand that opens; the states before the first step are nothing that opens."""
        return Factor(self.value(name, read, unit), self.place("gate", name, read, unit) if read >= 0 else None)

    def sum_error(self, gate: str, read: int, unit: int) -> Factor:
        """∂goal/∂z of a gate's sum."""
        return Factor(float(self.through.sums[gate][read, unit]), self.place("gate_delta", gate, read, unit))

    def state_error(self, name: str, read: int, unit: int) -> Factor:
        """∂goal/∂state after a step, along all ways."""
        values = self.through.hidden if name == "hidden" else self.cell_errors
        return Factor(float(values[read, unit]), self.place("state_error", name, read, unit))

    def place(self, what: str, name: str, read: int, unit: int) -> Place:
        """Where a number of a step stands; places count steps in the order of the input."""
        return self.numbers.at(what, self.name, (self.turned(read), unit), self.prefix + name)  # type: ignore[arg-type]

    def input(self, read: int, feature: int) -> Factor:
        """What it read."""
        place = self.numbers.at("activation", self.source, (self.turned(read), feature))
        return Factor(float(self.seen.inputs[read, feature]), place)

    def weight(self, variable: str, *index: int) -> Factor:
        """A weight of this direction."""
        values = {"kernel": self.cell.kernel, "recurrent_kernel": self.cell.recurrent, "bias": self.cell.bias}
        return Factor(
            float(values[variable][index]), self.numbers.at("weight", self.name, index, self.prefix + variable)
        )

    def column(self, gate: str, unit: int) -> int:
        """Where a gate's weights to one unit stand in the last axis."""
        return GATES[self.cell.kind].index(gate) * self.cell.units + unit

    @cached_property
    def cell_errors(self) -> np.ndarray:
        """∂goal/∂c after each step of an LSTM, (time, unit)."""
        gates, slope = self.seen.gates, SLOPES[self.cell.activation]
        found = self.through.hidden * gates["output"] * slope(gates["cell"])
        for read in reversed(range(self.steps - 1)):
            found[read] += found[read + 1] * gates["forget"][read + 1]
        return np.asarray(found)


def unrolled(numbers: Numbers, name: str, variable: str = "") -> tuple[Unrolled, str]:
    """A layer's direction that a variable or gate belongs to, and its name without the direction."""
    is_second = variable.startswith(BACKWARD)
    return Unrolled(numbers, name, BACKWARD if is_second else ""), variable.removeprefix(BACKWARD)


def directions(numbers: Numbers, name: str) -> tuple[Unrolled, ...]:
    """Both directions of a bidirectional layer; the one of any other."""
    first = Unrolled(numbers, name)
    return (first, Unrolled(numbers, name, BACKWARD)) if first.is_double else (first,)


def variable_names(names: Sequence[str]) -> list[str]:
    """Names of a layer's variables in Keras's order, with those of a second direction told apart."""
    return [BACKWARD + name if name in names[:place] else name for place, name in enumerate(names)]
