"""The middle of the kernels picture: window, kernel, every product, the sums, and the bias."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from app.explain.kernels.cells import Writer, cell_rect, paint_grid, paint_outline, short
from app.explain.kernels.grids import Sheet, input_image
from app.text import fixed, format_number, minus
from app.theme import Theme, signed_image
from app.widgets.open_number import dotted
from engine.explain.convolution import ConvolutionCell
from engine.explain.pooling import PoolingCell

WIDE = 44.0  # px a cell needs for four decimals


def precise(value: float) -> str:
    """A factor: up to four decimals, "1" and "0.375" as they are."""
    return minus(f"{value:.4f}".rstrip("0").rstrip(".")) if abs(value) < 1000 else format_number(value, 5)


def weight_text(value: float) -> str:
    """A weight: four decimals, whole numbers as they are."""
    return fixed(value, 0) if float(value).is_integer() else fixed(value, 4 if abs(value) < 100 else 1)


def draw_window(sheet: Sheet, values: np.ndarray) -> None:
    """Draw the values under the window (row, column)."""
    grid, theme, scene = sheet.layout.window, sheet.theme, sheet.scene

    def paint(p: QPainter, area: QRectF) -> None:
        paint_grid(p, area, input_image(scene, values, theme), theme, values, _fitting(area, values, precise))

    key = (values.tobytes(), grid.width(), theme.name, scene.input_range)
    sheet.painter.drawPixmap(grid.topLeft(), sheet.pictures.picture("window", key, grid, paint))
    paint_outline(sheet.painter, grid.adjusted(-2, -2, 1, 1), theme.color("ink"))


def draw_kernel(sheet: Sheet) -> None:
    """Draw the weights of the channel shown, and the sign between window and kernel."""
    scene, theme, layout, painter = sheet.scene, sheet.theme, sheet.layout, sheet.painter
    grid, weights = layout.kernel, scene.kernel[:, :, scene.channel, scene.map]

    def paint(p: QPainter, area: QRectF) -> None:
        image = signed_image(weights, scene.kernel_limit, theme)
        paint_grid(p, area, image, theme, weights, _fitting(area, weights, weight_text))

    key = (id(scene.kernel), scene.channel, scene.map, grid.width(), theme.name)
    painter.drawPixmap(grid.topLeft(), sheet.pictures.picture("kernel", key, grid, paint))
    between = QRectF(layout.window.right(), grid.top(), grid.left() - layout.window.right(), grid.height())
    painter.setFont(theme.font("heading"))
    painter.setPen(theme.color("ink2"))
    painter.drawText(between.adjusted(2, 0, -1, 0), Qt.AlignmentFlag.AlignCenter, "⊙")


def _fitting(grid: QRectF, values: np.ndarray, write: Writer) -> Writer:
    """`write`, or two decimals where the cells are too narrow for it."""
    return write if grid.width() / max(1, values.shape[1]) >= WIDE else short


def draw_channel_sums(sheet: Sheet, cell: ConvolutionCell) -> None:
    """Draw the sum of every channel as a row of cells; the one shown is outlined."""
    sums, theme, painter = cell.sums[None], sheet.theme, sheet.painter
    limit = float(np.abs(sums).max()) or 1.0
    grid, shape = channel_grid(sheet.layout.sums, sums.shape[1]), (1, sums.shape[1])
    paint_grid(painter, grid, signed_image(sums, limit, theme), theme, sums, lambda value: fixed(value, 2))
    paint_outline(painter, cell_rect(grid, shape, 0, sheet.scene.channel).adjusted(-1, -1, 0, 0), theme.color("ink"))


def channel_grid(area: QRectF, channels: int) -> QRectF:
    """Where the sums of the channels lie."""
    return QRectF(area.left(), area.top() + 4, min(area.width(), channels * 44.0), 20.0)


def draw_total(sheet: Sheet, cell: ConvolutionCell) -> tuple[QRectF, QRectF]:
    """Draw "Sum 0.3803 … + bias +0.1759"; returns where the two numbers stand."""
    painter, area, theme = sheet.painter, sheet.layout.total, sheet.theme
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.setFont(theme.font("body"))
    painter.setPen(theme.color("ink3"))
    left = Qt.AlignmentFlag.AlignLeft | middle
    painter.drawText(area, left, "Sum")
    advance = QFontMetricsF(painter.font()).horizontalAdvance
    word, plus = advance("Sum") + 8, advance("+ bias ") + 2
    total = _number(painter, area.adjusted(word, 0, 0, 0), fixed(cell.total, 4), "numberLarge", "ink", theme)
    sign = "+" if cell.bias > 0 else ""
    bias_text, token = sign + fixed(cell.bias, 4), "pos" if cell.bias >= 0 else "neg"
    width = QFontMetricsF(theme.font("number")).horizontalAdvance(bias_text)
    place = QRectF(area.right() - width - 10, area.top(), width, area.height())
    painter.setFont(theme.font("body"))
    painter.setPen(theme.color("ink3"))
    painter.drawText(QRectF(place.left() - plus, area.top(), plus, area.height()), left, "+ bias")
    return total, _number(painter, place, bias_text, "number", token, theme)


def _number(painter: QPainter, area: QRectF, text: str, role: str, token: str, theme: Theme) -> QRectF:
    """A number that opens: a dotted underline says so."""
    painter.setFont(theme.font(role))
    painter.setPen(theme.color(token))
    metrics = QFontMetricsF(painter.font())
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
    box = QRectF(
        area.left(), area.center().y() - metrics.height() / 2, metrics.horizontalAdvance(text), metrics.height()
    )
    painter.setPen(dotted(theme.color("ctl")))
    painter.drawLine(QPointF(box.left(), box.bottom() + 1), QPointF(box.right(), box.bottom() + 1))
    return box


def draw_pooling(sheet: Sheet, cell: PoolingCell) -> None:
    """Outline the winning value, or say what the mean is of."""
    painter, layout, theme = sheet.painter, sheet.layout, sheet.theme
    shape = (len(cell.rows), len(cell.columns))
    for row, column in np.argwhere(~cell.takes_part):
        painter.fillRect(cell_rect(layout.window, shape, row, column), theme.color("canvas"))
    if cell.winner is not None:
        winner = cell_rect(layout.window, shape, *cell.winner)
        paint_outline(painter, winner.adjusted(2, 2, -3, -3), theme.color("warn"), 2.0)
    lines = pooling_lines(cell)
    painter.setFont(theme.font("numberLarge"))
    painter.setPen(theme.color("ink"))
    area = layout.total
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, fixed(cell.result, 4))
    painter.setFont(theme.font("body"))
    painter.setPen(theme.color("ink3"))
    painter.drawText(area.adjusted(0, 30, 0, 30), int(Qt.TextFlag.TextWordWrap), "\n".join(lines))


def pooling_lines(cell: PoolingCell) -> list[str]:
    """What came out, in words."""
    out = "" if cell.count == cell.values.size else f"; {cell.values.size - cell.count} on padding take no part"
    if cell.winner is None:
        return [f"the mean of {cell.count:,} values{out}"]
    row, column = int(cell.rows[cell.winner[0]]), int(cell.columns[cell.winner[1]])
    return [f"the largest of {cell.count:,} values{out}", f"won by row {row}, column {column} of the input"]
