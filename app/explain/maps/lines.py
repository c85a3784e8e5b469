"""The sums behind a map, written out so that every printed line is right."""

import math
from collections.abc import Sequence
from typing import Any

from app.text import MINUS, fixed, format_number, signed
from app.widgets.open_text import Opening, Piece
from engine.explain.opened import Opened, Place
from engine.messages import Explained

MOST_DECIMALS = 8


def power_of(values: Sequence[float]) -> int:
    """The power of ten, a multiple of three, that brings the largest value to 1 to 999; 0 where none is needed."""
    largest = max((abs(value) for value in values), default=0.0)
    if largest == 0 or 0.1 <= largest < 1000:
        return 0
    return 3 * math.floor(math.log10(largest) / 3)


def sum_text(terms: Sequence[float], rest: float, total: float) -> tuple[str, str, str]:
    """Write terms + rest = total with as many decimals as it takes until the printed line is right.

    Returns:
        The terms, e.g. "5.096 + 4.979 − 0.310", the sum "10.075", and the common power, e.g. "e−3"; empty for none.
    """
    power = power_of([*terms, rest, total])
    scaled = [value / 10**power for value in (*terms, rest)]
    whole = total / 10**power
    for decimals in range(3, MOST_DECIMALS + 1):
        if round(sum(round(value, decimals) for value in scaled), decimals) == round(whole, decimals):
            break
    else:
        decimals = 3
        scaled[-1] = round(whole, decimals) - sum(round(value, decimals) for value in scaled[:-1])
    return added(scaled, decimals), fixed(whole, decimals), f"e{power}".replace("-", MINUS) if power else ""


def added(values: Sequence[float], decimals: int) -> str:
    """Write values with plus and minus between them."""
    text = ""
    for value in values:
        shown = fixed(value, decimals)
        if not text:
            text = shown
        elif shown.startswith(MINUS):
            text += f" {MINUS} {shown[1:]}"
        else:
            text += f" + {shown}"
    return text


def cell_lines(explained: Explained) -> list[str]:
    """The chosen cell of a weighted sum, and the weight of its first channel."""
    cell, kind = explained.facts["cell"], explained.explainer
    row, column = cell["row"], cell["column"]
    terms, total, power = sum_text(cell["terms"], cell["rest"], cell["total"])
    name = "M" if kind == "cam" else "L"
    if kind == "cam":
        lines = [f"{name}[{row}, {column}] = ({terms}){power} = {total}{power}"]
    else:
        shown = total if cell["total"] > 0 else "0"
        lines = [f"{name}[{row}, {column}] = ReLU({terms}){power} = {shown}{power if cell['total'] > 0 else ''}"]
    if cell["channels"]:
        lines.append(weight_line(explained))
    return lines


def opened_line(line: str, opens: Place | Opened) -> list[Piece]:
    """A line whose last number opens."""
    head, _, number = line.rpartition(" ")
    return [f"{head} ", Opening(number, opens)]


def cell_pieces(explained: Explained) -> list[Piece]:
    """The chosen cell of a weighted sum, and the weight of its first channel; both open."""
    facts, method = explained.facts, explained.explainer
    cell, index = facts["cell"], int(facts["class"])
    cell_line, *others = cell_lines(explained)
    found = opened_line(cell_line, Place("map", facts["layer"], (cell["row"], cell["column"]), method, index))
    for line in others:
        channel = int(cell["channels"][0])
        place = Place("alpha", facts["layer"], (channel,), method, index)
        found += ["\n", *(opened_line(line, place) if method != "gradcam_plus_plus" else _before_comma(line, place))]
    return found


def _before_comma(line: str, place: Place) -> list[Piece]:
    """A line whose number stands before the words at its end."""
    line, comma, words = line.rpartition(",")
    return [*opened_line(line, place), f"{comma}{words}"]


def place_pieces(explained: Explained, row: int, column: int) -> list[Piece]:
    """The chosen place of a map that is no sum over channels; its value opens."""
    what = {"occlusion": "occlusion", "saliency": "saliency", "integrated_gradients": "attribution"}
    line, *others = place_lines(explained, row, column)
    place = Place(what[explained.explainer], "", (row, column), of=int(explained.facts["class"]))  # type: ignore[arg-type]
    is_known = not math.isnan(float(explained.arrays["map"][row, column]))
    found = opened_line(line, place) if is_known else [line]
    return [*found, *(f"\n{other}" for other in others)]


def weight_line(explained: Explained) -> str:
    """Where the weight of the first channel comes from."""
    cell = explained.facts["cell"]
    channel, alpha = cell["channels"][0], float(cell["alphas"][0])
    rows, columns = explained.arrays["map"].shape
    cells = rows * columns
    shown = format_number(alpha, 4)
    whole = format_number(alpha * cells, 4)
    match explained.explainer:
        case "cam":
            return f"weight of channel {channel} = w / cells = {whole} / {cells:,} = {shown}"
        case "gradcam":
            return f"α of channel {channel} = (1/{cells:,}) Σ ∂z/∂A = {whole} / {cells:,} = {shown}"
    return f"w of channel {channel} = Σ g²/(2g² + g³ ΣA) · ReLU(g) = {shown}, g = ∂z/∂A"


def check_lines(explained: Explained) -> tuple[str, str] | None:
    """Whether the cells add up to the logit, as a sentence and what it rests on; None where they do not."""
    facts = explained.facts
    check: dict[str, Any] = facts.get("check") or {}
    if explained.explainer == "integrated_gradients":
        parts = facts["completeness"]
        difference = f"{fixed(parts['score'], 3)} {_minus(parts['baseline_score'])} = {fixed(parts['difference'], 3)}"
        return (
            f"All cells add up to {fixed(parts['sum'], 3)}; z(x) − z(baseline) = {difference}",
            f"Completeness: exact for infinitely many points of the way; here {facts['steps']:,}.",
        )
    if not check.get("is_exact"):
        return None
    cells = explained.arrays["map"].size
    before = "All" if explained.explainer == "cam" else "Before ReLU, all"
    terms, total, power = sum_text([check["cells"]], check["bias"], check["logit"])
    return (
        f"{before} {cells:,} cells plus the bias add up to the logit: {terms}{power} = {total}{power}",
        "Exact here, because the head is global average pooling and one dense layer.",
    )


def place_lines(explained: Explained, row: int, column: int) -> list[str]:
    """The chosen place of a map that is no sum over channels."""
    value = float(explained.arrays["map"][row, column])
    if math.isnan(value):
        return ["This patch has not been hidden yet."]
    facts, score = explained.facts, float(explained.facts["score"])
    if explained.explainer == "occlusion":
        hidden, whole = fixed(score - value, 4), fixed(score, 4)
        gap = signed(round(score, 4) - round(score - value, 4), 5)
        word = "lowers" if value > 0 else "raises"
        return [
            f"z(x) − z(hidden) = {whole} {_minus(score - value, 4)} = {gap}",
            f"Hiding {facts['patch']}×{facts['patch']} px here {word} the logit to {hidden}.",
        ]
    if explained.explainer == "saliency":
        parts = explained.arrays["gradient"][row, column]
        shown = ", ".join(format_number(float(part), 4) for part in parts)
        return [
            f"S[{row}, {column}] = max |∂z/∂x| over channels = {format_number(value, 4)}",
            f"∂z/∂x[{row}, {column}] = ({shown})",
        ]
    return [f"(x − x′) · mean of ∂z/∂x along the way = {signed(value, 4)}"]


def _minus(value: float, decimals: int = 3) -> str:
    """ " − 0.3", or " + 0.3" for a negative value."""
    shown = fixed(value, decimals)
    return f"+ {shown[1:]}" if shown.startswith(MINUS) else f"{MINUS} {shown}"
