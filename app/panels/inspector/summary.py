"""The inspector without a single layer selected: the project in numbers and its problems, or several layers."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.canvas.face import Face, faces, glyph_of
from app.icons import paint_glyph
from app.text import count
from app.theme import Look
from app.widgets.card import Card
from app.widgets.plain_label import PlainLabel
from app.widgets.section_label import SectionLabel
from engine.datasets import DATASETS
from engine.project import Project
from engine.shapes import Inference, Problem
from engine.tasks import TASKS

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class SummaryPage(QWidget):
    """The whole project.

    Attributes:
        picked: name of a layer that was clicked.
    """

    picked = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._title = PlainLabel("", "heading", look, "ink").set_wrapped()
        self._summary = PlainLabel("", "body", look).set_wrapped()
        self._facts = [PlainLabel("", "number", look, "ink") for _ in range(5)]
        self._problems = QVBoxLayout()
        self._problems.setSpacing(6)
        self._shown_problems: tuple[Problem, ...] | None = None
        self.table = LayerTable(look)
        self.table.picked.connect(self.picked)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addWidget(self._title)
        column.addWidget(self._summary)
        column.addLayout(self._fact_grid())
        column.addLayout(self._problems)
        column.addWidget(SectionLabel("Layers", look, "output shape, parameters"))
        column.addWidget(self.table)
        column.addStretch(1)

    def show_project(self, project: Project, inference: Inference) -> None:
        """Bring everything in step."""
        self._title.setText(project.title)
        self._summary.setText(project.summary)
        self._summary.setVisible(bool(project.summary))
        task = TASKS.get(project.heads[0].task) if project.heads else None
        dataset = DATASETS.get(project.data.dataset)
        shown = (
            task.name if task else "no output yet",
            dataset.name if dataset else project.data.dataset,
            f"{len(project.graph.nodes):,}",
            count(inference.num_params),
            count(inference.multiply_adds),
        )
        for label, text in zip(self._facts, shown, strict=True):
            label.setText(text)
        self._show_problems(inference.problems)
        known = faces(project.graph, inference)
        self.table.show_faces([known[node.name] for node in project.graph.in_order()])

    def _fact_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, name in enumerate(("Task", "Dataset", "Layers", "Parameters", "Multiply-adds")):
            grid.addWidget(PlainLabel(name, "body", self._look, "ink3"), row, 0)
            grid.addWidget(self._facts[row], row, 1, RIGHT)
        return grid

    def _show_problems(self, problems: tuple[Problem, ...]) -> None:
        if problems == self._shown_problems:
            return
        self._shown_problems = problems
        while (item := self._problems.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if problems:
            self._problems.addWidget(SectionLabel("Problems", self._look, str(len(problems))))
        for problem in problems[:12]:
            self._problems.addWidget(self._problem_card(problem))

    def _problem_card(self, problem: Problem) -> Card:
        card = Card("", self._look, "error")
        card.body.setSpacing(4)
        for text, role, token in ((problem.message, "control", "err"), (problem.hint, "caption", "ink2")):
            if text:
                card.body.addWidget(PlainLabel(text, role, self._look, token).set_wrapped())
        if problem.node:
            show = QPushButton("Show it")
            show.setProperty("compact", True)
            show.clicked.connect(lambda: self.picked.emit(problem.node))
            card.body.addWidget(show, 0, Qt.AlignmentFlag.AlignLeft)
        return card


class LayerTable(QWidget):
    """A line per layer in the order of the data flow; a click or Enter picks it."""

    ROW = 26
    picked = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._faces: Sequence[Face] = ()
        self._current = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Layers, output shapes and parameters")
        look.changed.connect(self.update)

    def show_faces(self, faces: Sequence[Face]) -> None:
        """Show other layers."""
        self._faces = faces
        self.setFixedHeight(max(1, len(faces)) * self.ROW)
        self.update()

    def sizeHint(self) -> QSize:
        """All lines."""
        return QSize(260, max(1, len(self._faces)) * self.ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines in sight."""
        painter = QPainter(self)
        first = event.rect().top() // self.ROW
        for row in range(first, min(len(self._faces), event.rect().bottom() // self.ROW + 1)):
            self._paint_row(painter, row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the line under the mouse."""
        self._set_current(int(event.position().y()) // self.ROW)

    def leaveEvent(self, event: object) -> None:
        """No line is under the mouse."""
        self._set_current(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick a layer."""
        row = int(event.position().y()) // self.ROW
        if 0 <= row < len(self._faces) and event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(self._faces[row].name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move, Enter picks."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None:
            self._set_current(min(max(self._current + step, 0), len(self._faces) - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self._current < len(self._faces):
            self.picked.emit(self._faces[self._current].name)
        else:
            super().keyPressEvent(event)

    def _set_current(self, row: int) -> None:
        if row != self._current:
            self._current = row
            self.update()

    def _paint_row(self, painter: QPainter, row: int) -> None:
        theme, face = self._look.theme, self._faces[row]
        box = QRectF(0, row * self.ROW, self.width(), self.ROW)
        if row == self._current:
            painter.fillRect(box, theme.color("raised"))
        paint_glyph(
            painter, glyph_of(face.kind, face.family), QRectF(2, box.top() + 6, 14, 14), theme.family(face.family)
        )
        painter.setFont(theme.font("axis"))
        metrics = painter.fontMetrics()
        params = count(face.params) if face.params is not None else ""
        painter.setPen(theme.color("ink3"))
        painter.drawText(box.adjusted(0, 0, -2, 0), RIGHT, params)
        painter.setPen(theme.color("ink2" if face.state == "ok" else "err"))
        painter.drawText(box.adjusted(0, 0, -72, 0), RIGHT, face.shape or face.state)
        room = box.width() - 72 - metrics.horizontalAdvance(face.shape or face.state) - 32
        painter.setFont(theme.font("control"))
        painter.setPen(theme.color("ink"))
        name = painter.fontMetrics().elidedText(face.name, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(box.adjusted(24, 0, 0, 0), LEFT, name)


class SeveralPage(QWidget):
    """Several layers are selected: how many, what they hold, and what can be done with them.

    Attributes:
        asked: id of an action.
    """

    asked = Signal(str)
    BUTTONS = (
        ("group", "Group"),
        ("align_rows", "Align in a row"),
        ("align_columns", "Align in a column"),
        ("duplicate", "Duplicate"),
        ("copy", "Copy"),
        ("delete", "Delete"),
    )

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = PlainLabel("", "heading", look, "ink")
        self._params = PlainLabel("", "body", look)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._params)
        for id, text in self.BUTTONS:
            button = QPushButton(text)
            button.setProperty("kind", "outline")
            button.clicked.connect(lambda _checked=False, id=id: self.asked.emit(id))
            row = QHBoxLayout()
            row.addWidget(button, 1)
            column.addLayout(row)
        column.addStretch(1)

    def show_selection(self, names: frozenset[str], inference: Inference) -> None:
        """Count what is selected."""
        self._title.setText(f"{len(names)} layers selected")
        params = sum(inference.layers[name].num_params for name in names if name in inference.layers)
        self._params.setText(f"{count(params)} parameters together")
