"""Reading: an answer of the explainer "gates" as the view draws it: strips, columns, words."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from app.sequence_text import characters
from app.text import fixed, format_number
from engine.explain.recurrent_memory import correlations
from engine.messages import Explained

By = Literal["index", "correlation"]
ORDER = {
    "lstm": ("forget", "input", "candidate", "output", "cell", "hidden"),
    "gru": ("update", "reset", "candidate", "hidden"),
    "simple_rnn": ("hidden",),
}
TITLES = {
    "forget": ("Forget gate", "f"),
    "input": ("Input gate", "i"),
    "candidate": ("Candidate", "g"),
    "output": ("Output gate", "o"),
    "update": ("Update gate", "z"),
    "reset": ("Reset gate", "r"),
    "cell": ("Cell state", "c"),
    "hidden": ("Hidden state", "h"),
}
USUAL = 0.97  # share of a state's values within the colour scale: one unit far out must not grey all others
SIGNED = ("candidate", "cell", "hidden")


@dataclass(frozen=True)
class Strip:
    """One heat strip.

    Args:
        name: of the array, e.g. "forget".
        title, letter: e.g. "Forget gate", "f".
        limit: of the colour scale: 0 to it for a gate, − to + it for a state, whose few larger values saturate.
    """

    name: str
    title: str
    letter: str
    limit: float

    @property
    def is_signed(self) -> bool:
        """Whether values may be negative."""
        return self.name in SIGNED

    @property
    def span(self) -> str:
        """The scale in words."""
        top = format_number(self.limit, 2)
        return f"−{top} to +{top}" if self.is_signed else "0 to 1"


class Reading:
    """What a recurrent layer did with one sequence.

    Args:
        answer: of the explainer.
    """

    def __init__(self, answer: Explained) -> None:
        self.arrays, self.facts, self.step = answer.arrays, answer.facts, answer.step
        self.kind: str = self.facts["kind"]
        self.steps, self.units = self.arrays["hidden"].shape
        self.symbols: list[str] = self.facts["symbols"]

    @cached_property
    def strips(self) -> tuple[Strip, ...]:
        """The strips, top first."""
        return tuple(self._strip(name) for name in ORDER[self.kind])

    def _strip(self, name: str) -> Strip:
        usual = float(np.quantile(np.abs(self.arrays[name]), USUAL))
        limit = max(1.0, float(np.ceil(usual))) if name in ("cell", "hidden") else 1.0
        return Strip(name, *TITLES[name], limit)

    @property
    def state(self) -> str:
        """The state that remembers: "cell" of an LSTM, else "hidden"."""
        return "cell" if self.kind == "lstm" else "hidden"

    @cached_property
    def words(self) -> list[str]:
        """What stands in each step's input cell; empty where the input is numbers."""
        return characters(self.arrays["raw"], self.symbols) if self.symbols else []

    def input_text(self, step: int) -> str:
        """The input of a step, in words or numbers."""
        if self.words:
            return self.words[step]
        row = np.ravel(self.arrays["raw"][step])
        names = self.facts["names"]
        shown = [f"{name} {format_number(float(v), 4)}" for name, v in zip(names, row, strict=False)][:4]
        return ", ".join(shown) + (", …" if len(row) > len(shown) else "")

    def feature_name(self, index: int) -> str:
        """The name of a number the layer reads."""
        reads_the_input = self.arrays["sequence"].shape == self.arrays["raw"].shape
        names = self.facts["names"] if reads_the_input else []
        return f"x[{names[index]}]" if index < len(names) else f"x[{index}]"

    @cached_property
    def following(self) -> np.ndarray | None:
        """What the network would answer had the sequence ended at each step: the probability of what follows, of the
        sample's class, or the number; (time,), NaN where nothing follows. None where no step leads to an answer.
        """
        answers = self.arrays.get("next")
        if answers is None:
            return None
        if not self.facts["class_names"] or answers.shape[-1] == 1:
            return np.asarray(answers[:, 0], float)
        label = self.facts["label"]
        true = self.facts.get("following") or [-1 if label is None else int(label)] * self.steps
        return np.array([answers[t, c] if c >= 0 else np.nan for t, c in enumerate(true)], float)

    @property
    def following_name(self) -> str:
        """What `following` is."""
        if self.following is not None and "following" in self.facts:
            return "p(next char)"
        return "p(class)" if self.facts["class_names"] else "answer"

    @property
    def is_probability(self) -> bool:
        """Whether `following` lies in 0..1."""
        return bool(self.facts["class_names"])

    def guesses(self, step: int) -> str:
        """The likeliest answers after a step, e.g. ") 0.75, + 0.08, * 0.05"."""
        answers, names = self.arrays.get("next"), self.facts["class_names"]
        if answers is None or not names or answers.shape[-1] != len(names):
            return ""
        best = np.argsort(answers[step])[::-1][:3]
        return ", ".join(f"{names[n]} {fixed(float(answers[step, n]), 2)}" for n in best)

    @property
    def findings(self) -> list[dict[str, Any]]:
        """Units that follow something, the most telling first."""
        return list(self.facts["findings"])

    def quantity_of(self, unit: int) -> tuple[str, np.ndarray, float] | None:
        """What this unit follows most in all sequences: name, values (time,) and correlation here; None for nothing."""
        names = self.facts["quantities"]
        if not names:
            return None
        own = self.arrays["correlations"][:, unit]
        best = int(np.abs(own[:-1]).argmax()) if len(names) > 1 else 0  # the last is the count of steps
        values, filled = np.asarray(self.arrays["quantities"][best], float), np.array(self.facts["filled"], bool)
        here = correlations(values[filled], np.asarray(self.arrays[self.state], float)[filled][:, [unit]])
        return names[best], values, float(here[0])

    def order(self, by: By) -> np.ndarray:
        """Units from the top, by index or by the strongest correlation with anything but the count of steps."""
        if by == "index" or not self.facts["quantities"]:
            return np.arange(self.units)
        strength = np.abs(self.arrays["correlations"][: max(1, len(self.facts["quantities"]) - 1)]).max(axis=0)
        return np.argsort(-strength, kind="stable")

    def first_unit(self) -> int:
        """The unit to begin with: the one found, else that of the largest states."""
        if self.findings:
            return int(self.findings[0]["unit"])
        return int(np.ptp(self.arrays[self.state], axis=0).argmax())

    def value(self, name: str, step: int, unit: int) -> float:
        """A number of the cell."""
        return float(self.arrays[name][step, unit])
