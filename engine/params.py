"""Param: one setting, with everything a form, a check and a help text need to know about it."""

import math
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.errors import UserError

Kind = Literal["int", "float", "bool", "choice", "pair", "shape", "text", "path"]
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Param:
    """One setting of a layer, dataset, optimiser, task or exporter.

    Args:
        name: its name in code, files and Keras, e.g. `kernel_size`.
        kind: "pair" is two ints (height, width); "shape" a list of ints, −1 for "work it out" where `low` allows it.
        default: the value when nothing is said.
        label: what the form shows; defaults to the name in words.
        low, high: inclusive bounds of a number, or of each number of a pair or shape.
        choices: allowed values of a "choice".
        unit: shown after the value, e.g. "px".
        help: one sentence for the tooltip.
        log: whether its slider runs over decades.
        live: whether it may change while training goes on.
    """

    name: str
    kind: Kind
    default: Any
    label: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    help: str = ""
    log: bool = False
    live: bool = False

    @property
    def title(self) -> str:
        """The label of the form."""
        return self.label or self.name.replace("_", " ").capitalize()

    def check(self, value: Any) -> Any:
        """Return `value` in its canonical form.

        Raises:
            UserError: the value has the wrong kind or lies outside the range; names the setting and the value.
        """
        match self.kind:
            case "int":
                return self._number(value, int)
            case "float":
                return self._number(value, float)
            case "bool":
                return self._require(value, isinstance(value, bool), "on or off")
            case "choice":
                return self._require(value, value in self.choices, "one of " + ", ".join(self.choices))
            case "pair":
                return self._integers(value, length=2)
            case "shape":
                return self._integers(value, length=None)
            case _:
                return self._require(value, isinstance(value, str), "text")

    def _require(self, value: Any, ok: bool, expected: str) -> Any:
        if not ok:
            shown = repr(value) if len(repr(value)) <= 60 else repr(value)[:57] + "..."
            hint = "" if self.default in ("", None) else f"The default is {self.default}."
            raise UserError(f"{self.title} is {shown}; expected {expected}.", hint, self.name)
        return value

    def _number(self, value: Any, kind: type) -> Any:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if kind is int:
            self._require(value, whole, "a whole number")
        else:
            finite = abs(value) <= sys.float_info.max if whole else isinstance(value, float) and math.isfinite(value)
            self._require(value, finite, "a finite number")
        self._require(value, self._within(value), self._range())
        return kind(value)

    def _integers(self, value: Any, length: int | None) -> list[int]:
        whole = isinstance(value, list | tuple) and all(isinstance(v, int) and not isinstance(v, bool) for v in value)
        self._require(value, whole, "a list of whole numbers")
        self._require(value, len(value) == length if length else 1 <= len(value) <= 4, f"{length or '1 to 4'} numbers")
        self._require(value, all(self._within(v) for v in value), "each " + self._range())
        return [int(v) for v in value]

    def _within(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def _range(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        if self.low is None:
            return f"{self.high:g} or less{unit}" if self.high is not None else f"a number{unit}"
        if self.high is None:
            return f"{self.low:g} or more{unit}"
        return f"{self.low:g} to {self.high:g}{unit}"


def check_values(params: Iterable[Param], values: Values, owner: str) -> dict[str, Any]:
    """Return the checked values of `params`, defaults filled in.

    Args:
        owner: who the settings belong to, for the message, e.g. "conv2d_1".

    Raises:
        UserError: a value is wrong, or a name is unknown; `where` is the setting's name.
    """
    known = {param.name: param for param in params}
    for name in values:
        if name not in known:
            raise UserError(f"{owner} has no setting {name!r}.", f"It knows {', '.join(known) or 'none'}.", where=name)
    try:
        return {name: param.check(values.get(name, param.default)) for name, param in known.items()}
    except UserError as error:
        raise UserError(f"{owner}: {error.message}", error.hint, error.where) from None


def defaults(params: Iterable[Param]) -> dict[str, Any]:
    """Return every setting at its default."""
    return {param.name: param.default for param in params}
