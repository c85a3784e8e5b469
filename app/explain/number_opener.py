"""Opens numbers: asks the engine for a number's arithmetic and shows it in a popover, level under level."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.explain.number_card import NumberCard
from app.explain.number_text import name_of, python_text, title
from app.explanation import Explanation
from app.studio import Studio
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from app.widgets.popover import Popover
from engine.explain.opened import Opened, Place
from engine.messages import Explained, Failed
from engine.project import Project

Entry = Place | Opened
Resolve = Callable[[Place], Opened | None]


class OpenedPopover(QObject):
    """One popover and the way down that it shows; it follows sample and playhead while it is open.

    Attributes:
        layer_wanted: name of the layer that "Show layer" was pressed for.
    """

    layer_wanted = Signal(str)

    def __init__(self, explanation: Explanation, look: Look, parent: QWidget, resolve: Resolve) -> None:
        super().__init__(parent)
        self._look, self._resolve, self._explanation = look, resolve, explanation
        self._path: list[Entry] = []
        self._shown: QWidget | None = None
        self._found: Opened | None = None
        self._whose: Callable[[], str] = str
        self._values: dict[str, Any] = {}
        self._target, self._opener = QRect(), parent
        self.popover: Popover | None = Popover(look, parent)
        self.popover.closed.connect(self._on_closed)
        self.popover.up_requested.connect(self.up)
        self.popover.copy_requested.connect(self._copy)
        explanation.setParent(self)
        explanation.explained.connect(self._on_explained)
        explanation.failed.connect(self._fail)

    @property
    def is_pinned(self) -> bool:
        """Whether it was dragged off."""
        return self.popover is not None and self.popover.is_pinned

    def begin(
        self, entry: Entry, target: QRect, opener: QWidget, whose: Callable[[], str], values: dict[str, Any]
    ) -> None:
        """Open a number that stands at `target`, global coordinates.

        Args:
            whose: says what it is of, e.g. "#12".
            values: more settings of the explainer.
        """
        self._path, self._target, self._opener = [entry], target, opener
        self._whose, self._values = whose, values
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
        if self.popover is not None:
            self.popover.close_popover()

    def refresh(self, values: dict[str, Any] | None = None) -> None:
        """Show anew what the view itself works out, or ask with other settings of the explainer."""
        asks = values is not None and values != self._values
        self._values = values if values is not None else self._values
        if asks or self._local() is not None:
            self._ask()

    def _local(self) -> Opened | None:
        last = self._path[-1]
        return last if isinstance(last, Opened) else self._resolve(last)

    def _ask(self) -> None:
        found = self._local()
        if found is not None:
            self._show(found)
        else:
            self._explanation.ask(place=msgspec.json.encode(self._path[-1]).decode(), **self._values)

    def _on_explained(self, event: Explained) -> None:
        if "opened" in event.facts and self.popover is not None and self._local() is None:
            self._show(msgspec.convert(event.facts["opened"], Opened))

    def _show(self, found: Opened) -> None:
        self._found = found
        card = NumberCard(found, self._look)
        card.opened.connect(self.deeper)
        card.layer_wanted.connect(self.layer_wanted)
        self._put(card)

    def _fail(self, failure: Failed) -> None:
        self._put(PlainLabel(f"{failure.message} {failure.hint}".strip(), "body", self._look, "err").set_wrapped())

    def _put(self, content: QWidget) -> None:
        popover = self.popover
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
        layer = last.place.layer if isinstance(last, Opened) else last.layer
        above = [_named(entry) for entry in self._path[-2:-1]]
        name = name_of(self._found) if self._found is not None else _named(last)
        return [part for part in (*(above or [self._whose()]), layer, name) if part]

    def _copy(self) -> None:
        if self._found is not None:
            QGuiApplication.clipboard().setText(python_text(self._found))

    def _on_closed(self) -> None:
        popover, self.popover, self._shown = self.popover, None, None
        self._explanation.set_shown(False)
        if popover is not None:
            popover.deleteLater()
        self.deleteLater()


@dataclass(frozen=True)
class Subject:
    """What numbers belong to: the probe sample of the network seen, unless something else is named.

    Args:
        sample: index in the data.
        x: a raw input (*input_shape); picture: an image file.
        of: another network: its project and a run folder.
    """

    sample: int | None = None
    x: np.ndarray | None = None
    picture: Path | None = None
    of: tuple[Project, str] | None = None


class NumberOpener(QObject):
    """Opens the numbers of a view. One popover at a time, but for those that were dragged off and stay.

    Args:
        parent: the view; the popovers float over its window.
        explainer: what the engine is asked; it answers a place with `opened`.
        resolve: opens what the view holds itself; returns None for what the engine knows.

    Attributes:
        layer_wanted: name of the layer that "Show layer" was pressed for.
        values: more settings of the explainer.
    """

    layer_wanted = Signal(str)

    def __init__(
        self,
        studio: Studio,
        look: Look,
        parent: QWidget,
        explainer: str = "number",
        resolve: Resolve | None = None,
    ) -> None:
        super().__init__(parent)
        self._studio, self._look, self._parent = studio, look, parent
        self._explainer, self._resolve = explainer, resolve or _nothing
        self._input: tuple[Path | None, np.ndarray | None] = (None, None)
        self._all: list[OpenedPopover] = []
        self.values: dict[str, Any] = {}

    @property
    def popover(self) -> Popover | None:
        """What was opened last, where it is still open."""
        return self._open[-1].popover if self._open else None

    @property
    def _open(self) -> list[OpenedPopover]:
        self._all = [one for one in self._all if one.popover is not None]
        return self._all

    def set_input(self, *, picture: Path | None = None, x: np.ndarray | None = None) -> None:
        """Open numbers of an image file, or of a raw input, in place of the sample's."""
        self._input = picture, x

    def open(self, number: Entry, target: QRect, opener: QWidget, subject: Subject | None = None) -> None:
        """Open a number that stands at `target`, global coordinates.

        Args:
            opener: gets the focus back.
            subject: what it belongs to; the view's input where none is named.
        """
        for one in self._open:
            if not one.is_pinned:
                one.close()
        subject = subject or Subject(picture=self._input[0], x=self._input[1])
        explanation = Explanation(self._studio, self._explainer)
        explanation.set_input(picture=subject.picture, x=subject.x, sample=subject.sample)
        if subject.of is not None:
            explanation.set_network(*subject.of)
        made = OpenedPopover(explanation, self._look, self._parent, self._resolve)
        made.layer_wanted.connect(self.layer_wanted)
        self._all.append(made)
        made.begin(number, target, opener, lambda: self._whose(subject), self.values)

    def deeper(self, place: Place) -> None:
        """Open an operand of the number opened last."""
        if self._open:
            self._open[-1].deeper(place)

    def up(self) -> None:
        """Go back one level; from the first one, close."""
        if self._open:
            self._open[-1].up()

    def close(self) -> None:
        """Close all that is open."""
        for one in self._open:
            one.close()

    def refresh(self) -> None:
        """The view's own numbers, or the settings of the explainer, are others now."""
        for one in self._open:
            one.refresh(self.values)

    def _whose(self, subject: Subject) -> str:
        if subject.picture is not None:
            return subject.picture.name
        if subject.x is not None:
            return "this input"
        return f"#{self._studio.probe if subject.sample is None else subject.sample}"


def _nothing(_place: Place) -> Opened | None:
    return None


def _named(entry: Entry) -> str:
    return name_of(entry) if isinstance(entry, Opened) else title(entry)
