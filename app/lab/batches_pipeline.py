"""The pipeline: shuffle, batch, repeat, prefetch and cache as boxes that can be switched and put in another order."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.lab.batches_pipeline_board import PipelineBoard, Shown
from app.lab.chapters import Chapter
from app.lab.parts import Formulas, Numbers, Section
from app.studio import Studio
from app.text import count, format_number, percent
from app.theme import Look
from app.widgets.choice_box import ChoiceBox
from app.widgets.plain_label import PlainLabel
from app.widgets.toggle import Toggle
from app.widgets.value_slider import ValueSlider
from engine.errors import UserError
from engine.explain.pipeline import BOXES, Course, Setup, check, run
from engine.explain.pipeline_facts import facts, sentences

TICK = 0.5  # ms of the pipeline in one step
ITEMS = 12
SETTINGS = {"batch": (1, 6), "buffer": (1, 12), "ahead": (1, 4), "repeats": (1, 4), "read": (1, 8), "train": (1, 20)}
LABELS = {
    "batch": "Batch size", "buffer": "Buffer", "ahead": "Ahead", "repeats": "Epochs", "read": "Read, ms",
    "train": "Train, ms",
}  # fmt: skip
EXAMPLES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "usual": ("as recommended", ("cache", "shuffle", "batch", "repeat", "prefetch"), BOXES),
    "plain": ("no prefetch, no cache", ("cache", "shuffle", "batch", "repeat", "prefetch"),
              ("shuffle", "batch", "repeat")),
    "late": ("batch before shuffle", ("batch", "shuffle", "cache", "repeat", "prefetch"),
             ("batch", "shuffle", "repeat")),
    "mixed": ("repeat before shuffle", ("repeat", "shuffle", "batch", "cache", "prefetch"),
              ("repeat", "shuffle", "batch")),
    "frozen": ("shuffle before cache", ("shuffle", "cache", "batch", "repeat", "prefetch"),
               ("shuffle", "cache", "batch", "repeat")),
}  # fmt: skip


class PipelineChapter(Chapter):
    """Time is that of the pipeline, half a millisecond a step."""

    id: ClassVar[str] = "pipeline"
    name: ClassVar[str] = "Pipeline"
    defaults: ClassVar[Mapping[str, Any]] = {
        "order": ["cache", "shuffle", "batch", "repeat", "prefetch"], "on": ["shuffle", "batch", "repeat"],
        "batch": 4, "buffer": 6, "ahead": 2, "repeats": 3, "read": 2.0, "train": 9.0, "seed": 0,
    }  # fmt: skip
    rate: ClassVar[float] = 24.0

    def __init__(self, look: Look, studio: Studio | None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = PipelineBoard(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self._order: list[str] = list(BOXES)
        self._on: set[str] = set()
        self._seed = 0
        self._picked = -1
        self.course: Course | None = None
        self._make_panel()

    @classmethod
    def check(cls, values: Mapping[str, Any]) -> None:
        """An order of all five boxes, those that are on, and numbers.

        Raises:
            UserError: a box is missing or unknown, or a number out of its range.
        """
        if sorted(values["order"]) != sorted(BOXES):
            message = f"order is {', '.join(values['order'])}; expected each of {', '.join(BOXES)} once."
            raise UserError(message, "Name all five.", "order")
        for box in values["on"]:
            if box not in BOXES:
                raise UserError(f"There is no box {box!r}.", f"Boxes: {', '.join(BOXES)}.", "on")
        for name, (low, high) in SETTINGS.items():
            if not low <= values[name] <= high:
                raise UserError(f"{name} is {values[name]:g}, expected {low:g} to {high:g}.", "Change it.", name)
        check(_setup(values))

    @property
    def length(self) -> float:
        """Steps of half a millisecond to the end of the last step of the trainer."""
        return float(round(self.course.length / TICK)) if self.course is not None else 0.0

    def take(self, values: Mapping[str, Any]) -> None:
        """Begin with an order, switches and numbers."""
        self._order, self._on, self._seed = list(values["order"]), set(values["on"]), values["seed"]
        for name, slider in self.sliders.items():
            slider.set_value(values[name])
        self._run()

    def values(self) -> dict[str, Any]:
        """What is set now."""
        numbers: dict[str, Any] = {name: round(slider.value) for name, slider in self.sliders.items()}
        numbers["read"], numbers["train"] = float(numbers["read"]), float(numbers["train"])
        on = [box for box in self._order if box in self._on]
        return {"order": list(self._order), "on": on, **numbers, "seed": self._seed}

    def sections(self) -> Sequence[QWidget]:
        """Boxes and numbers; what comes of them; one step of the trainer."""
        return (self._settings, self._found, self._step)

    def set_frozen(self, is_frozen: bool) -> None:
        """Hold the boxes while a question is asked."""
        super().set_frozen(is_frozen)
        self.board.set_movable(not is_frozen)

    def draw(self) -> None:
        """Draw where everything is at the time shown."""
        if self.course is not None:
            now = min(self.at * TICK, self.course.length)
            self.board.show_course(Shown(self.course, self._order, now, self._texts(), self._picked))

    def write(self) -> None:
        """Write what this order means, in sentences and numbers."""
        course = self.course
        if course is None:
            return
        is_over = self.at >= self.length
        self.words.setText("\n".join(sentences(course)))
        found = facts(course)
        busy = course.length - course.waited
        self.rows.show_rows(
            [
                ("Steps of the trainer", count(len(course.trainings)), "ink"),
                ("Items read", count(len(course.reads)), "ink"),
                ("Whole time", f"{format_number(course.length, 4)} ms", "ink"),
                ("Trainer works", f"{format_number(busy, 4)} ms", "ok"),
                ("Trainer waits", f"{format_number(course.waited, 4)} ms", "err" if course.waited else "ink"),
            ]
        )
        length = format_number(course.length, 4)
        waited = f"waits {{{format_number(course.waited, 4)}|{length}}} = {percent(found.share_waited, 0)}"
        self.formulas.show_lines([waited])
        self._write_step(course)
        if is_over:
            self._tell(course)

    def toggle(self, box: str) -> None:
        """Switch a box on or off."""
        self._on ^= {box}
        self._on_changed()

    def move_box(self, box: str, place: int) -> None:
        """Put a box at another place among the five."""
        self._order.remove(box)
        self._order.insert(place, box)
        self._on_changed()

    def pick(self, index: int) -> None:
        """Open one step of the trainer."""
        self._picked = index
        self.refresh()

    def _tell(self, course: Course) -> None:
        found = facts(course)
        if found.is_mixed:
            self.tell("mixed")
        if found.is_same_company and "shuffle" in course.setup.boxes and not found.is_same_order:
            self.tell("company")
        if found.late_waited < 1e-9 and found.epochs > 1:
            self.tell("fed")

    def _write_step(self, course: Course) -> None:
        if not 0 <= self._picked < len(course.trainings):
            self.hint.setVisible(True)
            self.lines.show_lines([])
            return
        training = course.trainings[self._picked]
        asked, start = format_number(training.asked, 4), format_number(training.start, 4)
        self.hint.setVisible(False)
        ids = ", ".join(str(item.id) for item in training.element)
        epochs = ", ".join(str(epoch) for epoch in sorted({item.epoch for item in training.element}))
        self.lines.show_lines(
            [
                f"step {self._picked}: items {ids}",
                f"of epoch {epochs}",
                f"waited {start} − {asked} = {format_number(training.waited, 4)} ms",
                f"worked {format_number(course.setup.train, 4)} ms",
            ]
        )

    def _texts(self) -> dict[str, str]:
        now = {name: round(slider.value) for name, slider in self.sliders.items()}
        return {
            "source": f"{now['read']} ms an item", "shuffle": f"buffer {now['buffer']}",
            "batch": f"{now['batch']} items", "repeat": f"{now['repeats']} epochs",
            "prefetch": f"{now['ahead']} ahead", "trainer": f"{now['train']} ms a step", "cache": "keeps all",
        }  # fmt: skip

    def _run(self) -> None:
        self.course = run(_setup(self.values()))
        self._picked = -1
        for box, toggle in self.toggles.items():
            toggle.setChecked(box in self._on)

    def _on_changed(self, _value: object = None) -> None:
        """Another pipeline begins at its beginning."""
        self._run()
        self.changed.emit()
        self.time_wanted.emit(0.0)
        self.length_changed.emit()
        self.refresh()

    def _take_example(self, name: str) -> None:
        self.samples.setCurrentIndex(0)
        if name:
            _, order, on = EXAMPLES[name]
            self._order, self._on = list(order), set(on)
            self._on_changed()

    def _make_panel(self) -> None:
        look = self.look
        self._settings = Section("Boxes", look)
        options = [("", "Take an order …"), *((name, words) for name, (words, _, _) in EXAMPLES.items())]
        self.samples = ChoiceBox(options, look)
        self.samples.setAccessibleName("Examples of orders")
        self.samples.changed.connect(self._take_example)
        self._settings.add(self.samples)
        self.toggles: dict[str, Toggle] = {}
        for box in BOXES:
            self.toggles[box] = Toggle(look, box)
            self.toggles[box].setAccessibleName(f"{box} is on")
            self.toggles[box].clicked.connect(lambda _=False, box=box: self.toggle(box))
            self._settings.add(self.toggles[box])
        self.sliders: dict[str, ValueSlider] = {}
        for name, (low, high) in SETTINGS.items():
            self.sliders[name] = ValueSlider(low, high, look, decimals=0)
            self.sliders[name].changed.connect(self._on_changed)
            self._settings.labelled(LABELS[name], self.sliders[name])
        self._found = Section("What comes of it", look)
        self.words = PlainLabel("", "body", look).set_wrapped()
        self.rows, self.formulas = Numbers(look), Formulas(look)
        for part in (self.words, self.rows, self.formulas):
            self._found.add(part)
        self._step = Section("One step", look)
        self.hint = PlainLabel("Click a step of the trainer to open it.", "body", look).set_wrapped()
        self.lines = Formulas(look)
        self._step.add(self.hint)
        self._step.add(self.lines)
        self.board.toggled.connect(self.toggle)
        self.board.moved.connect(self.move_box)
        self.board.picked.connect(self.pick)


def _setup(values: Mapping[str, Any]) -> Setup:
    """The pipeline of these settings."""
    boxes = tuple(box for box in values["order"] if box in values["on"])
    return Setup(
        boxes, ITEMS, values["batch"], values["buffer"], values["ahead"], values["repeats"], values["read"],
        values["train"], values["seed"],
    )  # fmt: skip
