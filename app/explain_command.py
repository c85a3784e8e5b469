"""`glassbox explain`: arguments to an explanation, to JSON, and to a picture where one is asked for."""

import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import UserError
from engine.explain_arguments import parsed
from engine.printing import held_stderr, print_result, print_values
from engine.storage import atomic_write

if TYPE_CHECKING:
    from engine.messages import Explained


def main(words: Sequence[str]) -> int:
    """Explain.

    Raises:
        UserError: an argument, the run or the input is wrong.
    """
    options = parsed(words)
    with held_stderr():
        engine = importlib.import_module("engine.runtime.explain_command")
    explained: Explained = engine.answer(options)
    if options.out is not None:
        _draw(explained, options.out, options.theme)
    result = engine.as_values(explained)
    print_result(result, as_json=options.json, human=lambda: print_values(result))
    return 0


def _draw(explained: "Explained", out: Path, mode: str) -> None:
    from engine import system_libraries

    missing = system_libraries.missing("offscreen")
    if missing:
        raise UserError(system_libraries.advice(missing))
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from app.explain_picture import picture_of
    from app.images import png_bytes
    from app.theme import theme
    from app.window_process import application

    application()
    try:
        picture = picture_of(explained, theme(mode))
    except ValueError as error:
        raise UserError(
            f"There is no picture of this: {error}.", "Leave --out away; --json gives the numbers."
        ) from None
    atomic_write(out, png_bytes(picture))
    print(f"{out}: {picture.width()}×{picture.height()}", file=sys.stderr)
