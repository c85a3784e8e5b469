"""The project as Keras code with functions: each block is a model of its own, and blocks alike share one function."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.block_function import RESERVED, Function
from engine.block_kinds import Structure, inner_first, structure_of, variables_of
from engine.graph import Graph, Node
from engine.keras_arguments import quoted
from engine.keras_code import (
    IN_LOSS,
    TAKEN,
    CodeLine,
    code_line,
    code_lines,
    compile_lines,
    identifier,
    model_line,
    model_lines,
)
from engine.nesting import Block, nesting
from engine.project import Project
from engine.shapes import Inference

NUMBERS = re.compile(r"\d+[a-z]?(?=[_ ]|$)")  # in the name of a block that repeats
MOST_SAID = 96  # letters of the sentence that names the blocks of a function


@dataclass(frozen=True)
class Pieces:
    """Code in two pieces.

    Args:
        functions: one for each kind of block, inner ones first, with two empty lines after each.
        model: the lines from the inputs to `model = keras.Model(...)`.
    """

    functions: tuple[CodeLine, ...]
    model: tuple[CodeLine, ...]


def block_lines(project: Project, inference: Inference) -> tuple[CodeLine, ...]:
    """Write out the project with functions; as `code_lines` does where there are no blocks, or problems."""
    pieces = code_pieces(project, inference)
    if not pieces.functions:
        return code_lines(project, inference)
    head = [code_line(text) for text in ("import keras", "from keras import layers", "", "")]
    return (*head, *pieces.functions, *pieces.model, code_line(""), *compile_lines(project, inference))


def code_pieces(project: Project, inference: Inference) -> Pieces:
    """The code in its pieces; no functions where there are no blocks, or a layer has a problem."""
    root = nesting(project.graph)
    if not root.is_nested or len(inference.layers) < len(project.graph.nodes):
        return Pieces((), model_lines(project, inference))
    writer = _Writer(project.graph, inference, root)
    main, names = writer.main(root)
    return Pieces(tuple(writer.lines), (*main, *model_line(project.graph, names, inference)))


class _Writer:
    """Writes the functions of all blocks in a network, inner ones first.

    Attributes:
        lines: of all functions.
    """

    def __init__(self, graph: Graph, inference: Inference, root: Block) -> None:
        self._graph, self._inference = graph, inference
        self._functions: dict[Structure, Function] = {}
        self.lines: list[CodeLine] = []
        alike: dict[Structure, list[Block]] = {}
        for block in inner_first(root):
            alike.setdefault(structure_of(graph, block), []).append(block)
        for structure, blocks in alike.items():
            called = blocks[0].name if len(blocks) == 1 else NUMBERS.sub("", blocks[0].name).strip("_") or "block"
            function = Function(identifier(called, {*TAKEN, *RESERVED, *self._names()}), blocks)
            self._functions[structure] = function
            self.lines += self._function_lines(function)

    def main(self, root: Block) -> tuple[list[CodeLine], dict[str, str]]:
        """The lines that make every layer and block of the network, and the variables they give."""
        names = variables_of(self._graph, root, lambda node: node.name, self._names())
        return list(self._item_lines(Function("", [root]), names)), names

    def _names(self) -> set[str]:
        """Of the functions there are."""
        return {function.name for function in self._functions.values()}

    def _function_lines(self, function: Function) -> Iterator[CodeLine]:
        first = function.blocks[0]
        by_name = not function.is_shared
        taken = {*RESERVED, *(f"inputs_{n + 1}" for n in range(len(first.inputs))), *self._names()}
        names = variables_of(self._graph, first, lambda node: node.name if by_name else node.kind, taken)
        body = list(self._item_lines(function, names))
        given = ["inputs"] if len(first.inputs) == 1 else [f"inputs_{n + 1}" for n in range(len(first.inputs))]
        inner = [names[name] for name in first.inputs]
        yield code_line(f"def {function.name}({', '.join([*given, *function.own])}):")
        if function.is_shared:
            yield code_line(f'    """{_said(function.blocks)}."""')
        yield from (code_line(f"    {i} = layers.Input({g}.shape[1:])") for i, g in zip(inner, given, strict=True))
        yield from (_indented(line) for line in body)
        ends = f"{_one_or_all(inner)}, {_one_or_all([names[name] for name in first.outputs])}"
        title = "name" if function.is_shared else quoted(first.name)
        yield code_line(f"    return keras.Model({ends}, name={title})({_one_or_all(given)})")
        yield from (code_line(""), code_line(""))

    def _item_lines(self, function: Function, names: dict[str, str]) -> Iterator[CodeLine]:
        """A line for each layer or block, for all blocks of a function at once."""
        for items in zip(*(block.items for block in function.blocks), strict=True):
            blocks = [item for item in items if isinstance(item, Block)]
            nodes = [item for item in items if isinstance(item, Node)]
            line = self._call_line(function, blocks, names) if blocks else self._layer_line(function, nodes, names)
            written = [node.name for item in items for node in (item.nodes if isinstance(item, Block) else (item,))]
            yield replace(line, node=written[0], others=tuple(written[1:]))

    def _layer_line(self, function: Function, nodes: Sequence[Node], names: dict[str, str]) -> CodeLine:
        first, info = nodes[0], self._inference.layers[nodes[0].name]
        arguments = ", ".join(function.layer_arguments(nodes, self._inference))
        sources = [names[source] for source in self._graph.sources(first.name)]
        given = _one_or_all(sources) if info.spec.max_inputs == 1 else f"[{', '.join(sources)}]"
        text = f"{names[first.name]} = layers.{info.spec.keras}({arguments})" + (f"({given})" if sources else "")
        remark = IN_LOSS.get(info.values["activation"]) if first.kind == "output" else None
        return code_line(f"{text}  # {remark}" if remark else text, family=info.spec.family)

    def _call_line(self, function: Function, blocks: Sequence[Block], names: dict[str, str]) -> CodeLine:
        first = blocks[0]
        inner = self._functions[structure_of(self._graph, first)]
        given = [names[name] for name in first.inputs]
        arguments = ", ".join([*given, *function.call_arguments(inner, blocks)])
        left = ", ".join(names[name] for name in first.outputs)
        return code_line(f"{left} = {inner.name}({arguments})")


def _said(blocks: Sequence[Block]) -> str:
    named = ", ".join(block.path for block in blocks)
    return named if len(named) <= MOST_SAID else f"{named[:MOST_SAID].rpartition(',')[0]} and others"


def _indented(line: CodeLine) -> CodeLine:
    spans = tuple((start + 4, length, kind) for start, length, kind in line.spans)
    return replace(line, text=f"    {line.text}", spans=spans)


def _one_or_all(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"
