"""Our plain arithmetic of every layer against the real Keras layer, over many settings and input shapes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.layers import LAYERS
from engine.layers.spec import ShapeProblem
from engine.params import check_values

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]

LARGEST = {"int": 12, "pair": 9, "shape": 12}
RANKS = {
    "conv2d": 3,
    "max_pooling2d": 3,
    "average_pooling2d": 3,
    "global_average_pooling2d": 3,
    "global_max_pooling2d": 3,
    "zero_padding2d": 3,
    "up_sampling2d": 3,
    "conv2d_transpose": 3,
    "lstm": 2,
    "gru": 2,
    "simple_rnn": 2,
    "bidirectional": 2,
    "embedding": 1,
    "output": 1,
}
STRICTER = {
    "embedding": lambda values, inputs: len(inputs[0]) != 1,  # Keras embeds tokens of any rank
    "output": lambda values, inputs: len(inputs[0]) != 1,  # Keras's Dense takes any rank
    "concatenate": lambda values, inputs: -values["axis"] > len(inputs[0]),  # Keras would join samples of the batch
}


def value_of(param):
    """A strategy for a setting, in its lower range."""
    high = min(param.high, LARGEST.get(param.kind, param.high)) if param.high is not None else None
    whole = st.integers(int(param.low), int(high)) if param.kind in LARGEST else None
    return {
        "int": lambda: whole,
        "pair": lambda: st.lists(whole, min_size=2, max_size=2),
        "shape": lambda: st.lists(whole, min_size=1, max_size=4),
        "float": lambda: st.floats(param.low, param.high),
        "bool": st.booleans,
        "choice": lambda: st.sampled_from(param.choices),
    }[param.kind]()


def shapes_for(spec):
    """Input shapes: mostly of the rank the layer wants, sometimes not; those of a merge mostly alike."""
    size = st.integers(1, 12)

    def of_rank(rank):
        return st.lists(size, min_size=rank, max_size=rank).map(tuple)

    wanted = RANKS.get(spec.id)
    ranks = st.integers(1, 4) if wanted is None else st.one_of(*[st.just(wanted)] * 4, st.integers(1, 4))
    one = ranks.flatmap(of_rank)
    if spec.max_inputs == 1:
        return st.tuples(one)

    def similar(shape):
        changed = [st.sampled_from((s, s, s, 1, s + 1)) for s in shape]
        return st.lists(st.one_of(st.just(shape), st.tuples(*changed), one), min_size=2, max_size=4).map(tuple)

    return one.flatmap(similar)


def in_keras(spec, values, inputs):
    """Output shape and parameter count of the real layer, called on symbolic inputs."""
    import keras

    tensors = [keras.Input(shape) for shape in inputs]
    from engine.runtime.build import keras_layer

    layer = keras_layer(spec, values)
    output = layer(tensors if spec.max_inputs > 1 else tensors[0])
    return tuple(output.shape[1:]), layer.count_params()


@pytest.mark.parametrize("kind", [kind for kind in LAYERS if kind != "input"])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(data=st.data())
def test_layer_agrees_with_keras(kind, data):
    spec = LAYERS[kind]
    drawn = {param.name: data.draw(value_of(param), label=param.name) for param in spec.params}
    values = check_values(spec.params, drawn, kind)
    inputs = data.draw(shapes_for(spec), label="inputs")
    try:
        ours = (spec.output_shape(values, inputs), spec.num_params(values, inputs))
    except ShapeProblem as problem:
        assert problem.message
        if kind not in STRICTER or not STRICTER[kind](values, inputs):
            with pytest.raises(Exception):  # noqa: B017 - Keras raises many kinds
                in_keras(spec, values, inputs)
        return
    assert in_keras(spec, values, inputs) == ours


@settings(max_examples=30, deadline=None, database=None)
@given(shape=st.lists(st.integers(1, 500), min_size=1, max_size=4))
def test_input_agrees_with_keras(shape):
    import keras

    spec = LAYERS["input"]
    tensor = getattr(keras.layers, spec.keras)(**spec.arguments({"shape": shape}), name="input_1")
    assert tuple(tensor.shape[1:]) == spec.output_shape({"shape": shape}, ())


@pytest.mark.parametrize("kind", list(LAYERS))
def test_every_choice_is_known_to_keras(kind):
    """Activations and initialisers by name, one by one, so that none is left to chance."""
    from engine.runtime.build import keras_layer

    spec = LAYERS[kind]
    for param in spec.params:
        for choice in param.choices:
            values = check_values(spec.params, {param.name: choice}, kind)
            layer = keras_layer(spec, values)
            known = layer.get_config()
            assert kind == "output" or known["layer" if param.name == "cell" else param.name] is not None
