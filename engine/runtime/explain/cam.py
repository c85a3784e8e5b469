"""CAM: where a network ends in global average pooling and one dense layer (Zhou et al. 2016)."""

import numpy as np

from engine.errors import UserError
from engine.explain.averaged_head import averaged_head
from engine.explain.class_maps import weighted_sum
from engine.runtime.explain.class_score import binary, class_arrays, class_facts, scored, threaded
from engine.runtime.explain.gradcam import CELL, map_arrays, map_facts, sum_check
from engine.runtime.explain.spec import CLASS, LAYER, Answer, Explainer, Question


def _answer(question: Question) -> Answer:
    """M[i, j] = (1/Z) Σ_k w_k A_k[i, j] (Zhou et al. 2016, equation 2, with the mean's 1/Z, so that cells are summed).

    The paper's F_k is a sum over places; Keras averages them. So the map's cells plus the bias are the logit.

    Arrays: `map` (row, column), signed; `before` the same; `alphas` (channel,) = w_k / Z; `channels`, `logits`,
    `probabilities`, `input` as Grad-CAM's.
    Facts: as Grad-CAM's.
    """
    moment = question.moment
    head = averaged_head(moment.project, moment.network.inference)
    if head is None:
        raise UserError(
            "CAM needs global average pooling and one dense layer at the end; this network ends otherwise.",
            "Choose Grad-CAM, which works for every convolution.",
            "method",
        )
    if question.values["layer"] not in ("", head.layer):
        raise UserError(
            f"CAM shows the layer that is averaged, {head.layer}, not {str(question.values['layer'])[:60]}.",
            f"Choose {head.layer}, or Grad-CAM.",
            "layer",
        )
    found = scored(question, [head.layer])
    activation = found.activations[head.layer]
    unit = 0 if binary(moment) else found.index
    sign = -1.0 if binary(moment) and found.index == 0 else 1.0
    weights = sign * moment.of_layer(head.output)["kernel"][:, unit].astype(np.float64)
    alphas = weights / (activation.shape[0] * activation.shape[1])
    values = weighted_sum(activation, alphas)
    facts = map_facts(question, activation, alphas, values) | class_facts(question, found.index, found.logits)
    facts |= {"layer": head.layer, "check": sum_check(question, head.layer, found, float(values.sum()))}
    return Answer(
        map_arrays(question, activation, alphas, values, values) | class_arrays(question, found.logits), facts
    )


CAM = Explainer("cam", "CAM", threaded(_answer), (LAYER, CLASS, *CELL), keeps_size=True)
