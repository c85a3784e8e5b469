"""FrameItem: the titled frame round the layers of an open group. It lies below edges and layers."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas import geometry
from app.canvas.face import Face, glyph_of
from app.canvas.node import mixed
from app.canvas.node_body import elided
from app.icons import paint_glyph
from app.text import count, tooltip
from app.theme import Look, Theme

TITLE = 28.0  # px of the bar at the top
CLOSE = 22.0  # px of the mark that closes it, at the right of the bar
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class FrameItem(QGraphicsItem):
    """An open group. Its position is the top left corner of the frame.

    Args:
        path: of the group.
        face: what it would say as one node.
        look: colours and fonts.
    """

    def __init__(self, path: str, face: Face, look: Look) -> None:
        super().__init__()
        self.path, self.face = path, face
        self._look = look
        self._box = QRectF()
        self.is_selected = self.is_hovered = False
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def show_frame(self, frame: QRectF, face: Face) -> None:
        """Be as large as what is in it, and say what that is."""
        size = QRectF(QPointF(), frame.size())
        if size != self._box:
            self.prepareGeometryChange()
            self._box = size
        self.setPos(frame.topLeft())
        if face != self.face:
            self.face = face
            self.update()
        self.setToolTip(tooltip(f"{face.heading}: {face.settings}, open. Double-click its title to close it."))

    def set_state(self, *, selected: bool | None = None, hovered: bool | None = None) -> None:
        """Change how it stands out; None leaves a state as it is."""
        wanted = (
            self.is_selected if selected is None else selected,
            self.is_hovered if hovered is None else hovered,
        )
        if wanted != (self.is_selected, self.is_hovered):
            self.is_selected, self.is_hovered = wanted
            self.update()

    def scene_box(self) -> QRectF:
        """The frame, in scene coordinates."""
        return self._box.translated(self.pos())

    def title_box(self) -> QRectF:
        """The bar at its top, in scene coordinates."""
        return QRectF(self.pos().x(), self.pos().y(), self._box.width(), TITLE)

    def close_box(self) -> QRectF:
        """The mark that closes it, in scene coordinates."""
        bar = self.title_box()
        return QRectF(bar.right() - CLOSE - 4, bar.top() + (TITLE - CLOSE) / 2, CLOSE, CLOSE)

    def boundingRect(self) -> QRectF:
        """The frame and its line."""
        return self._box.adjusted(-2, -2, 2, 2)

    def shape(self) -> QPainterPath:
        """What a click must hit: the bar with the title."""
        path = QPainterPath()
        path.addRect(QRectF(0, 0, self._box.width(), TITLE))
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw ground, line, and as much of the title as can be read at this zoom."""
        theme, zoom = self._look.theme, painter.worldTransform().m11()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = theme.color("panel")
        ground.setAlphaF(0.55)
        token = "ink" if self.is_selected else "ctl" if self.is_hovered else "line2"
        painter.setBrush(ground)
        painter.setPen(QPen(theme.color(token), 2.0 if self.is_selected else 1.0))
        painter.drawRoundedRect(self._box.adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        if zoom >= geometry.DETAIL_BOX:
            self._paint_title(painter, theme)

    def _paint_title(self, painter: QPainter, theme: Theme) -> None:
        tint = mixed(theme.color("panel"), theme.family(self.face.family), 0.13 if theme.name == "dark" else 0.12)
        bar = QPainterPath()
        bar.setFillRule(Qt.FillRule.WindingFill)
        inside = self._box.adjusted(1, 1, -1, -1)
        bar.addRoundedRect(QRectF(inside.left(), inside.top(), inside.width(), TITLE - 1), 9, 9)
        bar.addRect(QRectF(inside.left(), inside.top() + 12, inside.width(), TITLE - 13))
        painter.fillPath(bar, tint)
        hue = theme.family(self.face.family)
        paint_glyph(painter, glyph_of(self.face.kind, self.face.family), QRectF(10, 7, 14, 14), hue)
        self._paint_words(painter, theme, QRectF(30, 0, self._box.width() - 30 - CLOSE - 12, TITLE))
        self._paint_close(painter, theme)

    def _paint_words(self, painter: QPainter, theme: Theme, room: QRectF) -> None:
        face = self.face
        painter.setFont(theme.font("title"))
        painter.setPen(theme.color("ink"))
        name = elided(painter, face.heading, room.width())
        painter.drawText(room, LEFT, name)
        used = QFontMetricsF(painter.font()).horizontalAdvance(name) + 12
        painter.setFont(theme.font("axis"))
        painter.setPen(theme.color("ink3"))
        facts = [face.settings, face.shape or "?", *([] if face.params is None else [f"{count(face.params)} params"])]
        rest, metrics = room.adjusted(used, 0, 0, 0), QFontMetricsF(painter.font())
        said = (" · ".join(facts[:most]) for most in range(len(facts), 0, -1))
        painter.drawText(
            rest, LEFT, next((text for text in said if metrics.horizontalAdvance(text) <= rest.width()), "")
        )

    def _paint_close(self, painter: QPainter, theme: Theme) -> None:
        """Two arrow heads that meet: what is open becomes one."""
        box = self.close_box().translated(-self.pos())
        painter.setPen(QPen(theme.color("ink" if self.is_hovered else "ink3"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        x, y = box.center().x(), box.center().y()
        for way in (-1, 1):
            painter.drawPolyline([QPointF(x - 4, y + way * 6), QPointF(x, y + way * 2), QPointF(x + 4, y + way * 6)])
