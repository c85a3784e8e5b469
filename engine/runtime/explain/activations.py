"""Activations: what a layer gives for one input, whole."""

import numpy as np

from engine.runtime.explain.spec import LAYER, Answer, Explainer, Question, at_once


def _answer(question: Question) -> Answer:
    """Arrays: `activation` (*output_shape), logits for a head, with its `probabilities`; `input` raw (*input_shape)."""
    name, _ = question.layer_and_name(question.values["layer"])
    values = question.moment.outputs(question.x)[name][0]
    arrays = {"activation": values, "input": question.raw[0]}
    heads = [head.node for head in question.moment.network.heads]
    if name in heads:
        arrays["probabilities"] = question.moment.answer(question.x, heads.index(name))[0]
    facts = {
        "layer": name,
        "minimum": float(np.min(values)),
        "maximum": float(np.max(values)),
        "zeros": float(np.mean(values == 0)),
    }
    return Answer(arrays, facts)


ACTIVATIONS = Explainer("activations", "Activations", at_once(_answer), (LAYER,))
