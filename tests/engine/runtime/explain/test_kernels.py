"""Kernels, feature maps, receptive fields and shifts of a small network: the numbers are Keras's own."""

import numpy as np
import pytest
from PIL import Image

from engine.datasets.choice import load
from engine.errors import UserError
from engine.explain.convolution import convolution_cell, correlate, window_of
from engine.explain.shifting import shifted
from engine.messages import Explain, Explained, Train
from engine.run_folder import Manifest, RunFolder
from engine.runtime.explain.features import small
from engine.runtime.explain.kernel_history import spread
from engine.runtime.explaining import explain
from engine.runtime.shelf import Shelf
from engine.runtime.training.job import TrainingJob
from tests.engine.runtime.networks import chain, small_convnet, tiny
from tests.engine.runtime.test_watching import all_of, first

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder, shelf = tmp_path_factory.mktemp("runs") / "run", Shelf()
    all_of(TrainingJob(Train(project=small_convnet(), folder=str(folder)), shelf).run())
    return RunFolder(folder), shelf


def asked(explainer, project, folder="", shelf=None, **more):
    values = {key: more.pop(key) for key in list(more) if key not in ("sample", "step", "picture", "x")}
    question = Explain(explainer=explainer, project=project, folder=str(folder), values=values, **more)
    return first(explain(question, shelf or Shelf()), Explained)


def test_the_kernels_give_what_the_layer_gives(run):
    folder, shelf = run[0].path, run[1]
    found = asked("kernels", small_convnet(), folder, shelf, sample=7, layer="conv2d_1")
    x, kernel, bias = (found.arrays[key] for key in ("x", "kernel", "bias"))
    window = window_of("conv2d", found.facts["values"], x.shape)
    np.testing.assert_allclose(correlate(x, kernel, window, bias), found.arrays["z"], atol=1e-5)
    np.testing.assert_allclose(np.maximum(found.arrays["z"], 0), found.arrays["a"], atol=1e-6)
    cell = convolution_cell(x, kernel[..., 2], bias[2], window, (3, 4), found.facts["activation"])
    assert cell.a == pytest.approx(found.arrays["a"][3, 4, 2], abs=1e-5)
    assert found.facts["reads_input"] and found.facts["source"] == "input_1" and found.facts["maps"] == 4
    np.testing.assert_array_equal(found.arrays["raw"], load(small_convnet().data).samples.x[7])


def test_pooling_has_its_maps_and_no_kernel(run):
    found = asked("kernels", small_convnet(), run[0].path, run[1], layer="max_pooling2d_1")
    assert "kernel" not in found.arrays and found.facts["source"] == "conv2d_1"
    assert found.arrays["x"].shape == (6, 6, 4) and found.arrays["a"].shape == (3, 3, 4)
    assert found.arrays["a"][1, 2, 3] == found.arrays["x"][2:4, 4:6, 3].max()


def test_of_many_maps_the_block_that_holds_the_wanted_one_is_sent():
    project = chain(
        ("input", {"shape": [8, 8, 1]}),
        ("conv2d", {"filters": 70, "use_bias": False}),
        ("global_average_pooling2d", {}),
        ("output", {"units": 10, "activation": "softmax"}),
        data=small_convnet().data,
    )
    shelf = Shelf()
    second = asked("kernels", project, shelf=shelf, layer="conv2d_1", filter=65)
    assert second.facts["first"] == 64 and second.arrays["kernel"].shape == (3, 3, 1, 6)
    assert not second.arrays["bias"].any()
    pooled = asked("kernels", project, shelf=shelf, layer="global_average_pooling2d_1", filter=3)
    assert pooled.arrays["a"].shape == (1, 1, 64)
    np.testing.assert_allclose(pooled.arrays["a"][0, 0], pooled.arrays["x"].mean(axis=(0, 1)), atol=1e-5)


def test_a_kernel_is_seen_through_its_run(run):
    folder, shelf = run[0].path, run[1]
    found = asked("kernel-history", small_convnet(), folder, shelf, layer="conv2d_1", filter=1)
    steps = found.facts["steps"]
    assert steps == sorted(steps) and steps[0] == 0 and len(steps) > 2
    assert found.facts["epochs"][0] == 0 and found.facts["epochs"][-1] == 2
    last = shelf.moment(small_convnet(), str(folder), steps[-1]).of_layer("conv2d_1")
    np.testing.assert_array_equal(found.arrays["kernels"][-1], last["kernel"][..., 1])
    assert found.arrays["biases"][-1] == last["bias"][1] and np.ptp(found.arrays["kernels"], axis=0).max() > 1e-3
    alone = asked("kernel-history", small_convnet(), layer="conv2d_1")
    assert alone.facts["steps"] == [0] and alone.facts["epochs"] == [0]


def test_of_a_long_run_thirteen_moments_are_spread():
    manifests = [Manifest(step, "") for step in range(0, 5001, 10)]
    chosen = [manifest.step for manifest in spread(manifests, 100)]
    assert len(chosen) == 13 and chosen[0] == 0 and chosen[-1] == 5000 and all(step % 100 == 0 for step in chosen)
    assert len(spread(manifests[:5], 0)) == 5


def test_every_layers_maps(run):
    found = asked("features", small_convnet(), run[0].path, run[1], sample=7)
    names = [layer["name"] for layer in found.facts["layers"]]
    assert names == ["input_1", "conv2d_1", "max_pooling2d_1", "flatten_1", "output_1"]
    assert found.arrays["conv2d_1"].shape == (6, 6, 4) and found.arrays["flatten_1"].shape == (36,)
    assert found.arrays["probabilities/output_1"].sum() == pytest.approx(1, abs=1e-5)
    limit = found.facts["layers"][1]["limit"]
    assert limit == pytest.approx(found.arrays["conv2d_1"].max())


def test_large_maps_are_shrunk_by_means():
    values = np.arange(200 * 100 * 70, dtype=np.float32).reshape(200, 100, 70)
    maps, by = small(values)
    assert by == 3 and maps.shape == (67, 34, 64)
    np.testing.assert_allclose(maps[1, 2, 5], values[3:6, 6:9, 5].mean(), rtol=1e-6)
    np.testing.assert_allclose(maps[-1, -1, 0], values[198:, 99:, 0].mean(), rtol=1e-6)


def test_nothing_outside_the_box_moves_a_unit(run):
    folder, shelf = run[0].path, run[1]
    values = asked("kernels", small_convnet(), folder, shelf, sample=7, layer="max_pooling2d_1").arrays["a"]
    row, column, unit = (int(index) for index in np.unravel_index(values.argmax(), values.shape))
    where = {"layer": "max_pooling2d_1", "row": row, "column": column, "unit": unit}
    found = asked("receptive-field", small_convnet(), folder, shelf, sample=7, **where)
    box = found.facts["boxes"]["input_1"]
    assert (box["top"], box["bottom"]) == (2 * row, 2 * row + 3) and box["right"] - box["left"] == 3
    footprint = found.arrays["footprint"]
    assert footprint.any() and found.facts["outside"] == 0.0
    within = footprint[box["top"] : box["bottom"] + 1, box["left"] : box["right"] + 1]
    assert within.sum() == pytest.approx(footprint.sum())
    assert found.facts["value"] == pytest.approx(values.max())


def test_a_moved_picture_is_answered_as_one_moved_by_hand(run):
    folder, shelf = run[0].path, run[1]
    found = asked("shift", small_convnet(), folder, shelf, sample=7, reach=2)
    assert found.arrays["outputs"].shape == (5, 5, 10)
    x = load(small_convnet().data).samples.x[7]
    by_hand = np.zeros_like(x)
    by_hand[2:, :-1] = x[:-2, 1:]
    np.testing.assert_array_equal(shifted(x, 2, -1, 0), by_hand)
    answer = shelf.used_network(str(folder)).answer(by_hand[None])[0]
    np.testing.assert_allclose(found.arrays["outputs"][4, 1], answer, atol=1e-5)
    assert not shifted(x, 8, 0, 0).any()


def test_a_picture_is_read_in_its_own_ratio(tmp_path):
    path = tmp_path / "own.png"
    Image.fromarray(np.full((60, 200), 51, np.uint8)).save(path)
    found = asked("picture", small_convnet(), path=str(path), longest=100)
    assert found.arrays["x"].shape == (30, 100, 1) and found.facts["size"] == [200, 60]
    np.testing.assert_allclose(found.arrays["x"], 0.2, atol=1e-6)


@pytest.mark.parametrize(
    ("explainer", "project", "values", "sentence"),
    [
        ("kernels", tiny(), {}, "no convolution or pooling layer"),
        ("kernels", small_convnet(), {"layer": "flatten_1"}, "flatten_1 is flatten"),
        ("kernel-history", small_convnet(), {"layer": "max_pooling2d_1"}, "not a convolution"),
        ("receptive-field", small_convnet(), {"layer": "conv2d_1", "row": 6}, "no unit"),
        ("receptive-field", tiny(), {}, "reads no pictures"),
        ("shift", tiny(), {}, "reads none"),
        ("picture", small_convnet(), {}, "No picture was given"),
        ("picture", small_convnet(), {"path": "/nowhere.png"}, "nowhere.png"),
    ],
)
def test_what_cannot_be_shown_is_said(explainer, project, values, sentence):
    with pytest.raises(UserError, match=sentence):
        all_of(explain(Explain(explainer=explainer, project=project, values=values), Shelf()))
