"""Every number of an optimiser step opens, and its arithmetic gives the number that Keras's own step has."""

import msgspec
import numpy as np
import pytest

from engine.errors import UserError
from engine.explain.opened import Opened, Place
from engine.messages import Explain, Explained
from engine.optimizers import OPTIMIZERS
from engine.project import Plan
from engine.runtime.explaining import explain
from engine.runtime.shelf import Shelf
from tests.engine.runtime.explain.test_gates import TEXT
from tests.engine.runtime.networks import chain, noisy, small_convnet, tiny
from tests.engine.runtime.test_watching import all_of
from tests.opened_numbers import operands, worked_out

pytestmark = pytest.mark.tensorflow
AHEAD = 2


class Step:
    """A step of a network, and what its numbers open to."""

    def __init__(self, project):
        self.project, self.shelf = project, Shelf()
        self.arrays = self._ask({}).arrays

    def _ask(self, values):
        request = Explain(explainer="stages", project=self.project, values={"sample": 1, "ahead": AHEAD, **values})
        return next(event for event in all_of(explain(request, self.shelf)) if isinstance(event, Explained))

    def open(self, place):
        found = self._ask({"place": msgspec.json.encode(place).decode()})
        return msgspec.convert(found.facts["opened"], Opened)


def holds(opened, value, abs=2e-6):
    assert opened.result == pytest.approx(float(value), abs=abs, rel=1e-4), opened.place
    if opened.terms:
        assert worked_out(opened, rel=1e-5) == pytest.approx(float(value), abs=abs, rel=1e-4), opened.place


def last(values):
    return tuple(size - 1 for size in np.shape(values))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_new_weights_and_slots_open_in_keras_own_form(optimizer):
    step = Step(tiny(optimizer=optimizer, optimizer_values={"learning_rate": 0.01}))
    layer, variable = "dense_1", "kernel"
    arrays = {key: values for key, values in step.arrays.items() if f"/{layer}/{variable}" in key}
    index = (1, 3)
    new = step.open(Place("update", layer, index, variable))
    holds(new, arrays[f"weight/{layer}/{variable}/after"][index])
    for key, values in arrays.items():
        if key.startswith("slot/") and key.endswith("/after"):
            holds(step.open(Place("slot", layer, index, f"{variable}/{key.split('/')[3]}")), values[index])
    for factor in operands(new):
        holds(step.open(factor.place), factor.value)


@pytest.mark.parametrize("project", [noisy(), small_convnet(batch_size=8)], ids=["noisy", "convnet"])
def test_gradients_of_the_batch_add_up_over_its_samples_and_each_over_its_sums(project):
    step = Step(project)
    for key, values in step.arrays.items():
        kind, _, rest = key.partition("/")
        if kind != "gradient":
            continue
        layer, variable = rest.split("/")
        opened = step.open(Place("gradient", layer, last(values), variable))
        holds(opened, values[last(values)])
        of_sample = opened.terms[0].factors[0]
        holds(step.open(of_sample.place), of_sample.value)


@pytest.mark.parametrize("project", [noisy(), small_convnet(batch_size=8)], ids=["noisy", "convnet"])
def test_outputs_and_errors_of_a_sample_open_as_the_network_is_trained(project):
    step = Step(project)
    for key, values in step.arrays.items():
        kind, _, layer = key.partition("/")
        what = {"forward": "activation", "backward": "error"}.get(kind)
        for index in [last(values), (0,) * np.ndim(values)] if what else ():
            holds(step.open(Place(what, layer, index, sample=1)), values[index])


def test_the_loss_of_the_batch_is_the_mean_of_its_samples():
    step = Step(tiny())
    opened = step.open(Place("loss"))
    holds(opened, step.arrays["loss"].mean())
    holds(step.open(Place("loss", sample=5)), step.arrays["loss"][5])


def test_a_recurrent_weight_opens_over_samples_and_then_over_steps():
    project = chain(
        ("input", {"shape": [12, 18]}), ("lstm", {"units": 3}), ("output", {"units": 18, "activation": "softmax"}),
        data=TEXT, plan=Plan("adam", {}, batch_size=4),
    )  # fmt: skip
    step = Step(project)
    gradient = step.arrays["gradient/lstm_1/recurrent_kernel"]
    opened = step.open(Place("gradient", "lstm_1", (1, 7), "recurrent_kernel"))
    holds(opened, gradient[1, 7])
    of_sample = step.open(opened.terms[0].factors[0].place)
    holds(of_sample, opened.terms[0].value)
    assert of_sample.terms[0].text.startswith("step ")


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (Place("loss", sample=99), "no sample 99"),
        (Place("slot", "dense_1", (0, 0), "kernel/magic"), "remembers no"),
        (Place("update", "dense_1", (9, 9), "kernel"), "learns no weight"),
        (Place("step_size", "dense_1", (0, 0), "kernel"), "corrects no bias"),
    ],
)
def test_what_a_step_does_not_have_is_refused(place, sentence):
    with pytest.raises(UserError, match=sentence):
        Step(tiny(optimizer="sgd", optimizer_values={})).open(place)
