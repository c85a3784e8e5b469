"""A small picture with a title and a caption that can be chosen: one of the maps side by side."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.text import tooltip
from app.theme import Look

GAP = 3  # px between picture and frame
LINE = 16
PRESS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class MapTile(QWidget):
    """A picture with an overlay, a title above it, up to two lines below. Click or Enter chooses it.

    Args:
        has_title: whether a line is kept for the title.
        lines: kept for the caption.
    """

    picked = Signal()

    def __init__(self, look: Look, has_title: bool = True, lines: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._top, self._bottom = look, LINE + 6 if has_title else 0, lines * LINE + 4
        self._title, self._ink = "", "ink3"
        self._captions: tuple[str, ...] = ()
        self._image, self._overlay = QImage(), QImage()
        self._is_chosen, self._ratio, self._is_alone = False, 0.65, False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setProperty("focusRing", look.theme.radius("chip"))
        look.changed.connect(self.update)

    def set_texts(self, title: str, *captions: str, token: str = "ink3") -> None:
        """Name it; the last caption may have a colour of its own."""
        self._title, self._captions, self._ink = title, captions, token
        whole = ", ".join(text for text in (title, *captions) if text)
        self.setAccessibleName(whole)
        self.setToolTip(tooltip(whole))
        self.update()

    def set_images(self, image: QImage, overlay: QImage | None = None, *, alone: bool = False) -> None:
        """Show a picture, and a map over it; `alone` for a map that hides the picture."""
        self._image, self._overlay, self._is_alone = image, overlay or QImage(), alone
        if not image.isNull():
            self._ratio = min(1.25, image.height() / image.width())
        self.updateGeometry()
        self.update()

    def set_chosen(self, is_chosen: bool) -> None:
        """Frame it."""
        self._is_chosen = is_chosen
        self.update()

    @property
    def is_chosen(self) -> bool:
        """Whether it is framed."""
        return self._is_chosen

    def heightForWidth(self, width: int) -> int:
        return self._top + round(width * self._ratio) + self._bottom

    def sizeHint(self) -> QSize:
        return QSize(176, self.heightForWidth(176))

    def minimumSizeHint(self) -> QSize:
        return QSize(56, self.heightForWidth(56))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in PRESS:
            self.picked.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._look.theme
        if self._top:
            self._write(painter, 0, self._title, "ink" if self._is_chosen else "ink2", "tab")
        high = min(self.height() - self._top - self._bottom, round((self.width() - 2) * self._ratio))
        place = QRectF(1, self._top, self.width() - 2, high)
        self._paint_picture(painter, place)
        if self._is_chosen:
            painter.setPen(QPen(theme.color("ink"), 2))
            painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), 5, 5)
        for number, caption in enumerate(self._captions):
            is_last = number == len(self._captions) - 1
            token = "ink" if self._is_chosen and not is_last else self._ink if is_last else "ink2"
            self._write(painter, int(place.bottom()) + 4 + number * LINE, caption, token, "caption")

    def _paint_picture(self, painter: QPainter, place: QRectF) -> None:
        clip = QPainterPath()
        clip.addRoundedRect(place, 5, 5)
        painter.save()
        painter.setClipPath(clip)
        painter.fillRect(place, self._look.theme.color("canvas"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._image.width() > 64)
        if not self._is_alone:
            painter.drawImage(place, self._image)
        if not self._overlay.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._overlay.width() > 24)
            painter.drawImage(place, self._overlay)
        painter.restore()

    def _write(self, painter: QPainter, top: int, text: str, token: str, role: str) -> None:
        theme = self._look.theme
        painter.setFont(theme.font(role))
        painter.setPen(theme.color(token))
        shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QRectF(0, top, self.width(), LINE), Qt.AlignmentFlag.AlignVCenter, shown)
