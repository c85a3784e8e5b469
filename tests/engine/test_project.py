"""Project files: read strictly, refused in a sentence, written back as they were."""

import json
import math

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UserError
from engine.examples import EXAMPLES, load_example
from engine.graph import Edge, Graph, Node
from engine.groups import grouped, ungrouped
from engine.project import MAX_FILE_BYTES, DataChoice, Head, Plan, Project, decode, encode, migrated, read

GOOD = encode(load_example("digits"))


def changed(**fields):
    return json.dumps({**json.loads(GOOD), **fields}).encode()


def test_round_trip_of_every_example():
    for example in EXAMPLES:
        project = load_example(example.name)
        assert decode(encode(project)) == project
        assert encode(decode(encode(project))) == encode(project)


number = st.floats(allow_nan=False, allow_infinity=False)
names = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.\- ]{0,20}", fullmatch=True)
readable = st.text(st.characters(codec="utf-8"), max_size=30)
value = st.none() | st.booleans() | st.integers(-(10**17), 10**18) | number | readable | st.lists(st.integers(0, 9))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_round_trip_of_any_sound_project(data):
    nodes = [
        Node(name, data.draw(readable), data.draw(st.dictionaries(readable, value, max_size=3)), 1.5, -2.0)
        for name in data.draw(st.lists(names, unique=True, max_size=5))
    ]
    edges = [Edge(a.name, b.name) for n, b in enumerate(nodes) for a in nodes[:n] if data.draw(st.booleans())]
    project = Project(
        title=data.draw(readable),
        graph=Graph(tuple(nodes), tuple(edges)),
        heads=tuple(Head(node.name, weight=data.draw(number)) for node in nodes[-1:]),
        data=DataChoice(data.draw(readable), data.draw(st.dictionaries(readable, value, max_size=2)), seed=3),
        plan=Plan(batch_size=data.draw(st.integers(-5, 99))),
        seed=data.draw(st.integers(-(2**31), 2**31)),
    )
    assert decode(encode(project)) == project


def test_truncated_anywhere():
    for end in range(0, len(GOOD) - 2, 64):
        with pytest.raises(UserError) as caught:
            decode(GOOD[:end], "cut.glassbox")
        assert "cut.glassbox" in caught.value.message
        assert caught.value.hint


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes(data):
    with pytest.raises(UserError):
        decode(data)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_one_changed_byte_is_read_whole_or_refused(place, byte):
    try:
        project = decode(GOOD[:place] + bytes([byte]) + GOOD[place + 1 :])
    except UserError as error:
        assert error.message
    else:
        assert decode(encode(project)) == project


DEEP = b"[" * 100_000
CASES = {
    "empty": (b"", "empty (0 bytes)"),
    "blank": (b" \n ", "empty"),
    "JPEG": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)), "not a Glassbox project"),
    "zip": (b"PK\x03\x04" + b"\0" * 40, "not a Glassbox project"),
    "a list": (b"[1, 2]", "not a Glassbox project"),
    "other JSON": (b'{"hello": 1}', "names no format version"),
    "duplicate keys": (GOOD.replace(b'"title"', b'"seed": 1, "title"', 1), "'seed' appears twice"),
    "NaN": (GOOD.replace(b'"seed": 0', b'"seed": NaN'), "NaN is not a JSON number"),
    "infinity": (changed(seed=0).replace(b'"seed": 0', b'"seed": Infinity'), "Infinity is not a JSON number"),
    "a number too large": (changed(seed=0).replace(b'"seed": 0', b'"seed": 1e999'), "1e999"),
    "5,000 digits": (changed(seed=0).replace(b'"seed": 0', b'"seed": ' + b"9" * 5000), "has 5,000 digits"),
    "400 digits": (changed(seed=0).replace(b'"seed": 0', b'"seed": ' + b"9" * 400), "has 400 digits"),
    "half a character": (changed(title="X").replace(b'"X"', b'"\\ud800"'), "not a Glassbox project"),
    "nested too deeply": (b'{"format": 1, "graph": ' + DEEP, "nested too deeply"),
    "deep but closed": (b'{"format": 1, "a": ' + DEEP + b"]" * 100_000 + b"}", "nested too deeply"),
    "future version": (changed(format=99), "format version 99; this program reads up to 2"),
    "version as text": (changed(format="1"), "names no format version"),
    "version as truth": (changed(format=True), "names no format version"),
    "version zero": (changed(format=0), "version 0 is not known"),
    "negative version": (changed(format=-(10**9)), "is not known"),
    "unknown field": (changed(colour="red"), "colour"),
    "text for a number": (changed(seed="7"), "Expected `int`"),
    "graph as text": (changed(graph="chain"), "Expected `object`"),
    "unknown choice": (changed(kind="rocket"), "rocket"),
    "node without a name": (changed(graph={"nodes": [{"kind": "dense"}]}), "name"),
    "bad name": (changed(graph={"nodes": [{"name": "a/b", "kind": "dense"}]}), "'a/b' cannot be"),
    "edge to nowhere": (changed(graph={"nodes": [], "edges": [{"source": "a", "target": "b"}]}), "names 'a'"),
    "cycle": (
        changed(
            graph={
                "nodes": [{"name": "a", "kind": "dense"}, {"name": "b", "kind": "dense"}],
                "edges": [{"source": "a", "target": "b"}, {"source": "b", "target": "a"}],
            }
        ),
        "cycle",
    ),
    "two nodes of one name": (
        changed(graph={"nodes": [{"name": "a", "kind": "dense"}, {"name": "a", "kind": "dense"}]}),
        "Two layers are called 'a'",
    ),
    "too many layers": (
        changed(graph={"nodes": [{"name": f"n{n}", "kind": "dense"} for n in range(401)]}),
        "401 layers",
    ),
    "a group without a name": (
        GOOD.replace(b'"y": 64.0', b'"y": 64.0, "group": "a//b"', 1),
        "cannot be a group's name",
    ),
    "groups too deep": (GOOD.replace(b'"y": 64.0', b'"y": 64.0, "group": "a/b/c/d/e/f/g/h/i"', 1), "lies in 9 groups"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "not a Glassbox project"),
}


@pytest.mark.parametrize("name", list(CASES))
def test_bad_files(name):
    data, expected = CASES[name]
    with pytest.raises(UserError) as caught:
        decode(data, "mine.glassbox")
    assert expected in caught.value.message
    assert len(caught.value.message) < 400
    assert caught.value.hint


def test_infinity_nowhere():
    """No road leads an infinite number into a project, in or out."""
    for text in ("1e999", "-1e999", "1" + "0" * 400):
        with pytest.raises(UserError):
            decode(GOOD.replace(b'"x": 32.0', b'"x": ' + text.encode(), 1))
    assert all(math.isfinite(node.x) for node in decode(GOOD).graph.nodes)


def test_too_large_a_file(tmp_path):
    path = tmp_path / "big.glassbox"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(UserError, match="16,777,217 bytes"):
        read(path)


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(UserError, match="does not exist"):
        read(tmp_path / "none.glassbox")
    with pytest.raises(UserError, match="is a folder, not a file"):
        read(tmp_path)


def test_migration_steps_run_in_order(monkeypatch):
    steps = {0: lambda fields: {"title": fields["name"]}, 1: lambda fields: {**fields, "seed": 3}}
    monkeypatch.setattr("engine.project.MIGRATIONS", steps)
    assert migrated({"format": 0, "name": "old"}, 0) == {"format": 2, "title": "old", "seed": 3}


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e.path.is_file()], ids=lambda example: example.name)
def test_files_without_groups_stay_in_the_first_format(example):
    """As they were written before there were groups, so that older programs open them still."""
    data = example.path.read_bytes()
    assert encode(decode(data)) == data
    assert json.loads(data)["format"] == 1


def test_a_group_is_written_only_where_there_is_one():
    project = load_example("digits")
    names = [node.name for node in project.graph.nodes[1:3]]
    graph, path = grouped(project.graph, names)
    written = json.loads(encode(project.replace(graph=graph)))
    assert written["format"] == 2
    assert [node.get("group") for node in written["graph"]["nodes"]][:4] == [None, path, path, None]
    assert decode(encode(project.replace(graph=graph))).graph == graph
    assert json.loads(encode(project.replace(graph=ungrouped(graph, path)))) == json.loads(encode(project))


def test_heads_follow_the_output_layers():
    project = load_example("spiral")
    graph = project.graph.with_node(Node("second", "output"))
    assert [head.node for head in project.with_graph(graph).heads] == ["output", "second"]
    assert project.with_graph(graph.without(["output"])).heads == (Head("second"),)
    renamed = project.with_renamed("output", "answer")
    assert renamed.heads[0].node == "answer"
    assert "answer" in renamed.graph
    assert msgspec.structs.asdict(project)["heads"][0].node == "output"
