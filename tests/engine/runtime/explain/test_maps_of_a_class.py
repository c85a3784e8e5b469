"""Maps of a class: held against gradients taken by hand, and against what the papers promise of them."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from engine.datasets.choice import load
from engine.errors import UserError
from engine.messages import Explain, Explained, Progress, Train
from engine.project import DataChoice, Plan
from engine.run_folder import RunFolder
from engine.runtime.explaining import explain
from engine.runtime.shelf import Shelf, load_network
from engine.runtime.training.job import TrainingJob
from tests.engine.runtime.networks import OUT, chain, small_convnet, tiny
from tests.engine.runtime.test_watching import all_of

pytestmark = pytest.mark.tensorflow


def pooled():
    """Two convolutions, global average pooling, one dense layer, on the digits."""
    return chain(
        ("input", {"shape": [8, 8, 1]}),
        ("conv2d", {"filters": 4, "padding": "same"}),
        ("max_pooling2d", {}),
        ("conv2d", {"filters": 6, "padding": "same"}),
        ("global_average_pooling2d", {}),
        ("output", {"units": 10}),
        data=DataChoice("digits"),
        plan=Plan("adam", {"learning_rate": 0.01}, batch_size=64, epochs=2),
    )


def embedded():
    """A network that looks its inputs up in a table."""
    return chain(
        ("input", {"shape": [2]}),
        ("embedding", {"input_dim": 4, "output_dim": 3}),
        ("flatten", {}),
        ("output", OUT),
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    all_of(TrainingJob(Train(project=pooled(), folder=str(folder)), Shelf()).run())
    return str(folder)


@pytest.fixture(scope="module")
def shelf():
    return Shelf()


@pytest.fixture(scope="module")
def by_hand(run):
    """The trained model, and sample 3 as it sees it."""
    data = load(pooled().data)
    model = load_network(RunFolder(Path(run))).network.model
    return model, data.scaling.apply(data.samples.x[3:4])


@pytest.fixture
def ask(run, shelf):
    def asked(explainer, **values):
        request = Explain(explainer=explainer, project=pooled(), folder=run, sample=3, values=values)
        return [e for e in all_of(explain(request, shelf)) if isinstance(e, Explained)][-1]

    return asked


def gradient_at(model, x, layer, index):
    inner = tf.keras.Model(model.inputs, [model.get_layer(layer).output, model.outputs[0]])
    with tf.GradientTape() as tape:
        activation, logits = inner(tf.constant(x))
        score = logits[0, index]
    return np.asarray(activation[0]), np.asarray(tape.gradient(score, activation)[0]), np.asarray(logits[0])


@pytest.mark.parametrize("layer", ["conv2d_1", "conv2d_2"])
def test_gradcam_is_the_papers_formula(ask, by_hand, layer):
    found = ask("gradcam", layer=layer, **{"class": 7})
    activation, gradient, logits = gradient_at(*by_hand, layer, 7)
    alphas = gradient.mean(axis=(0, 1))
    before = np.einsum("ijk,k->ij", activation, alphas)
    np.testing.assert_allclose(found.arrays["alphas"], alphas, atol=1e-6)
    np.testing.assert_allclose(found.arrays["before"], before, atol=1e-5)
    np.testing.assert_allclose(found.arrays["map"], np.maximum(before, 0), atol=1e-5)
    np.testing.assert_allclose(found.arrays["logits"], logits, atol=1e-5)
    assert found.facts["score"] == pytest.approx(float(logits[7]), abs=1e-5)
    cell = found.facts["cell"]
    assert sum(cell["terms"]) + cell["rest"] == pytest.approx(before[cell["row"], cell["column"]], abs=1e-5)
    assert np.argmax(found.arrays["map"]) == cell["row"] * before.shape[1] + cell["column"]


def test_the_cells_and_the_bias_add_up_to_the_logit_at_the_averaged_layer_only(ask):
    last, first = ask("gradcam").facts, ask("gradcam", layer="conv2d_1").facts
    assert last["layer"] == "conv2d_2" and last["check"]["is_exact"]
    assert last["check"]["sum"] == pytest.approx(last["check"]["logit"], abs=1e-4) == pytest.approx(last["score"])
    assert not first["check"]["is_exact"] and "conv2d_2" in first["check"]["why"]


def test_cam_is_the_dense_layers_weights_and_agrees_with_gradcam(ask, by_hand):
    model, _ = by_hand
    cam, grad = ask("cam"), ask("gradcam")
    weights = np.asarray(model.get_layer("output_1").kernel)[:, cam.facts["class"]]
    np.testing.assert_allclose(cam.arrays["alphas"] * 16, weights, atol=1e-6)  # 4×4 cells
    np.testing.assert_allclose(cam.arrays["map"], grad.arrays["before"], atol=1e-5)
    assert cam.arrays["map"].sum() + cam.facts["check"]["bias"] == pytest.approx(cam.facts["score"], abs=1e-4)


def test_a_cell_is_taken_apart_where_asked_and_the_strip_has_every_convolution(ask):
    found = ask("gradcam", row=1, column=2, strip=True)
    assert (found.facts["cell"]["row"], found.facts["cell"]["column"]) == (1, 2)
    assert found.facts["cell"]["total"] == pytest.approx(float(found.arrays["before"][1, 2]), abs=1e-5)
    assert found.arrays["layers/conv2d_1"].shape == (8, 8) and found.arrays["layers/conv2d_2"].shape == (4, 4)
    np.testing.assert_allclose(
        found.arrays["layers/conv2d_1"],
        ask("gradcam", layer="conv2d_1", **{"class": found.facts["class"]}).arrays["map"],
    )


def test_gradcam_plus_plus_weighs_positive_gradients(ask, by_hand):
    found = ask("gradcam_plus_plus", layer="conv2d_1", **{"class": 7})
    a, g, _ = gradient_at(*by_hand, "conv2d_1", 7)
    a, g = a.astype(float), g.astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.nan_to_num(g**2 / (2 * g**2 + a.sum(axis=(0, 1)) * g**3))
    weights = (share * np.maximum(g, 0)).sum(axis=(0, 1))
    np.testing.assert_allclose(found.arrays["map"], np.maximum(a @ weights, 0), rtol=1e-3, atol=1e-4)
    assert "check" not in found.facts


def test_saliency_is_the_gradient_at_the_input(ask, by_hand):
    model, x = by_hand
    found = ask("saliency", noise=0.0, **{"class": 2})
    values = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(values)
        score = model(values)[0, 2]
    gradient = np.asarray(tape.gradient(score, values))[0]
    np.testing.assert_allclose(found.arrays["gradient"], gradient, atol=1e-5)
    np.testing.assert_allclose(found.arrays["map"], np.abs(gradient).max(axis=-1), atol=1e-5)


def test_noise_smooths_and_is_the_same_twice(ask):
    first, again, plain = ask("saliency", copies=8), ask("saliency", copies=8), ask("saliency", noise=0.0)
    np.testing.assert_array_equal(first.arrays["map"], again.arrays["map"])
    assert np.abs(first.arrays["map"] - plain.arrays["map"]).max() > 1e-4


def test_integrated_gradients_are_complete(ask):
    facts = ask("integrated_gradients", steps=256).facts["completeness"]
    assert facts["difference"] == pytest.approx(facts["score"] - facts["baseline_score"])
    assert facts["sum"] == pytest.approx(facts["difference"], abs=0.02 * abs(facts["difference"]) + 1e-3)
    assert abs(facts["difference"]) > 0.1


def test_occlusion_is_what_hiding_does_to_the_logit(ask, by_hand):
    model, x = by_hand
    found = ask("occlusion", patch=3, stride=2)
    index = found.facts["class"]
    hidden = x.copy()
    hidden[:, 2:5, 4:7] = x.mean()  # cell [1, 2] is rows 2-3 and columns 4-5; the patch is one wider
    difference = float(model(tf.constant(x))[0, index] - model(tf.constant(hidden))[0, index])
    assert found.arrays["map"].shape == (4, 4) and not np.isnan(found.arrays["map"]).any()
    assert found.arrays["map"][1, 2] == pytest.approx(difference, abs=1e-4)


def test_a_picture_is_explained_in_its_own_size_where_the_network_takes_any(ask, run, shelf, tmp_path):
    path = tmp_path / "wide.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (24, 41), np.uint8)).save(path)
    request = Explain(explainer="gradcam", project=pooled(), folder=run, picture=str(path))
    found = [e for e in all_of(explain(request, shelf)) if isinstance(e, Explained)][-1]
    assert found.arrays["input"].shape == (24, 40, 1)  # one column is no whole cell of 2×2 px
    assert found.arrays["map"].shape == (12, 20)
    assert found.facts["check"]["sum"] == pytest.approx(found.facts["check"]["logit"], abs=1e-4)
    resized = msgspec.structs.replace(request, explainer="activations")
    assert all_of(explain(resized, shelf))[-1].arrays["input"].shape == (8, 8, 1)


def test_a_picture_is_resized_for_a_network_with_fixed_places(tmp_path):
    path = tmp_path / "wide.png"
    Image.fromarray(np.zeros((24, 41), np.uint8)).save(path)
    request = Explain(explainer="gradcam", project=small_convnet(), picture=str(path))
    found = [e for e in all_of(explain(request, Shelf())) if isinstance(e, Explained)][-1]
    assert found.arrays["input"].shape == (8, 8, 1)


def test_two_classes_with_one_unit_have_opposite_scores():
    project = chain(
        ("input", {"shape": [8, 8, 1]}),
        ("conv2d", {"filters": 3}),
        ("global_average_pooling2d", {}),
        ("output", OUT),
        data=DataChoice("digits"),
    )
    shelf = Shelf()
    x = load(project.data).samples.x[0]

    def ask(index):
        request = Explain(explainer="gradcam", project=project, x=x, values={"class": index})
        return [e for e in all_of(explain(request, shelf)) if isinstance(e, Explained)][-1]

    yes, no = ask(1), ask(0)
    assert yes.facts["score"] == -no.facts["score"]
    np.testing.assert_allclose(yes.arrays["before"], -no.arrays["before"], atol=1e-6)
    assert no.facts["check"]["sum"] == pytest.approx(no.facts["check"]["logit"], abs=1e-5)
    assert yes.arrays["probabilities"].sum() == pytest.approx(1) and yes.arrays["probabilities"].shape == (2,)


def test_progress_is_told_and_what_is_known_is_shown_on_the_way(run, shelf, monkeypatch):
    monkeypatch.setattr("engine.runtime.explain.slices.QUIET", 0.0)
    monkeypatch.setattr("engine.runtime.explain.occlusion.per_slice", lambda *_: 16)
    request = Explain(explainer="occlusion", project=pooled(), folder=run, values={"patch": 2, "stride": 1})
    events = all_of(explain(request, shelf))
    assert [e.done for e in events if isinstance(e, Progress)] == [16, 32, 48, 64]
    first = next(e for e in events if isinstance(e, Explained)).arrays["map"]
    assert np.isfinite(first.ravel()[:16]).all() and np.isnan(first.ravel()[16:]).all()


@pytest.mark.parametrize(
    ("project", "explainer", "values", "sentence"),
    [
        (tiny(), "gradcam", {}, "no maps"),
        (tiny(), "occlusion", {}, "squares of a picture"),
        (embedded(), "saliency", {}, "no gradient reaches"),
        (embedded(), "integrated_gradients", {}, "no gradient reaches"),
        (small_convnet(), "cam", {}, "global average pooling"),
        (small_convnet(), "gradcam", {"layer": "flatten_1"}, "flatten_1 gives out 36"),
        (small_convnet(), "gradcam", {"layer": "nowhere"}, "no layer 'nowhere'"),
        (small_convnet(), "gradcam", {"class": 10}, "no class 10"),
        (small_convnet(), "gradcam", {"row": 6, "column": 0}, "no cell"),
        (small_convnet(), "occlusion", {"patch": 1, "stride": 3}, "leave parts"),
        (small_convnet(), "occlusion", {"patch": 9, "stride": 3}, "hides the whole"),
    ],
)
def test_what_has_no_map_is_told_in_a_sentence(shelf, project, explainer, values, sentence):
    with pytest.raises(UserError, match=sentence):
        all_of(explain(Explain(explainer=explainer, project=project, values=values), shelf))
