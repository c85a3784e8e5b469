"""RecentCard: a project worked on before, with the curves of its newest run."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QMenu, QPushButton

from app.home.card_button import CardButton
from app.home.curves import paint_curves
from app.home.recent import Recent
from app.theme import Look

HEIGHT, CURVE = 76, 118
PADDING = 14


class RecentCard(CardButton):
    """Pressed, it opens the project. One whose file is gone is grey and can be removed."""

    removed = Signal()

    def __init__(self, recent: Recent, look: Look) -> None:
        name = f"Open {recent.title}" if not recent.problem else f"{recent.title}: {recent.problem}"
        super().__init__(name, "\n".join(p for p in (str(recent.path), recent.problem) if p), QSize(322, HEIGHT), look)
        self.recent = recent
        self.remove_button = QPushButton("Remove", self)
        self.remove_button.setProperty("kind", "outline")
        self.remove_button.setProperty("compact", True)
        self.remove_button.setAccessibleName(f"Remove {recent.title} from the list")
        self.remove_button.clicked.connect(self.removed)
        self.remove_button.setVisible(bool(recent.problem))

    def set_width(self, width: int) -> None:
        """Share the row."""
        self.setFixedSize(width, HEIGHT)
        size = self.remove_button.sizeHint()
        self.remove_button.move(width - size.width() - PADDING, (HEIGHT - size.height()) // 2)

    def write_limit(self) -> float:
        """Text ends before the curves, or the button."""
        return self.width() - (CURVE + 24 if self.recent.loss else 96 if self.recent.problem else PADDING)

    def paint_content(self, painter: QPainter) -> None:
        """Draw title, size, result and curves."""
        recent, grey = self.recent, bool(self.recent.problem)
        self.write(painter, (PADDING, 10), recent.title, "title", "ink3" if grey else "ink")
        if grey:
            self.write(painter, (PADDING, 30), recent.problem, "body", "ink3")
            self.write(painter, (PADDING, 50), str(recent.path.parent), "caption", "ink3")
            return
        self.write(painter, (PADDING, 31), recent.size, "number", "ink2")
        x = self.write(painter, (PADDING, 50), recent.result, "number", "ink2") if recent.result else PADDING
        self.write(painter, (x, 50), f" · {recent.when}" if recent.result else recent.when, "caption", "ink3")
        if len(recent.loss) > 1:
            rect = QRectF(self.width() - CURVE - PADDING, 15, CURVE, HEIGHT - 30)
            paint_curves(painter, rect, recent.loss, recent.validation_loss, self.look.theme)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to remove it from the list."""
        menu = QMenu(self)
        menu.addAction("Remove from the list").triggered.connect(self.removed)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes it from the list; the file stays."""
        if event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        else:
            super().keyPressEvent(event)
