"""The gates of a network's own recurrent layers: replayed, answered at every step, pulled by the loss."""

import numpy as np
import pytest

from engine.datasets.choice import load
from engine.errors import UserError
from engine.messages import Explain, Explained
from engine.project import DataChoice
from engine.runtime.build import build
from engine.runtime.explaining import explain
from engine.runtime.shelf import Shelf
from tests.engine.runtime.networks import chain, small_convnet
from tests.engine.runtime.test_watching import all_of, first

pytestmark = pytest.mark.tensorflow

TEXT = DataChoice("brackets", {"count": 1000, "length": 12}, normalisation="none")
ADDING = DataChoice("adding", {"count": 100, "length": 8}, normalisation="none", stratified=False)
OUT = ("output", {"units": 18, "activation": "softmax"})


def text_network(*layers):
    return chain(("input", {"shape": [12, 18]}), *layers, OUT, data=TEXT)


@pytest.fixture(scope="module")
def shelf():
    return Shelf()


def gates(project, shelf, sample=3, **values):
    return first(explain(Explain(explainer="gates", project=project, sample=sample, values=values), shelf), Explained)


def test_the_last_answer_is_that_of_the_network(shelf):
    project = text_network(("lstm", {"units": 4}))
    seen, data, network = gates(project, shelf), load(TEXT), build(project)
    x = data.samples.x[3:4]
    logits = np.asarray(network.model(x, training=False))[0]
    np.testing.assert_allclose(seen.arrays["next"][-1], np.exp(logits) / np.exp(logits).sum(), atol=1e-5)
    assert seen.arrays["forget"].shape == (12, 4) and seen.arrays["forget_terms"].shape == (12, 3, 4)
    np.testing.assert_allclose(seen.arrays["hidden_before"][1:], seen.arrays["hidden"][:-1])
    assert seen.facts["gates"] == ["input", "forget", "candidate", "output"]
    assert seen.facts["following"][-1] == data.samples.y[3]
    text = "".join(data.samples.description.symbols[n] for n in x[0].argmax(-1)[np.array(seen.facts["filled"])])
    depth = seen.arrays["quantities"][seen.facts["quantities"].index("nesting depth")]
    assert depth[-1] == text.count("(") - text.count(")")


def test_the_error_after_the_last_step_is_the_chain_rule_by_hand(shelf):
    """dL/dh = W·(p − 1 at the label) for softmax and cross-entropy."""
    project = text_network(("gru", {"units": 4}))
    seen, network = gates(project, shelf), build(project)
    answer = seen.arrays["next"][-1].copy()
    label = int(seen.facts["label"])
    assert seen.facts["loss"] == pytest.approx(-np.log(answer[label]), abs=1e-5)
    answer[label] -= 1
    kernel = network.model.get_layer("output_1").kernel.numpy()
    np.testing.assert_allclose(seen.arrays["gradient"][-1], kernel @ answer, atol=1e-5)
    np.testing.assert_allclose(seen.arrays["gradient_norm"], np.linalg.norm(seen.arrays["gradient"], axis=1), atol=1e-6)


def test_what_clipping_would_do(shelf):
    project = text_network(("simple_rnn", {"units": 4}))
    clip = gates(project, shelf, clip=1e-3).facts["clip"]
    assert clip["factor"] == pytest.approx(1e-3 / clip["norm"])
    assert gates(project, shelf, clip=1e6).facts["clip"]["factor"] == 1


@pytest.mark.parametrize("merge", ["concat", "mul", "ave"])
@pytest.mark.parametrize("sequences", [False, True])
def test_both_directions_carry_errors_as_tensorflow(shelf, merge, sequences):
    import tensorflow as tf

    values = {"units": 3, "cell": "gru", "merge_mode": merge, "return_sequences": sequences}
    project = text_network(("bidirectional", values), *([("flatten", {})] if sequences else []))
    network, data = build(project), load(TEXT)
    x = tf.constant(data.samples.x[3:4])
    sides = {side: gates(project, shelf, direction=side) for side in ("forward", "backward")}
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = network.model(x, training=False)
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(data.samples.y[3:4], logits)
    wanted = np.asarray(tape.gradient(loss, x))[0]
    found = sum(_through_inputs(side) for side in sides.values())
    np.testing.assert_allclose(found, wanted, atol=1e-5)
    assert sides["backward"].facts["backwards"] and "next" not in sides["forward"].arrays


def _through_inputs(side):
    """dL/dx of one direction, from its dL/dh at every step: the errors of the sums from the gates, then the kernel."""
    a = {name: values.astype(float) for name, values in side.arrays.items()}
    units = a["hidden"].shape[1]
    candidate = a["gradient"] * (1 - a["update"]) * (1 - a["candidate"] ** 2)
    inner = a["hidden_before"] @ a["recurrent_kernel"][:, 2 * units :] + a["bias"][1, 2 * units :]
    update = a["gradient"] * (a["hidden_before"] - a["candidate"]) * a["update"] * (1 - a["update"])
    reset = candidate * inner * a["reset"] * (1 - a["reset"])
    return np.concatenate([update, reset, candidate], axis=1) @ a["kernel"].T


def test_a_stacked_network_and_a_regression(shelf):
    layers = [("lstm", {"units": 3, "return_sequences": True}), ("simple_rnn", {"units": 2})]
    project = chain(
        ("input", {"shape": [8, 2]}), *layers, ("output", {"units": 1, "activation": "linear"}),
        data=ADDING, task="regression",
    )  # fmt: skip
    below, above = (gates(project, shelf, layer=name) for name in ("lstm_1", "simple_rnn_1"))
    np.testing.assert_allclose(below.arrays["hidden"], above.arrays["sequence"], atol=1e-6)
    np.testing.assert_allclose(below.arrays["next"], above.arrays["next"], atol=1e-6)
    assert "sum of the marked so far" in below.facts["quantities"] and not below.facts["symbols"]


def test_other_samples_are_there_to_be_searched(shelf):
    seen = gates(text_network(("lstm", {"units": 4})), shelf)
    assert seen.arrays["lit"].shape == (200, 12, 4) and set(np.unique(seen.arrays["lit"])) <= {-1, 0, 1}
    hidden = seen.arrays["hidden"]
    np.testing.assert_array_equal(seen.arrays["lit"][3], np.sign(hidden) * (np.abs(hidden) > 0.5))


@pytest.mark.parametrize(
    "project, values, sentence",
    [
        (small_convnet(), {}, "no recurrent layer"),
        (text_network(("lstm", {"units": 2})), {"layer": "output_1"}, "not a recurrent layer"),
        (text_network(("lstm", {"units": 2})), {"direction": "backward"}, "one direction only"),
    ],
    ids=["no cell", "another layer", "no second direction"],
)
def test_what_cannot_be_taken_apart_is_said(shelf, project, values, sentence):
    with pytest.raises(UserError, match=sentence) as caught:
        all_of(explain(Explain(explainer="gates", project=project, values=values), shelf))
    assert caught.value.hint
