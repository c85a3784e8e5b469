"""DescentStage: gradient descent on surfaces, as a race of optimisers from one point or as a swarm of starts."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.lab.descent.controls import Controls
from app.lab.descent.lanes import RATES
from app.lab.descent.marks import LANES, title
from app.lab.descent.panel import NumbersPanel
from app.lab.descent.scene import VIEWS, Scene
from app.lab.slices import Slices, rows_of
from app.lab.stage import Stage
from app.studio import Studio
from app.text import count
from app.theme import Look
from app.throttle import Throttle
from engine.errors import UserError
from engine.explain.descent import Gradient, Swarm, check_optimizer, noisy
from engine.explain.race import Lane, Race, suggested_rate
from engine.explain.surfaces import LossSurface
from engine.explain.two_weight_data import TABLES, any_surface, two_weights
from engine.explain.update_rules import settings_of

GRID, ROWS = 81, 4  # points along a side of a surface, and rows computed at a time
STEPS = (10, 1000)
SWARM_STEPS = 200
SIDES = {"formula": 100, "data": 32}  # starts of a swarm along a side; data cost some hundred times as much
BATCHES = (0, 32, 1)  # samples of a batch; 0 is all of them
NOISIEST = 40.0


class DescentStage(Stage):
    """Four lanes at most. Everything is computed in slices, and drawn as far as it is known."""

    defaults: ClassVar[dict[str, Any]] = {
        "surface": "himmelblau",
        "optimizers": ["sgd", "momentum", "rmsprop", "adam"],
        "rates": [],
        "start": [],
        "noise": 0.0,
        "batch": 0,
        "steps": 120,
        "seed": 3,
        "view": "3d",
        "chosen": 3,
    }
    conditions: ClassVar[dict[str, str]] = {
        "parted": "at the end of a race two optimisers are near different minima",
        "reached": "at the end of a race every optimiser is near a minimum",
        "diverged": "a path has left the picture for good",
        "swarm": "a swarm was played to its end",
    }
    what: ClassVar[str] = "Step"
    rate: ClassVar[float] = 12.0

    def __init__(self, look: Look, studio: Studio | None = None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self._surface = any_surface("himmelblau")
        self._start = self._surface.start
        self._steps, self._seed = 120, 3
        self._computed: LossSurface | None = None
        self._places, self._race = [0], Race(self._surface, [Lane("sgd", 0.004)], self._start, 1)
        self._swarm: Swarm | None = None
        self._shown, self._told = -1, False
        self.scene, self.controls = Scene(look), Controls(look)
        self.numbers = NumbersPanel(look)
        self._numbers_due = Throttle(self.numbers, self._show_numbers)  # while it plays, in a frame of their own
        self._grid_work, self._race_work, self._swarm_work = Slices(self), Slices(self), Slices(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.controls.surfaces)
        column.addWidget(self.scene, 1)
        self._connect()

    @property
    def race(self) -> Race:
        """What is shown, as far as it is computed."""
        return self._race

    @property
    def swarm(self) -> Swarm | None:
        """The swarm that is shown; None in the other views."""
        return self._swarm

    @property
    def step(self) -> int:
        """Whole updates done at the time shown."""
        return int(self.time)

    def take_state(self, values: dict[str, Any]) -> None:
        """Begin with a surface, optimisers, rates, a start, noise or batches, and a view.

        Raises:
            UserError: a name there is not, a start outside the surface, or a number out of its range.
        """
        surface = any_surface(values["surface"])
        lanes = _lanes(surface, values["optimizers"], values["rates"])
        start = tuple(values["start"]) or surface.start
        if len(start) != 2:
            raise UserError(f"start has {len(start)} numbers, expected 2.", "E.g. [-0.2, -0.9].", "start")
        surface.check_start(*start)
        _check_numbers(values)
        self.go(0)  # what comes true at the end must come true of this state
        self._surface, self._start = surface, start
        self._steps, self._seed = values["steps"], values["seed"]
        self.controls.set_surface(surface.id, is_data=surface.id in TABLES)
        self.controls.set_lanes(lanes, min(max(0, values["chosen"]), len(lanes) - 1))
        self.controls.set_noise(values["noise"], values["batch"])
        self.controls.set_view(values["view"])
        self._show_view(values["view"])
        self._compute_surface()
        self._restart()

    def state(self) -> dict[str, Any]:
        """What is shown now."""
        lanes = [lane for _, lane in self.controls.lanes.lanes]
        noise, batch = self.controls.noise
        return {
            "surface": self._surface.id,
            "optimizers": [lane.optimizer for lane in lanes],
            "rates": [lane.rate for lane in lanes],
            "start": list(self._start),
            "noise": noise,
            "batch": batch,
            "steps": self._steps,
            "seed": self._seed,
            "view": self.scene.view,
            "chosen": self.controls.chosen,
        }

    def sections(self) -> Sequence[QWidget]:
        """Surface and view, optimisers, the numbers of one update, standings."""
        return (*self.controls.sections, self.numbers)

    def picture(self) -> QWidget:
        """The surface without its chart."""
        return self.scene.surface

    def show_time(self, time: float) -> None:
        """Draw the moment after so many updates; a part of a step is not drawn."""
        if int(time) != self._shown:
            self._show()

    def draw_at(self, time: float) -> None:
        """Compute what is missing at once, and stand at a moment."""
        self.finish()
        super().draw_at(time)
        self.grab()  # lays everything out, so that the surface is painted at its size
        self.scene.surface.settle()
        self.scene.chart.flush()

    def finish(self) -> None:
        """Do the rest of the computation at once."""
        for work in (self._grid_work, self._race_work, self._swarm_work):
            work.finish()
        self.controls.surfaces.finish()

    def set_start(self, x: float, y: float) -> None:
        """Race from another point."""
        if self.is_frozen or not self._surface.holds(x, y):
            return
        self._start = (float(f"{x:.4g}"), float(f"{y:.4g}"))
        self._restart()
        self.changed.emit()

    def set_surface(self, name: str) -> None:
        """Race on another surface, from its own start at its own rates."""
        self.pause()
        self._surface = any_surface(name)
        self._start = self._surface.start
        self.controls.set_surface(name, is_data=name in TABLES)
        for place, lane in self.controls.lanes.lanes:
            self._suggest(place, lane.optimizer)
        self._compute_surface()
        self._restart()
        self.go(0)
        self.changed.emit()

    def set_view(self, view: str) -> None:
        """Show the surface, its contours, or a swarm on them."""
        self.pause()
        self._show_view(view)
        self._restart()
        self.changed.emit()

    def choose(self, place: int) -> None:
        """Open the numbers of a lane; in the view of the swarm, let it run."""
        places = [at for at, _ in self.controls.lanes.lanes]
        if place in places and place != self.controls.chosen:
            self.controls.set_chosen(place)
            self._restart() if self.scene.view == "swarm" else self._show()
            self.changed.emit()

    def set_frozen(self, is_frozen: bool) -> None:
        """Hold the start while a question is asked."""
        super().set_frozen(is_frozen)
        self.scene.surface.set_point(None if is_frozen else self._start)

    def _connect(self) -> None:
        controls, scene = self.controls, self.scene
        controls.surface_chosen.connect(self.set_surface)
        controls.view_chosen.connect(self.set_view)
        controls.noise_changed.connect(self._on_settings)
        controls.lanes.changed.connect(self._on_settings)
        controls.lanes.renamed.connect(self._rename)
        controls.lanes.chosen.connect(self.choose)
        for view in (scene.surface, scene.map):
            view.picked.connect(self.set_start)
            view.path_picked.connect(self._pick_path)
        scene.chart.picked.connect(lambda x: self._jump(round(x)))
        self.numbers.standings.chosen.connect(self.choose)
        self._grid_work.finished.connect(self._show_surface)
        self._race_work.advanced.connect(self._on_known)
        self._race_work.finished.connect(self._on_race)
        self._swarm_work.finished.connect(self._on_swarm)

    def _show_view(self, view: str) -> None:
        self.scene.set_view(view)
        self.numbers.set_swarm(view == "swarm")

    def _compute_surface(self) -> None:
        surface = self._surface
        if surface is self._computed:
            return
        self._computed = surface
        x, y = np.linspace(*surface.x, GRID), np.linspace(*surface.y, GRID)
        self._z = np.empty((GRID, GRID))

        def rows(part: slice) -> None:
            self._z[part] = surface.value(np.stack(np.meshgrid(x, y[part]), axis=-1))

        work = rows_of(rows, GRID, ROWS)
        self._grid_work.start(work)
        if surface.id not in TABLES:
            self._grid_work.finish()

    def _show_surface(self) -> None:
        self.scene.show_surface(self._surface, self._z)
        self._shown = -1
        self._show()

    def _restart(self) -> None:
        """Compute the race anew, and the swarm where it is shown."""
        lanes = self.controls.lanes.lanes
        self._places = [place for place, _ in lanes]
        self._race = Race(self._surface, [lane for _, lane in lanes], self._start, self._steps, self._gradient())
        self._told = False
        self._race.reach(1)
        self._race_work.start(self._race.compute())
        self._swarm_work.drop()
        self._swarm = None
        if self.scene.view == "swarm" and lanes:
            self._begin_swarm()
        self.set_length(SWARM_STEPS if self.scene.view == "swarm" else self._steps)
        self._show()

    def _begin_swarm(self) -> None:
        lane = self.controls.chosen_lane
        side = SIDES["data" if self._surface.id in TABLES else "formula"]
        self._swarm = Swarm(
            self._surface, lane.optimizer, {"learning_rate": lane.rate}, side=side, steps=SWARM_STEPS,
            gradient=self._gradient(),
        )  # fmt: skip
        self.scene.swarm.set_waiting(f"{count(side * side)} starts, {SWARM_STEPS} steps of {title(lane.optimizer)} …")
        self._swarm_work.start(self._swarm.compute())

    def _gradient(self) -> Gradient:
        noise, batch = self.controls.noise
        if self._surface.id in TABLES:
            model = two_weights(self._surface.id)
            return model.batches(batch or len(model.x), self._seed)
        return noisy(self._surface, noise, self._seed)

    def _show(self) -> None:
        """Draw the step shown, as far as it is known."""
        self._shown = self.step
        if self.scene.view == "swarm":
            self.scene.swarm.set_step(self._shown)
            self._tell_swarm()
            return
        if not self.is_playing or not self._race_work.is_busy:
            self._race.reach(self._shown)
        step = min(self._shown, self._race.known)
        self.scene.show_race(self._race, self._places, step)
        self._numbers_due.request() if self.is_playing else self._show_numbers()
        self._tell(step)

    def _show_numbers(self) -> None:
        step = min(self._shown, self._race.known)
        self._numbers_due.forget()
        self.numbers.update_step.show_step(self._race, self._lane_index(), step, self._noise_text())
        self.numbers.standings.show_step(self._race, self._places, step, self.controls.chosen)

    def _tell(self, step: int) -> None:
        """Say that a path has diverged, once a race; emit what came true at the end."""
        for lane in range(len(self._places)):
            gone = self._race.gone(lane, step)
            if gone and not self._told and not self.is_frozen:
                self._told = True
                name = title(self._race.lanes[lane].optimizer)
                self.noted.emit(f"{name} diverges: after step {gone} it is far outside the picture.", "warn")
                self.done.emit("diverged")
        if step and step == self._steps:
            found = [self._race.minimum(lane, step) for lane in range(len(self._places))]
            if len(set(found) - {-1}) > 1:
                self.done.emit("parted")
            if found and -1 not in found:
                self.done.emit("reached")

    def _tell_swarm(self) -> None:
        if self._shown == SWARM_STEPS and not self._swarm_work.is_busy:
            self.done.emit("swarm")

    def _noise_text(self) -> str:
        """How the gradient of a step came about, in symbols."""
        noise, batch = self.controls.noise
        if self._surface.id in TABLES:
            return f"g = ∇f of {count(batch)} sample{'s' * (batch > 1)}" if batch else "g = ∇f(w)"
        return f"g = ∇f(w) + ε, ε ~ N(0, {noise:g}²)" if noise else "g = ∇f(w)"

    def _lane_index(self) -> int:
        """Index in the race of the lane whose numbers are open; −1 where nobody runs."""
        return self._places.index(self.controls.chosen) if self.controls.chosen in self._places else -1

    def _on_known(self) -> None:
        if self.scene.view != "swarm" and self._shown > self._race.known - 1:
            self._show()

    def _on_race(self) -> None:
        self.scene.set_scale(self._race)
        self._show()

    def _on_swarm(self) -> None:
        if self._swarm is not None:
            swarm, lane = self.scene.swarm, self.controls.chosen_lane
            swarm.set_swarm(self._swarm.positions, self._swarm.reached)
            self.numbers.swarm.show_counts(swarm.counts(), f"{title(lane.optimizer)}, learning rate {lane.rate:g}")
            self._show()

    def _on_settings(self) -> None:
        self._restart()
        self.changed.emit()

    def _rename(self, place: int) -> None:
        """Another optimiser runs in a lane: at the rate that suits it here."""
        lane = self.controls.lanes.rows[place].lane
        if lane is not None:
            self._suggest(place, lane.optimizer)
            self.controls.set_chosen(place)
        elif self.controls.lanes.lanes:
            self.controls.set_chosen(self.controls.lanes.lanes[0][0])
        self._on_settings()

    def _suggest(self, place: int, optimizer: str) -> None:
        lane = Lane(optimizer, suggested_rate(self._surface, optimizer))
        self.controls.lanes.rows[place].set_lane(lane)

    def _pick_path(self, lane: int, point: int) -> None:
        if lane < len(self._places) and not self.is_frozen:
            self.choose(self._places[lane])
            self._jump(point)

    def _jump(self, step: int) -> None:
        if not self.is_frozen:
            self.pause()
            self.go(step)


def _lanes(surface: LossSurface, optimizers: Sequence[str], rates: Sequence[float]) -> list[Lane]:
    """The lanes of a state.

    Raises:
        UserError: an optimiser there is not, too many or none, or a rate out of range.
    """
    if not 1 <= len(optimizers) <= LANES:
        raise UserError(f"{len(optimizers)} optimisers, expected 1 to {LANES}.", "Name fewer.", "optimizers")
    if rates and len(rates) != len(optimizers):
        found = f"{len(rates)} rates for {len(optimizers)} optimisers."
        raise UserError(found, "Give one for each, or none for those that suit the surface.", "rates")
    for name in optimizers:
        check_optimizer(name)
    chosen = list(rates) or [suggested_rate(surface, name) for name in optimizers]
    for name, rate in zip(optimizers, chosen, strict=True):
        settings_of(name, {"learning_rate": rate})
        if not RATES[0] <= rate <= RATES[1]:
            raise UserError(f"A rate is {rate:g}, expected {RATES[0]:g} to {RATES[1]:g}.", "Change it.", "rates")
    return [Lane(name, float(rate)) for name, rate in zip(optimizers, chosen, strict=True)]


def _check_numbers(values: dict[str, Any]) -> None:
    """Check what has a range of its own.

    Raises:
        UserError: a number is out of it, or the view is not known.
    """
    if not STEPS[0] <= values["steps"] <= STEPS[1]:
        raise UserError(f"steps is {values['steps']}, expected {STEPS[0]} to {STEPS[1]}.", "Change it.", "steps")
    if not 0 <= values["noise"] <= NOISIEST:
        raise UserError(f"noise is {values['noise']}, expected 0 to {NOISIEST:g}.", "Change it.", "noise")
    if values["batch"] not in BATCHES:
        raise UserError(f"batch is {values['batch']}, expected one of {BATCHES}.", "0 is all samples.", "batch")
    if values["seed"] < 0:
        raise UserError(f"seed is {values['seed']}, expected 0 or more.", "Change it.", "seed")
    if values["view"] not in [name for name, _ in VIEWS]:
        known = ", ".join(name for name, _ in VIEWS)
        raise UserError(f"There is no view {values['view']!r}.", f"Views: {known}.", "view")
