"""Steps per epoch: how the training and the validation part fall into batches, with the open project's own numbers."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.lab.batches_numbers import numbers_of
from app.lab.batches_steps_board import Shown, StepsBoard
from app.lab.batches_times import Times
from app.lab.chapters import Chapter
from app.lab.parts import Formulas, Section
from app.studio import Studio
from app.text import count, format_number
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from app.widgets.value_slider import ValueSlider
from engine.errors import UserError
from engine.explain.batches import Epoch

LARGEST = 4096
SECONDS = 8.0  # that an epoch plays


class StepsChapter(Chapter):
    """Each step is one batch: first those of the training part, then those of the validation part."""

    id: ClassVar[str] = "steps"
    name: ClassVar[str] = "Steps"
    defaults: ClassVar[Mapping[str, Any]] = {"batch_size": 0}

    def __init__(self, look: Look, studio: Studio | None, parent: QWidget | None = None) -> None:
        super().__init__(look, studio, parent)
        self.board = StepsBoard(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        self.numbers = numbers_of(studio)
        self._chosen = 0
        self._make_panel()
        if studio is not None:
            studio.data_changed.connect(self._on_project)
            studio.document.changed.connect(self._on_project)

    @classmethod
    def check(cls, values: Mapping[str, Any]) -> None:
        """A batch size; 0 for that of the project.

        Raises:
            UserError: it is out of range.
        """
        if not 0 <= values["batch_size"] <= LARGEST:
            found = values["batch_size"]
            raise UserError(f"batch_size is {found}, expected 0 to {LARGEST}.", "0 is the project's.", "batch_size")

    @property
    def rate(self) -> float:  # type: ignore[override]
        """So many steps a second that an epoch plays in the same time, however many it has."""
        return max(1.0, self.length / SECONDS)

    @property
    def length(self) -> float:
        """Batches of both parts."""
        return self.train.steps + self.validation.steps

    @property
    def train(self) -> Epoch:
        """The training part in batches."""
        return Epoch(self.numbers.train, min(self.batch_now, self.numbers.train))

    @property
    def validation(self) -> Epoch:
        """The validation part in batches, of the same size as Keras takes them."""
        return Epoch(self.numbers.validation, max(1, min(self.batch_now, self.numbers.validation)))

    @property
    def batch_now(self) -> int:
        """Samples of a batch: chosen here, or the project's."""
        return self._chosen or self.numbers.batch

    def take(self, values: Mapping[str, Any]) -> None:
        """Begin with a batch size."""
        self._chosen = values["batch_size"]
        self._load()

    def values(self) -> dict[str, Any]:
        """The batch size where it was chosen here."""
        return {"batch_size": self._chosen}

    def sections(self) -> Sequence[QWidget]:
        """The project, its steps written out, time per epoch."""
        return (self._settings, self._written, self.times)

    def leave(self) -> None:
        """Stop measuring."""
        self.times.cancel()

    def draw(self) -> None:
        """Draw the batches that were gone through."""
        shown = Shown(self._title(), self.train, self.validation, self.at, tuple(self.times.found))
        self.board.show_epoch(shown)

    def write(self) -> None:
        """Write every number with the numbers it is made of."""
        self.lines.show_lines(step_lines(self.train, self.validation, self.numbers.epochs))
        self.words.setText(last_words(self.train))
        if self.at >= self.length > 0:
            self.tell("counted")

    def _title(self) -> str:
        return (
            f"{self.numbers.project.title}: {count(self.numbers.train)} samples in batches of {count(self.batch_now)}"
        )

    def _load(self) -> None:
        """Take the numbers of the project there is now."""
        self.numbers = numbers_of(self.studio)
        project = self.numbers.project
        words = "No data are loaded for the open project; these are the numbers of the digits example."
        own = f"The open project, {project.title}: its plan says batch {count(self.numbers.batch)}, "
        epochs = f"{count(self.numbers.epochs)} epochs."
        self.source.setText(words if self.numbers.is_example else own + epochs)
        self.batch.set_value(self.batch_now)
        self.batch.set_default(self.numbers.batch)
        sizes = [1, self.train.batch, 0]
        self.times.set_question(project, sizes, "", f"{project.title}, {count(self.numbers.train)} samples.")

    def _on_project(self, *_news: object) -> None:
        if self.isVisible():
            self._show_anew()

    def showEvent(self, event: object) -> None:
        """Follow what changed while nobody looked."""
        if self.numbers != numbers_of(self.studio):
            self._show_anew()

    def _on_batch(self, size: float) -> None:
        self._chosen = round(size)
        self._show_anew()
        self.changed.emit()

    def _show_anew(self) -> None:
        self._load()
        self.length_changed.emit()
        self.refresh()

    def _make_panel(self) -> None:
        look = self.look
        self._settings = Section("Whose numbers", look)
        self.source = PlainLabel("", "body", look).set_wrapped()
        self.batch = ValueSlider(1, LARGEST, look, log=True, decimals=0)
        self.batch.changed.connect(self._on_batch)
        self._settings.add(self.source)
        self._settings.labelled("Batch size", self.batch)
        self._written = Section("Steps, written out", look)
        self.lines, self.words = Formulas(look), PlainLabel("", "body", look).set_wrapped()
        self._written.add(self.lines)
        self._written.add(self.words)
        self.times = Times(self.studio, look)
        self.times.measured.connect(self._on_measured)

    def _on_measured(self) -> None:
        self.refresh()
        if self.times.found:
            self.tell("measured")


def step_lines(train: Epoch, validation: Epoch, epochs: int) -> list[str]:
    """Steps per epoch, the last batch, validation steps and all steps, each with its numbers."""
    lines = [f"steps per epoch = ⌈{{{count(train.samples)}|{count(train.batch)}}}⌉ = {count(train.steps)}"]
    if train.steps > 1:
        whole = f"{count(train.steps - 1)} · {count(train.batch)}"
        lines.append(f"last batch = {count(train.samples)} − {whole} = {count(train.last)}")
    if validation.samples:
        found = f"⌈{{{count(validation.samples)}|{count(validation.batch)}}}⌉ = {count(validation.steps)}"
        lines.append(f"validation steps = {found}")
    lines.append(f"all steps = {count(epochs)} · {count(train.steps)} = {count(epochs * train.steps)}")
    return lines


def last_words(train: Epoch) -> str:
    """What the last batch of an epoch means."""
    if train.is_even:
        return "Every batch is full."
    weight = format_number(train.batch / train.last, 3)
    return (
        f"The last batch is trained, not dropped. Its mean is over {count(train.last)} samples, so each of them weighs "
        f"{weight} times as much in its step as one in a full batch."
    )
