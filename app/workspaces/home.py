"""Home: what can be done here: recent projects, starter projects, and the first steps."""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.actions import Actions
from app.home.banner import Banner
from app.home.card_grid import GAP, CardGrid
from app.home.example_card import ExampleCard
from app.home.first_steps import DEFAULT_EXAMPLE, STEPS, FirstSteps
from app.home.recent import ago, look_up
from app.home.recent_card import RecentCard
from app.home.step_card import StepCard
from app.icons import icon
from app.recovery import Orphan, Recovery
from app.studio import Studio
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from app.widgets.section_label import SectionLabel
from app.widgets.segmented import Segmented
from engine.errors import UserError
from engine.examples import EXAMPLES

FAMILIES = [
    ("all", "All"),
    ("images", "Images"),
    ("tables", "Tables"),
    ("playgrounds", "Playgrounds"),
    ("sequences", "Sequences"),
    ("classics", "Classics"),
]
SIDE, SIDE_PADDING = 360, 16
MARGIN = 40
NARROW = 1360  # px of the window
MIN_CARD = 210
MAX_COLUMNS, NARROW_COLUMNS = 6, 3
MAX_CONTENT = 1760
NUM_RECENT = 3


class HomeWorkspace(QWidget):
    """The first view.

    Attributes:
        open_requested: a project file (Path), or an example's name.
        new_requested: a new project is wanted.
        restored: edits left by a crash are open again.
    """

    open_requested = Signal(object)
    new_requested = Signal()
    restored = Signal()

    def __init__(self, studio: Studio, look: Look, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self._look, self._actions = studio, look, actions
        self._recovery: Recovery | None = None
        self.steps = FirstSteps(studio, self)
        self.examples = [ExampleCard(example, look) for example in EXAMPLES]
        self.recent: list[RecentCard] = []
        self._waiting: list[Path] = []
        self._make_parts()
        self._lay_out()
        self._connect()
        self._list_recent()
        self._show_steps()

    def show_error(self, error: UserError) -> None:
        """Say at the top what could not be done."""
        self._add_banner(Banner(error.message, error.hint, [("Close", lambda: None)], self._look))

    def offer_recovery(self, recovery: Recovery) -> None:
        """Offer what a crashed window left behind."""
        self._recovery = recovery
        for orphan in recovery.orphans()[:3]:
            self._offer(orphan)

    def regions(self) -> list[QWidget]:
        """What F6 moves through."""
        return [self._content, *([] if self._side.isHidden() else [self._side])]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground."""
        QPainter(self).fillRect(self.rect(), self._look.theme.color("canvas"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Bring columns and the side in step with the width."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw the pictures, one at a time, after the first paint."""
        super().showEvent(event)
        self._timer.start()

    def _make_parts(self) -> None:
        look = self._look
        self._open = QPushButton("Open…")
        self._open.setProperty("kind", "outline")
        self._new = QPushButton("New project")
        self._new.setProperty("kind", "primary")
        for button in (self._open, self._new):
            button.setMinimumHeight(34)
        self._family = Segmented(FAMILIES, look)
        self._family.setAccessibleName("Kind of starter project")
        self._grid = CardGrid(self.examples)
        self._recent_label = SectionLabel("Recent", look)
        self._recent_row = QHBoxLayout()
        self._recent_row.setSpacing(GAP)
        self._step_cards = [StepCard(number, step, look) for number, step in enumerate(STEPS, start=1)]
        self._steps_count = PlainLabel("", "number", look, "ink2")
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._draw_next)

    def _lay_out(self) -> None:
        self._content = QWidget()
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(MARGIN, 32, MARGIN, 32)
        self._column.setSpacing(0)
        self._column.addLayout(self._head())
        self._banners = QVBoxLayout()
        self._banners.setContentsMargins(0, 12, 0, 0)
        self._banners.setSpacing(8)
        self._column.addLayout(self._banners)
        self._column.addSpacing(14)
        self._column.addWidget(self._recent_label)
        self._column.addSpacing(8)
        self._column.addLayout(self._recent_row)
        self._column.addSpacing(20)
        head = QHBoxLayout()
        said = "each opens ready to train; classics wait for your own pictures"
        head.addWidget(SectionLabel("Starter projects", self._look, said), 1)
        head.addWidget(self._family)
        self._column.addLayout(head)
        self._column.addSpacing(10)
        self._column.addWidget(self._grid)
        self._below = QGridLayout()
        self._below.setContentsMargins(0, 0, 0, 0)
        self._below.setSpacing(GAP)
        self._column.addLayout(self._below)
        self._column.addStretch(1)
        self._side = _Side(self._look)
        self._fill_side()
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setWidget(self._content)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._area, 1)
        row.addWidget(self._side)

    def _head(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(PlainLabel("Build it, train it, see through it", "display", self._look, "ink"))
        sentence = "Every number opens to the arithmetic that made it. Training happens here, live, on your machine."
        words.addWidget(PlainLabel(sentence, "body", self._look))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addLayout(words, 1)
        head.addWidget(self._open, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._new, 0, Qt.AlignmentFlag.AlignVCenter)
        return head

    def _fill_side(self) -> None:
        self._steps_head = QWidget()
        head = QHBoxLayout(self._steps_head)
        head.setContentsMargins(0, 0, 0, 8)
        head.addWidget(PlainLabel("Start here", "heading", self._look, "ink"), 1)
        head.addWidget(self._steps_count)
        for widget in (self._steps_head, *self._step_cards):
            self._side.column.addWidget(widget)
        self._side.column.addStretch(1)

    def _place_steps(self, below: bool) -> None:
        """Below the starter projects in narrow windows, else in a panel at the right."""
        self._side.setHidden(below)
        if below == (self._below.count() > 0):
            return
        widgets = (self._steps_head, *self._step_cards)
        for place, widget in enumerate(widgets):
            (self._side.column if below else self._below).removeWidget(widget)
            if not below:
                self._side.column.insertWidget(place, widget)
        if below:
            self._below.addWidget(self._steps_head, 0, 0, 1, len(self._step_cards))
            for column, card in enumerate(self._step_cards):
                self._below.addWidget(card, 1, column)
        self._below.setContentsMargins(0, 24 if below else 0, 0, 0)

    def _connect(self) -> None:
        self._open.clicked.connect(lambda: self._actions.trigger("open"))
        self._new.clicked.connect(self.new_requested)
        self._family.changed.connect(self._filter)
        for card in self.examples:
            card.clicked.connect(lambda _=False, name=card.example.name: self.open_requested.emit(name))
        for step in self._step_cards:
            step.clicked.connect(lambda _=False, id=step.step.id: self._do_step(id))
        self._studio.settings.recent_changed.connect(self._list_recent)
        self.steps.changed.connect(self._show_steps)
        self._look.changed.connect(self._on_theme)
        self._on_theme()

    def _on_theme(self) -> None:
        self._new.setIcon(icon("plus", self._look, "onink"))
        self._timer.start()
        self.update()

    def _filter(self, family: str) -> None:
        self._grid.show_only([card for card in self.examples if family in ("all", card.example.family)])

    def _do_step(self, id: str) -> None:
        """Lead to where a step is done; without the digits, that is to open them."""
        if id == "open" or not self._studio.document.project.graph.nodes:
            self.open_requested.emit(DEFAULT_EXAMPLE)
        elif id == "train":
            self._actions.trigger("train_view")
            if self._studio.training in ("idle", "paused", "failed", "finished"):
                self._actions.trigger("train_or_pause")
        else:
            self._actions.trigger("use")
            if id == "export":
                self._actions.trigger("export_keras")

    def _show_steps(self) -> None:
        coming = self.steps.next
        for card in self._step_cards:
            card.set_state(self.steps.is_done(card.step.id), card.step.id == coming)
        self._steps_count.setText(f"{self.steps.done} of {len(STEPS)}")

    def _list_recent(self) -> None:
        for card in self.recent:
            self._recent_row.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.recent = []
        self._waiting = list(self._studio.settings.recent_files[:NUM_RECENT])
        self._recent_label.setVisible(bool(self._waiting))
        self._timer.start()

    def _draw_next(self) -> None:
        """Do one piece of the slow work, then let the window breathe."""
        if self._waiting:
            self._add_recent(self._waiting.pop(0))
        elif self.isVisible() and (card := next((c for c in self.examples if c.needs_picture), None)) is not None:
            card.draw_picture()
        else:
            self._timer.stop()

    def _add_recent(self, path: Path) -> None:
        recent = look_up(path)
        card = RecentCard(recent, self._look)
        card.clicked.connect(lambda: self.open_requested.emit(path))
        card.removed.connect(lambda: self._studio.settings.forget_recent(path))
        self.recent.append(card)
        self._recent_row.insertWidget(len(self.recent) - 1, card, 0, Qt.AlignmentFlag.AlignLeft)
        self._recent_row.setStretch(len(self.recent), 1)
        self._fit()

    def _fit(self) -> None:
        """Share the width: three columns in narrow windows, else as many as fit, at most six, in 1760 px, centred."""
        narrow = self.width() < NARROW
        self._place_steps(narrow)
        self._side.setFixedWidth(SIDE)
        whole = self.width() - (0 if narrow else SIDE)
        room = max(MIN_CARD, min(whole - 2 * MARGIN, MAX_CONTENT))
        margin = max(0, (whole - room) // 2)
        self._column.setContentsMargins(margin, 32, margin, 32)
        columns = NARROW_COLUMNS if narrow else max(1, min((room + GAP) // (MIN_CARD + GAP), MAX_COLUMNS))
        for step in self._step_cards:
            step.setFixedWidth((room + GAP) // len(STEPS) - GAP if narrow else SIDE - 2 * SIDE_PADDING)
        for card in self.examples:
            card.set_width((room + GAP) // columns - GAP)
        self._grid.set_columns(columns)
        for recent in self.recent:
            recent.set_width((room + GAP) // NUM_RECENT - GAP)
        self._timer.start()

    def _offer(self, orphan: Orphan) -> None:
        name = orphan.path.name if orphan.path else orphan.title
        when = ago(max(0.0, time.time() - orphan.time))
        buttons: list[tuple[str, Callable[[], object]]] = [
            ("Restore", lambda: self._restore(orphan)),
            ("Discard", lambda: self._discard(orphan)),
            ("Later", lambda: None),
        ]
        sentence = "Restore opens it as unsaved changes; Later keeps them for the next start."
        heading = f"Glassbox did not close properly: {name} has changes from {when} that were not saved."
        self._add_banner(Banner(heading, sentence, buttons, self._look))

    def _restore(self, orphan: Orphan) -> None:
        if self._recovery is None:
            return
        try:
            self._recovery.restore(orphan)
        except UserError as error:
            self.show_error(error)
            return
        self.restored.emit()

    def _discard(self, orphan: Orphan) -> None:
        if self._recovery is not None:
            self._recovery.discard(orphan)

    def _add_banner(self, banner: Banner) -> None:
        self._banners.addWidget(banner)


class _Side(QWidget):
    """The ground of the first steps, with the line at its left."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(SIDE_PADDING, 32, SIDE_PADDING, 16)
        self.column.setSpacing(4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and line."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.theme.color("panel"))
        painter.fillRect(0, 0, 1, self.height(), self._look.theme.color("line"))
