"""An expression typed by the user, parsed by hand into a computation graph: no code of the user's is ever run."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import UserError

LONGEST = 200  # characters
MOST_NODES = 40
DEEPEST = 30
FUNCTIONS = ("exp", "log", "sqrt", "sin", "cos", "tanh", "sigmoid", "relu", "abs")
CONSTANTS = {"pi": math.pi, "e": math.e}
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(?P<name>[A-Za-z_]\w*)|(?P<sign>\*\*|[-+*/^()]))"
)
BINARY = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "^": "power", "**": "power"}
EXAMPLE = "E.g. (a + b) * (b + 1), or sigmoid(w * x + b)."


@dataclass(frozen=True)
class Node:
    """One operation of a graph.

    Args:
        kind: "variable", "number", "add", "subtract", "multiply", "divide", "power", "negate", or a function's name.
        inputs: indices of the nodes it is computed from; all smaller than its own.
        name: of a variable.
        value: of a number.
        text: the part of the expression it stands for.
        at: where in the expression it stands, from 0; errors point there.
    """

    kind: str
    inputs: tuple[int, ...] = ()
    name: str = ""
    value: float = 0.0
    text: str = ""
    at: int = 0


@dataclass(frozen=True)
class Graph:
    """Nodes in an order in which each comes after its inputs; the last is the result."""

    text: str
    nodes: tuple[Node, ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the variables, in the order of their first appearance."""
        return tuple(node.name for node in self.nodes if node.kind == "variable")


def parse(text: str) -> Graph:
    """Read an expression of numbers, names, + − * / ^, brackets and FUNCTIONS; a repeated name is one node.

    Raises:
        UserError: it is no expression; `where` is the position, from 1.
    """
    text = text.replace("−", "-").replace("×", "*").replace("·", "*").strip()
    if not text:
        raise UserError("The expression is empty.", EXAMPLE, where="1")
    if len(text) > LONGEST:
        raise UserError(f"The expression has {len(text)} characters, more than {LONGEST}.", "Shorten it.", where="1")
    parser = _Parser(text)
    parser.sum(0)
    if parser.sign or parser.kind:
        raise parser.error(f"Did not expect {parser.shown} here.", "An operator is missing, or a bracket is too many.")
    return Graph(text, tuple(parser.nodes))


class _Parser:
    """Recursive descent over the tokens: sum, product, sign, power, atom."""

    def __init__(self, text: str) -> None:
        self.text, self.nodes = text, list[Node]()
        self._names: dict[str, int] = {}
        self._end = 0
        self.kind = self.sign = self.word = ""
        self.at = 0
        self.next()

    @property
    def shown(self) -> str:
        """The present token, for a sentence."""
        return repr(self.word) if self.word else "the end"

    def error(self, message: str, hint: str) -> UserError:
        """An error at the present token."""
        return UserError(f"Position {self.at + 1}: {message}", hint, where=str(self.at + 1))

    def next(self) -> None:
        """Go to the next token."""
        while self._end < len(self.text) and self.text[self._end].isspace():
            self._end += 1
        self.at = self._end
        if self._end >= len(self.text):
            self.kind = self.sign = self.word = ""
            return
        match = TOKEN.match(self.text, self._end)
        if match is None:
            self.word = self.text[self._end]
            raise self.error(f"{self.word!r} means nothing here.", f"Use numbers, names, + - * / ^ and ( ). {EXAMPLE}")
        self.kind = match.lastgroup or ""
        self.word = match[self.kind]
        self.sign = self.word if self.kind == "sign" else ""
        self._end = match.end()

    def sum(self, depth: int) -> int:
        """Terms with + and −."""
        if depth > DEEPEST:
            raise self.error("The brackets are nested too deeply.", f"At most {DEEPEST} levels.")
        left = self.product(depth)
        while self.sign in ("+", "-"):
            left = self._joined(left, self.product, depth)
        return left

    def product(self, depth: int) -> int:
        """Factors with * and /."""
        left = self.signed(depth)
        while self.sign in ("*", "/"):
            left = self._joined(left, self.signed, depth)
        return left

    def signed(self, depth: int) -> int:
        """A sign before a power: −a^2 is −(a^2)."""
        if self.sign not in ("+", "-"):
            return self.power(depth)
        sign, at = self.sign, self.at
        if depth > DEEPEST:
            raise self.error("There are too many signs in a row.", "One is enough.")
        self.next()
        inner = self.signed(depth + 1)
        return inner if sign == "+" else self._add(Node("negate", (inner,), at=at))

    def power(self, depth: int) -> int:
        """A power, which binds to the right: a^b^c is a^(b^c)."""
        base = self.atom(depth)
        if self.sign not in ("^", "**"):
            return base
        at = self.at
        if depth > DEEPEST:
            raise self.error("There are too many powers in a row.", "Use brackets, or fewer of them.")
        self.next()
        return self._add(Node("power", (base, self.signed(depth + 1)), at=at))

    def atom(self, depth: int) -> int:
        """A number, a name, a function of something, or something in brackets."""
        if self.kind == "number":
            node = Node("number", value=float(self.word), text=self.word, at=self.at)
            if not math.isfinite(node.value):
                raise self.error(f"{self.word} is too large a number.", "Use numbers below 1e308.")
            self.next()
            return self._add(node)
        if self.kind == "name":
            return self._name(depth)
        if self.sign == "(":
            self.next()
            inner = self.sum(depth + 1)
            self._close()
            return inner
        raise self.error(f"Expected a number, a name or a bracket, found {self.shown}.", EXAMPLE)

    def _name(self, depth: int) -> int:
        name, at = self.word, self.at
        self.next()
        if self.sign == "(":
            if name not in FUNCTIONS:
                self.at = at
                raise self.error(f"There is no function {name!r}.", f"Functions: {', '.join(FUNCTIONS)}.")
            self.next()
            inner = self.sum(depth + 1)
            self._close()
            return self._add(Node(name, (inner,), at=at))
        if name in FUNCTIONS:
            raise self.error(f"{name} needs a bracket.", f"Write {name}(…).")
        if name in CONSTANTS:
            return self._add(Node("number", value=CONSTANTS[name], text=name, at=at))
        if name not in self._names:
            self._names[name] = self._add(Node("variable", name=name, at=at))
        return self._names[name]

    def _joined(self, left: int, right: "object", depth: int) -> int:
        sign, at = self.sign, self.at
        self.next()
        return self._add(Node(BINARY[sign], (left, right(depth)), at=at))  # type: ignore[operator]

    def _close(self) -> None:
        if self.sign != ")":
            raise self.error(f"Expected a closing bracket, found {self.shown}.", "Every ( needs its ).")
        self.next()

    def _add(self, node: Node) -> int:
        if len(self.nodes) >= MOST_NODES:
            raise self.error(f"The expression has more than {MOST_NODES} operations.", "Shorten it.")
        self.nodes.append(node)
        return len(self.nodes) - 1


def start_values(graph: Graph, known: Mapping[str, float] | None = None) -> dict[str, float]:
    """Values for the variables: those that are known, and 2, −1, 3, … for the others."""
    fresh = iter((2.0, -1.0, 3.0, 0.5, -2.0, 1.5, 1.0, -0.5) * MOST_NODES)
    known = known or {}
    return {name: known[name] if name in known else next(fresh) for name in graph.variables}
