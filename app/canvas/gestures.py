"""What the mouse does on the canvas, one class per gesture: moving nodes, selecting by rectangle, panning."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPoint, QPointF, QRectF

from app.canvas.camera import CameraView
from app.canvas.geometry import snap

if TYPE_CHECKING:
    from app.canvas.view import CanvasView


class Gesture(Protocol):
    """A press, moves, and a release or Esc. Places are in px of the viewport."""

    def start(self, at: QPoint) -> None:
        """The button went down."""

    def move(self, at: QPoint) -> None:
        """The mouse moved."""

    def end(self, at: QPoint) -> None:
        """The button went up."""

    def cancel(self) -> None:
        """Esc, or the window lost the mouse: everything as before."""


class DragNodes:
    """Move the selected nodes; the one under the mouse snaps to the grid and the others keep their distance.

    Args:
        view: the canvas.
        names: the layers that move.
        held: those that the card or frame under the mouse stands for; a click without a move selects them alone.
        origin: top left corner of what is under the mouse.
    """

    def __init__(self, view: "CanvasView", names: Iterable[str], held: frozenset[str], origin: QPointF) -> None:
        self._view = view
        self._names = frozenset(names)
        self._from = {item: view.canvas.nodes[item].pos() for item in view.canvas.items_of(self._names)}
        self.held, self._origin = held, origin
        self._grip = self._step = QPointF()

    def start(self, at: QPoint) -> None:
        """Remember where the node is held."""
        self._grip = self._view.mapToScene(at) - self._origin

    def move(self, at: QPoint) -> None:
        """Show the nodes at their new places; the document learns of it at the end."""
        wanted = self._view.mapToScene(at) - self._grip
        self._step = QPointF(snap(wanted.x()), snap(wanted.y())) - self._origin
        places = {name: place + self._step for name, place in self._from.items()} if self._step != QPointF() else {}
        self._view.canvas.place(places)

    def end(self, at: QPoint) -> None:
        """One step of undo, if anything moved."""
        self.move(at)
        if self._step != QPointF():
            self._view.editor.move(self._names, self._view.canvas.natural_step(self._names, self._step))

    def cancel(self) -> None:
        """Back to where they were."""
        self._view.canvas.place({})


class RubberBand:
    """Select by rectangle.

    Args:
        view: the canvas.
        kept: nodes that stay selected (Shift was held).
    """

    def __init__(self, view: "CanvasView", kept: frozenset[str]) -> None:
        self._view = view
        self._kept = kept
        self._before = view.editor.document.selection
        self._corner = QPointF()

    def start(self, at: QPoint) -> None:
        """Put down the first corner."""
        self._corner = self._view.mapToScene(at)

    def move(self, at: QPoint) -> None:
        """Show what the rectangle holds."""
        band = QRectF(self._corner, self._view.mapToScene(at)).normalized()
        self._view.show_band(band)
        self._view.canvas.set_selection(self._touched(band))

    def end(self, at: QPoint) -> None:
        """Select it."""
        band = QRectF(self._corner, self._view.mapToScene(at)).normalized()
        self._view.show_band(None)
        self._view.editor.document.select(self._touched(band))
        self._view.canvas.set_selection(self._view.editor.document.selection)

    def cancel(self) -> None:
        """The selection as it was."""
        self._view.show_band(None)
        self._view.canvas.set_selection(self._before)

    def _touched(self, band: QRectF) -> frozenset[str]:
        if band.width() < 3 and band.height() < 3:
            return self._kept
        canvas = self._view.canvas
        inside = [canvas.members_of(item) for item, box in canvas.boxes().items() if band.intersects(box)]
        return self._kept.union(*inside)


class Pan:
    """Move the camera with the mouse."""

    def __init__(self, view: CameraView) -> None:
        self._view = view
        self._start = QPoint()
        self._last = QPoint()

    def start(self, at: QPoint) -> None:
        """Take hold of the canvas."""
        self._start = self._last = at

    def move(self, at: QPoint) -> None:
        """The canvas follows the hand."""
        self._view.pan(at - self._last)
        self._last = at

    def end(self, at: QPoint) -> None:
        """Let go."""
        self.move(at)

    def cancel(self) -> None:
        """Back to where it was taken."""
        self._view.pan(self._start - self._last)
        self._last = self._start
