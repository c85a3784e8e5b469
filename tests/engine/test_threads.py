"""One thread for small networks, every core for heavy ones, and what the user sets above both."""

import os

import msgspec
import psutil
import pytest

from engine import cli, threads
from engine.examples import load_example
from engine.graph import Graph, Node
from engine.project import Project, encode
from engine.shapes import infer


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    monkeypatch.setenv(threads.VARIABLE, "")  # nothing; and put back what a command sets


@pytest.mark.parametrize("name", ["digits", "digits-dense", "spiral", "iris", "residual", "lenet-5", "mlp"])
def test_small_networks_have_one(name):
    assert threads.wanted(load_example(name)) == 1


def heavy(batch_size):
    graph = Graph((Node("input_1", "input", {"shape": [64, 64, 3]}), Node("conv_1", "conv2d", {"filters": 64})))
    graph = graph.with_edge("input_1", "conv_1")
    project = Project(graph=graph)
    return project.replace(plan=msgspec.structs.replace(project.plan, batch_size=batch_size))


def test_a_heavy_network_gets_every_core_by_the_work_of_a_batch():
    work = infer(heavy(1).graph).multiply_adds
    least = -(-threads.HEAVY // work)
    assert threads.wanted(heavy(least)) == psutil.cpu_count()
    assert threads.wanted(heavy(least - 1)) == 1


@pytest.mark.parametrize("value, expected", [("3", 3), ("0", 1), ("many", 1), ("", 1)])
def test_what_the_user_sets_stands_above_it(monkeypatch, value, expected):
    monkeypatch.setenv(threads.VARIABLE, value)
    assert threads.wanted(heavy(1)) == expected


def test_the_command_line_sets_it_before_tensorflow_is_imported(tmp_path, capsys):
    path = tmp_path / "heavy.glassbox"
    path.write_bytes(encode(heavy(100_000)))
    set_to = []
    assert (
        cli.main(["train", str(path)], lambda _name: lambda *_: set_to.append(os.environ[threads.VARIABLE]) or {}) == 0
    )
    assert set_to == [str(psutil.cpu_count())]
