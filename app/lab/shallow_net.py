"""Logistic regression and the shallow net: five steps from scratch, one at a time or many; points of one's own."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.lab.parts import Formulas, Numbers, Section
from app.lab.shallow_net_board import SPAN, ShallowNetBoard, Shown
from app.lab.shallow_net_project import as_project
from app.lab.shallow_net_words import phase_lines
from app.lab.slices import Slices
from app.lab.stage import Stage
from app.studio import Studio
from app.text import count, fixed, percent
from app.theme import Look
from app.throttle import Throttle
from app.widgets.choice_box import ChoiceBox
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from app.widgets.value_slider import ValueSlider
from engine.datasets import DATASETS
from engine.errors import UserError
from engine.explain.shallow_net import MOST_UNITS, PHASES, Net, accuracy, forward, initialise, is_finite, iterate
from engine.params import defaults
from engine.project import Project

SETS: dict[str, dict[str, Any]] = {"moons": {}, "spiral": {"turns": 0.75}, "circles": {}, "xor": {}}
POINTS, ITERATIONS = 160, 2000
DETAIL = {"iteration": 60.0, "phase": 2.0}  # steps per second
MOST_POINTS = 600
RATES = (0.01, 20.0)
NEAR = 0.14  # of the plane: what the eraser reaches
TOOLS = [("0", "Paint 0"), ("1", "Paint 1"), ("erase", "Erase")]


class ShallowNetStage(Stage):
    """Playing trains: one step is an iteration, or one of its phases."""

    defaults: ClassVar[dict[str, Any]] = {
        "data": "moons",
        "units": 4,
        "rate": 1.0,
        "seed": 1,
        "detail": "iteration",
        "points": [],
    }
    conditions: ClassVar[dict[str, str]] = {
        "learned": "at least 97% of the points are on their side",
        "phases": "one whole iteration was gone through phase by phase",
        "painted": "a net was trained on points painted with the mouse",
    }
    rate: ClassVar[float] = DETAIL["iteration"]

    def __init__(self, look: Look, studio: Studio | None = None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = ShallowNetBoard(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self._values = dict(self.defaults)
        self._x, self._y = np.zeros((0, 2)), np.zeros(0)
        self._nets: list[Net] = []
        self._costs: list[float] = []
        self._broke_at = 0
        self._slices = Slices(self)
        self._slices.advanced.connect(self._catch_up)
        self._slices.finished.connect(self._catch_up)
        self.board.painted.connect(self._paint)
        self._make_panel()
        self._numbers_due = Throttle(self, self._write)  # while it plays, in a frame of their own

    @property
    def points(self) -> tuple[np.ndarray, np.ndarray]:
        """Points (sample, 2) and labels (sample,)."""
        return self._x, self._y

    def take_state(self, values: dict[str, Any]) -> None:
        """Begin with data, hidden units, a learning rate, a seed, a detail, and points where data is "own".

        Raises:
            UserError: a name there is not, a number out of range, or points that are no [x, y, class].
        """
        _check(values)
        self._values = {**values, "points": [list(point) for point in values["points"]]}
        self._load()

    def state(self) -> dict[str, Any]:
        """What is shown now."""
        return {**self._values, "points": [list(point) for point in self._values["points"]]}

    def project(self) -> Project | None:
        """The same data with a dense network of so many units; None for painted points."""
        return as_project(self._values["data"], SETS, self._values["units"])

    def sections(self) -> Sequence[QWidget]:
        """Data, net, the step shown, how well it does."""
        return (self._data, self._model, self._phase, self._result)

    def set_frozen(self, is_frozen: bool) -> None:
        """Hold the brush while a question is asked."""
        super().set_frozen(is_frozen)
        self.board.set_movable(not is_frozen)

    def show_time(self, time: float) -> None:
        """Draw the net after so many steps; what is not computed yet follows in the next moments."""
        if self._iteration() <= len(self._costs) or self._broke_at:
            self._show()
        elif not self._slices.is_busy:
            self._slices.start(self._train())

    def draw_at(self, time: float) -> None:
        """Stand at a moment, everything computed."""
        super().draw_at(time)
        self._slices.finish()
        self._show()

    def set_value(self, name: str, value: Any) -> None:
        """Change one of the settings in `defaults` and begin anew."""
        self.pause()
        self._values[name] = value
        self._load()
        self.go(0)
        self.changed.emit()

    def _load(self) -> None:
        now = self._values
        self._show_settings()
        if now["data"] == "own":
            made = np.array(now["points"], float).reshape(-1, 3)
            self._x, self._y = made[:, :2], made[:, 2]
        else:
            dataset = DATASETS[now["data"]]
            values = {**defaults(dataset.params), **SETS[now["data"]], "count": POINTS}
            samples = dataset.load(values, now["seed"])
            x = samples.x.astype(float)
            x = x - (x.max(axis=0) + x.min(axis=0)) / 2
            self._x, self._y = x / np.abs(x).max() * 2.0, samples.y.astype(float)
        self._restart()

    def _show_settings(self) -> None:
        now, is_own = self._values, self._values["data"] == "own"
        self.sets.set_value(now["data"])
        self.units.set_value(now["units"])
        self.rates.set_value(now["rate"])
        self.details.set_value(now["detail"])
        self.tools.setVisible(is_own)
        self.clear.setVisible(is_own)

    def _restart(self) -> None:
        self._slices.drop()
        self._nets, self._costs, self._broke_at = [initialise(self._values["units"], self._values["seed"])], [], 0
        phases = self._values["detail"] == "phase"
        self.set_pace(DETAIL[self._values["detail"]])
        self.set_length(0 if self._message() else 1 + 4 * ITERATIONS if phases else ITERATIONS)

    def _message(self) -> str:
        if not len(self._y):
            return "No points yet: choose Paint 0 or Paint 1 and draw some here."
        if len(np.unique(self._y)) < 2:
            return f"All points are of class {self._y[0]:.0f}: paint some of class {1 - self._y[0]:.0f} too."
        return ""

    def _place(self) -> tuple[int, int]:
        """Whole iterations done, and the phase shown (−1 before the first step)."""
        at = int(self.time)
        if self._values["detail"] == "iteration":
            return at, 4 if at else 0
        if at == 0:
            return 0, -1
        whole, phase = divmod(at - 1, 4)
        return (whole, 0) if at == 1 else (whole, phase if phase else 4)

    def _iteration(self) -> int:
        """How many iterations must be known to draw this moment."""
        whole, phase = self._place()
        return whole + (1 if phase in (1, 2, 3) else 0)

    def _train(self) -> Iterator[int]:
        while len(self._costs) < self._iteration() and not self._broke_at:
            net, cost = iterate(self._nets[-1], self._x, self._y, self._values["rate"])
            if not is_finite(net) or not np.isfinite(cost):
                self._broke_at = len(self._costs) + 1
                return
            self._nets.append(net)
            self._costs.append(cost)
            yield len(self._costs)

    def _catch_up(self) -> None:
        self._show()
        if self._broke_at and self.time > self._broke_at:
            self.pause()

    def _moment(self) -> tuple[Net | None, int, int, str]:
        """The net, its phase and iteration, and what is wrong with the points."""
        whole, phase = self._place()
        message = self._message()
        whole = min(whole, len(self._nets) - 1)
        return self._nets[whole] if phase >= 0 and not message else None, phase, whole, message

    def _show(self) -> None:
        net, phase, whole, message = self._moment()
        costs = np.array(self._costs[: whole + (1 if phase in (2, 3) else 0)])
        tool = self.tools.value if self._values["data"] == "own" else ""
        self.board.show_training(Shown(net, phase, whole, costs, self._x, self._y, tool, message))
        self._numbers_due.request() if self.is_playing else self._write()

    def _write(self) -> None:
        self._numbers_due.forget()
        net, phase, whole, message = self._moment()
        self.message.setText(message or self._broken())
        self.message.setVisible(bool(self.message.text()))
        if net is None:
            self.lines.show_lines([] if message else ["W ~ N(0, 0.5²), b = 0"])
            self.name.setText("Nothing to train on." if message else "Before the first step")
            self.rows.show_rows([])
            return
        self.name.setText(f"{phase + 1}  {PHASES[phase]}")
        self.lines.show_lines(phase_lines(phase, net, self._x, self._y, self._values["rate"]))
        share = accuracy(forward(net, self._x).a2, self._y)
        known = self._costs[min(whole, len(self._costs)) - 1] if whole and self._costs else None
        self.rows.show_rows(
            [
                ("iteration", count(whole), "ink"),
                ("cost J", "–" if known is None else fixed(known, 4), "ink"),
                ("on their side", percent(share), "ink"),
                ("weights and biases", count(net.params), "ink2"),
            ]
        )
        if whole and share >= 0.97:
            self.done.emit("learned")
            if self._values["data"] == "own":
                self.done.emit("painted")
        if self._values["detail"] == "phase" and whole:
            self.done.emit("phases")

    def _broken(self) -> str:
        if not self._broke_at:
            return ""
        return f"At iteration {self._broke_at} a weight is no number any more: the learning rate is too large."

    def _paint(self, x: float, y: float) -> None:
        if self._values["data"] != "own":
            self.noted.emit("Choose Own points to paint with the mouse.", "warn")
            return
        points, tool = self._values["points"], self.tools.value
        if tool == "erase":
            kept = [point for point in points if np.hypot(point[0] - x, point[1] - y) > NEAR]
            if len(kept) == len(points):
                return
            self._values["points"] = kept
        elif len(points) >= MOST_POINTS:
            self.noted.emit(f"There are {MOST_POINTS} points, the most this stage takes. Erase some.", "warn")
            return
        else:
            points.append([round(x, 3), round(y, 3), float(tool)])
        self.pause()
        self._load()
        self.go(0)
        self.changed.emit()

    def _clear(self) -> None:
        self.set_value("points", [])

    def _make_panel(self) -> None:
        look = self.look
        names = [(id, DATASETS[id].name) for id in SETS]
        self._data = Section("Points", look)
        self.sets = ChoiceBox([*names, ("own", "Own points")], look)
        self.sets.setAccessibleName("Points")
        self.sets.changed.connect(self._choose_set)
        self.tools = Segmented(TOOLS, look)
        self.tools.setAccessibleName("What the mouse does")
        self.tools.changed.connect(lambda _: self._show())
        self.clear = QPushButton("Clear own points")
        self.clear.clicked.connect(self._clear)
        for widget in (self.sets, self.tools, self.clear):
            self._data.add(widget)
        self._make_model(look)
        self._phase = Section("The step shown", look)
        self.name, self.lines = PlainLabel("", "title", look, "ink"), Formulas(look)
        self.message = PlainLabel("", "body", look, "warn", self._phase).set_wrapped()
        for part in (self.name, self.message, self.lines):
            self._phase.add(part)
        self._result = Section("How well it does", look)
        self.rows = Numbers(look)
        self._result.add(self.rows)

    def _make_model(self, look: Look) -> None:
        self._model = Section("Net", look, "0 units: logistic regression")
        self.units = ValueSlider(0, MOST_UNITS, look, decimals=0)
        self.units.changed.connect(lambda value: self.set_value("units", round(value)))
        self.rates = ValueSlider(*RATES, look, log=True)
        self.rates.set_default(1.0)
        self.rates.changed.connect(lambda value: self.set_value("rate", value))
        self._model.labelled("Hidden units", self.units)
        self._model.labelled("Rate η", self.rates)
        self.details = Segmented([("iteration", "Iterations"), ("phase", "One step at a time")], look)
        self.details.setAccessibleName("What one step is")
        self.details.changed.connect(lambda value: self.set_value("detail", value))
        self._model.add(self.details)
        anew = QPushButton("Other initial weights")
        anew.clicked.connect(lambda: self.set_value("seed", self._values["seed"] % 9999 + 1))
        self._model.add(anew)

    def _choose_set(self, id: str) -> None:
        self.set_value("data", id)


def _check(values: dict[str, Any]) -> None:
    if values["data"] not in (*SETS, "own"):
        known = f"Data: {', '.join(SETS)}, own."
        raise UserError(f"There are no points {values['data']!r} here.", known, where="data")
    if values["detail"] not in DETAIL:
        raise UserError(f"detail is {values['detail']!r}.", f"Expected {' or '.join(DETAIL)}.", where="detail")
    for name, low, high in (("units", 0, MOST_UNITS), ("rate", *RATES), ("seed", 0, 9999)):
        if not low <= values[name] <= high:
            raise UserError(f"{name} is {values[name]}, expected {low} to {high}.", "Correct it.", where=name)
    if len(values["points"]) > MOST_POINTS:
        raise UserError(f"{len(values['points'])} points, more than {MOST_POINTS}.", "Leave some out.", where="points")
    for point in values["points"]:
        if not _is_point(point):
            text = (
                f"{point!r} is no point; expected [x, y, class], x and y in {SPAN[0]:g} to {SPAN[1]:g}, class 0 or 1."
            )
            raise UserError(text, "E.g. [0.5, -1.0, 1].", where="points")


def _is_point(point: Any) -> bool:
    if not isinstance(point, list) or len(point) != 3:
        return False
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in point)
    return numbers and all(SPAN[0] <= value <= SPAN[1] for value in point[:2]) and point[2] in (0, 1)
