"""Project: what is built, with what data, how it is trained. The value that files hold and undo keeps."""

import json
import math
from pathlib import Path
from typing import Any, Literal

import msgspec

from engine.errors import UserError
from engine.graph import Graph
from engine.storage import read_bounded

FORMAT_VERSION = 2  # 1 knew no groups of layers
MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_DIGITS = 19  # with the sign; these fit 64 bits, so they can be written again
SUFFIX = ".glassbox"


class DataChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which data, and how they are split and scaled.

    Args:
        dataset: id of a Dataset.
        values: its settings.
        validation, test: shares of the samples, 0 to 0.9; the rest trains.
        stratified: keep every class's share in each part.
        seed: decides the split and anything random in the data; apart from the training seed.
        normalisation: learned on the training part only: "none", "minmax" to 0..1, or "standard" (mean 0, deviation 1).
    """

    dataset: str = "digits"
    values: dict[str, Any] = {}
    validation: float = 0.15
    test: float = 0.15
    stratified: bool = True
    seed: int = 7
    normalisation: Literal["none", "minmax", "standard"] = "minmax"


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One output of the network and what it learns.

    Args:
        node: name of the output layer.
        task: id of a Task.
        loss: id of a loss, or "auto" for the task's default.
        weight: of its loss in the sum.
    """

    node: str
    task: str = "classification"
    loss: str = "auto"
    weight: float = 1.0


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the network is trained.

    Args:
        optimizer: id of an Optimizer.
        optimizer_values: its settings.
        batch_size: samples per step, at least 1.
        epochs: passes over the training part, at least 1.
        execution: plain graph, XLA, or the fixed rule ("auto").
    """

    optimizer: str = "adam"
    optimizer_values: dict[str, Any] = {}
    batch_size: int = 32
    epochs: int = 30
    execution: Literal["auto", "graph", "xla"] = "auto"


class Project(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole project.

    Args:
        title: what Home shows.
        summary: one sentence about it.
        seed: of the initial weights, the order of the data and dropout.
        format: version of the file format.
    """

    title: str = "untitled"
    summary: str = ""
    kind: Literal["network"] = "network"
    graph: Graph = Graph()
    heads: tuple[Head, ...] = ()
    data: DataChoice = DataChoice()
    plan: Plan = Plan()
    seed: int = 0
    format: int = FORMAT_VERSION

    def with_graph(self, graph: Graph, task: str = "") -> "Project":
        """Change the graph; the heads follow its output layers.

        Args:
            task: for new output layers; that of the first head, else classification, where empty.
        """
        default = task or (self.heads[0].task if self.heads else "classification")
        known = {head.node: head for head in self.heads}
        outputs = [node.name for node in graph.nodes if node.kind == "output"]
        heads = tuple(known.get(name, Head(name, default)) for name in outputs)
        return msgspec.structs.replace(self, graph=graph, heads=heads)

    def with_task(self, task: str) -> "Project":
        """Give every head another task, with its default loss."""
        heads = tuple(msgspec.structs.replace(head, task=task, loss="auto") for head in self.heads)
        return msgspec.structs.replace(self, heads=heads)

    def with_renamed(self, old: str, new: str) -> "Project":
        """Rename a layer; its head follows.

        Raises:
            UserError: the name is taken or cannot be used.
        """
        heads = tuple(msgspec.structs.replace(h, node=new) if h.node == old else h for h in self.heads)
        return msgspec.structs.replace(self, graph=self.graph.renamed(old, new), heads=heads)

    def replace(self, **changes: Any) -> "Project":
        """Return a copy with some fields changed."""
        return msgspec.structs.replace(self, **changes)


def encode(project: Project) -> bytes:
    """Return the file's content: indented JSON, in the oldest format that holds the project."""
    oldest = 2 if any(node.group is not msgspec.UNSET for node in project.graph.nodes) else 1
    return msgspec.json.format(msgspec.json.encode(project.replace(format=oldest)), indent=1) + b"\n"


def decode(data: bytes, name: str = "This file") -> Project:
    """Read a project from the bytes of a file.

    Args:
        name: of the file, for the message.

    Raises:
        UserError: the bytes are empty, truncated, foreign, of a newer version, or hold an unsound graph.
    """
    if not data.strip():
        raise UserError(f"{name} is empty ({len(data)} bytes).", "Open another file, or restore an autosave.")
    fields = _object(data, name)
    version = fields.get("format")
    if not isinstance(version, int) or isinstance(version, bool):
        raise UserError(f"{name} is not a Glassbox project: it names no format version.", "Open a .glassbox file.")
    if version > FORMAT_VERSION:
        raise UserError(
            f"{name} has format version {version}; this program reads up to {FORMAT_VERSION}.",
            "It was saved by a newer Glassbox; update the program.",
        )
    fields = migrated(fields, version)
    try:
        project = msgspec.convert(fields, Project)
    except msgspec.ValidationError as error:
        raise UserError(f"{name} is not a valid project: {error}.", "Open another file, or an earlier copy.") from None
    project.graph.require_sound()
    return project


# Version n -> function from the fields of version n to those of n + 1.
MIGRATIONS: dict[int, Any] = {1: lambda fields: fields}


def migrated(fields: dict[str, Any], version: int) -> dict[str, Any]:
    """Bring the fields of an older file up to the present format, one version at a time.

    Raises:
        UserError: no step is known for the version.
    """
    for number in range(version, FORMAT_VERSION):
        if number not in MIGRATIONS:
            raise UserError(f"Format version {number} is not known.", "Open it with the Glassbox that saved it.")
        fields = {**MIGRATIONS[number](fields), "format": number + 1}
    return fields


def _object(data: bytes, name: str) -> dict[str, Any]:
    """Parse strictly: no double keys, no NaN or infinity, no halves of characters, no depth that breaks Python."""
    hooks = {"object_pairs_hook": _unique, "parse_constant": _refuse, "parse_float": _finite, "parse_int": _whole}
    try:
        text = data.decode("utf-8")
        fields = json.loads(text, **hooks)  # type: ignore[arg-type]
        if "\\u" in text:
            json.dumps(fields, ensure_ascii=False).encode("utf-8")  # an escaped half of a character could not be saved
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UserError(
            f"{name} is not a Glassbox project, or it is damaged: {reason[:160]}.", "Open another file, or a copy."
        ) from None
    if not isinstance(fields, dict):
        raise UserError(f"{name} is not a Glassbox project.", "Open a .glassbox file.")
    return fields


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        keys = [key for key, _ in pairs]
        double = next(key for place, key in enumerate(keys) if key in keys[:place])
        raise ValueError(f"the key {double!r} appears twice")
    return fields


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON number")


def _finite(text: str) -> float:
    if math.isfinite(value := float(text)):
        return value
    raise ValueError(f"the number {text[:20]} is too large")


def _whole(text: str) -> int:
    if len(text) <= MAX_DIGITS:
        return int(text)
    raise ValueError(f"the number {text[:20]}... has {len(text):,} digits")


def read(path: Path) -> Project:
    """Read a project file.

    Raises:
        UserError: the file cannot be read or is not a sound project.
    """
    return decode(read_bounded(path, MAX_FILE_BYTES), path.name)
