"""Numbers of a class map: the weights of its channels and its cells.

Places: "alpha", the weight of a channel, index (channel,); "cell_weight", Grad-CAM++'s share of one cell of a channel,
index (row, column, channel); "map", a cell, index (row, column). `variable` is the method, `of` the class.
"""

import numpy as np

from engine.explain.averaged_head import AveragedHead
from engine.explain.class_maps import gradcam_alphas, gradcam_plus_plus_alphas
from engine.explain.number_forward import activation_step
from engine.explain.opened import Factor, Numbers, Opened, Place, Term, Then, opened, product

METHODS = ("cam", "gradcam", "gradcam_plus_plus")


def open_alpha(numbers: Numbers, place: Place, head: AveragedHead | None = None) -> Opened:
    """Open the weight of a channel.

    Args:
        head: where the network averages maps; needed for CAM.
    """
    layer, (channel,) = place.layer, place.index
    rows, columns = numbers.activations[layer].shape[:2]
    result = float(alphas(numbers, layer, place.variable, head)[channel])
    if place.variable == "cam":
        assert head is not None
        sign = (Factor(-1.0),) if _sign(numbers) < 0 else ()
        term = product(*sign, _head_weight(numbers, head, channel), Factor(1 / (rows * columns)))
        return opened(place, result, "α = w / cells", [term], name=_title(place, channel))
    cells = list(np.ndindex(rows, columns))
    if place.variable == "gradcam":
        share = Factor(1 / len(cells))
        terms = [product(_gradient(numbers, layer, (*cell, channel)), share) for cell in cells]
        symbols = f"α = (1/{len(cells)}) Σ ∂{numbers.goal}/∂A"
        return opened(place, result, symbols, terms, name=_title(place, channel))
    terms = [_weighted(numbers, layer, (*cell, channel)) for cell in cells]
    symbols = f"w = Σ share · ReLU(∂{numbers.goal}/∂A)"
    return opened(place, result, symbols, terms, name=_title(place, channel))


def _title(place: Place, channel: int) -> str:
    return f"{'w' if place.variable == 'gradcam_plus_plus' else 'α'} of channel {channel}"


def alphas(numbers: Numbers, layer: str, method: str, head: AveragedHead | None = None) -> np.ndarray:
    """The weights of all channels, (channel,)."""
    if method == "cam":
        assert head is not None
        count = numbers.activations[layer].shape[-1]
        weights = np.array([_head_weight(numbers, head, channel).value for channel in range(count)])
        return np.asarray(_sign(numbers) * weights / np.prod(numbers.activations[layer].shape[:2]))
    gradient = np.asarray(numbers.errors[layer])
    if method == "gradcam":
        return gradcam_alphas(gradient)
    return gradcam_plus_plus_alphas(numbers.activations[layer], gradient)


def _head_weight(numbers: Numbers, head: AveragedHead, channel: int) -> Factor:
    unit = 0 if numbers.is_binary else numbers.of
    value = float(numbers.weights[head.output]["kernel"][channel, unit])
    return Factor(value, numbers.at("weight", head.output, (channel, unit), "kernel"))


def _sign(numbers: Numbers) -> float:
    """−1 for the first of two classes that one unit tells apart: its score is −z."""
    return -1.0 if numbers.is_binary and numbers.of == 0 else 1.0


def _gradient(numbers: Numbers, layer: str, index: tuple[int, ...]) -> Factor:
    return Factor(float(numbers.errors[layer][index]), numbers.at("error", layer, index))


def _weighted(numbers: Numbers, layer: str, index: tuple[int, ...]) -> Term:
    gradient = _gradient(numbers, layer, index)
    own = Factor(cell_weight(numbers, layer, index), numbers.at("cell_weight", layer, index))
    return product(own, Factor(max(0.0, gradient.value), gradient.place))


def cell_weight(numbers: Numbers, layer: str, index: tuple[int, ...]) -> float:
    """g² / (2g² + ΣA·g³) of one cell; 0 where the denominator is."""
    g = float(numbers.errors[layer][index])
    below = 2 * g**2 + float(np.asarray(numbers.activations[layer][..., index[-1]], float).sum()) * g**3
    return g**2 / below if below else 0.0


def open_cell_weight(numbers: Numbers, place: Place) -> Opened:
    """Open Grad-CAM++'s share of a cell (Chattopadhay et al. 2018, equation 19)."""
    gradient = _gradient(numbers, place.layer, place.index)
    whole = float(np.asarray(numbers.activations[place.layer][..., place.index[-1]], float).sum())
    g, result = gradient.value, cell_weight(numbers, place.layer, place.index)
    terms = [Term(2 * g**2, (gradient, Factor(2.0)), "2g²", "square"), Term(whole * g**3, (), "ΣA·g³")]
    then = Then("{0} / {z}", "{0} / {z}", (Factor(g**2),)) if result else None
    also = (("ΣA, sum of the channel", Factor(whole)),)
    return opened(place, result, "g² / (2g² + ΣA·g³)", terms, then=then, also=also, name="share of a cell")


def open_map(numbers: Numbers, place: Place, head: AveragedHead | None = None) -> Opened:
    """Open a cell of the map: the sum over channels, and the ReLU that Grad-CAM puts behind it."""
    layer, method = place.layer, place.variable
    weights, here = alphas(numbers, layer, method, head), numbers.activations[layer][place.index]
    terms = [
        product(
            Factor(float(alpha), numbers.at("alpha", layer, (n,), method)),
            Factor(float(value), numbers.at("activation", layer, (*place.index, n))),
            text=f"channel {n}",
        )
        for n, (alpha, value) in enumerate(zip(weights, here, strict=True))
    ]
    whole = float(sum(term.value for term in terms))
    row, column = place.index
    if method == "cam":
        return opened(place, whole, "M = Σ α·A", terms, name=f"M[{row}, {column}]")
    symbols = "L = ReLU(Σ w·A)" if method == "gradcam_plus_plus" else "L = ReLU(Σ α·A)"
    return opened(place, max(0.0, whole), symbols, terms, then=activation_step("relu"), name=f"L[{row}, {column}]")
