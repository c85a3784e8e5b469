"""Grad-CAM and Grad-CAM++: a layer's maps, weighted by what each channel does for a class (Selvaraju et al. 2017)."""

import math
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np

from engine.errors import UserError
from engine.explain.averaged_head import averaged_head
from engine.explain.class_maps import (
    cell_sum,
    gradcam_alphas,
    gradcam_plus_plus_alphas,
    largest_cell,
    rectified,
    weighted_sum,
)
from engine.params import Param
from engine.runtime.explain.class_score import (
    Scored,
    binary,
    class_arrays,
    class_facts,
    convolutions,
    map_layer,
    scored,
    threaded,
)
from engine.runtime.explain.spec import CLASS, LAYER, Answer, Explainer, Question

MAX_CELLS = 65_536  # of one map beside the one asked for, sent to the screen
CELL = (
    Param("row", "int", -1, low=-1, help="Row of the cell taken apart; that of the largest value for −1."),
    Param("column", "int", -1, low=-1, help="Column of the cell taken apart."),
)
STRIP = Param("strip", "bool", False, help="Also the maps of the other convolutions.")
Alphas = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _gradcam_alphas(activation: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    return gradcam_alphas(gradient)


def _gradcam(question: Question) -> Answer:
    """Arrays: see `_answer`. α is the mean gradient of each channel (Selvaraju et al. 2017, equations 1 and 2)."""
    return _answer(question, _gradcam_alphas, True)


def _gradcam_plus_plus(question: Question) -> Answer:
    """Arrays: see `_answer`. The weights are those of Chattopadhay et al. 2018, equations 5 and 19."""
    return _answer(question, gradcam_plus_plus_alphas, False)


def _answer(question: Question, alphas_of: Alphas, adds_up: bool) -> Answer:
    """One map of a class.

    Arrays: `map` (row, column) after ReLU, `before` (row, column) before it, `alphas` (channel,), `channels` (5, row,
    column) the maps of the five largest terms of the cell; `layers/NAME` (row, column) where the strip is wanted; and
    `logits`, `probabilities`, `input`.
    Facts: `layer`; `cell`, a CellSum; `num_channels`, `maximum` before ReLU; `check`, see `sum_check`; `sizes`, rows
    and columns by layer, of the strip, whose large maps are thinned; and those of the class.
    """
    layer = map_layer(question)
    beside = convolutions(question) if question.values["strip"] else []
    others = [name for name in beside if name != layer]
    found = scored(question, [layer, *others])
    activation = found.activations[layer]
    alphas = alphas_of(activation, found.gradients[layer])
    before = weighted_sum(activation, alphas)
    arrays = map_arrays(question, activation, alphas, before, rectified(before)) | class_arrays(question, found.logits)
    facts = map_facts(question, activation, alphas, before) | class_facts(question, found.index, found.logits)
    if question.values["strip"]:
        arrays |= {f"layers/{name}": _beside(found, name, alphas_of) for name in convolutions(question)}
        facts["sizes"] = {name: list(found.activations[name].shape[:2]) for name in convolutions(question)}
    if adds_up:
        facts["check"] = sum_check(question, layer, found, float(before.sum()))
    return Answer(arrays, facts | {"layer": layer})


def map_arrays(
    question: Question, activation: np.ndarray, alphas: np.ndarray, before: np.ndarray, shown: np.ndarray
) -> dict[str, np.ndarray]:
    """The arrays of a map that is a sum over channels; see `_answer`."""
    cell = cell_sum(activation, alphas, *asked_cell(question, before))
    return {
        "map": shown.astype(np.float32),
        "before": before.astype(np.float32),
        "alphas": alphas.astype(np.float32),
        "channels": np.moveaxis(activation[..., list(cell.channels)], -1, 0),
    }


def map_facts(question: Question, activation: np.ndarray, alphas: np.ndarray, before: np.ndarray) -> dict[str, Any]:
    """The facts of a map that is a sum over channels; see `_answer`."""
    cell = cell_sum(activation, alphas, *asked_cell(question, before))
    return {"cell": asdict(cell), "num_channels": int(alphas.size), "maximum": float(before.max())}


def asked_cell(question: Question, values: np.ndarray) -> tuple[int, int]:
    """The cell to take apart.

    Raises:
        UserError: it lies outside the map.
    """
    row, column = question.values["row"], question.values["column"]
    if row < 0 or column < 0:
        return largest_cell(values)
    rows, columns = values.shape
    if row >= rows or column >= columns:
        raise UserError(
            f"There is no cell [{row}, {column}]; the map has {rows} rows and {columns} columns.",
            f"Give a row of 0 to {rows - 1} and a column of 0 to {columns - 1}.",
            "row",
        )
    return row, column


def sum_check(question: Question, layer: str, found: Scored, cells: float) -> dict[str, Any]:
    """Whether the map's cells, before ReLU, and the bias add up to the logit.

    With z = b + Σ_k w_k · mean(A_k), ∂z/∂A_k[i, j] = w_k / Z at every place, so that the cells sum to z − b.

    Returns:
        `is_exact`; where it is: `cells`, `bias`, `sum`, `logit`; else `why` not.
    """
    moment = question.moment
    head = averaged_head(moment.project, moment.network.inference)
    if head is None:
        return {"is_exact": False, "why": "The head is not global average pooling and one dense layer."}
    if layer != head.layer:
        return {"is_exact": False, "why": f"{layer} is not the layer that is averaged; that is {head.layer}."}
    sign = -1.0 if binary(moment) and found.index == 0 else 1.0
    biases = moment.of_layer(head.output).get("bias")
    unit = 0 if binary(moment) else found.index
    bias = sign * float(biases[unit]) if biases is not None else 0.0
    return {
        "is_exact": True,
        "cells": cells,
        "bias": bias,
        "sum": cells + bias,
        "logit": sign * float(found.logits[unit]),
    }


def _beside(found: Scored, name: str, alphas_of: Alphas) -> np.ndarray:
    activation, gradient = found.activations[name], found.gradients[name]
    values = rectified(weighted_sum(activation, alphas_of(activation, gradient)))
    stride = max(1, math.ceil(math.sqrt(values.size / MAX_CELLS)))
    return np.ascontiguousarray(values[::stride, ::stride], np.float32)


PARAMS = (LAYER, CLASS, *CELL, STRIP)
GRADCAM = Explainer("gradcam", "Grad-CAM", threaded(_gradcam), PARAMS, keeps_size=True)
GRADCAM_PLUS_PLUS = Explainer("gradcam_plus_plus", "Grad-CAM++", threaded(_gradcam_plus_plus), PARAMS, keeps_size=True)
