"""NodeItem: one layer on the canvas. It paints its Face and its activations, and knows nothing of the document."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas import geometry
from app.canvas.face import Face, Probe, glyph_of
from app.canvas.group_body import paint_glyphs, paint_stack
from app.canvas.node_body import Body, elided
from app.canvas.node_error import ErrorBox
from app.canvas.thumbnails import BODY_HEIGHT
from app.icons import paint_glyph
from app.text import count, short_count, tooltip
from app.theme import Look, Theme
from engine.layout import node_size

MARGIN = 14.0  # round the box, for ports and the focus ring
PADDING = 8.0
BODY_TOP = 49.0
FOOTER = 26.0
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter


class NodeItem(QGraphicsItem):
    """A node. Its position is the top left corner of its box.

    Args:
        face: what it says.
        look: colours and fonts.
    """

    def __init__(self, face: Face, look: Look) -> None:
        super().__init__()
        self.face = face
        self._look = look
        self._body = Body()
        self.error_box: ErrorBox | None = None
        self.is_selected = False
        self.is_hovered = False
        self.port_marks: dict[str, str] = {}  # port -> "valid", "invalid" while a wire is dragged
        self._layout()
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)  # tells what is to be painted
        self.setToolTip(tooltip(self.summary()))

    @property
    def name(self) -> str:
        """The layer's name."""
        return self.face.name

    def box(self) -> QRectF:
        """The card, in the item's own coordinates."""
        return self._box

    def scene_box(self) -> QRectF:
        """The card, in scene coordinates."""
        return self._box.translated(self.pos())

    def summary(self) -> str:
        """One line that says what the node is, for tooltips and screen readers."""
        face = self.face
        if face.problem is not None:
            return f"{face.heading}: {face.problem.message}. {face.problem.hint}".strip()
        params = "" if face.params is None else f", {count(face.params)} parameters"
        return f"{face.heading}: {face.settings}, output {face.shape or 'not known yet'}{params}"

    def set_face(self, face: Face) -> None:
        """Show other words; the box may change its size."""
        if face == self.face:
            return
        self.prepareGeometryChange()
        self.face = face
        self._layout()
        self.setToolTip(tooltip(self.summary()))
        self.refresh()

    def set_activation(self, activation: np.ndarray | None) -> None:
        """Show another output of this layer; the picture is made when the node is next painted."""
        if activation is None and self._body.activation is None:
            return
        self._body.activation = activation
        self._body.forget_picture()
        self.update(self._inside())

    def set_probe(self, probe: Probe | None) -> None:
        """Show another sample; input and output need it for image, label and class names."""
        self._body.probe = probe
        if self.face.family in ("input", "output"):
            self.refresh()

    def set_state(self, *, selected: bool | None = None, hovered: bool | None = None) -> None:
        """Change how the node stands out; None leaves a state as it is."""
        wanted = (
            self.is_selected if selected is None else selected,
            self.is_hovered if hovered is None else hovered,
        )
        if wanted != (self.is_selected, self.is_hovered):
            self.is_selected, self.is_hovered = wanted
            self.setZValue(2 if self.is_selected else 1.5 if self.error_box else 1)
            self.update()

    def hover_fix(self, place: QPointF | None) -> bool:
        """Light up the repair under a point of the scene; True where there is one."""
        if self.error_box is None:
            return False
        fix = self.error_box.fix_at(place - self.pos()) if place is not None else None
        if fix != self.error_box.hovered:
            self.error_box.hovered = fix
            self.update()
        return fix is not None

    def focus_fix(self, step: int) -> None:
        """Move the keyboard's frame to the first repair (0), on or back by one (±1)."""
        if self.error_box is not None and self.error_box.fixes:
            now, last = self.error_box.focused, len(self.error_box.fixes) - 1
            self.error_box.focused = 0 if now is None or not step else min(max(now + step, 0), last)
            self.update()

    def leave_fixes(self) -> None:
        """Take the keyboard's frame off the repairs."""
        if self.error_box is not None and self.error_box.focused is not None:
            self.error_box.focused = None
            self.update()

    def set_port_marks(self, marks: dict[str, str]) -> None:
        """Fill ports with ink ("valid") or dim them ("invalid") while a wire is dragged."""
        if marks != self.port_marks:
            self.port_marks = marks
            self.update()

    def refresh(self) -> None:
        """Throw the picture away and repaint, after a change of values or theme."""
        self._body.forget_picture()
        self.update()

    def restyle(self) -> None:
        """Follow another theme."""
        self.prepareGeometryChange()
        self._layout()
        self.refresh()

    def ports(self) -> dict[str, QPointF]:
        """The ports there are, in scene coordinates: "in", "top" (further inputs of a merge), "out"."""
        box = self.scene_box()
        places = {"in": geometry.in_port(box), "top": geometry.top_port(box), "out": geometry.out_port(box)}
        if self.face.inputs < 1:
            del places["in"]
        if self.face.inputs < 2:
            del places["top"]
        if self.face.is_output:
            del places["out"]
        return places

    def boundingRect(self) -> QRectF:
        """The box and the ports on its edge."""
        return self._box.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def shape(self) -> QPainterPath:
        """What a click must hit."""
        path = QPainterPath()
        path.addRoundedRect(self._box, 8, 8)
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw as much as can be read at this zoom."""
        theme, zoom = self._look.theme, painter.worldTransform().m11()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if zoom < geometry.DETAIL_BOX:
            self._paint_small(painter, theme)
            return
        if self._is_inside(option.exposedRect) and self.error_box is None and zoom >= geometry.DETAIL_FULL:
            painter.fillRect(option.exposedRect.adjusted(-2, -2, 2, 2), theme.color("card"))
            self._paint_content(painter, theme)
            return
        self._paint_card(painter, theme)
        self._paint_header(painter, theme, full=zoom >= geometry.DETAIL_FULL)
        if zoom < geometry.DETAIL_FULL:
            self._paint_shape_only(painter, theme)
        elif self.error_box is not None:
            self.error_box.paint(painter, theme)
        else:
            self._paint_content(painter, theme)
        self._paint_border(painter, theme)
        self._paint_ports(painter, theme)

    def _inside(self) -> QRectF:
        """Where the activations are drawn."""
        return QRectF(PADDING - 2, BODY_TOP - 3, self._box.width() - 2 * PADDING + 4, BODY_HEIGHT + 6)

    def _is_inside(self, exposed: QRectF) -> bool:
        """Whether new activations are all there is to paint; the rest of the node is kept by its cache."""
        return self._inside().adjusted(-3, -3, 3, 3).contains(exposed)

    def _layout(self) -> None:
        width, height = node_size(self.face.kind)
        self.error_box = None
        if self.face.problem is not None:
            self.error_box = ErrorBox(self.face.problem, self._look.theme)
            width, height = geometry.ERROR_WIDTH, self.error_box.height
        self._box = QRectF(0, 0, width, height)

    def _paint_card(self, painter: QPainter, theme: Theme) -> None:
        if self.face.glyphs:
            paint_stack(painter, self._box, theme, "err" if self.error_box else "line2")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("card"))
        painter.drawRoundedRect(self._box, 8, 8)
        painter.setBrush(self._header_color(theme))
        painter.drawPath(_header_path(self._box))
        painter.setPen(QPen(theme.color("line"), 1))
        y = geometry.HEADER + 0.5
        painter.drawLine(QPointF(self._box.left() + 1, y), QPointF(self._box.right() - 1, y))

    def _header_color(self, theme: Theme) -> QColor:
        if self.error_box is not None:
            return theme.color("errbg")
        return mixed(theme.color("card"), theme.family(self.face.family), 0.13 if theme.name == "dark" else 0.12)

    def _paint_header(self, painter: QPainter, theme: Theme, *, full: bool) -> None:
        dim = self.face.state == "stale"
        painter.save()
        painter.setOpacity(0.6 if dim else 1.0)
        paint_glyph(
            painter,
            glyph_of(self.face.kind, self.face.family),
            QRectF(PADDING, 6, 14, 14),
            theme.family(self.face.family),
        )
        painter.setPen(theme.color("ink"))
        room = self._box.width() - 27 - (28 if self.error_box else 5)
        painter.setFont(_name_font(theme, self.face.heading, room))
        name = elided(painter, self.face.heading, room)
        painter.drawText(QRectF(27, 0, room + 4, geometry.HEADER), LEFT, name)
        if self.error_box is not None and full:
            used = QFontMetricsF(painter.font()).horizontalAdvance(name) + 6
            painter.setFont(theme.font("caption"))
            painter.setPen(theme.color("ink3"))
            rest = QRectF(27 + used, 0, max(0.0, room - used), geometry.HEADER)
            painter.drawText(rest, LEFT, elided(painter, self.face.settings, rest.width()))
            _paint_warning(painter, QRectF(self._box.right() - 24, 5, 16, 16), theme.color("err"))
        painter.restore()

    def _paint_content(self, painter: QPainter, theme: Theme) -> None:
        face, inner = self.face, self._box.width() - 2 * PADDING
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("ink3"))
        painter.drawText(QRectF(PADDING + 1, 30, inner, 18), LEFT, elided(painter, face.settings, inner + 2))
        painter.save()
        painter.setOpacity(0.35 if face.state == "stale" else 1.0)
        body = QRectF(PADDING - 1, BODY_TOP, inner + 2, BODY_HEIGHT)
        if face.glyphs:
            paint_glyphs(painter, body, face.glyphs, theme)
        else:
            self._body.paint(painter, body, face.kind, theme)
        painter.restore()
        foot = QRectF(PADDING + 1, self._box.bottom() - FOOTER, inner - 1, 20)
        painter.setFont(theme.font("axis"))
        painter.setPen(theme.color("ink2"))
        painter.drawText(foot, LEFT, face.shape or "?")
        self._paint_count(painter, foot, theme)

    def _paint_count(self, painter: QPainter, foot: QRectF, theme: Theme) -> None:
        if self.face.params is None or (not self.face.params and foot.width() < 80):
            return
        metrics = QFontMetricsF(painter.font())
        free = foot.width() - metrics.horizontalAdvance(self.face.shape) - 6
        written = (count(self.face.params), short_count(self.face.params))
        text = next((text for text in written if metrics.horizontalAdvance(text) <= free), "")
        painter.setPen(theme.color("ink3"))
        painter.drawText(foot, RIGHT, text)

    def _paint_shape_only(self, painter: QPainter, theme: Theme) -> None:
        font = theme.font("numberLarge")
        room = self._box.width() - 12
        width = QFontMetricsF(font).horizontalAdvance(self.face.shape or "?")
        if width > room:
            font.setPixelSize(max(9, int(font.pixelSize() * room / width)))
        painter.setFont(font)
        painter.setPen(theme.color("err" if self.error_box else "ink2"))
        box = self._box.adjusted(6, geometry.HEADER, -6, 0)
        painter.drawText(box, CENTRE, "error" if self.error_box else self.face.shape or "?")

    def _paint_small(self, painter: QPainter, theme: Theme) -> None:
        hue = theme.color("err") if self.error_box else theme.family(self.face.family)
        if self.face.glyphs:
            paint_stack(painter, self._box, theme, "ctl")
        painter.setBrush(mixed(theme.color("card"), hue, 0.35))
        width = 4 if self.is_selected else 2
        painter.setPen(QPen(theme.color("ink") if self.is_selected else mixed(theme.color("card"), hue, 0.7), width))
        painter.drawRoundedRect(self._box, 8, 8)
        side = min(48.0, self._box.width() - 16)
        glyph = QRectF(0, 0, side, side)
        glyph.moveCenter(self._box.center())
        paint_glyph(painter, glyph_of(self.face.kind, self.face.family), glyph, hue)

    def _paint_border(self, painter: QPainter, theme: Theme) -> None:
        token = "ink" if self.is_selected else "err" if self.error_box else "ctl" if self.is_hovered else "line2"
        width = 2.0 if self.is_selected else 1.0
        pen = QPen(theme.color(token), width)
        if self.face.state == "stale" and not self.is_selected:
            pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inset = 0.5 if width == 1 else 0.0
        painter.drawRoundedRect(self._box.adjusted(inset, inset, -inset, -inset), 8, 8)

    def _paint_ports(self, painter: QPainter, theme: Theme) -> None:
        for port, place in self.ports().items():
            mark = self.port_marks.get(port, "")
            size = geometry.PORT_HOVER if (self.is_hovered or mark == "valid") else geometry.PORT
            plain = {"valid": "ink", "invalid": "line2"}.get(mark, "ctl")
            painter.setPen(QPen(theme.color("err" if self.error_box and port != "out" else plain), 1.5))
            painter.setBrush(theme.color("ink" if mark == "valid" else "canvas"))
            painter.drawEllipse(geometry.around(place - self.pos(), size))


def _name_font(theme: Theme, name: str, room: float) -> QFont:
    """The title's font, or a smaller one where the name is a little too long for it."""
    font = theme.font("title")
    if QFontMetricsF(font).horizontalAdvance(name) > room:
        font.setPixelSize(11)
    return font


def mixed(ground: QColor, color: QColor, share: float) -> QColor:
    """`share` of `color` over an opaque `ground`."""
    return QColor.fromRgbF(
        *(
            g + (c - g) * share
            for g, c in zip(ground.getRgbF()[:3], color.getRgbF()[:3], strict=True)  # type: ignore[index]
        )
    )


def _header_path(box: QRectF) -> QPainterPath:
    """The upper part of the card: round at the top, straight below."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    path.addRoundedRect(QRectF(box.left(), box.top(), box.width(), geometry.HEADER), 8, 8)
    path.addRect(QRectF(box.left(), box.top() + 10, box.width(), geometry.HEADER - 10))
    return path


def _paint_warning(painter: QPainter, box: QRectF, color: QColor) -> None:
    painter.setPen(QPen(color, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    x, y = box.center().x(), box.top()
    painter.drawPolygon(
        [QPointF(x, y + 1.5), QPointF(box.right() - 1, box.bottom() - 2), QPointF(box.left() + 1, box.bottom() - 2)]
    )
    painter.drawLine(QPointF(x, y + 6), QPointF(x, y + 9.5))
    painter.drawPoint(QPointF(x, y + 11.8))
