"""Answers of the explainers of a class, as the engine would send them; small and round."""

import numpy as np

from engine.messages import Explained

NAMES = ["tree", "pagoda", "sky"]
LOGITS = np.array([6.17, 6.82, 2.47], np.float32)


def _common(**facts):
    return {
        "class": 1,
        "class_name": "pagoda",
        "class_names": NAMES,
        "score": 6.82,
        "activation": "softmax",
        "label": 1.0,
        "value_range": [0.0, 255.0],
        **facts,
    }


def _arrays(**arrays):
    shares = np.exp(LOGITS) / np.exp(LOGITS).sum()
    pixels = np.arange(20 * 40 * 3, dtype=np.uint8).reshape(20, 40, 3)
    return {"logits": LOGITS, "probabilities": shares, "input": pixels, **arrays}


def gradcam(explainer="gradcam", is_exact=True, step=100):
    """A map of 2×4 cells, largest at row 1, column 2, as the sum of four channels."""
    values = np.array([[0, 0.5, 1.0, 0.2], [0.3, 2.0, 5.1, 1.0]], np.float32)
    cell = {
        "row": 1,
        "column": 2,
        "channels": (3, 0, 1, 2),
        "alphas": (0.3, 0.2, 0.1, -0.1),
        "activations": (10.0, 8.0, 7.0, 2.0),
        "terms": (3.0, 1.6, 0.7, -0.2),
        "rest": 0.0,
        "total": 5.1,
    }
    check = {"is_exact": is_exact, "cells": 7.0, "bias": -0.18, "sum": 6.82, "logit": 6.82, "why": "Another head."}
    arrays = {"map": values, "before": values, "alphas": np.ones(4), "channels": np.ones((4, 2, 4), np.float32)}
    strip = {"layers/conv2d_1": np.ones((8, 16), np.float32), "layers/conv2d_2": values}
    sizes = {"conv2d_1": [8, 16], "conv2d_2": [2, 4]}
    facts = _common(layer="conv2d_2", cell=cell, num_channels=4, maximum=5.1, check=check, sizes=sizes)
    return Explained(explainer=explainer, step=step, arrays=_arrays(**arrays, **strip), facts=facts)


def occlusion():
    """A map of which one cell is not yet known."""
    values = np.array([[0.91, -0.5], [0.1, np.nan]], np.float32)
    return Explained(explainer="occlusion", step=100, arrays=_arrays(map=values), facts=_common(patch=20, stride=20))


def saliency():
    """A gradient of one row and two columns."""
    gradient = np.array([[[0.1, -0.2, 0.0], [0.5, 0.1, -0.4]]], np.float32)
    arrays = _arrays(map=np.abs(gradient).max(axis=-1), gradient=gradient)
    return Explained(explainer="saliency", step=100, arrays=arrays, facts=_common(copies=16, noise=0.12))


def integrated():
    """Attributions that add up to 6.51."""
    parts = {"sum": 6.51, "score": 6.82, "baseline_score": 0.31, "difference": 6.51}
    facts = _common(steps=64, baseline="lowest", completeness=parts)
    return Explained(
        explainer="integrated_gradients", step=100, arrays=_arrays(map=np.ones((20, 40), np.float32)), facts=facts
    )
