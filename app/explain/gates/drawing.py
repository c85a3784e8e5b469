"""Drawing what a recurrent layer did: pure functions of a reading, for the screen, for films and for tests."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from app.explain.gates.layout import Layout
from app.explain.gates.reading import Reading, Strip
from app.plots.plot import text_on
from app.sequence_text import BLANK
from app.text import fixed
from app.theme import Theme, magnitude_image, signed_image

MOST_LABELS = 12
DECADES = 4.0  # of the gradient's colours
CENTER = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def magnitude_color(value: float, theme: Theme) -> QColor:
    """The colour of a value in 0..1 on the magnitude map."""
    return QColor.fromRgb(theme.magnitude[round(255 * min(1.0, max(0.0, value)))])


def signed_color(value: float, limit: float, theme: Theme) -> QColor:
    """The colour of a value in ±`limit` on the signed map."""
    return QColor.fromRgb(theme.signed[round(127.5 + 127.5 * min(1.0, max(-1.0, value / (limit or 1.0))))])


def draw_sequence(painter: QPainter, layout: Layout, reading: Reading, order: np.ndarray, theme: Theme) -> None:
    """Everything that does not depend on the chosen step and unit."""
    _draw_axis(painter, layout, theme)
    _draw_input(painter, layout, reading, theme)
    if layout.has_answer:
        _draw_answer(painter, layout, reading, theme)
    for place, strip in enumerate(reading.strips):
        _draw_strip(painter, layout, place, strip, reading.arrays[strip.name][:, order], theme)
        if layout.has_labels:
            _draw_strip_label(painter, layout, place, strip, order, theme)
    if layout.has_gradient:
        _draw_gradient(painter, layout, reading.arrays["gradient_norm"], theme)


def _draw_axis(painter: QPainter, layout: Layout, theme: Theme) -> None:
    painter.setFont(theme.font("heat"))
    painter.setPen(theme.color("ink3"))
    every = next((n for n in (1, 2, 4, 5, 10, 20, 50) if layout.steps / n <= MOST_LABELS), 100)
    for step in range(0, layout.steps, every):
        middle = layout.column(step).center().x()
        painter.drawText(QRectF(middle - 20, 0, 40, 13), CENTER, f"{step}")


def _draw_input(painter: QPainter, layout: Layout, reading: Reading, theme: Theme) -> None:
    if layout.has_labels:
        _label(painter, layout.input, "Input xₜ", theme)
    if not reading.words:
        _draw_values(painter, layout, reading, theme)
        return
    painter.setFont(theme.font("number"))
    for step, word in enumerate(reading.words):
        cell = layout.cell(layout.input, step)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.setBrush(theme.color("canvas" if word == BLANK else "card"))
        painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(theme.color("off" if word == BLANK else "ink"))
        painter.drawText(cell, CENTER, word)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _draw_values(painter: QPainter, layout: Layout, reading: Reading, theme: Theme) -> None:
    """Numbers: one thin row per feature."""
    values = np.asarray(reading.arrays["raw"], float).reshape(reading.steps, -1)
    limits = np.abs(values).max(axis=0)
    image = signed_image((values / np.where(limits > 0, limits, 1)).T, 1.0, theme)
    _draw_image(painter, layout, layout.input, image, theme)


def _draw_answer(painter: QPainter, layout: Layout, reading: Reading, theme: Theme) -> None:
    values = reading.following
    if values is None:
        return
    if layout.has_labels:
        _label(painter, layout.answer, reading.following_name, theme)
    painter.setFont(theme.font("heat"))
    limit = 1.0 if reading.is_probability else float(np.nanmax(np.abs(values), initial=1e-9))
    fits = layout.pitch >= QFontMetricsF(painter.font()).horizontalAdvance(".00") + 2
    for step, value in enumerate(values):
        if np.isnan(value):
            continue
        cell = layout.cell(layout.answer, step)
        ground = magnitude_color(value, theme) if reading.is_probability else signed_color(value, limit, theme)
        painter.fillRect(cell, ground)
        if fits:
            painter.setPen(text_on(ground))
            painter.drawText(cell, CENTER, short(float(value)))


def short(value: float) -> str:
    """A number in at most four characters, e.g. ".14", "−.5", "1.2", "12"."""
    if abs(value) >= 9.95:
        return fixed(value, 0)
    text = fixed(value, 2 if 0 <= value < 0.995 else 1)
    return "1" if text == "1.0" else text.replace("0.", ".") if abs(value) < 0.995 else text


def _draw_strip(painter: QPainter, layout: Layout, place: int, strip: Strip, values: np.ndarray, theme: Theme) -> None:
    image = signed_image(values.T, strip.limit, theme) if strip.is_signed else magnitude_image(values.T, 0, 1, theme)
    _draw_image(painter, layout, layout.strip(place), image, theme)


def _draw_image(painter: QPainter, layout: Layout, box: QRectF, image: QImage, theme: Theme) -> None:
    """Cells of (row, step), 2 px apart between columns and 1 px between rows where there is room."""
    painter.drawImage(box, image)
    ground, pitch = theme.color("canvas"), box.height() / max(1, image.height())
    if pitch >= 4:
        for row in range(1, image.height()):
            painter.fillRect(QRectF(box.left(), round(box.top() + row * pitch), box.width(), 1), ground)
    if layout.pitch > 8:
        for step in range(layout.steps):
            painter.fillRect(QRectF(box.left() + (step + 1) * layout.pitch - 2, box.top(), 2, box.height()), ground)


def _draw_strip_label(
    painter: QPainter, layout: Layout, place: int, strip: Strip, order: np.ndarray, theme: Theme
) -> None:
    box = layout.strip(place)
    painter.setFont(theme.font("caption"))
    painter.setPen(theme.color("ink"))
    painter.drawText(QRectF(0, box.top() - 3, layout.left - 14, 15), LEFT, strip.title)
    painter.setFont(theme.font("heat"))
    painter.setPen(theme.color("ink3"))
    if box.height() >= 30:
        painter.drawText(QRectF(0, box.top() + 11, 40, 13), LEFT, f"{strip.letter}ₜ")
    if box.height() >= 44:
        painter.drawText(QRectF(0, box.bottom() - 13, layout.left - 14, 13), LEFT, strip.span)
    pitch = box.height() / len(order)
    every = next((n for n in (1, 5, 10, 20, 50) if n * pitch >= 14), 100)
    for row in range(0, len(order), every):
        y = box.top() + (row + 0.5) * pitch
        painter.drawText(QRectF(layout.left - 34, y - 7, 28, 14), Qt.AlignmentFlag.AlignRight, f"{order[row]}")


def _draw_gradient(painter: QPainter, layout: Layout, norms: np.ndarray, theme: Theme) -> None:
    if layout.has_labels:
        _label(painter, layout.gradient, "‖∂L/∂hₜ‖", theme)
    for step, share in enumerate(gradient_shares(norms)):
        painter.fillRect(layout.cell(layout.gradient, step), magnitude_color(float(share), theme))


def gradient_shares(norms: np.ndarray) -> np.ndarray:
    """Norms on a logarithmic scale of `DECADES` decades below the largest, 0..1; (time,)."""
    top = float(norms.max())
    if top <= 0:
        return np.zeros(len(norms))
    small = top * 10**-DECADES
    return np.asarray(1 + np.log10(np.maximum(norms, small) / top) / DECADES)


def _label(painter: QPainter, row: QRectF, text: str, theme: Theme) -> None:
    painter.setFont(theme.font("caption"))
    painter.setPen(theme.color("ink2"))
    painter.drawText(QRectF(0, row.top(), row.left() - 4, row.height()), LEFT, text)


def draw_unit_rows(painter: QPainter, layout: Layout, row: int, theme: Theme) -> None:
    """Outline a row of units in every strip."""
    painter.setPen(QPen(theme.color("ink"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for place in range(layout.strips):
        box = layout.strip(place)
        pitch = box.height() / layout.units
        painter.drawRect(QRectF(box.left() - 1, round(box.top() + row * pitch) - 0.5, box.width(), max(3.0, pitch)))


def draw_step(painter: QPainter, layout: Layout, reading: Reading, step: int, theme: Theme) -> None:
    """The column of the chosen step through everything."""
    if reading.words:
        cell = layout.cell(layout.input, step)
        painter.fillRect(cell, theme.color("ink"))
        painter.setFont(theme.font("result"))
        painter.setPen(theme.color("onink"))
        painter.drawText(cell, CENTER, reading.words[step])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("ink"), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(layout.column(step).adjusted(-1, 0, -1, -1), 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
