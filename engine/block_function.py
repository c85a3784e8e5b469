"""A function for blocks that are wired alike: what differs between them is a parameter."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from engine.graph import Node
from engine.keras_arguments import POSITIONAL, named_arguments, quoted
from engine.keras_code import TAKEN
from engine.nesting import Block
from engine.shapes import Inference

Texts = tuple[str, ...]  # of one argument, in each of the blocks
RESERVED = frozenset({"inputs", "name", "names"})


@dataclass
class Function:
    """What makes some blocks; also the whole network, as a function that is never called.

    Args:
        name: in the code.
        blocks: that it makes, in order.
        parameters: texts by the parameter's name.
        listed: names that follow no pattern, each in all of the blocks.
    """

    name: str
    blocks: Sequence[Block]
    parameters: dict[str, Texts] = field(default_factory=dict)
    listed: list[Texts] = field(default_factory=list)

    @property
    def is_shared(self) -> bool:
        """Whether it makes several blocks."""
        return len(self.blocks) > 1

    def text(self, texts: Texts, wanted: str) -> str:
        """An argument inside the function: as it is where it is the same in all blocks, else a parameter.

        Args:
            wanted: what a new parameter is called.
        """
        if len(set(texts)) == 1:
            return texts[0]
        known = next((name for name, other in self.parameters.items() if other == texts), "")
        if not known:
            taken = {*self.parameters, *TAKEN, *RESERVED}
            known = next(n for c in range(len(taken) + 1) if (n := f"{wanted}_{c}" if c else wanted) not in taken)
            self.parameters[known] = texts
        return known

    def named(self, names: Texts) -> str:
        """A name inside the function: built from the block's own, or from what all its layers begin with.

        Where neither is so, it is one of a list of names that is given.
        """
        if not self.is_shared:
            return quoted(names[0])
        for wanted, starts in (("name", [block.name for block in self.blocks]), ("prefix", self._prefixes())):
            ends = {name.removeprefix(start) for name, start in zip(names, starts, strict=True)}
            if len(ends) == 1 and all(map(str.startswith, names, starts)):
                variable = wanted if wanted == "name" else self.text(tuple(map(quoted, starts)), wanted)
                return f'f"{{{variable}}}{ends.pop()}"' if ends != {""} else variable
        self.listed.append(names)
        return f"names[{len(self.listed) - 1}]"

    def _prefixes(self) -> list[str]:
        """What the names of all layers of each block begin with."""
        return ["".join(_alike([node.name for node in block.nodes])) for block in self.blocks]

    def layer_arguments(self, nodes: Sequence[Node], inference: Inference) -> list[str]:
        """The arguments of one layer, for all blocks at once."""
        spec = inference.layers[nodes[0].name].spec
        all_named = [named_arguments(spec, inference.layers[node.name].values) for node in nodes]
        first, found = POSITIONAL.get(spec.keras, ()), []
        for name in all_named[0]:
            texts = tuple(named[name][0] for named in all_named)
            if name in first:
                found.append(self.text(texts, name))
            elif not all(named[name][1] for named in all_named):
                found.append(f"{name}={self.text(texts, name)}")
        return [*found, f"name={self.named(tuple(node.name for node in nodes))}"]

    def call_arguments(self, inner: "Function", blocks: Sequence[Block]) -> list[str]:
        """The arguments that make an inner block, for all blocks at once; after its inputs.

        Args:
            blocks: the inner block of each of this function's blocks.
        """
        places = [inner.blocks.index(block) for block in blocks]
        found = []
        for name, texts in inner.parameters.items():
            wanted = re.sub(r"_\d+$", "", name)
            found.append(f"{name}={self.text(tuple(texts[place] for place in places), wanted)}")
        if inner.listed:
            texts = tuple(f"({', '.join(quoted(names[place]) for names in inner.listed)},)" for place in places)
            found.append(f"names={self.text(texts, 'names')}")
        return [*found, f"name={self.named(tuple(block.name for block in blocks))}"] if inner.is_shared else found

    @property
    def own(self) -> list[str]:
        """Every parameter after the inputs."""
        shared = ["names"] * bool(self.listed) + ["name"]
        return [*self.parameters, *(shared if self.is_shared else ())]


def _alike(names: Sequence[str]) -> Iterator[str]:
    """The letters that all names begin with."""
    return (letters[0] for letters in takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False)))
