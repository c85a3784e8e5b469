"""Room for open groups: nothing covers anything, rows stay rows, and the file keeps every place."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from app.canvas.unfolding import HEAD, PAD, unfolded
from engine.errors import UserError
from engine.graph import Edge, Graph, Node
from engine.groups import enclosing, grouped, is_group, key_of, members, paths
from engine.layout import auto_layout, node_size


def chain(count):
    graph = Graph(tuple(Node(f"n{n}", "dense") for n in range(count)))
    return Graph(graph.nodes, tuple(Edge(a.name, b.name) for a, b in pairwise(graph.nodes)))


def cards(graph, found):
    sizes = {node.name: node_size(node.kind) for node in graph.nodes}
    return {item: QRectF(at, QRectF(0, 0, *sizes.get(item, (128, 152))).size()) for item, at in found.places.items()}


def covering(boxes):
    known = list(boxes.items())
    return [(a, b) for n, (a, one) in enumerate(known) for b, other in known[n + 1 :] if one.intersects(other)]


def test_without_groups_everything_stands_where_the_file_has_it():
    graph = auto_layout(chain(7), 900)
    assert {name: (at.x(), at.y()) for name, at in unfolded(graph, (), {}).places.items()} == {
        node.name: (node.x, node.y) for node in graph.nodes
    }


def test_an_open_group_takes_room_to_the_right_and_below():
    graph, path = grouped(chain(12), [f"n{n}" for n in range(1, 8)])
    graph = auto_layout(graph, 900)
    closed, opened = unfolded(graph, (), {}), unfolded(graph, {path}, {})
    frame = opened.frames[path]
    assert frame.topLeft() == closed.places[key_of(path)]
    assert opened.places["n1"] - frame.topLeft() == type(frame.topLeft())(PAD, HEAD)
    assert opened.places["n0"] == closed.places["n0"]
    assert opened.places["n8"].x() == frame.right() + 40
    assert opened.places["n8"].y() == closed.places["n8"].y()
    below = opened.places["n11"].y() - closed.places["n11"].y()
    assert below == frame.height() - 152
    assert not covering({**cards(graph, opened), "frame": QRectF()})


def test_a_group_inside_a_closed_one_is_not_in_sight():
    graph, inner = grouped(chain(6), ["n1", "n2"])
    graph, outer = grouped(graph, ["n1", "n2", "n3"])
    inner = f"{outer}/{inner}"
    assert set(unfolded(graph, {inner}, {}).places) == {"n0", key_of(outer), "n4", "n5"}
    both = unfolded(graph, {outer, inner}, {})
    assert list(both.frames) == [outer, inner]
    assert both.frames[outer].contains(both.frames[inner])


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 13), st.integers(0, 13)), max_size=16),
    st.lists(st.sets(st.integers(0, 13), min_size=2, max_size=6), max_size=4),
    st.data(),
)
def test_nothing_covers_anything(extra, choices, data):
    """Whatever is grouped and open: cards and frames side by side never touch, and a frame holds what is in it."""
    graph = chain(14)
    for a, b in extra:
        graph = graph.with_edge(f"n{a}", f"n{b}") if a < b else graph
    for names in choices:
        try:
            graph = grouped(graph, {f"n{n}" for n in names})[0]
        except UserError:
            continue
    graph = auto_layout(graph, 900)
    is_open = data.draw(st.sets(st.sampled_from(paths(graph) or ("none",))))
    found = unfolded(graph, is_open, {})
    boxes = cards(graph, found)
    assert not covering(boxes)
    for path, frame in found.frames.items():
        assert set(enclosing(path)) <= set(is_open)
        inside = set(members(graph, path))
        for item, box in boxes.items():
            own = set(members(graph, item.removesuffix("/"))) if is_group(item) else {item}
            assert frame.contains(box) if own <= inside else not frame.intersects(box)
