"""The generated sequences as plain Python, for a stand-alone script: the very functions that this program runs."""

import inspect
from collections.abc import Callable
from textwrap import dedent

from engine.datasets import brackets
from engine.params import Values

BRACKETS = """
    random = Random({seed!r})
    index = {{character: n for n, character in enumerate(ALPHABET)}}
    count, length = {count!r}, {length!r}
    tokens = np.full((count, length), -1, np.int16)
    y = np.zeros(count, np.int32)
    for sample in range(count):
        text = expression(random, length + 1)
        while sample < WHOLE and len(text) < length - 2:
            text = expression(random, length + 1)
        cut = len(text) - 1 if sample < WHOLE else random.randrange(1, len(text))
        tokens[sample, length - cut :] = [index[character] for character in text[:cut]]
        y[sample] = index[text[cut]]
    return (tokens[..., None] == np.arange(len(ALPHABET))).astype(np.float32), y
"""
ADDING = """
    random = np.random.default_rng({seed!r})
    count, length = {count!r}, {length!r}
    value, half, rows = random.uniform(0, 1, (count, length)), length // 2, np.arange(count)
    first, second = random.integers(0, half, count), random.integers(half, length, count)
    marked = np.zeros((count, length))
    marked[rows, first] = marked[rows, second] = 1
    x = np.stack([value, marked], axis=-1).astype(np.float32)  # (sample, time, 2)
    return x, (x[..., 0] * x[..., 1]).sum(axis=1)
"""
SERIES = """
    random = np.random.default_rng({seed!r})
    count, length = {count!r}, {length!r}
    time = np.arange(length + 1)

    def drawn(low, high):
        return random.uniform(low, high, (count, 1))

    period = drawn(8.0, 20.0)
    season = drawn(0.5, 1.0) * np.sin(2 * np.pi * (time / period + drawn(0, 1)))
    line = drawn(-0.5, 0.5) + drawn(-{trend!r}, {trend!r}) * (time / length - 0.5)
    series = (season + line + random.normal(0, {noise!r}, season.shape)).astype(np.float32)
    return series[:, :-1, None], series[:, -1]
"""
CONSTANTS = ("ALPHABET", "END", "OPERATORS", "DEEPEST", "OPENING", "CLOSING", "WHOLE")


def _brackets(values: Values, seed: int) -> str:
    """The grammar's functions inside `load_data`, then the loop over the samples."""
    constants = "\n".join(f"{name} = {getattr(brackets, name)!r}" for name in CONSTANTS)
    functions = (brackets.expression, brackets._room, brackets._term)
    grammar = "\n\n".join(inspect.getsource(function).strip() for function in functions)
    body = dedent(BRACKETS).strip("\n").format(seed=seed, **values)
    return f"from random import Random\n\n{constants}\n\n{grammar}\n\n{body}"


def _formatted(template: str) -> Callable[[Values, int], str]:
    return lambda values, seed: dedent(template).strip("\n").format(seed=seed, **values)


SEQUENCES: dict[str, Callable[[Values, int], str]] = {
    "brackets": _brackets,
    "adding": _formatted(ADDING),
    "series": _formatted(SERIES),
}
