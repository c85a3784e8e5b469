"""The numbers of a style transfer opened to their arithmetic: an entry of a Gram matrix, a term, the whole cost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import UserError
from engine.explain.opened import Factor, Opened, Place, Term, Then, opened
from engine.style.costs import SOFT, steepness
from engine.style.terms import VARIATION, CostTerm

GRAM, WANTED, TERM, TOTAL = "gram", "wanted", "term", "cost"  # `variable` of places that are "held"
MOST = 256  # summands that are looked at one by one; the rest is one sum
SAID = "Measured on the picture as it is seen, 256 levels a channel, over all places."


@dataclass(frozen=True)
class StyleMap:
    """The features behind a Gram matrix.

    Args:
        values: (place, channel), the constant channel included.
        at: the row and column of a place in the picture, px.
    """

    values: np.ndarray
    at: Callable[[int], tuple[int, int]]


def held(variable: str, term: str = "", index: tuple[int, ...] = ()) -> Place:
    """The place of one of these numbers."""
    return Place("held", term, index, variable)


def open_gram(place: Place, features: StyleMap, constant: bool) -> Opened:
    """Open G[a, b] = Σ over places of f[a] · f[b] / N.

    Raises:
        UserError: there is no such entry.
    """
    count, channels = features.values.shape
    if len(place.index) != 2 or not all(0 <= channel < channels for channel in place.index):
        raise UserError(f"There is no entry {list(place.index)}; the matrix is {channels}×{channels}.", "", "index")
    first, second = (features.values[:, channel].astype(float) for channel in place.index)
    products = first * second
    listed = np.argsort(-np.abs(products), kind="stable")[:MOST]
    terms = [_product(features.at(int(n)), float(first[n]), float(second[n])) for n in listed]
    whole = float(products.sum())
    a, b = place.index
    note = f"N is the count of places. {_constant_note(place.index, channels, constant)}{SAID}"
    return Opened(
        place,
        whole / count,
        f"G[{a}, {b}] = Σ f[{a}] · f[{b}] / N",
        tuple(terms),
        whole - float(products[listed].sum()),
        count - len(listed),
        whole,
        then=Then("{z} / {0}", "{z} / {0}", (Factor(float(count)),)),
        note=note,
        name=f"G[{a}, {b}]" if place.variable == GRAM else f"G*[{a}, {b}]",
    )


def _product(at: tuple[int, int], first: float, second: float) -> Term:
    return Term(first * second, (Factor(first), Factor(second)), f"row {at[0]}, column {at[1]}")


def _constant_note(index: tuple[int, ...], channels: int, constant: bool) -> str:
    if not constant or channels - 1 not in index:
        return ""
    return f"Channel {channels - 1} is a constant, so that means count too. "


def open_style(place: Place, term: CostTerm, found: np.ndarray, wanted: np.ndarray) -> Opened:
    """Open ‖G − G*‖ / ‖G*‖: every difference squared, the root of their sum, over the size of what is wanted."""
    difference = (found - wanted).astype(float)
    squares = difference**2
    size = float(np.sqrt((wanted.astype(float) ** 2).sum()))
    listed = np.argsort(-squares, axis=None, kind="stable")[:MOST]
    terms = [_square(float(difference.flat[n]), place.layer, np.unravel_index(n, difference.shape)) for n in listed]
    whole = float(squares.sum())
    return Opened(
        place,
        float(np.sqrt(whole)) / size,
        "‖G − G*‖ / ‖G*‖ = √Σ (G[a, b] − G*[a, b])² / ‖G*‖",
        tuple(terms),
        whole - float(squares.flat[listed].sum()),
        squares.size - len(listed),
        whole,
        then=Then("√{z} / {0}", "math.sqrt({z}) / {0}", (Factor(size),)),
        note=f"{term.help} {SAID}",
        name=f"style cost at {term.title}",
    )


def _square(difference: float, layer: str, index: Sequence[int]) -> Term:
    place = held(GRAM, layer, (int(index[0]), int(index[1])))
    return Term(difference**2, (Factor(difference, place),), f"[{int(index[0])}, {int(index[1])}]", "square")


def open_content(place: Place, term: CostTerm, found: np.ndarray, wanted: np.ndarray) -> Opened:
    """Open Σ (F − P)² / Σ P² over content maps (part, row, column, channel)."""
    difference = (found - wanted).astype(float)
    squares = difference**2
    size = float((wanted.astype(float) ** 2).sum())
    listed = np.argsort(-squares, axis=None, kind="stable")[:MOST]
    terms = []
    for n in listed:
        _, row, column, channel = np.unravel_index(int(n), difference.shape)
        text = f"row {row}, column {column}, channel {channel}"
        terms.append(Term(float(squares.flat[n]), (Factor(float(difference.flat[n])),), text, "square"))
    whole = float(squares.sum())
    return Opened(
        place,
        whole / size,
        "Σ (F − P)² / Σ P²",
        tuple(terms),
        whole - float(squares.flat[listed].sum()),
        squares.size - len(listed),
        whole,
        then=Then("{z} / {0}", "{z} / {0}", (Factor(size),)),
        note=f"{term.help} F is of the result, P of the content in the style's colours. {SAID}",
        name=f"content cost, {term.title}",
    )


def open_variation(place: Place, picture: np.ndarray) -> Opened:
    """Open the mean of √(down² + right² + 10⁻⁶) over pixels and channels."""
    steep = steepness(picture.astype(float))
    listed = np.argsort(-steep, axis=None, kind="stable")[:MOST]
    terms = []
    for n in listed:
        row, column, channel = np.unravel_index(int(n), steep.shape)
        text = f"row {row}, column {column}, {('red', 'green', 'blue')[channel]}"
        here = float(steep.flat[n])
        terms.append(Term(here, (Factor(here),), text))
    whole = float(steep.sum())
    return Opened(
        place,
        whole / steep.size,
        "Σ √(down² + right² + 10⁻⁶) / N",
        tuple(terms),
        whole - float(steep.flat[listed].sum()),
        steep.size - len(listed),
        whole,
        then=Then("{z} / {0}", "{z} / {0}", (Factor(float(steep.size)),)),
        note=f"Differences to the pixel below and at the right; {SOFT:g} keeps the root smooth at 0. {SAID}",
        name="smoothness cost",
    )


def open_total(place: Place, terms: Sequence[CostTerm], costs: np.ndarray, weights: np.ndarray) -> Opened:
    """Open the cost: Σ weight · term."""
    summands = [
        Term(
            float(weight * cost),
            (Factor(float(weight)), Factor(float(cost), held(TERM, term.id))),
            term.title if term.id == VARIATION else f"{term.kind} {term.title}",
        )
        for term, cost, weight in zip(terms, costs, weights, strict=True)
        if weight
    ]
    whole = float(sum(summand.value for summand in summands))
    note = f"A weight is that of its kind (α, β, γ) times its own. {SAID}"
    return opened(place, whole, "L = α · content + β · style + γ · smoothness", summands, note=note, name="cost")
