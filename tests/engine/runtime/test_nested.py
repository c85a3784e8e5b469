"""Models inside models: a network with groups answers, explains, learns and leaves exactly as the flat one does."""

import keras
import msgspec
import numpy as np
import pytest
import tensorflow as tf

from engine.datasets.choice import load
from engine.graph import Edge, Graph, Node
from engine.groups import paths, ungrouped, with_group
from engine.messages import Explain, Explained, Metrics, Train
from engine.project import DataChoice, Plan, Project
from engine.run_folder import RunFolder
from engine.runtime.build import Network, build
from engine.runtime.explaining import explain
from engine.runtime.export_child import inference_model
from engine.runtime.moment import Moment, Sight
from engine.runtime.nested import layers_by_name, walk
from engine.runtime.shelf import Shelf, load_network
from engine.runtime.training.checkpoints import layer_variables
from engine.runtime.training.job import TrainingJob
from engine.shapes import infer
from tests.engine.runtime.networks import chain
from tests.engine.runtime.test_watching import all_of

pytestmark = pytest.mark.tensorflow

SAME = {"padding": "same", "activation": "relu"}
NODES = (
    ("in", "input", {"shape": [8, 8, 1]}, ""),
    ("conv_1", "conv2d", {"filters": 6, **SAME}, ""),
    ("conv_2", "conv2d", {"filters": 6, **SAME}, "stage/one"),
    ("norm", "batch_normalization", {}, "stage/one"),
    ("drop", "dropout", {"rate": 0.2}, "stage/one"),
    ("add_1", "add", {}, "stage/one"),
    ("conv_3", "conv2d", {"filters": 6, **SAME}, "stage/two"),
    ("conv_4", "conv2d", {"filters": 6, "kernel_size": [1, 1], **SAME}, "stage/two"),
    ("add_2", "add", {}, "stage"),
    ("gap", "global_average_pooling2d", {}, ""),
    ("out", "output", {"units": 10}, ""),
)
EDGES = "in>conv_1 conv_1>conv_2 conv_2>norm norm>drop conv_1>add_1 drop>add_1 add_1>conv_3 add_1>conv_4 conv_3>add_2"
EDGES += " conv_4>add_2 add_2>gap gap>out"


def residual():
    """Two blocks in a stage; the second gives out two tensors."""
    nodes = tuple(with_group(Node(name, kind, values), group) for name, kind, values, group in NODES)
    graph = Graph(nodes, tuple(Edge(*pair.split(">")) for pair in EDGES.split()))
    plan = Plan("adam", {"learning_rate": 0.01}, batch_size=64, epochs=2)
    return Project(data=DataChoice("digits"), plan=plan, seed=3).with_graph(graph)


def flat(project):
    graph = project.graph
    while known := paths(graph):
        graph = ungrouped(graph, known[0])
    return project.replace(graph=graph)


@pytest.fixture(scope="module")
def pair():
    return build(flat(residual())), build(residual())


def test_groups_become_models(pair):
    one, nested = pair
    assert not [layer for layer in one.model.layers if isinstance(layer, keras.Model)]
    stage = nested.model.get_layer("stage")
    assert [type(stage.get_layer(name)) for name in ("one", "two")] == [type(nested.model)] * 2
    assert len(stage.get_layer("two").outputs) == 2
    assert [path for path, layer in walk(nested.model) if layer.variables] == [
        "conv_1", "stage/one/conv_2", "stage/one/norm", "stage/one/drop", "stage/two/conv_3", "stage/two/conv_4", "out"
    ]  # fmt: skip


def test_the_seed_gives_the_same_weights_and_every_layer_the_same_output(pair):
    one, nested = pair
    kept, grouped = layer_variables(one.model), layer_variables(nested.model)
    assert kept.keys() == grouped.keys()
    for name in kept:
        if "seed" not in name:
            np.testing.assert_array_equal(kept[name], grouped[name], name)
    x = tf.constant(np.random.default_rng(0).normal(size=(3, 8, 8, 1)).astype(np.float32))
    np.testing.assert_allclose(one.logits(x)[0], nested.logits(x)[0], atol=1e-6)
    ours, theirs = one.taps()(x), nested.taps()(x)
    assert ours.keys() == theirs.keys() == {name for name, *_ in NODES}
    for name in ours:
        np.testing.assert_allclose(ours[name], theirs[name], atol=1e-6, err_msg=name)


def ask(moment, explainer, monkeypatch, **values):
    """What an explainer says of sample 3 for a network at a moment."""
    shelf = Shelf()
    monkeypatch.setattr(shelf, "moment", lambda *_: moment)
    request = Explain(explainer=explainer, project=moment.project, sample=3, values=values)
    return [event for event in all_of(explain(request, shelf)) if isinstance(event, Explained)][-1]


def moment_of(project, weights, network=None):
    sight = Sight(project, network=network)
    own = sight.initial()
    return Moment(sight, 0, {name: tf.constant(weights[name]) if name in weights else own[name] for name in own})


@pytest.fixture(scope="module")
def moments():
    """The same weights in the flat network and in the nested one; not those of the start."""
    random = np.random.default_rng(5)
    variables = layer_variables(build(residual()).model)
    weights = {
        name: np.abs(random.normal(0.3, 0.3, v.shape)).astype(np.float32)
        for name, v in variables.items()
        if v.dtype == "float32"
    }
    return moment_of(flat(residual()), weights), moment_of(residual(), weights)


ASKED = [
    ("gradcam", {"layer": "conv_2", "class": 4, "strip": True}),
    ("gradcam", {"layer": "conv_4", "class": 4}),
    ("gradcam", {"layer": "add_2"}),
    ("gradcam_plus_plus", {"layer": "conv_3", "class": 1}),
    ("cam", {"class": 2}),
    ("saliency", {"class": 4}),
    ("integrated_gradients", {"class": 4}),
    ("activations", {}),
    ("kernels", {"layer": "conv_3"}),
    ("number", {"place": '{"what": "gradient", "layer": "conv_4", "variable": "kernel", "index": [0, 0, 1, 2]}'}),
    ("number", {"place": '{"what": "weight", "layer": "conv_2", "variable": "bias", "index": [3]}'}),
    ("gradient_check", {"layer": "conv_2"}),
]


@pytest.mark.parametrize("explainer, values", ASKED, ids=lambda value: value if isinstance(value, str) else "")
def test_a_nested_network_is_explained_like_the_flat_one(moments, monkeypatch, explainer, values):
    one, nested = (ask(moment, explainer, monkeypatch, **values) for moment in moments)
    assert one.arrays.keys() == nested.arrays.keys()
    assert one.arrays or one.facts
    for name in one.arrays:
        np.testing.assert_allclose(one.arrays[name], nested.arrays[name], rtol=1e-4, atol=1e-5, err_msg=name)


def by_hand(way):
    """The same chain as a sequential model, a functional one, and with a model of models inside."""
    layers = [
        keras.layers.Conv2D(4, 3, padding="same", activation="relu", name="conv2d_1"),
        keras.layers.MaxPooling2D(2, name="max_pooling2d_1"),
        keras.layers.Conv2D(6, 3, padding="same", activation="relu", name="conv2d_2"),
        keras.layers.GlobalAveragePooling2D(name="global_average_pooling2d_1"),
        keras.layers.Dense(10, name="output_1"),
    ]
    entry = keras.Input((8, 8, 1), name="input_1")
    if way == "sequential":
        return keras.Sequential([entry, *layers])
    if way == "sequential inside":
        layers = [keras.Sequential([keras.Input((8, 8, 1)), *layers[:2]], name="first"), *layers[2:]]
    if way == "nested":
        inner = keras.Input((4, 4, 4))
        core = keras.Model(inner, layers[2](inner), name="core")
        outer = keras.Input((8, 8, 1))
        layers = [keras.Model(outer, core(layers[1](layers[0](outer))), name="whole"), *layers[3:]]
    x = entry
    for layer in layers:
        x = layer(x)
    return keras.Model(entry, x)


def plain():
    return chain(
        ("input", {"shape": [8, 8, 1]}),
        ("conv2d", {"filters": 4, "padding": "same", "activation": "relu"}),
        ("max_pooling2d", {}),
        ("conv2d", {"filters": 6, "padding": "same", "activation": "relu"}),
        ("global_average_pooling2d", {}),
        ("output", {"units": 10}),
        data=DataChoice("digits"),
    )


@pytest.mark.parametrize("way", ["sequential", "functional", "sequential inside", "nested"])
@pytest.mark.parametrize("explainer, values", [("gradcam", {"layer": "conv2d_2", "class": 3}), ("cam", {"class": 3})])
def test_any_keras_model_of_the_same_layers_is_explained_alike(monkeypatch, way, explainer, values):
    project = plain()
    own = Sight(project)
    weights = own.initial()
    network = Network(by_hand(way), infer(project.graph), project.heads)
    given = moment_of(project, weights, network)
    expected = ask(Moment(own, 0, weights), explainer, monkeypatch, **values)
    found = ask(given, explainer, monkeypatch, **values)
    assert expected.arrays["map"].max() > 0
    np.testing.assert_allclose(found.arrays["map"], expected.arrays["map"], atol=1e-6)
    np.testing.assert_allclose(given.of_layer("conv2d_2")["kernel"], weights["conv2d_2/0_kernel"])


def test_layers_of_one_name_are_told_apart_by_their_paths():
    def block(name):
        inner = keras.Input((4,))
        return keras.Model(inner, keras.layers.Dense(4, name="dense")(inner), name=name)

    entry = keras.Input((4,), name="in")
    model = keras.Model(entry, keras.layers.Dense(2, name="last")(block("b")(block("a")(entry))))
    found = layers_by_name(model)
    assert {"a/dense", "b/dense", "last"} <= found.keys()
    assert found["a/dense"] is model.get_layer("a").get_layer("dense")
    assert set(layer_variables(model)) == {
        f"{layer}/{variable}" for layer in ("a/dense", "b/dense", "last") for variable in ("0_kernel", "1_bias")
    }


def test_a_nested_network_learns_like_the_flat_one_and_reads_its_checkpoints(tmp_path):
    curves = []
    for name, project in (("flat", flat(residual())), ("nested", residual())):
        events = all_of(TrainingJob(Train(project=project, folder=str(tmp_path / name)), Shelf()).run())
        curves.append(np.concatenate([event.loss for event in events if isinstance(event, Metrics)]))
    assert len(curves[0]) > 10
    np.testing.assert_allclose(curves[0], curves[1], rtol=1e-3)
    run = RunFolder(tmp_path / "flat")
    run.write_project(residual())
    regrouped = load_network(run)
    x = load(residual().data).scaling.apply(load(residual().data).samples.x[:5])
    run.write_project(flat(residual()))
    np.testing.assert_allclose(regrouped.network.logits(x)[0], load_network(run).network.logits(x)[0], atol=1e-5)


def test_it_leaves_as_a_file_with_its_models_inside(tmp_path):
    network = build(residual())
    data = load(residual().data)
    model = inference_model(residual(), data.scaling, network)
    path = tmp_path / "model.keras"
    model.save(path)
    loaded = keras.saving.load_model(path)
    assert loaded.get_layer("stage").get_layer("one").get_layer("conv_2")
    x = data.samples.x[:4]
    expected = tf.nn.softmax(network.logits(tf.constant(data.scaling.apply(x)))[0])
    np.testing.assert_allclose(loaded(x), expected, atol=1e-5)


def test_pictures_of_any_size_pass_through_nested_models():
    weights = Sight(residual()).initial()
    free = Sight(residual(), any_size=True)
    x = tf.constant(np.random.default_rng(1).normal(size=(1, 13, 11, 1)).astype(np.float32))
    assert free.outputs(weights, x)["add_2"].shape == (1, 13, 11, 6)


def test_a_group_that_cannot_stand_as_one_is_built_flat():
    project = residual()
    nodes = tuple(with_group(node, "odd" if node.name in ("conv_1", "gap") else "") for node in project.graph.nodes)
    odd = project.replace(graph=msgspec.structs.replace(project.graph, nodes=nodes))
    assert not [layer for layer in build(odd).model.layers if isinstance(layer, keras.Model)]
