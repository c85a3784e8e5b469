"""The equation of one output value: symbols, numbers, result, broken into as many lines as the card has."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from app.explain.kernels.cells import text_width
from app.explain.kernels.middle import precise, weight_text
from app.explain.kernels.scene import Scene
from app.text import fixed
from app.theme import Theme
from engine.explain.activation_functions import WRITTEN
from engine.explain.convolution import ConvolutionCell
from engine.explain.pooling import PoolingCell
from engine.layers.common import ACTIVATIONS

ROUNDED = "shown rounded, computed in full precision"
DOTS = " …"
INDENT = "    "
PAD = 16.0
LINE = 22.0
MOST_TERMS = 60  # more would not fit any card


@dataclass(frozen=True)
class Token:
    """A piece of a line that is not broken."""

    text: str
    color: str = "ink3"
    role: str = "number"


Line = list[Token]


def convolution_lines(scene: Scene, cell: ConvolutionCell) -> list[Line]:
    """The sum of the products, and what becomes of it."""
    several = scene.channels > 1
    name = f"s{_lowered(scene.channel)}" if several else "z"
    terms = _product_terms(cell, scene.channel)
    if several:
        terms += [Token(" = "), Token(fixed(float(cell.sums[scene.channel]), 4), "ink", "result")]
    first = [Token(f"{name} = "), *terms]
    return [first, _second(scene, cell, several)]


def _product_terms(cell: ConvolutionCell, channel: int) -> list[Token]:
    values, weights = cell.values[..., channel].ravel(), cell.weights[..., channel].ravel()
    tokens: list[Token] = []
    for value, weight in list(zip(values, weights, strict=True))[:MOST_TERMS]:
        if tokens:
            tokens.append(Token(" + "))
        written = f"({weight_text(weight)})" if weight < 0 else weight_text(weight)
        token = "pos" if value * weight > 0 else "neg" if value * weight < 0 else "ink3"
        tokens.append(Token(f"{precise(value)}·{written}", token))
    return tokens


def _second(scene: Scene, cell: ConvolutionCell, several: bool) -> Line:
    total = "Σ s + b" if several else "Σ w·x + b"
    bias = fixed(abs(cell.bias), 4)
    sign = " − " if cell.bias < 0 else " + "
    tokens = [Token(f"z = {total} = "), Token(fixed(cell.total, 4), "ink"), Token(sign), Token(bias, "ink")]
    tokens += [Token(" = "), Token(fixed(cell.z, 4), "ink", "result")]
    if scene.activation == "linear":
        return tokens
    name = ACTIVATIONS.get(scene.activation, scene.activation)
    tokens += [Token("  →  "), Token(f"a = {name}(z)")]
    if scene.activation == "relu":
        tokens += [Token(" = max(0, "), Token(fixed(cell.z, 4), "ink", "result"), Token(")")]
    elif scene.activation in WRITTEN:
        tokens.append(Token(f" = {WRITTEN[scene.activation]}"))
    token = "pos" if cell.a > 0 else "neg" if cell.a < 0 else "ink"
    return [*tokens, Token(" = "), Token(fixed(cell.a, 4), token, "result")]


def pooling_equation(cell: PoolingCell) -> list[Line]:
    """The largest of the values, or their mean."""
    values = [float(value) for value in cell.values[cell.takes_part].ravel()]
    shown = [precise(value) for value in values[:MOST_TERMS]]
    result = Token(fixed(cell.result, 4), "ink", "result")
    if cell.winner is not None:
        first = [Token("y = max("), *_joined(shown, ", ", precise(cell.result)), Token(") = "), result]
        return [first]
    mean = [Token(f"y = 1/{cell.count:,} · ("), *_joined(shown, " + "), Token(")")]
    return [mean, [Token(f"= {fixed(sum(values), 4)} / {cell.count:,} = "), result]]


def _joined(texts: Sequence[str], between: str, winner: str = "") -> list[Token]:
    tokens: list[Token] = []
    for text in texts:
        tokens += [Token(between)] if tokens else []
        tokens.append(Token(text, "ink" if text != winner else "pos", "number" if text != winner else "result"))
    return tokens


def _lowered(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def draw_equation(painter: QPainter, rect: QRectF, lines: Sequence[Line], theme: Theme) -> None:
    """Draw the card; a line too long goes on below, and where the card ends, three dots say that it goes on."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.color("line"))
    painter.setBrush(theme.color("card"))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
    inner = rect.adjusted(PAD, 5, -PAD, -5)
    high = min(LINE, inner.height() / len(lines))
    rows = broken(lines, inner.width(), max(len(lines), int(inner.height() / high)), theme)
    top = inner.center().y() - high * len(rows) / 2
    end = 0.0
    for row in rows:
        end = _draw_row(painter, QRectF(inner.left(), top, inner.width(), high), row, theme)
        top += high
    _draw_note(painter, QRectF(end + 24, top - high, inner.right() - end - 24, high), theme)


def broken(lines: Sequence[Line], width: float, most: int, theme: Theme) -> list[Line]:
    """Break lines that are wider than the card, into at most so many rows; each line keeps at least one."""
    spare = most - len(lines)
    found: list[Line] = []
    for line in lines:
        rows = _rows(line, width, theme)
        if len(rows) > 1 + spare:
            rows = [*rows[: spare + 1]]
            rows[-1] = [*_shortened(rows[-1], width, theme), Token(DOTS)]
        spare -= len(rows) - 1
        found += rows
    return found


def _rows(line: Line, width: float, theme: Theme) -> list[Line]:
    rows: list[Line] = [[]]
    x = 0.0
    for token in line:
        wide = _width(token, theme)
        if x + wide > width and rows[-1]:
            rows.append([Token(INDENT)])
            x = _width(Token(INDENT), theme)
        rows[-1].append(token)
        x += wide
    return rows


def _shortened(row: Line, width: float, theme: Theme) -> Line:
    """As much of a row as leaves room for the dots."""
    room, kept = width - _width(Token(DOTS), theme), list(row)
    while kept and sum(_width(token, theme) for token in kept) > room:
        kept.pop()
    return kept


def _width(token: Token, theme: Theme) -> float:
    return text_width(theme, token.role, token.text)


def _draw_row(painter: QPainter, box: QRectF, row: Line, theme: Theme) -> float:
    """Draw one row; returns where it ends."""
    x = box.left()
    baseline = box.center().y() + QFontMetricsF(theme.font("number")).capHeight() / 2
    for token in row:
        painter.setFont(theme.font(token.role))
        painter.setPen(theme.color(token.color))
        painter.drawText(QPointF(x, baseline), token.text)
        x += _width(token, theme)
    return x


def _draw_note(painter: QPainter, box: QRectF, theme: Theme) -> None:
    """The remark on rounding, where the last row leaves room for it."""
    painter.setFont(theme.font("caption"))
    if QFontMetricsF(painter.font()).horizontalAdvance(ROUNDED) < box.width():
        painter.setPen(theme.color("ink3"))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, ROUNDED)
