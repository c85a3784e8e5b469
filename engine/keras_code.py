"""The project as plain Keras: functional-API lines that run as they stand, each tied to the node it writes out."""

import keyword
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from engine.errors import UserError
from engine.graph import Graph, Node
from engine.keras_arguments import compile_arguments, layer_arguments, quoted
from engine.nesting import reading_order
from engine.project import Project
from engine.shapes import Inference, LayerInfo

Span = tuple[int, int, str]
TOKENS = re.compile(
    r"""(?P<string>"[^"]*"|'(?:[^'\\]|\\.)*')|(?P<comment>\#.*)|(?P<keyword>\b(?:import|from|as|def|return|True|False|None)\b)"""
    r"""|(?P<number>(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?\b)|(?<=\blayers\.)(?P<layer>\w+)"""
)
TAKEN = {"x", "inp", "out", "keras", "layers", "model", "np", "data", "history", "main", "print", "import"}
ENDS = ("input", "output")
IN_LOSS = {
    "softmax": "logits: softmax is inside the loss",
    "sigmoid": "logits: sigmoid is inside the loss",
}


@dataclass(frozen=True)
class CodeLine:
    """One line of code.

    Args:
        text: without the line break.
        node: name of the layer it writes out; empty for imports, model and compile.
        spans: (start, length, kind) of what is coloured; kind is "string", "number", "keyword", "comment", or the
            layer's family for its class name. What no span covers is plain.
        others: further layers that the same line writes out, as in a function that several blocks share.
    """

    text: str
    node: str = ""
    spans: tuple[Span, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def nodes(self) -> frozenset[str]:
        """Every layer it writes out."""
        return frozenset((self.node, *self.others)) - {""}


def code_lines(project: Project, inference: Inference) -> tuple[CodeLine, ...]:
    """Write out the project.

    Layers with problems become comments that say what is wrong; the model is then left out.
    """
    lines = [code_line("import keras"), code_line("from keras import layers"), code_line("")]
    return (*lines, *model_lines(project, inference), code_line(""), *compile_lines(project, inference))


def model_lines(project: Project, inference: Inference) -> tuple[CodeLine, ...]:
    """The lines from the inputs to `model = keras.Model(...)`."""
    graph = project.graph
    order = reading_order(graph)
    names = _variables(graph, order)
    lines = [_layer_line(graph, node, names, inference) for node in order]
    return (*lines, *model_line(graph, names, inference))


def code_text(lines: Iterable[CodeLine]) -> str:
    """The lines as one text, ready to be copied."""
    return "\n".join(line.text for line in lines) + "\n"


def code_line(text: str, node: str = "", family: str = "") -> CodeLine:
    spans = []
    for match in TOKENS.finditer(text):
        kind = match.lastgroup or ""
        spans.append((match.start(kind), len(match[kind]), family if kind == "layer" else kind))
    return CodeLine(text, node, tuple(span for span in spans if span[2]))


def _neighbours(graph: Graph) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    sources: dict[str, list[str]] = {node.name: [] for node in graph.nodes}
    targets: dict[str, list[str]] = {node.name: [] for node in graph.nodes}
    for edge in graph.edges:
        sources[edge.target].append(edge.source)
        targets[edge.source].append(edge.target)
    return sources, targets


def _variables(graph: Graph, order: Sequence[Node]) -> dict[str, str]:
    """`x` for what only the next line needs, `inp` and `out` for the ends, a name of its own for anything else."""
    _, targets = _neighbours(graph)
    following = {node.name: after.name for node, after in pairwise(order)}
    single = {kind: sum(node.kind == kind for node in order) == 1 for kind in ENDS}
    names: dict[str, str] = {}
    for node in order:
        if single.get(node.kind):
            names[node.name] = "inp" if node.kind == "input" else "out"
        elif node.kind not in single and targets[node.name] == [following.get(node.name)]:
            names[node.name] = "x"
        else:
            names[node.name] = identifier(node.name, set(names.values()) | TAKEN)
    return names


def identifier(name: str, taken: set[str]) -> str:
    stem = re.sub(r"\W", "_", name, flags=re.ASCII)
    stem = f"layer_{stem}" if stem[0].isdigit() or keyword.iskeyword(stem) else stem
    return next(text for n in range(len(taken) + 1) if (text := f"{stem}_{n}" if n else stem) not in taken)


def _layer_line(graph: Graph, node: Node, names: dict[str, str], inference: Inference) -> CodeLine:
    info = inference.layers.get(node.name)
    if info is None:
        problem = inference.problem(node.name)
        reason = " ".join(problem.message.split()) if problem else "waits for a layer before it"
        return code_line(f"# {node.name}: {reason}", node.name)
    sources = [names[source] for source in graph.sources(node.name)]
    called = f"({_listed(sources, single=info.spec.max_inputs == 1)})" if sources else ""
    text = f"{names[node.name]} = layers.{info.spec.keras}({_arguments(node, info)}){called}"
    remark = IN_LOSS.get(info.values["activation"]) if node.kind == "output" else None
    return code_line(f"{text}  # {remark}" if remark else text, node.name, info.spec.family)


def _arguments(node: Node, info: LayerInfo) -> str:
    return ", ".join([*layer_arguments(info.spec, info.values), f"name={quoted(node.name)}"])


def _listed(names: Sequence[str], *, single: bool) -> str:
    return names[0] if single else f"[{', '.join(names)}]"


def model_line(graph: Graph, names: dict[str, str], inference: Inference) -> Iterator[CodeLine]:
    ends = {kind: [names[n.name] for n in graph.nodes if n.kind == kind and n.name in names] for kind in ENDS}
    broken = len(graph.nodes) - len(inference.layers)
    if broken:
        yield code_line(f"# no model yet: {broken} layer{'' if broken == 1 else 's'} cannot be built")
    elif not ends["input"] or not ends["output"]:
        missing = "an Input" if not ends["input"] else "an Output"
        yield code_line(f"# no model yet: {missing} layer is missing")
    else:
        inputs, outputs = (_listed(ends[kind], single=len(ends[kind]) == 1) for kind in ENDS)
        yield code_line(f"model = keras.Model({inputs}, {outputs})")


def compile_lines(project: Project, inference: Inference) -> Iterator[CodeLine]:
    outputs = [head for head in project.heads if head.node in inference.layers]
    if not outputs or len(inference.layers) < len(project.graph.nodes):
        return
    activations: dict[str, Any] = {head.node: inference.layers[head.node].values["activation"] for head in outputs}
    try:
        arguments = list(compile_arguments(project, outputs, activations))
    except UserError as error:
        yield code_line(f"# not compiled: {' '.join(error.message.split())}")
        return
    yield code_line("model.compile(")
    yield from (code_line(f"    {name}={value},") for name, value in arguments)
    yield code_line(")")
