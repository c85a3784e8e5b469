"""Numbers of recurrent layers open to gates, states and errors through time, all held against Keras and its tape."""

import numpy as np
import pytest

from engine.errors import UserError
from engine.explain.number import open_number
from engine.explain.opened import Place
from tests.engine.runtime.explain.test_gates import text_network
from tests.engine.runtime.explain.test_numbers import numbers_of, some, walk
from tests.opened_numbers import worked_out

pytestmark = pytest.mark.tensorflow
NETWORKS = {
    "lstm": [("lstm", {"units": 3, "return_sequences": True}), ("lstm", {"units": 2})],
    "gru": [("gru", {"units": 3, "return_sequences": True}), ("gru", {"units": 2, "go_backwards": True})],
    "simple_rnn": [("simple_rnn", {"units": 3, "return_sequences": True}), ("simple_rnn", {"units": 2})],
    "concat": [("bidirectional", {"units": 2, "return_sequences": True}), ("bidirectional", {"units": 2})],
    "mul": [("bidirectional", {"units": 2, "cell": "gru", "merge_mode": "mul"})],
    "ave": [("bidirectional", {"units": 2, "cell": "simple_rnn", "merge_mode": "ave"})],
    "reversed": [("lstm", {"units": 2, "return_sequences": True, "go_backwards": True}), ("gru", {"units": 2})],
}


@pytest.fixture(scope="module", params=NETWORKS)
def numbers(request):
    return numbers_of(text_network(*NETWORKS[request.param]), sample=3)


def test_what_a_layer_gives_out_opens_to_its_gates_and_states(numbers):
    for name, values in numbers.activations.items():
        for index in some(values.shape, 3):
            seen = set()
            opened = walk(numbers, Place("activation", name, index), 4, seen)
            assert opened.result == pytest.approx(float(values[index]), abs=1e-5), (name, index)


def test_errors_go_through_time_as_the_tape_has_them(numbers):
    for name, values in numbers.errors.items():
        for index in some(values.shape, 3):
            opened = open_number(numbers, Place("error", name, index))
            assert opened.terms or name == "output_1"
            assert worked_out(opened) == pytest.approx(float(values[index]), abs=1e-5), (name, index)


def test_gradients_of_weights_add_up_over_the_steps(numbers):
    for layer, held in numbers.gradients.items():
        for variable, values in held.items():
            for index in some(values.shape, 3):
                opened = open_number(numbers, Place("gradient", layer, index, variable))
                assert worked_out(opened) == pytest.approx(float(values[index]), abs=1e-5), (layer, variable, index)
    walk(numbers, Place("gradient", layer_of(numbers), (0, 1), prefix(numbers) + "recurrent_kernel"), 5, set())


def layer_of(numbers):
    return next(
        name for name in numbers.activations if name.rsplit("_", 1)[0] in ("lstm", "gru", "simple_rnn", "bidirectional")
    )


def prefix(numbers):
    return "backward_" if layer_of(numbers).startswith("bidirectional") else ""


def test_a_state_before_the_first_step_is_nothing_that_opens(numbers):
    layer = layer_of(numbers)
    first = numbers.activations["input_1"].shape[0] - 1 if numbers.values(layer).get("go_backwards") else 0
    opened = open_number(numbers, Place("gate_term", layer, (first, 0), "candidate/1"))
    assert all(term.factors[0].value == 0 and term.factors[0].place is None for term in opened.terms if term.factors)


def test_a_gate_that_does_not_exist_is_refused(numbers):
    with pytest.raises(UserError, match="no gate"):
        open_number(numbers, Place("gate", layer_of(numbers), (0, 0), "magic"))
    with pytest.raises(UserError, match="no gates"):
        open_number(numbers, Place("gate", "output_1", (0, 0), "hidden"))


def test_only_inputs_that_are_not_zero_are_listed():
    numbers = numbers_of(text_network(("lstm", {"units": 3})), sample=3)
    step = int(np.flatnonzero(numbers.activations["input_1"].any(axis=1))[0])
    name = numbers.feature_names[int(numbers.activations["input_1"][step].argmax())]
    opened = open_number(numbers, Place("gate_term", "lstm_1", (step, 1), "forget/0"))
    assert len(opened.terms) == 1 and "17 inputs are 0" in opened.note
    assert opened.terms[0].text == f"x[{name}]"
