"""A constant and a variable, and short lines that write to them: what each does, and what it refuses."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.errors import UserError

START = (1.0, 2.0, 3.0)  # what both hold at first
MOST_LINES, LONGEST = 12, 60
NUMBER = r"[-−]?\d+(?:\.\d+)?"
WHOLE = re.compile(r"(?P<name>[cv])\.(?P<method>assign|assign_add|assign_sub)\((?P<value>.+)\)")
ITEM = re.compile(rf"(?P<name>[cv])\[(?P<index>[-−]?\d+)\](?:\.assign\((?P<value>{NUMBER})\)|=(?P<set>{NUMBER}))")
NEW = re.compile(rf"(?P<name>[cv])=(?P<other>[cv])(?P<sign>[-−+*])(?P<value>{NUMBER})")
LIST = re.compile(rf"\[{NUMBER}(?:,{NUMBER})*\]")
EXAMPLES = "v.assign([4, 5, 6]), v[1].assign(9), c.assign([0, 0, 0]), v = v + 1"
SIGNS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
}


@dataclass(frozen=True)
class Line:
    """One statement.

    Args:
        text: as typed.
        name: "c" or "v".
        method: "assign", "assign_add", "assign_sub", "set" for `v[1] = 9`, or "new" for `v = v + 1`.
        value: float32 (3,) or any other shape that was typed.
        index: of the element; None for all of them.
        other, sign: of "new".
    """

    text: str
    name: str
    method: str
    value: np.ndarray
    index: int | None = None
    other: str = ""
    sign: str = ""


@dataclass(frozen=True)
class Memory:
    """What the two names stand for.

    Args:
        c, v: float32 (3,).
        is_variable: whether v is still the variable.
        writes: how often the variable's memory was written.
    """

    c: np.ndarray
    v: np.ndarray
    is_variable: bool = True
    writes: int = 0


@dataclass(frozen=True)
class Done:
    """What a line did.

    Args:
        memory: after it.
        refusal: the class of TensorFlow's error; empty where the line ran.
        reason: of the refusal, or what happened, in a sentence.
    """

    line: Line
    memory: Memory
    refusal: str = ""
    reason: str = ""


def parse_line(text: str) -> Line:
    """Read one line.

    Raises:
        UserError: it is none of the lines there are.
    """
    bare = re.sub(r"\s+", "", text)
    if len(text) <= LONGEST:
        if (found := WHOLE.fullmatch(bare)) and (value := _value(found["value"])) is not None:
            return Line(text.strip(), found["name"], found["method"], value)
        if found := ITEM.fullmatch(bare):
            method, number = ("assign", found["value"]) if found["value"] else ("set", found["set"])
            return Line(text.strip(), found["name"], method, _array([number]), int(_plain(found["index"])))
        if found := NEW.fullmatch(bare):
            number, sign = _array([found["value"]])[0], _plain(found["sign"])
            return Line(text.strip(), found["name"], "new", np.asarray(number), other=found["other"], sign=sign)
    raise UserError(f"{text.strip()[:LONGEST]!r} is no line that is known here.", f"E.g. {EXAMPLES}.", "lines")


def run_lines(lines: Sequence[Line]) -> list[Done]:
    """Do the lines one after the other; one that is refused changes nothing."""
    now = Memory(np.array(START, np.float32), np.array(START, np.float32))
    done = []
    for line in lines:
        found = _run(line, now)
        now = found.memory
        done.append(found)
    return done


def _run(line: Line, now: Memory) -> Done:
    if line.method == "new":
        return _rebind(line, now)
    is_variable = line.name == "v" and now.is_variable
    if line.method == "set":
        what = "variable" if is_variable else "tensor"
        return Done(line, now, "TypeError", f"A {what} has no item assignment. Write v[{line.index}].assign(…).")
    if line.index is not None and not -len(START) <= line.index < len(START):
        return Done(line, now, "InvalidArgumentError", f"There is no element {line.index}: 0 to {len(START) - 1}.")
    if not is_variable:
        what = "c is a constant" if line.name == "c" else "v is a tensor now, not the variable it was"
        return Done(line, now, "AttributeError", f"{what}: it has no {line.method}, its numbers never change.")
    return _write(line, now)


def _rebind(line: Line, now: Memory) -> Done:
    made = SIGNS[line.sign](getattr(now, line.other), line.value).astype(np.float32)
    if line.name == "c":
        return Done(line, replace(now, c=made), "", "A new tensor is made; the name c stands for it now.")
    words = "A new tensor is made, and the name v stands for it: the variable is dropped."
    return Done(line, replace(now, v=made, is_variable=False), "", words)


def _write(line: Line, now: Memory) -> Done:
    if line.index is not None:
        after = now.v.copy()
        after[line.index] = line.value[0]
    else:
        if line.value.shape != now.v.shape:
            error = "ValueError" if line.method == "assign" else "InvalidArgumentError"
            found = f"({len(line.value)},)" if line.value.ndim else "()"
            return Done(
                line, now, error, f"The variable has the shape ({len(START)},), the value {found}: they must agree."
            )
        before = {"assign": np.zeros_like(now.v), "assign_add": now.v, "assign_sub": now.v}[line.method]
        after = before - line.value if line.method == "assign_sub" else before + line.value
    memory = replace(now, v=after.astype(np.float32), writes=now.writes + 1)
    return Done(line, memory, "", "Written into the variable's own memory: it is the same variable.")


def _value(text: str) -> np.ndarray | None:
    if LIST.fullmatch(text):
        return _array(text[1:-1].split(","))
    return np.asarray(_array([text])[0]) if re.fullmatch(NUMBER, text) else None


def _array(texts: Sequence[str]) -> np.ndarray:
    return np.array([float(_plain(text)) for text in texts], np.float32)


def _plain(text: str) -> str:
    return text.replace("−", "-")
