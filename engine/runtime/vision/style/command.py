"""`glassbox style`: the same job as in the window, with a bar, to a PNG."""

import argparse
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine.errors import UserError
from engine.messages import FetchWeights, Message, Phase, StyleStarted, StyleStepped, Stylise
from engine.messages import Progress as Done
from engine.runtime.jobs import Job
from engine.runtime.shelf import Shelf
from engine.runtime.vision.style.job import StyleJob
from engine.runtime.vision.style.weights import fetch_weights
from engine.storage import atomic_write
from engine.style.arguments import shares_of, style_path, values_of


class _Bar:
    """Draws progress on stderr and remembers the last picture."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self.progress = Progress(*columns, console=Console(stderr=True))
        self._task = self.progress.add_task("starting", total=None)
        self.picture: np.ndarray | None = None
        self.step = 0

    def show(self, event: Message) -> None:
        """Follow one event."""
        if isinstance(event, Phase) and event.text:
            self.progress.update(self._task, description=event.text)
        elif isinstance(event, Done):
            self.progress.update(self._task, description=event.text, completed=event.done, total=event.total)
        elif isinstance(event, StyleStarted):
            self.progress.update(self._task, total=event.total_steps, completed=0)
        elif isinstance(event, StyleStepped):
            self._stepped(event)

    def _stepped(self, event: StyleStepped) -> None:
        self.step = event.first_step + max(0, len(event.costs) - 1)
        if event.picture.size:
            self.picture = event.picture
        cost = float((event.costs[-1] * event.weights[-1]).sum())
        text = f"cost {cost:.4f}" if np.isfinite(cost) else "stopped"
        self.progress.update(self._task, completed=self.step, description=text)


def run(options: argparse.Namespace, driven: Any) -> dict[str, Any]:
    """Stylise one picture.

    Args:
        driven: runs a job to its end, showing its events; an interrupt ends it with its last words.

    Raises:
        UserError: an argument, a picture or the weights cannot be used, or the disk refuses.
        KeyboardInterrupt: the user stopped it; the last picture lies beside the target.
    """
    out = _target(options.out)
    request = Stylise(
        content=str(Path(options.content).expanduser().absolute()),
        styles=tuple(style_path(name) for name in options.styles),
        values=values_of(options),
        shares=shares_of(options),
    )
    shelf = Shelf()
    if options.download:
        _with_bar(fetch_weights(FetchWeights(), shelf), driven)
    bar = _Bar()
    try:
        with bar.progress:
            result = driven(StyleJob(request, shelf).run(), bar.show)
    except KeyboardInterrupt:
        _keep(bar, out)
        raise
    assert bar.picture is not None
    atomic_write(out, png(bar.picture))
    return {"out": str(out), **result}


def _with_bar(job: Job, driven: Any) -> None:
    bar = _Bar()
    with bar.progress:
        driven(job, bar.show)


def _target(path: Path) -> Path:
    """Where the picture goes.

    Raises:
        UserError: not a PNG, or the folder does not exist.
    """
    if path.suffix.lower() != ".png":
        raise UserError(f"{path.name!r} is no PNG.", "Give --out a name that ends in .png.", "out")
    if not path.absolute().parent.is_dir():
        raise UserError(f"The folder {path.parent} does not exist.", "Give --out a place that exists.", "out")
    return path.absolute()


def _keep(bar: _Bar, out: Path) -> None:
    """Write the last picture beside the target, which stays as it was."""
    if bar.picture is None:
        return
    beside = out.with_name(f"{out.stem}-stopped-at-{bar.step}.png")
    atomic_write(beside, png(bar.picture))
    Console(stderr=True).print(f"glassbox: the last picture is {beside}", markup=False, highlight=False)


def png(picture: np.ndarray) -> bytes:
    """Return a picture, uint8 (height, width, 3), as PNG."""
    held = BytesIO()
    Image.fromarray(picture).save(held, "PNG")
    return held.getvalue()
