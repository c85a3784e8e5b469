"""How the command line prints: one JSON object, a table, or names and values; foreign text is always plain."""

import json
import math
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """One line of `text` without control characters: a file's name must neither colour nor forge the terminal."""
    return CONTROL.sub(" ", text)


@contextmanager
def held_stderr() -> Iterator[None]:
    """Hold back what libraries write to standard error, from C too; it is shown only where they raise.

    TensorFlow talks while it is imported, before it reads any setting that could silence it.
    """
    import tempfile

    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            sys.stderr.flush()
            held.seek(0)
            os.write(kept, held.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)


def print_result(result: dict[str, Any], *, as_json: bool, human: Callable[[], None]) -> None:
    """Print one JSON object on one line, or whatever `human` prints."""
    if as_json:
        print(json.dumps(_finite(result), allow_nan=False, ensure_ascii=True), flush=True)
    else:
        human()


def _finite(value: Any) -> Any:
    """The value with NaN and infinity, which JSON has not, as null."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def print_table(rows: list[dict[str, Any]], total: int | None = None) -> None:
    """Print rows of one kind, with a line for the total of parameters."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for key in rows[0] if rows else ():
        is_number = isinstance(rows[0][key], int)
        table.add_column(Text(key.replace("_", " ")), justify="right" if is_number else "left")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row.values()))
    console = Console()
    console.print(table)
    if total is not None:
        console.print(Text(f"{total:,} parameters"))


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "×".join(str(size) for size in value)
    return f"{value:,}" if isinstance(value, int) else plain(str(value))


def print_values(values: dict[str, Any], indent: str = "") -> None:
    """Print names and values, nested ones indented."""
    for key, value in values.items():
        name = plain(key).replace("_", " ")
        if isinstance(value, dict):
            print(f"{indent}{name}")
            print_values(value, indent + "  ")
        elif isinstance(value, list):
            print(f"{indent}{name}: {plain(', '.join(str(item) for item in value)) or 'none'}")
        else:
            print(f"{indent}{name}: {plain(_value(value))}")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
