"""EdgeItem: the wire between two nodes, as wide as the tensor it carries."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.geometry import DETAIL_FULL, edge_width
from app.canvas.routing import Route, rounded
from app.theme import Look, Theme

SHORTCUT = "identity shortcut, +0 parameters"
CENTRE = Qt.AlignmentFlag.AlignCenter


class EdgeItem(QGraphicsItem):
    """An edge from one node to another; lies below the nodes. Its position is the scene's origin."""

    def __init__(self, source: str, target: str, look: Look) -> None:
        super().__init__()
        self.source, self.target = source, target
        self._look = look
        self._route: Route | None = None
        self._path = QPainterPath()
        self._bounds = QRectF()
        self.text, self.values = "", 0
        self.is_error = self.is_near_selection = self.is_highlighted = self.is_shortcut = self.shows_text = False
        self.setZValue(0)

    def set_route(self, route: Route) -> None:
        """Run along another way."""
        if route != self._route:
            self.prepareGeometryChange()
            self._route, self._path = route, rounded(route.points)
            self._bounds = self._path.boundingRect().adjusted(-60, -24, 60, 24)
            self._stack()
            self.update()

    def set_content(self, text: str, values: int, *, error: bool, shortcut: bool, shows_text: bool) -> None:
        """Say what flows: the shape as text and the number of values."""
        wanted = (text, values, error, shortcut, shows_text)
        if wanted != (self.text, self.values, self.is_error, self.is_shortcut, self.shows_text):
            self.text, self.values, self.is_error, self.is_shortcut, self.shows_text = wanted
            self._stack()
            self.update()

    def set_emphasis(self, *, near_selection: bool | None = None, highlighted: bool | None = None) -> None:
        """Stand out beside the selection, or as the place where a dragged layer would go."""
        near = self.is_near_selection if near_selection is None else near_selection
        high = self.is_highlighted if highlighted is None else highlighted
        if (near, high) != (self.is_near_selection, self.is_highlighted):
            self.is_near_selection, self.is_highlighted = near, high
            self._stack()
            self.update()

    def _stack(self) -> None:
        """Errors lie below sound edges, direct edges with their labels above those in the gutters."""
        direct = self._route is not None and not self._route.in_gutter
        level = -0.2 if self.is_error else 0.2 if direct else 0.0
        self.setZValue(level + 0.1 * self.is_near_selection + 0.5 * self.is_highlighted)

    @property
    def path(self) -> QPainterPath:
        """The line itself, in scene coordinates."""
        return self._path

    def boundingRect(self) -> QRectF:
        """The line and its label."""
        return self._bounds

    def shape(self) -> QPainterPath:
        """A band 14 px wide, so that the wire can be hit."""
        stroker = QPainterPathStroker()
        stroker.setWidth(14)
        return stroker.createStroke(self._path)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the line, then what it carries."""
        if self._route is None:
            return
        theme = self._look.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self._pen(theme))
        painter.drawPath(self._path)
        if painter.worldTransform().m11() >= DETAIL_FULL:
            self._paint_label(painter, theme, self._route)
            if self.is_shortcut and self._route.in_gutter:
                self._paint_shortcut(painter, theme, self._route)

    def _pen(self, theme: Theme) -> QPen:
        if self.is_error:
            pen = QPen(theme.color("err"), 2)
            pen.setDashPattern([5 / 2, 4 / 2])
            return pen
        token = "ink" if self.is_highlighted else "ink2" if self.is_near_selection else "edge"
        pen = QPen(theme.color(token), edge_width(self.values) + (2 if self.is_highlighted else 0))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen

    def _paint_label(self, painter: QPainter, theme: Theme, route: Route) -> None:
        if not self.text or not self.shows_text:
            return
        painter.setFont(theme.font("heat"))
        metrics, text = QFontMetricsF(painter.font()), self.text
        if not route.in_gutter and metrics.horizontalAdvance(text) > route.room - 4:
            text = "\n×".join(text.rsplit("×", 1))  # the channels below, so that no card covers them
        lines = text.split("\n")
        width = max(metrics.horizontalAdvance(line) for line in lines)
        box = QRectF(0, 0, width + 6, 1 + 12 * len(lines))
        box.moveCenter(route.label - QPointF(0, 6 * (len(lines) - 1)))
        patch = box if route.in_gutter else box.adjusted(2, 0, -2, 0)
        painter.fillRect(patch, theme.color("canvas"))
        painter.setPen(theme.color("ink" if self.is_near_selection else "ink2"))
        painter.drawText(box, CENTRE, text)

    def _paint_shortcut(self, painter: QPainter, theme: Theme, route: Route) -> None:
        """Beside the last, vertical part where there is room above the merge; else above the run in the gutter."""
        corner, end = route.points[-2:]
        painter.setFont(theme.font("caption"))
        width = QFontMetricsF(painter.font()).horizontalAdvance(SHORTCUT) + 8
        if end.y() - corner.y() >= 36:
            box = QRectF(end.x() + 9, end.y() - 28, width, 16)
        else:
            box = QRectF(end.x() - width - 8, corner.y() - 20, width, 15)
        painter.fillRect(box, theme.color("canvas"))
        painter.setPen(theme.color("ink3"))
        painter.drawText(box, CENTRE, SHORTCUT)
