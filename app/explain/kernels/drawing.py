"""The kernels picture, drawn: a pure function of scene, step and moment within the step."""

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from app.explain.kernels.cells import paint_outline
from app.explain.kernels.equation import Line, convolution_lines, draw_equation, pooling_equation
from app.explain.kernels.grids import (
    Pictures,
    Sheet,
    draw_input,
    draw_map,
    draw_overview,
    input_image,
    output_rect,
    tap_rects,
    window_rect,
)
from app.explain.kernels.layout import Layout, lay_out
from app.explain.kernels.middle import (
    draw_channel_sums,
    draw_kernel,
    draw_pooling,
    draw_total,
    draw_window,
)
from app.explain.kernels.products import draw_products
from app.explain.kernels.scene import Place, Scene
from app.explain.kernels.titles import draw_titles
from app.theme import Theme, signed_image


class Step(NamedTuple):
    """What is drawn: a scene, and a position of its window in scan order."""

    scene: Scene
    position: int


def draw(
    painter: QPainter, rect: QRectF, step: Step, alpha: float, theme: Theme, pictures: Pictures | None = None
) -> Layout:
    """Draw one step.

    Args:
        rect: where.
        alpha: 0..1; products are written one after the other, and at 1 the cell of the map is filled.
        pictures: what was painted for earlier steps; made anew without.

    Returns:
        Where everything lies.
    """
    scene, position = step
    place = scene.place(position)
    layout = lay_out(rect, scene, place)
    sheet = Sheet(painter, theme, layout, scene, pictures or Pictures())
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    draw_titles(sheet)
    draw_input(sheet)
    draw_map(sheet, position if alpha >= 1 else position - 1)
    _draw_overviews(sheet)
    bias = _draw_arithmetic(sheet, place, alpha)
    _draw_marks(sheet, place, bias)
    return layout


def draw_written(painter: QPainter, layout: Layout, step: Step, alpha: float, theme: Theme, pictures: Pictures) -> None:
    """Draw over a picture made at alpha = 0 what another alpha below 1 adds to it: the products."""
    if step.scene.kind == "convolution":
        cell = step.scene.convolution_cell(step.scene.place(step.position))
        draw_products(Sheet(painter, theme, layout, step.scene, pictures), cell, alpha)


def _draw_arithmetic(sheet: Sheet, place: Place, alpha: float) -> QRectF:
    """Draw the middle and the equation; returns where the number stands that flows into the map."""
    scene, layout = sheet.scene, sheet.layout
    if scene.kind != "convolution":
        pool = scene.pooling_cell(place)
        draw_window(sheet, pool.values)
        draw_pooling(sheet, pool)
        _draw_equation(sheet, pooling_equation(pool))
        return QRectF(layout.window.right() - 6, layout.window.center().y() - 8, 8, 16)
    cell = scene.convolution_cell(place)
    draw_window(sheet, cell.values[..., scene.channel])
    draw_kernel(sheet)
    draw_products(sheet, cell, alpha)
    if scene.channels > 1:
        draw_channel_sums(sheet, cell)
    _, bias = draw_total(sheet, cell)
    _draw_equation(sheet, convolution_lines(scene, cell))
    return bias


def _draw_equation(sheet: Sheet, lines: list[Line]) -> None:
    rect, theme = sheet.layout.equation, sheet.theme
    key = (tuple(token for line in lines for token in line), rect.width(), rect.height(), theme.name)
    picture = sheet.pictures.picture(
        "equation", key, rect, lambda painter, area: draw_equation(painter, area, lines, theme)
    )
    sheet.painter.drawPixmap(rect.topLeft(), picture)


def _draw_overviews(sheet: Sheet) -> None:
    scene, layout, theme = sheet.scene, sheet.layout, sheet.theme
    if layout.crop.is_part:
        plane = scene.x[..., scene.plane]
        draw_overview(sheet, "input", layout.input, layout.crop, lambda: input_image(scene, plane, theme))
    if layout.map_crop.is_part:
        shown = scene.shown
        draw_overview(sheet, "map", layout.map, layout.map_crop, lambda: signed_image(shown, scene.limit, theme))


def _draw_marks(sheet: Sheet, place: Place, bias: QRectF) -> None:
    """The window's outline, the lines to its enlargement, the output cell, and the arrow into it."""
    layout, painter, theme = sheet.layout, sheet.painter, sheet.theme
    window, cell = window_rect(layout, sheet.scene, place), output_rect(layout, place)
    ink = theme.color("ink")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    thin = theme.color("ink2")
    thin.setAlphaF(0.6)
    painter.setPen(QPen(thin, 1.0))
    painter.drawLine(window.topRight(), layout.window.topLeft() + QPointF(-2, -2))
    painter.drawLine(window.bottomRight(), layout.window.bottomLeft() + QPointF(-2, 1))
    if sheet.scene.window.dilation != (1, 1):
        for tap in tap_rects(layout, sheet.scene, place):
            paint_outline(painter, tap.adjusted(1, 1, -2, -2), ink, 1.5)
    paint_outline(painter, window.adjusted(-1, -1, 0, 0), ink)
    paint_outline(painter, cell.adjusted(-1, -1, 0, 0), ink)
    _draw_arrow(sheet, bias, cell)


def _draw_arrow(sheet: Sheet, bias: QRectF, cell: QRectF) -> None:
    """From the bias up the gutter to the row that is filled."""
    end = QPointF(sheet.layout.map.left() - 3, cell.center().y())
    start = QPointF(bias.right() + 2, bias.center().y())
    turn = min(max(start.x() + 6, end.x() - 13), end.x() - 6)
    path = QPainterPath(start)
    up = -1 if end.y() < start.y() else 1
    bend = min(6.0, abs(end.y() - start.y()) / 2)
    path.lineTo(turn - bend, start.y())
    path.quadTo(turn, start.y(), turn, start.y() + up * bend)
    path.lineTo(turn, end.y() - up * bend)
    path.quadTo(turn, end.y(), turn + min(bend, 5), end.y())
    path.lineTo(end)
    path.moveTo(end + QPointF(-5, -4))
    path.lineTo(end)
    path.lineTo(end + QPointF(-5, 4))
    sheet.painter.setPen(QPen(sheet.theme.color("ink2"), 1.2))
    sheet.painter.setBrush(Qt.BrushStyle.NoBrush)
    sheet.painter.drawPath(path)
