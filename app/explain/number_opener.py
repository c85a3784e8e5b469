"""Opens numbers: asks the engine for a number's arithmetic and shows it in a popover, level under level."""

import msgspec
from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.explain.number_card import NumberCard
from app.explain.number_text import python_text, title
from app.explanation import Explanation
from app.studio import Studio
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from app.widgets.popover import Popover
from engine.explain.opened import Opened, Place
from engine.messages import Explained, Failed


class NumberOpener(QObject):
    """One popover for the numbers of a view; it follows sample and playhead while it is open.

    Args:
        parent: the view; the popover floats over its window.

    Attributes:
        layer_wanted: name of the layer that "Show layer" was pressed for.
    """

    layer_wanted = Signal(str)

    def __init__(self, studio: Studio, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._studio, self._look, self._parent = studio, look, parent
        self._path: list[Place] = []
        self._popover: Popover | None = None
        self._shown: QWidget | None = None
        self._found: Opened | None = None
        self._target = QRect()
        self._explanation = Explanation(studio, "number", self)
        self._explanation.explained.connect(self._show)
        self._explanation.failed.connect(self._fail)

    @property
    def popover(self) -> Popover | None:
        """What is open now."""
        return self._popover

    def open(self, place: Place, target: QRect, opener: QWidget) -> None:
        """Open a number that stands at `target`, global coordinates."""
        self.close()
        self._path, self._target = [place], target
        self._popover = Popover(self._look, self._parent)
        self._popover.closed.connect(self._on_closed)
        self._popover.up_requested.connect(self.up)
        self._popover.copy_requested.connect(self._copy)
        self._opener = opener
        self._explanation.set_shown(True)
        self._ask()

    def deeper(self, place: Place) -> None:
        """Open an operand, one level under the number shown."""
        self._path.append(place)
        self._ask()

    def up(self) -> None:
        """Go back one level; from the first one, close."""
        if len(self._path) < 2:
            self.close()
            return
        self._path.pop()
        self._ask()

    def close(self) -> None:
        """Close the popover."""
        if self._popover is not None:
            self._popover.close_popover()

    def _ask(self) -> None:
        place = msgspec.json.encode(self._path[-1]).decode()
        self._explanation.ask(place=place)

    def _show(self, event: Explained) -> None:
        self._found = found = msgspec.convert(event.facts["opened"], Opened)
        card = NumberCard(found, self._look)
        card.opened.connect(self.deeper)
        card.layer_wanted.connect(self.layer_wanted)
        self._put(card)

    def _fail(self, failure: Failed) -> None:
        self._put(PlainLabel(f"{failure.message} {failure.hint}".strip(), "body", self._look, "err").set_wrapped())

    def _put(self, content: QWidget) -> None:
        popover = self._popover
        if popover is None:
            content.deleteLater()
            return
        if self._shown is not None:
            popover.body.removeWidget(self._shown)
            self._shown.hide()
            self._shown.deleteLater()
        self._shown = content
        popover.body.addWidget(content)
        content.show()  # at once: a child of an open popover is shown later otherwise, and not counted in its size
        popover.set_breadcrumb(self._crumbs())
        popover.open_at(self._target, self._opener)

    def _crumbs(self) -> list[str]:
        """Sample, layer, number; deeper levels show the last two numbers, so that the line stays short."""
        last = self._path[-1]
        above = [title(place) for place in self._path[-2:-1]]
        return [
            *(above if above else [f"#{self._studio.probe}"]),
            *([last.layer] if last.layer else []),
            title(last),
        ]

    def _copy(self) -> None:
        if self._found is not None:
            QGuiApplication.clipboard().setText(python_text(self._found))

    def _on_closed(self) -> None:
        popover, self._popover, self._shown = self._popover, None, None
        self._explanation.set_shown(False)
        if popover is not None:
            popover.deleteLater()
