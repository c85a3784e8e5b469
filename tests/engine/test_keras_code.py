"""The code drawer: lines that run, belong to their nodes, and build the network that was counted."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine.examples import EXAMPLES, load_example
from engine.exporters.data_code import data_code
from engine.exporters.script_text import standalone_script
from engine.graph import Graph, Node
from engine.keras_arguments import KERAS_DEFAULTS, quoted
from engine.keras_code import code_lines, code_text
from engine.layers import LAYERS
from engine.optimizers import OPTIMIZERS
from engine.project import Head, Plan, Project
from engine.shapes import infer

ROOT = Path(__file__).parents[2]
NAMES = [example.name for example in EXAMPLES]
READY = [example.name for example in EXAMPLES if not example.wants]
HOSTILE = ["2 fast", "class", "x", "inp", "keras", "print", "a.b-c d", "_", "0"]


def lines_of(project):
    return code_lines(project, infer(project.graph))


def project_of(*layers, edges=(), heads=("output",), **fields):
    graph, last = Graph(), None
    for name, kind, values in layers:
        graph = graph.with_node(Node(name, kind, values))
        if last and LAYERS.get(kind, LAYERS["dense"]).max_inputs:
            graph = graph.with_edge(last, name)
        last = name
    for source, target in edges:
        graph = graph.with_edge(source, target)
    return Project(graph=graph, heads=tuple(Head(name) for name in heads), **fields)


def test_lines_as_drawn():
    """The lines of the design's picture, but for arguments that Keras assumes anyway."""
    texts = [line.text for line in lines_of(load_example("lenet-5"))]
    assert texts[:7] == [
        "import keras",
        "from keras import layers",
        "",
        'inp = layers.Input((28, 28, 1), name="input_1")',
        'x = layers.Conv2D(6, 5, padding="same", activation="relu", name="conv2d_1")(inp)',
        'x = layers.MaxPooling2D(2, name="max_pool_1")(x)',
        'x = layers.Conv2D(16, 5, activation="relu", name="conv2d_2")(x)',
    ]
    assert 'out = layers.Dense(10, name="output")(x)  # logits: softmax is inside the loss' in texts
    assert "model = keras.Model(inp, out)" in texts
    assert "    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)," in texts
    assert '    metrics=["accuracy"],' in texts


def test_branches_have_variables_of_their_own():
    texts = [line.text for line in lines_of(load_example("residual"))]
    assert 'conv2d_1 = layers.Conv2D(16, 3, padding="same", activation="relu", name="conv2d_1")(inp)' in texts
    assert 'x = layers.Add(name="add_1")([conv2d_1, x])' in texts


@pytest.mark.parametrize("name", NAMES)
def test_every_example_parses_and_every_node_has_its_line(name):
    project = load_example(name)
    lines = lines_of(project)
    ast.parse(code_text(lines))
    written = [line.node for line in lines if line.node]
    assert sorted(written) == sorted(node.name for node in project.graph.nodes)
    assert all(written.index(edge.source) < written.index(edge.target) for edge in project.graph.edges)


def test_spans_cover_what_they_name():
    line = next(line for line in lines_of(load_example("digits")) if line.node == "conv2d_1")
    found = {(line.text[start : start + length], kind) for start, length, kind in line.spans}
    assert found == {
        ("Conv2D", "convolution"),
        ("16", "number"),
        ("3", "number"),
        ('"same"', "string"),
        ('"relu"', "string"),
        ('"conv2d_1"', "string"),
    }
    comment = next(line for line in lines_of(load_example("digits")) if line.node == "output").spans[-1]
    assert comment[2] == "comment"


def test_hostile_names_stay_names():
    kinds = ["flatten", "dense", "dense", "dense", "dense", "dense", "dense", "dense"]
    layers = [(HOSTILE[0], "input", {"shape": [4]})]
    layers += [(name, kind, {}) for name, kind in zip(HOSTILE[1:], kinds, strict=True)]
    project = project_of(*layers, ("out", "output", {}), heads=["out"])
    lines = lines_of(project)
    tree = ast.parse(code_text(lines))
    strings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert set(HOSTILE) <= strings
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not calls


@pytest.mark.parametrize("text", ["plain", "it's", 'a "b"', "\\", "\n", '"""', "\ud800", "\u2028", "{x}", "'\"\\"])
def test_quoted_is_a_literal(text):
    assert ast.literal_eval(quoted(text)) == text
    assert "\n" not in quoted(text)


def test_problems_become_comments():
    project = project_of(
        ("in", "input", {"shape": [5, 5, 1]}),
        ("c", "conv2d", {"kernel_size": [7, 7]}),
        ("f", "flatten", {}),
        ("k", "rocket\nimport os", {}),
        ("output", "output", {}),
    )
    text = code_text(lines_of(project))
    ast.parse(text)
    assert "# c: Kernel 7×7 is larger than its 5×5 input" in text
    assert "# f: waits for a layer before it" in text
    assert "# no model yet: 4 layers cannot be built" in text
    assert "compile" not in text
    assert "\nimport os" not in text


@pytest.mark.parametrize(
    "project, expected",
    [
        (Project(), "# no model yet: an Input layer is missing"),
        (project_of(("in", "input", {}), heads=()), "# no model yet: an Output layer is missing"),
    ],
)
def test_half_drawn_networks(project, expected):
    assert expected in code_text(lines_of(project))


def test_a_wrong_plan_is_a_comment():
    project = load_example("iris")
    text = code_text(lines_of(project.replace(plan=Plan("rocket"))))
    assert "# not compiled: There is no optimiser 'rocket'." in text
    ast.parse(text)


def test_only_what_keras_does_not_assume():
    values = {"units": 8, "activation": "linear", "use_bias": False, "kernel_initializer": "he_normal"}
    project = project_of(
        ("in", "input", {"shape": [9, 9, 2]}),
        ("p", "average_pooling2d", {"pool_size": [3, 2], "strides": [3, 2], "padding": "same"}),
        ("q", "max_pooling2d", {"pool_size": [2, 2], "strides": [1, 1]}),
        ("f", "flatten", {}),
        ("d", "dense", values),
        ("b", "batch_normalization", {"momentum": 0.9}),
        ("output", "output", {"units": 1, "activation": "sigmoid"}),
    )
    text = code_text(lines_of(project))
    assert 'layers.AveragePooling2D((3, 2), padding="same", name="p")' in text
    assert 'layers.MaxPooling2D(2, strides=1, name="q")' in text
    assert 'layers.Dense(8, use_bias=False, kernel_initializer="he_normal", name="d")' in text
    assert 'layers.BatchNormalization(momentum=0.9, name="b")' in text
    assert "# logits: sigmoid is inside the loss" in text
    assert 'metrics=[keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)]' in text


def test_two_heads_and_two_inputs():
    project = project_of(
        ("a", "input", {"shape": [4]}),
        ("b", "input", {"shape": [6]}),
        ("j", "concatenate", {}),
        ("one", "output", {"units": 3}),
        edges=[("a", "j")],
        heads=[],
    )
    graph = project.graph.with_node(Node("two", "output", {"units": 2})).with_edge("j", "two")
    project = project.replace(graph=graph, heads=(Head("one", weight=0.5), Head("two")))
    text = code_text(lines_of(project))
    tree = ast.parse(text)
    assert "model = keras.Model([a, b], [one, two])" in text
    assert 'loss_weights={"one": 0.5, "two": 1.0}' in text
    assert tree


def run_python(code, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


COUNT = """
import json, sys
counts = []
for code in json.load(open(sys.argv[1])):
    names = {}
    exec(compile(code, "drawer", "exec"), names)
    counts.append(names["model"].count_params())
print(json.dumps(counts))
"""


def every_kind():
    """One network with every kind of layer, every non-default setting, and names that only look like code."""
    layers = [
        ("in 1", "input", {"shape": [12, 12, 1]}),
        ("class", "conv2d", {"filters": 3, "kernel_size": [3, 2], "strides": [1, 2], "use_bias": False}),
        ("x", "conv2d", {"filters": 3, "dilation_rate": [2, 2], "padding": "same", "activation": "gelu"}),
        ("a.b", "batch_normalization", {"momentum": 0.9, "epsilon": 0.01}),
        ("keras", "activation", {"activation": "silu"}),
        ("0", "average_pooling2d", {"strides": [1, 1], "padding": "same"}),
        ("add", "add", {}),
        ("max", "max_pooling2d", {"pool_size": [3, 2]}),
        ("drop", "dropout", {"rate": 0.1}),
        ("join", "concatenate", {"axis": -2}),
        ("pad", "zero_padding2d", {"rows": [0, 1], "columns": [2, 0]}),
        ("up", "up_sampling2d", {"size": [2, 1], "interpolation": "bilinear"}),
        ("wide", "conv2d_transpose", {"filters": 3, "kernel_size": [3, 2], "strides": [2, 2], "padding": "same"}),
        ("most", "global_max_pooling2d", {}),
        ("back", "reshape", {"target_shape": [1, 1, 3]}),
        ("gap", "global_average_pooling2d", {}),
        ("re", "reshape", {"target_shape": [-1]}),
        ("emb", "embedding", {"input_dim": 7, "output_dim": 5}),
        ("ls", "lstm", {"units": 4, "return_sequences": True, "go_backwards": True}),
        ("gr", "gru", {"units": 4, "return_sequences": True, "reset_after": False}),
        ("rnn", "simple_rnn", {"units": 3, "activation": "relu", "return_sequences": True}),
        ("bi", "bidirectional", {"cell": "gru", "units": 4, "return_sequences": True, "merge_mode": "ave"}),
        ("flat", "flatten", {}),
        ("dense", "dense", {"units": 6, "activation": "leaky_relu", "kernel_initializer": "he_normal"}),
        ("output", "output", {"units": 3, "use_bias": False}),
    ]
    return project_of(*layers, edges=[("class", "add"), ("max", "join")])


@pytest.mark.tensorflow
def test_the_code_builds_what_was_counted(tmp_path):
    projects = [*(load_example(name) for name in READY), every_kind()]
    plans = [Plan(name) for name in OPTIMIZERS]
    projects += [load_example("iris").replace(plan=plan) for plan in plans]
    assert not [problem for project in projects for problem in infer(project.graph).problems]
    (tmp_path / "code.json").write_text(json.dumps([code_text(lines_of(project)) for project in projects]))
    counts = run_python(COUNT, str(tmp_path / "code.json"))
    assert counts == [infer(project.graph).num_params for project in projects]
    assert set(LAYERS) == {node.kind for node in every_kind().graph.nodes}


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore")
def test_what_keras_assumes_is_what_we_leave_out():
    import inspect

    import keras

    for name, known in KERAS_DEFAULTS.items():
        owner = keras.layers if hasattr(keras.layers, name) else keras.optimizers
        parameters = inspect.signature(getattr(owner, name).__init__).parameters
        for setting, value in known.items():
            default = parameters[setting].default
            if setting == "activation":
                assert default == (None if value == "linear" else value)
            else:
                assert default == value or default == value[0], (name, setting)


@pytest.mark.tensorflow
def test_the_stand_alone_script_runs_and_prints_one_line_of_json(tmp_path):
    project = load_example("iris").replace(title='"""; raise SystemExit(3) #', plan=Plan("adam", {}, 32, 2))
    script = standalone_script(project, data_code(project.data))
    (tmp_path / "train.py").write_text(script, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "train.py"], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    values = json.loads(done.stdout.splitlines()[-1])
    assert set(values) == {"loss", "accuracy"}
    assert 0 <= values["accuracy"] <= 1


@pytest.mark.parametrize("name", READY)
def test_scripts_of_all_examples_compile(name):
    project = load_example(name)
    script = standalone_script(project, data_code(project.data))
    compile(script, name, "exec")
    assert "engine" not in {node.module for node in ast.walk(ast.parse(script)) if isinstance(node, ast.ImportFrom)}
