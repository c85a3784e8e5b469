"""Trace: asks the engine for TensorFlow's own graph, value and gradients of a program; the newest question counts."""

import json
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.job import Job, JobState
from app.newest_request import NewestRequest
from app.studio import Studio
from engine.examples import load_example
from engine.messages import Explain, Explained

PROJECT = "iris"  # any small one: the question is not about it
ALONE = "TensorFlow is asked in the window only."
ASKED = "TensorFlow is asked …"
LOST = "The engine ended; change the program to ask again."


class Trace(QObject):
    """Attributes:
    answered: there is an answer, or none will come.
    facts: of the newest answer, as `engine.runtime.explain.traced`; empty where there is none.
    words: what to say while there is none.
    """

    answered = Signal()

    def __init__(self, studio: Studio | None, parent: QObject) -> None:
        super().__init__(parent)
        self.facts: dict[str, Any] = {}
        self.words = ALONE
        self._program: Mapping[str, Any] = {}
        self._gradients = False
        self._request = NewestRequest(studio.engine, self) if studio is not None else None
        if self._request is not None:
            self._request.said.connect(self._on_said)
            self._request.ended.connect(self._on_ended)

    def ask(self, program: Mapping[str, Any], *, gradients: bool) -> None:
        """Ask about a program; what was answered about another one is forgotten."""
        if program == self._program and gradients == self._gradients and self.facts:
            return
        self._program, self._gradients, self.facts = dict(program), gradients, {}
        if self._request is None:
            return
        self.words = ASKED
        values = {
            "expression": program["expression"],
            "values": json.dumps(program["values"]),
            "constants": ",".join(program["constants"]),
            "gradients": gradients,
        }
        self._request.ask(Explain(explainer="traced", project=load_example(PROJECT), values=values))

    def gradient(self, name: str, program: Mapping[str, Any]) -> float | str | None:
        """TensorFlow's gradient of a name in this program: a number, None for a constant, "" where it is not known."""
        if not self.facts or program != self._program:
            return ""
        found = self.facts["gradients"].get(name)
        return None if found is None else float(found)

    def leave(self) -> None:
        """Drop the question; it is asked anew when it is wanted again."""
        if self._request is not None:
            self._request.drop()

    def _on_said(self, event: object) -> None:
        if isinstance(event, Explained):
            self.facts, self.words = dict(event.facts), ""
            self.answered.emit()

    def _on_ended(self, job: Job) -> None:
        if job.state is JobState.FAILED and job.failure is not None:
            self.words = f"{job.failure.message} {job.failure.hint}".strip()
        elif job.state is JobState.LOST:
            self.words = LOST
        if not self.facts:
            self.answered.emit()
