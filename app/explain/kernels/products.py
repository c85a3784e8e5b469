"""The products of one window: with their factors where there is room, else alone, else as colours."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from app.explain.kernels.cells import cell_rect, paint_grid, text_width
from app.explain.kernels.grids import Sheet
from app.explain.kernels.middle import precise, weight_text
from app.text import TIMES, fixed
from app.theme import Theme, signed_image
from engine.explain.convolution import ConvolutionCell

BOTH_LINES = (100.0, 39.0)  # px a product needs to be written with its factors
RESULT_ONLY = (34.0, 11.0)  # px it needs to be written without
HIGHEST = 52.0  # px of a card
FRAMED = 14.0  # px; lower cards have no frame
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextDontClip


def draw_products(sheet: Sheet, cell: ConvolutionCell, alpha: float) -> None:
    """Draw the products of one channel; of `alpha` 0..1, the first ones only."""
    area, theme, channel = sheet.layout.products, sheet.theme, sheet.scene.channel
    products = cell.products[..., channel]
    rows, columns = products.shape
    grid = QRectF(area.left(), area.top(), area.width(), min(area.height(), HIGHEST * rows))
    wide, high = grid.width() / columns, grid.height() / rows
    shown = round(alpha * products.size)
    if wide < RESULT_ONLY[0] or high < RESULT_ONLY[1]:
        _draw_colours(sheet, np.where(np.arange(products.size).reshape(rows, columns) < shown, products, 0.0))
        return
    key = (rows, columns, grid.width(), grid.height(), theme.name)
    cards = sheet.pictures.picture(
        "cards", key, grid, lambda painter, whole: _paint_cards(painter, whole, (rows, columns), theme)
    )
    sheet.painter.drawPixmap(grid.topLeft(), cards)
    boxes = [cell_rect(grid, (rows, columns), *divmod(index, columns)).adjusted(0, 0, -3, -3) for index in range(shown)]
    _draw_results(sheet, boxes, products.ravel())
    if wide >= BOTH_LINES[0] and high >= BOTH_LINES[1]:
        _draw_factors(sheet, boxes, cell.values[..., channel].ravel(), cell.weights[..., channel].ravel())


def _is_full(box: QRectF) -> bool:
    return box.width() + 3 >= BOTH_LINES[0] and box.height() + 3 >= BOTH_LINES[1]


def _inner(box: QRectF) -> QRectF:
    """Where the text of a card stands."""
    pad = 5 if box.height() >= 44 else 2
    return box.adjusted(12, pad, -2, -pad) if _is_full(box) else box.adjusted(6, 0, 0, 0)


def _draw_colours(sheet: Sheet, products: np.ndarray) -> None:
    """Products too many to write: colours alone."""
    area = sheet.layout.products
    grid = QRectF(area.left(), area.top(), area.width(), min(area.height(), 24.0 * len(products)))
    limit = float(np.abs(products).max()) or 1.0
    paint_grid(sheet.painter, grid, signed_image(products, limit, sheet.theme), sheet.theme)


def _paint_cards(painter: QPainter, grid: QRectF, shape: tuple[int, int], theme: Theme) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.color("line"))
    painter.setBrush(theme.color("card"))
    for row, column in np.ndindex(shape):
        box = cell_rect(grid, shape, row, column).adjusted(0, 0, -3, -3)
        if box.height() >= FRAMED:
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)


def _draw_results(sheet: Sheet, boxes: list[QRectF], products: np.ndarray) -> None:
    """Bar and value, in the colour of the sign."""
    painter, theme = sheet.painter, sheet.theme
    bars = {sign: theme.color(token) for sign, token in ((1, "pos"), (-1, "neg"), (0, "ctl"))}
    inks = bars | {0: theme.color("ink3")}
    is_full = bool(boxes) and _is_full(boxes[0])
    side = LEFT | (Qt.AlignmentFlag.AlignBottom if is_full else Qt.AlignmentFlag.AlignVCenter)
    painter.setFont(theme.font("number" if is_full else "heat"))
    for box, product in zip(boxes, products.tolist(), strict=False):
        sign = (product > 0) - (product < 0)
        painter.fillRect(QRectF(box.left(), box.top() + 1, 3, max(3.0, box.height() - 2)), bars[sign])
        painter.setPen(inks[sign])
        text = fixed(product, 4 if is_full else 2) if product else "0"
        painter.drawText(_inner(box), side, f"+{text}" if sign > 0 else text)


def _draw_factors(sheet: Sheet, boxes: list[QRectF], values: np.ndarray, weights: np.ndarray) -> None:
    """Value times weight, above the product."""
    painter, theme = sheet.painter, sheet.theme
    painter.setPen(theme.color("ink3"))
    texts = [f"{precise(v)}{TIMES}{weight_text(w)}" for v, w in zip(values.tolist(), weights.tolist(), strict=True)]
    for box, text in zip(boxes, texts, strict=False):
        inner = _inner(box)
        role = "axis" if text_width(theme, "axis", text) <= inner.width() else "heat"
        painter.setFont(theme.font(role))
        painter.drawText(inner, LEFT | Qt.AlignmentFlag.AlignTop, text)
