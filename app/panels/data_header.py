"""What the data are: name, form, origin; and what is wrong with them, in chips that open to sentences."""

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app import text as texts
from app.icons import icon
from app.theme import Look
from app.widgets.chip import Chip
from app.widgets.elided_label import ElidedLabel
from app.widgets.plain_label import PlainLabel
from engine.datasets.spec import Dataset, Description
from engine.messages import DataLoaded

MOST_SENTENCES = 6
MOST_TO_COMPARE = 4_000_000


def form_of(description: Description) -> str:
    """Return the form of a sample in words, e.g. "8×8 grey-scale images, 10 classes"."""
    sizes = texts.shape(description.input_shape[:2])
    match description.kind:
        case "image":
            colour = "colour" if description.input_shape[-1] == 3 else "grey-scale"
            form = f"{sizes} {colour} images"
        case "points":
            form = "Points in the plane"
        case "sequence":
            steps, features = description.input_shape
            each = "characters" if description.symbols else "value" if features == 1 else "values"
            form = (
                f"Texts of up to {steps} {each}" if description.symbols else f"Sequences of {steps} × {features} {each}"
            )
        case _:
            form = f"Rows of {description.input_shape[0]} features"
    if description.target == "class":
        return f"{form}, {len(description.class_names)} classes"
    unit = f" in {description.target_unit}" if description.target_unit else ""
    return f"{form}, target {description.target_name or 'a number'}{unit}"


def duplicates(data: DataLoaded) -> int:
    """Return how many of the samples held here equal an earlier one; −1 where that would take too long."""
    if data.x.size > MOST_TO_COMPARE:
        return -1
    rows = np.ascontiguousarray(data.x).reshape(len(data.x), -1)
    return len(rows) - len({row.tobytes() for row in rows})


class DataHeader(QWidget):
    """Title line of the Data workspace."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.title = PlainLabel("", "heading", look, "ink")
        self.form = ElidedLabel("", "body", look, "ink2")
        self.duplicates = Chip("", look, "check")
        self.missing = Chip("", look, "check")
        self.problems = QPushButton()
        self.problems.setCheckable(True)
        self.problems.setProperty("compact", True)
        self.problems.setProperty("kind", "outline")
        self.sentences = PlainLabel("", "body", look).set_wrapped()
        self.sentences.hide()
        self.problems.toggled.connect(self.sentences.setVisible)
        self._lay_out()
        look.changed.connect(self._draw)
        self._draw()

    def set_dataset(self, dataset: Dataset, description: Description | None) -> None:
        """Name the chosen dataset; `description` is None where it cannot be described yet."""
        self.title.setText(dataset.name)
        self.form.set_text(form_of(description) if description else dataset.summary, dataset.origin)

    def set_data(self, data: DataLoaded | None) -> None:
        """Show what was found in the loaded data; None while they load."""
        for chip in (self.duplicates, self.missing):
            chip.setVisible(data is not None)
        problems = data.problems if data is not None else ()
        self.problems.setVisible(bool(problems))
        self.problems.setText(f"{len(problems)} note" + "s" * (len(problems) != 1))
        self._write(problems)
        if data is not None:
            self._judge(data)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.title)
        row.addWidget(self.form, 1)
        row.addWidget(self.problems)
        row.addWidget(self.duplicates)
        row.addWidget(self.missing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.sentences)

    def _draw(self) -> None:
        self.problems.setIcon(icon("warning", self._look, "warn"))

    def _write(self, problems: tuple[str, ...]) -> None:
        lines = [f"• {sentence}" for sentence in problems[:MOST_SENTENCES]]
        if len(problems) > MOST_SENTENCES:
            lines.append(f"and {len(problems) - MOST_SENTENCES:,} more")
        self.sentences.setText("\n".join(lines))
        if not problems:
            self.problems.setChecked(False)

    def _judge(self, data: DataLoaded) -> None:
        missing = int(np.size(data.x) - np.count_nonzero(np.isfinite(data.x)))
        _judged(self.missing, missing, "missing value")
        double = duplicates(data)
        self.duplicates.setVisible(double >= 0)
        _judged(self.duplicates, double, "duplicate")


def _judged(chip: Chip, found: int, what: str) -> None:
    """Say "No duplicates", "1 duplicate" or "12 duplicates"."""
    chip.set_text(f"{found:,} {what}" + "s" * (found != 1) if found else f"No {what}s")
    chip.set_icon("warning" if found else "check", "warn" if found else "ok")
