"""Small projects for the runtime's tests."""

import msgspec

from engine.graph import Graph, Node
from engine.project import DataChoice, Plan, Project


def chain(*nodes, data=None, plan=None, seed=0, task="classification"):
    """A project whose layers follow each other: (kind, values) pairs, named kind_n."""
    graph = Graph()
    previous = None
    for kind, values in nodes:
        node = Node(graph.free_name(kind), kind, values)
        graph = graph.with_node(node)
        if previous:
            graph = graph.with_edge(previous, node.name)
        previous = node.name
    return Project(seed=seed, data=data or DataChoice("moons", {"count": 100}), plan=plan or Plan()).with_graph(
        graph, task
    )


def tiny(**changes):
    """2-8-1 tanh on moons: 70 training samples in batches of 16, so the last batch of an epoch is smaller."""
    plan = Plan("adam", {"learning_rate": 0.01}, batch_size=16, epochs=4)
    project = chain(
        ("input", {"shape": [2]}), ("dense", {"units": 8, "activation": "tanh"}), ("output", OUT), plan=plan
    )
    return with_plan(project, **changes)


OUT = {"units": 1, "activation": "sigmoid"}


def noisy(**changes):
    """Dropout and batch normalisation, for all that must come back on resume."""
    plan = Plan("adam", {"learning_rate": 0.01}, batch_size=16, epochs=4)
    project = chain(
        ("input", {"shape": [2]}),
        ("dense", {"units": 8, "activation": "relu"}),
        ("batch_normalization", {}),
        ("dropout", {"rate": 0.3}),
        ("output", OUT),
        plan=plan,
    )
    return with_plan(project, **changes)


def small_convnet(**changes):
    """A convolution, pooling and a dense layer on the digits."""
    plan = Plan("adam", {"learning_rate": 0.005}, batch_size=64, epochs=2)
    project = chain(
        ("input", {"shape": [8, 8, 1]}),
        ("conv2d", {"filters": 4, "kernel_size": [3, 3], "activation": "relu"}),
        ("max_pooling2d", {"pool_size": [2, 2]}),
        ("flatten", {}),
        ("output", {"units": 10, "activation": "softmax"}),
        data=DataChoice("digits"),
        plan=plan,
    )
    return with_plan(project, **changes)


def with_plan(project, **changes):
    """The project with some of its plan's fields changed."""
    return project.replace(plan=msgspec.structs.replace(project.plan, **changes))
