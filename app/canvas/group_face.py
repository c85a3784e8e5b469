"""What a closed group shows: the words of one node for all layers in it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from app.canvas.face import Face, glyph_of
from engine.graph import Graph
from engine.groups import KIND, key_of, members, title_of
from engine.shapes import Inference, Problem


def group_face(graph: Graph, inference: Inference, path: str, known: Mapping[str, Face]) -> Face:
    """The face of a group.

    Args:
        known: the face of every layer.
    """
    names = set(members(graph, path))
    inside = [known[node.name] for node in graph.in_order() if node.name in names]
    problems = [face.problem for face in inside if face.problem is not None]
    states = {face.state for face in inside}
    ends = [face.name for face in inside if any(target not in names for target in graph.targets(face.name))]
    shapes = dict.fromkeys(known[name].shape for name in ends or [inside[-1].name])
    loose = [face for face in inside if not graph.targets(face.name)]
    return Face(
        name=key_of(path),
        kind=KIND,
        family=main_family(inside, inference),
        settings=f"{len(inside)} layers" + (f", {len(problems)} problems" if len(problems) > 1 else ""),
        shape=", ".join(shape for shape in shapes if shape),
        params=None if any(face.params is None for face in inside) else sum(face.params or 0 for face in inside),
        inputs=0 if all(face.inputs == 0 for face in inside) else 1,
        state="error" if problems else "stale" if "stale" in states else "ok",
        problem=_said(problems[0]) if problems else None,
        title=title_of(path),
        glyphs=tuple((glyph_of(face.kind, face.family), face.family) for face in inside),
        feeds_on=bool(ends) or not all(face.is_output for face in loose),
    )


def main_family(faces: Sequence[Face], inference: Inference) -> str:
    """The family that does most of a group's multiplications; the most frequent one where none multiplies."""
    work: Counter[str] = Counter()
    for face in faces:
        info = inference.layers.get(face.name)
        work[face.family] += info.multiply_adds if info else 0
    frequent = Counter(face.family for face in faces)
    return max(frequent, key=lambda family: (work[family], frequent[family]))


def _said(problem: Problem) -> Problem:
    """A problem with the layer's name in its sentence, because the layer itself is not in sight."""
    if problem.node in problem.message:
        return problem
    return Problem(problem.node, f"{problem.node}: {problem.message}", problem.hint, problem.arithmetic, problem.fixes)
