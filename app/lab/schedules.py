"""Schedules: learning rates over the steps, one drawn by hand; the range test and four schedules on a real network."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.job import Job, JobState
from app.lab.descent.lanes import Marker
from app.lab.parts import Formulas, Numbers, Section
from app.lab.schedules_board import Line, SchedulesBoard, Shown
from app.lab.stage import Stage
from app.newest_request import NewestRequest
from app.studio import Studio
from app.text import format_number
from app.theme import Look
from app.throttle import Throttle
from app.widgets.choice_box import ChoiceBox
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from app.widgets.value_slider import ValueSlider
from engine.errors import UserError
from engine.examples import load_example
from engine.explain.schedules import DRAWN, SCHEDULES, Plan, check, range_rates, rates, suggested
from engine.messages import Explain, Explained

LANES, PROJECT = 4, "digits-dense"
RANGE = (1e-4, 10.0, 120)  # rates of the range test, and its steps; as `engine.runtime.explain.schedules`
WAITING, ALONE = "The network is trained under each schedule …", "The network is trained in the window only."
VIEWS = (("schedules", "Schedules"), ("range", "Range test"))


class SchedulesStage(Stage):
    """Time counts the steps of the network's training."""

    defaults: ClassVar[dict[str, Any]] = {
        "kinds": ["constant", "step", "cosine", "drawn"],
        "rate": 0.1,
        "span": 40,
        "factor": 0.3,
        "steps": 200,
        "drawn": [],
        "view": "schedules",
    }
    conditions: ClassVar[dict[str, str]] = {
        "trained": "the network was trained under every schedule, and played to the end",
        "range": "a range test was played to its end",
        "drawn": "a schedule was drawn by hand",
    }
    what: ClassVar[str] = "Step"
    rate: ClassVar[float] = 30.0

    def __init__(self, look: Look, studio: Studio | None = None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = SchedulesBoard(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self._shown = -1
        self._steps, self._words = 200, ALONE if studio is None else WAITING
        self._drawn = np.linspace(1, 0, DRAWN)
        self._found: dict[str, np.ndarray] = {}
        self._kept: list[Line] | None = None
        self._request = NewestRequest(studio.engine, self) if studio is not None else None
        self._make_panel()
        self._numbers_due = Throttle(self, self._write)  # while it plays, in a frame of their own
        self._connect()

    @property
    def plans(self) -> list[tuple[int, Plan]]:
        """Place and plan of every schedule shown."""
        points = tuple(float(round(point, 4)) for point in self._drawn)
        made = []
        for place, box in enumerate(self.boxes):
            if box.value:
                span, drawn = round(self.span.value), points if box.value == "drawn" else ()
                rate, factor = float(f"{self.rate_of.value:.3g}"), round(self.factor.value, 3)
                made.append((place, Plan(box.value, rate, self._steps, span, factor, drawn)))
        return made

    def take_state(self, values: dict[str, Any]) -> None:
        """Begin with up to four schedules, their rate and settings.

        Raises:
            UserError: a schedule there is not, or a number out of its range.
        """
        kinds, points = values["kinds"], tuple(values["drawn"]) or tuple(np.linspace(1, 0, DRAWN))
        if not 1 <= len(kinds) <= LANES:
            raise UserError(f"{len(kinds)} schedules, expected 1 to {LANES}.", "Name fewer.", "kinds")
        if len(points) != DRAWN:
            raise UserError(f"drawn has {len(points)} points, expected {DRAWN}.", "Draw it again.", "drawn")
        if values["view"] not in dict(VIEWS):
            raise UserError(f"There is no view {values['view']!r}.", f"Views: {', '.join(dict(VIEWS))}.", "view")
        for kind in kinds:
            check(Plan(kind, values["rate"], values["steps"], values["span"], values["factor"], points))
        self._steps, self._drawn = values["steps"], np.array(points, float)
        for place, box in enumerate(self.boxes):
            box.set_value(kinds[place]) if place < len(kinds) else box.setCurrentIndex(0)
        self.rate_of.set_value(values["rate"])
        self.span.set_value(values["span"])
        self.factor.set_value(values["factor"])
        self.view.set_value(values["view"])
        self._restart()

    def state(self) -> dict[str, Any]:
        """What is shown now."""
        return {
            "kinds": [plan.kind for _, plan in self.plans],
            "rate": float(f"{self.rate_of.value:.3g}"),
            "span": round(self.span.value),
            "factor": round(self.factor.value, 3),
            "steps": self._steps,
            "drawn": [float(round(point, 4)) for point in self._drawn],
            "view": self.view.value,
        }

    def show_time(self, time: float) -> None:
        """Draw the moment after so many steps."""
        if int(time) != self._shown:
            self._show()
        if time >= self.length > 0 and self._is_whole() and not self.is_frozen:
            self.done.emit("range" if self._is_range else "trained")

    def sections(self) -> Sequence[QWidget]:
        """Which schedules, their settings, the rates now."""
        return (self._choices, self._settings, self._now)

    def set_frozen(self, is_frozen: bool) -> None:
        """Let nothing be drawn while a question is asked."""
        super().set_frozen(is_frozen)
        self.board.set_movable(not is_frozen)

    @property
    def _is_range(self) -> bool:
        return self.view.value == "range"

    def _make_panel(self) -> None:
        look = self.look
        self.view = Segmented(list(VIEWS), look)
        self.view.setAccessibleName("View")
        options = [("", "–"), *((schedule.id, schedule.name) for schedule in SCHEDULES.values())]
        self.boxes = [ChoiceBox(options, look) for _ in range(LANES)]
        self._choices = Section("Schedules", look, "one per colour")
        self._choices.add(self.view)
        for place, box in enumerate(self.boxes):
            box.setAccessibleName(f"Schedule {place + 1}")
            self._choices.add(_row(Marker(place, look), box))
        self.rate_of = ValueSlider(1e-4, 10.0, look, log=True)
        self.span = ValueSlider(1, 200, look, decimals=0)
        self.factor = ValueSlider(0.05, 1.0, look, decimals=2)
        self._settings = Section("Settings", look)
        for label, control in (("Rate η₀", self.rate_of), ("Stage s", self.span), ("Factor γ", self.factor)):
            self._settings.labelled(label, control)
        hint = "“Drawn by hand” is drawn with the mouse in the upper picture, or with the arrow keys."
        self._settings.add(PlainLabel(hint, "body", look, "ink3").set_wrapped())
        self._now = Section("The rate now", look)
        self.formulas, self.rows = Formulas(look), Numbers(look)
        self.verdict = PlainLabel("", "body", look).set_wrapped()
        for part in (self.formulas, self.rows, self.verdict):
            self._now.add(part)

    def _connect(self) -> None:
        self.view.changed.connect(lambda _: self._on_changed())
        for box in self.boxes:
            box.changed.connect(lambda _: self._on_changed())
        for slider in (self.rate_of, self.span, self.factor):
            slider.changed.connect(lambda _: self._on_changed())
        self.board.drawn.connect(self._draw)
        if self._request is not None:
            self._request.said.connect(self._on_said)
            self._request.ended.connect(self._on_ended)

    def _on_changed(self) -> None:
        self._restart()
        self.changed.emit()

    def _draw(self, point: int, share: float) -> None:
        self._drawn[point] = share
        self.done.emit("drawn")
        self._on_changed()

    def _restart(self) -> None:
        """Ask the engine for the losses of these schedules."""
        self._found, self._kept = {}, None
        self.set_length(RANGE[2] if self._is_range else self._steps)
        if self._request is not None and self.plans:
            self._words = WAITING
            records = [{name: getattr(plan, name) for name in Plan.__dataclass_fields__} for _, plan in self.plans]
            values = {"plans": json.dumps(records), "range": self._is_range, "steps": RANGE[2]}
            self._request.ask(Explain(explainer="schedules", project=load_example(PROJECT), values=values))
        self._show()

    def _on_said(self, event: object) -> None:
        if isinstance(event, Explained):
            self._found, self._kept = dict(event.arrays), None
            self._show()

    def _on_ended(self, job: Job) -> None:
        if job.state is JobState.FAILED and job.failure is not None:
            self._words = f"{job.failure.message} {job.failure.hint}".strip()
        elif job.state is JobState.LOST:
            self._words = "The engine ended while it trained; change a setting to try again."
        self._show()

    def _is_whole(self) -> bool:
        """Whether every loss is known, or is no number for good."""
        losses = self._found.get("losses")
        return losses is not None and not (self._request is not None and self._request.is_open)

    def _lines(self) -> list[Line]:
        """The lines shown, made anew only where they are others, so that the board can keep what it made of them."""
        if self._kept is None:
            self._kept = self._made()
        return self._kept

    def _made(self) -> list[Line]:
        found, nothing = self._found.get("losses"), np.zeros(0)
        if self._is_range:
            return [Line(0, "Range test", range_rates(*RANGE), nothing if found is None else found[0])]
        lines = []
        for at, (place, plan) in enumerate(self.plans):
            has = found is not None and at < len(found) and found.shape[1] == plan.steps
            shown = self._found["rates"][at] if has and plan.kind == "plateau" else rates(plan)
            lines.append(
                Line(place, SCHEDULES[plan.kind].name, shown, found[at] if has and found is not None else nothing)
            )
        return lines

    def _show(self) -> None:
        lines, at = self._lines(), int(self.time)
        self._shown = at
        is_drawn = any(box.value == "drawn" for box in self.boxes)
        drawn = self._drawn if is_drawn and not self._is_range else np.zeros(0)
        best = suggested(lines[0].rates, lines[0].losses) if self._is_range and self._is_whole() else 0.0
        shown = Shown(lines, at, self._is_range, self.rate_of.value, self._words, best, np.array(drawn))
        self.board.show_lines(shown)
        self._numbers_due.request() if self.is_playing else self._write()

    def _write(self) -> None:
        self._numbers_due.forget()
        lines, at = self._lines(), int(self.time)
        if self._is_range:
            self.formulas.show_lines([f"η_t = {RANGE[0]:g} · ({RANGE[1]:g} / {RANGE[0]:g})^(t/{RANGE[2] - 1})"])
        else:
            self.formulas.show_lines([SCHEDULES[plan.kind].equation for _, plan in self.plans])
        rows = []
        for line in lines:
            step = min(at, len(line.rates) - 1)
            loss = line.losses[step] if step < len(line.losses) else np.nan
            known = f"{format_number(float(loss), 3)}" if np.isfinite(loss) else "–"
            rows.append((line.name, f"{format_number(float(line.rates[step]), 3)}   loss {known}", "ink"))
        self.rows.show_rows(list({row[0]: row for row in rows}.values()))
        self.verdict.setText(self._verdict(lines))

    def _verdict(self, lines: list[Line]) -> str:
        if not self._is_whole():
            return "" if self._request is None else self._words
        if self._is_range:
            best = 10 * suggested(lines[0].rates, lines[0].losses)
            return f"The loss is lowest near {format_number(best, 2)}; a tenth of that is a good η₀."
        ends = {line.name: float(line.losses[-1]) for line in lines if len(line.losses)}
        gone = [name for name, loss in ends.items() if not np.isfinite(loss)]
        if gone:
            return f"Diverged: {', '.join(gone)}. The loss is no number any more; lower the rate η₀."
        name = min(ends, key=lambda key: ends[key])
        return f"After {self._steps} steps {name} has the lowest loss, {format_number(ends[name], 3)}."


def _row(marker: QWidget, box: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    row.addWidget(marker)
    row.addWidget(box, 1)
    return holder
