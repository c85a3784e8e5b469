"""`glassbox explain`: the same explainers as in the window, from a run folder or a project, to one `Explained`."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from engine.cli import find_project
from engine.errors import UserError
from engine.explain_arguments import explainer_id, given_settings
from engine.messages import Explain, Explained
from engine.params import Param
from engine.project import Project
from engine.run_folder import RunFolder
from engine.runtime.commands import events_of
from engine.runtime.explain import EXPLAINERS
from engine.runtime.explaining import explain
from engine.runtime.shelf import Shelf

LARGEST = 4096  # values of an array that JSON shows whole


def answer(options: argparse.Namespace) -> Explained:
    """Explain what the arguments ask for.

    Raises:
        UserError: the run, the input or a setting is wrong.
    """
    id = explainer_id(options.what, EXPLAINERS)
    if id not in EXPLAINERS:
        raise UserError(f"{options.what} is not in this version.", f"Known: {', '.join(EXPLAINERS)}.")
    project, folder, names = _target(options.target)
    request = Explain(
        explainer=id,
        project=project,
        folder=folder,
        step=-1 if options.step is None else options.step,
        sample=options.sample or 0,
        picture="" if options.image is None else str(options.image.absolute()),
        values=_values(options, EXPLAINERS[id].params, names),
    )
    return [event for event in events_of(explain(request, Shelf())) if isinstance(event, Explained)][-1]


def _target(text: str) -> tuple[Project, str, tuple[str, ...]]:
    """The project, the run folder and the names of the classes; a project has neither."""
    path = Path(text)
    if not path.is_dir():
        return find_project(text), "", ()
    run = RunFolder(path.absolute())
    info = run.info()
    return run.project(), str(run.path), info.class_names


def _values(options: argparse.Namespace, params: tuple[Param, ...], names: tuple[str, ...]) -> dict[str, Any]:
    known = {param.name: param for param in params}
    given = given_settings(options)
    for name in given:
        if name not in known:
            settings = ", ".join(known) or "none"
            raise UserError(f"{options.what} has no setting {name!r}.", f"Its settings: {settings}.", name)
    if given.get("class") in names:
        given["class"] = names.index(given["class"])
    return {name: _typed(value, known[name]) for name, value in given.items()}


def _typed(value: Any, param: Param) -> Any:
    """A word of the command line as the kind of value a setting takes."""
    if not isinstance(value, str) or param.kind not in ("int", "float", "bool"):
        return value
    try:
        return value == "true" if param.kind == "bool" else int(value) if param.kind == "int" else float(value)
    except ValueError:
        raise UserError(f"{value!r} found for {param.name}, expected a number.", "", param.name) from None


def as_values(explained: Explained) -> dict[str, Any]:
    """The answer as JSON values: facts, and arrays as nested lists where they are small, else in figures."""
    found: dict[str, Any] = {"explainer": explained.explainer, "step": explained.step, **explained.facts}
    if explained.explainer == "gradient_check":
        found["relative_error"] = {layer["layer"]: layer["relative_error"] for layer in explained.facts["layers"]}
    return found | {"arrays": {name: _array(values) for name, values in explained.arrays.items()}}


def _array(values: np.ndarray) -> Any:
    if values.size <= LARGEST:
        return values.tolist()
    finite = values[np.isfinite(values)].astype(np.float64)
    figures = {name: float(getattr(np, name)(finite)) for name in ("min", "max", "mean", "std")} if finite.size else {}
    return {"shape": list(values.shape), **figures}
