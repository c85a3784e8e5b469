"""The projector: the layer's own activations, one basis for the whole run, t-SNE that its seed repeats."""

import numpy as np
import pytest

from engine.errors import UserError
from engine.messages import Explain, Explained, Train
from engine.runtime.explain.project import tsne
from engine.runtime.explaining import explain
from engine.runtime.shelf import Shelf
from engine.runtime.training.job import TrainingJob
from tests.engine.runtime.networks import small_convnet, tiny
from tests.engine.runtime.test_watching import all_of

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    all_of(TrainingJob(Train(project=small_convnet(epochs=3), folder=str(folder)), Shelf()).run())
    return folder


def asked(project, folder="", step=-1, shelf=None, **values):
    request = Explain(explainer="project", project=project, folder=str(folder), step=step, values=values)
    return [event for event in all_of(explain(request, shelf or Shelf())) if isinstance(event, Explained)][-1]


def activations(project, folder, step, layer, indices):
    shelf = Shelf()
    moment, data = shelf.moment(project, str(folder), step), shelf.data(project.data)
    outputs = moment.outputs(data.scaling.apply(data.samples.x[indices]))[layer]
    return outputs.reshape(len(indices), -1).astype(float)


def test_points_are_the_activations_along_numpys_components(run):
    found = asked(small_convnet(), run, layer="conv2d_1", samples=90)
    values = activations(small_convnet(), run, -1, "conv2d_1", found.arrays["indices"])
    centred = values - values.mean(axis=0)
    _, sizes, rows = np.linalg.svd(centred, full_matrices=False)
    for n in range(2):
        expected = centred @ rows[n]
        np.testing.assert_allclose(
            found.arrays["points"][:, n], expected * np.sign(expected @ found.arrays["points"][:, n]), atol=1e-3
        )
    np.testing.assert_allclose(found.facts["shares"], (sizes**2 / (sizes**2).sum())[:2], rtol=1e-4)
    assert found.facts["features"] == values.shape[1] and found.facts["samples"] == 90


def test_every_step_is_seen_along_the_last_checkpoints_components(run):
    last, first = asked(small_convnet(), run, layer="output_1"), asked(small_convnet(), run, 0, layer="output_1")
    assert first.step == 0 and first.facts["basis_step"] == last.step == last.facts["basis_step"]
    assert first.facts["shares"] == pytest.approx(last.facts["shares"])
    indices = last.arrays["indices"]
    basis = activations(small_convnet(), run, -1, "output_1", indices)
    _, _, rows = np.linalg.svd(basis - basis.mean(axis=0), full_matrices=False)
    rows = rows[:2] * np.sign(np.take_along_axis(rows[:2], np.abs(rows[:2]).argmax(axis=1)[:, None], axis=1))
    early = (activations(small_convnet(), run, 0, "output_1", indices) - basis.mean(axis=0)) @ rows.T
    np.testing.assert_allclose(first.arrays["points"], early, atol=1e-3)


def test_inputs_and_labels_are_those_of_the_samples():
    shelf, project = Shelf(), small_convnet()
    found = asked(project, shelf=shelf, layer="input_1", samples=40, part="validation")
    data = shelf.data(project.data)
    indices = found.arrays["indices"]
    assert set(indices) <= set(data.indices("validation")) and len(indices) == 40
    np.testing.assert_array_equal(found.arrays["labels"], data.samples.y[indices])
    pixels = data.scaling.apply(data.samples.x[indices]).reshape(40, -1)
    away = np.linalg.norm(pixels - pixels[7], axis=1)
    away[7] = np.inf
    assert found.arrays["neighbours"][7, 0] == away.argmin()
    assert found.arrays["distances"][7, 0] == pytest.approx(away.min(), rel=1e-4)


def test_tsne_is_repeated_by_its_seed_and_parts_groups():
    random = np.random.default_rng(0)
    values = np.concatenate([random.normal(size=(30, 60)), random.normal(size=(30, 60)) + 4])
    start = values[:, :2]
    once, twice = tsne(values, start, 10.0, 3), tsne(values, start, 10.0, 3)
    np.testing.assert_array_equal(once, twice)
    middles = once[:30].mean(axis=0), once[30:].mean(axis=0)
    spread = np.linalg.norm(once[:30] - middles[0], axis=1).max()
    assert np.linalg.norm(middles[0] - middles[1]) > spread


def test_tsne_of_a_network_says_what_it_was_given():
    found = asked(tiny(), layer="dense_1", method="tsne", samples=40)
    assert found.arrays["points"].shape == (40, 2) and np.isfinite(found.arrays["points"]).all()
    assert found.facts["perplexity"] == 13 and found.facts["components"] == 8


@pytest.mark.parametrize(
    ("values", "sentence"), [({"layer": "nowhere"}, "no layer"), ({"method": "umap"}, "expected one of")]
)
def test_what_cannot_be_projected_is_refused_with_a_sentence(values, sentence):
    with pytest.raises(UserError, match=sentence):
        asked(tiny(), **values)
