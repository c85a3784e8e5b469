"""Code with functions: blocks alike are written once, it runs as it stands, and a seed gives the engine's weights."""

import ast
import re

import pytest

from engine.block_code import block_lines, code_pieces
from engine.examples import load_example
from engine.exporters.data_code import data_code
from engine.exporters.script_text import standalone_script
from engine.graph import Edge, Graph, Node
from engine.groups import with_group
from engine.keras_code import code_lines, code_text
from engine.nesting import Block, nesting, reading_order
from engine.project import Project
from engine.shapes import infer


def network(*blocks, title="block{}", name="{}_{}", inside=("conv", "norm", "add")):
    """Input, residual blocks of so many filters, average, output; each block a group."""
    nodes = [Node("in", "input", {"shape": [8, 8, 4]})]
    edges, last = [], "in"
    for number, (filters, kernel) in enumerate(blocks, start=1):
        path = title.format(number)
        own = [name.format(path.rpartition("/")[2], end) for end in inside]
        for kind, called in zip(("conv2d", "batch_normalization", "add"), own, strict=True):
            values = {"filters": filters, "kernel_size": [kernel] * 2, "padding": "same"} if kind == "conv2d" else {}
            nodes.append(Node(called, kind, values, group=path))
        edges += [(last, own[0]), (own[0], own[1]), (last, own[2]), (own[1], own[2])]
        last = own[2]
    nodes += [Node("gap", "global_average_pooling2d"), Node("out", "output", {"units": 3})]
    edges += [(last, "gap"), ("gap", "out")]
    graph = Graph(tuple(nodes), tuple(Edge(*pair) for pair in edges))
    return Project(seed=4).with_graph(graph)


def code_of(project):
    lines = block_lines(project, infer(project.graph))
    ast.parse(code_text(lines))
    return lines


def functions_in(lines):
    return {match[1]: match[2] for line in lines if (match := re.fullmatch(r"def (\w+)\((.*)\):", line.text))}


def test_blocks_alike_share_one_function():
    lines = code_of(network((4, 3), (4, 3), (4, 5)))
    assert functions_in(lines) == {"block": "inputs, kernel_size, name"}
    texts = [line.text for line in lines]
    assert '    """block1, block2, block3."""' in texts
    assert '    x = layers.Conv2D(4, kernel_size, padding="same", activation="relu", name=f"{name}_conv")(inp)' in texts
    assert 'x = block(inp, kernel_size=3, name="block1")' in texts
    assert 'x = block(x, kernel_size=5, name="block3")' in texts


def test_what_keras_assumes_in_some_blocks_only_is_written_out():
    project = network((4, 3), (4, 3))
    graph = project.graph.with_values("block1_conv", {"strides": [1, 1], "dilation_rate": [2, 2]})
    lines = code_of(project.replace(graph=graph))
    assert functions_in(lines) == {"block": "inputs, dilation_rate, name"}
    assert 'x = block(x, dilation_rate=1, name="block2")' in [line.text for line in lines]


def test_names_that_follow_no_pattern_are_given_as_a_list():
    project = network((4, 3), (4, 3))
    graph = project.graph.renamed("block1_conv", "odd").renamed("block2_norm", "other")
    lines = code_of(project.replace(graph=graph))
    assert functions_in(lines) == {"block": "inputs, names, name"}
    assert 'x = block(inp, names=("odd", "block1_norm",), name="block1")' in [line.text for line in lines]


def test_names_that_begin_alike_but_not_like_their_block():
    lines = code_of(network((4, 3), (4, 3), title="b{}", name="s_{}_{}"))
    assert functions_in(lines) == {"b": "inputs, prefix, name"}
    assert 'x = b(x, prefix="s_b2_", name="b2")' in [line.text for line in lines]


def test_a_block_of_its_own_is_written_as_it_is():
    lines = code_of(network((4, 3)))
    assert functions_in(lines) == {"block1": "inputs"}
    assert "x = block1(inp)" in [line.text for line in lines]


def test_every_line_says_which_layers_it_writes():
    project = network((4, 3), (4, 3))
    lines = code_of(project)
    conv = next(line for line in lines if "Conv2D" in line.text)
    assert conv.nodes == {"block1_conv", "block2_conv"}
    assert next(line for line in lines if "block(x" in line.text).nodes == {"block2_conv", "block2_norm", "block2_add"}
    assert frozenset().union(*(line.nodes for line in lines)) == {node.name for node in project.graph.nodes}
    spans = {(conv.text[start : start + length], kind) for start, length, kind in conv.spans}
    assert ("Conv2D", "convolution") in spans and ("4", "number") in spans


@pytest.mark.parametrize("title", ["print{}", "class{}", "2 fast/{}", "keras/x{}", "inputs{}", "a.b-{}", "name"])
def test_hostile_group_names(title):
    number = 1 if "{}" not in title else 2
    lines = code_of(network(*[(4, 3)] * number, title=title))
    tree = ast.parse(code_text(lines))
    assert not {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & {"print", "class"}
    kinds = {block.name for block in blocks_of(nesting(network((4, 3), title=title).graph))}
    assert len(functions_in(lines)) == len(kinds)


def blocks_of(block):
    inner = [item for item in block.items if isinstance(item, Block)]
    return [*inner, *(found for item in inner for found in blocks_of(item))]


def test_without_blocks_or_with_problems_it_is_the_plain_code():
    plain = load_example("digits")
    assert block_lines(plain, infer(plain.graph)) == code_lines(plain, infer(plain.graph))
    broken = network((4, 3), (4, 3))
    broken = broken.replace(graph=broken.graph.with_values("block1_conv", {"filters": 7}))
    assert block_lines(broken, infer(broken.graph)) == code_lines(broken, infer(broken.graph))
    assert code_pieces(broken, infer(broken.graph)).functions == ()


def test_each_block_is_read_in_one_piece():
    project = network((4, 3), (4, 3))
    graph = project.graph.with_node(Node("side", "conv2d", {"filters": 4})).with_edge("block1_add", "side")
    order = [node.path for node in reading_order(graph)]
    assert [path for n, path in enumerate(order) if not n or order[n - 1] != path].count("block2") == 1


def two_ways():
    """A block with two inputs and two outputs inside a stage, and one that repeats it."""
    nodes, edges = [Node("in", "input", {"shape": [6, 6, 4]})], []
    one = two = "in"
    for n in (1, 2):
        for end, kind in (("a", "conv2d"), ("b", "conv2d"), ("c", "add")):
            values = {"filters": 4, "padding": "same"} if kind == "conv2d" else {}
            nodes.append(with_group(Node(f"p{n}_{end}", kind, values), f"stage/p{n}"))
        edges += [(one, f"p{n}_a"), (two, f"p{n}_b"), (f"p{n}_a", f"p{n}_c"), (f"p{n}_b", f"p{n}_c")]
        one, two = f"p{n}_a", f"p{n}_c"
    nodes += [
        Node("join", "concatenate", group="stage"),
        Node("gap", "global_average_pooling2d"),
        Node("out", "output"),
    ]
    edges += [(one, "join"), (two, "join"), ("join", "gap"), ("gap", "out")]
    return Project(seed=2).with_graph(Graph(tuple(nodes), tuple(Edge(*pair) for pair in edges)))


def test_several_inputs_and_outputs():
    lines = code_of(two_ways())
    texts = [line.text for line in lines]
    assert set(functions_in(lines)) == {"p1", "p2", "stage"}
    assert "def p2(inputs_1, inputs_2):" in texts
    assert "    p1_a, p1_c = p1(inp)" in texts
    assert "    p2_a, p2_c = p2(p1_a, p1_c)" in texts


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    "project",
    [network((4, 3), (4, 5), (4, 3)), network((4, 3), (4, 3), title="s/b{}"), two_ways()],
    ids=["shared", "nested", "two ways"],
)
def test_the_seed_gives_the_weights_of_the_engine(project):
    import keras
    import numpy as np

    from engine.runtime.build import build
    from engine.runtime.training.checkpoints import layer_variables

    names = {}
    keras.utils.set_random_seed(project.seed)
    exec(compile(code_text(code_of(project)), "drawer", "exec"), names)
    ours, theirs = layer_variables(build(project).model), layer_variables(names["model"])
    assert ours.keys() == theirs.keys()
    for name, variable in ours.items():
        np.testing.assert_array_equal(variable, theirs[name], name)
    x = np.random.default_rng(0).normal(size=(2, *build(project).model.input_shape[1:])).astype("float32")
    np.testing.assert_allclose(build(project).logits(x)[0], names["model"](x), atol=1e-5)
    nested = [layer.name for layer in names["model"].layers if isinstance(layer, keras.Model)]
    assert nested == [layer.name for layer in build(project).model.layers if isinstance(layer, keras.Model)] != []


def test_the_script_has_its_functions_before_the_model():
    script = standalone_script(network((4, 3), (4, 3)), data_code(load_example("digits").data))
    tree = ast.parse(script)
    defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert defined.index("block") < defined.index("build_model") < defined.index("main")
