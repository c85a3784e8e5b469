"""Weights of a foreign .h5 or .safetensors file, by an allowlist of names and shapes. Runs in the inspector.

HDF5 is read as Keras has written it since version 1: a group for each layer, in it (or in groups below it) one kernel
and one bias. Nothing else of the file is looked at: no configuration, no optimiser, no code.
"""

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import UserError
from engine.inspect.names import shown
from engine.storage import read_bounded

MAX_BYTES = 1 << 30
HDF5 = b"\x89HDF\r\n\x1a\n"
FILTERS = (None, "gzip", "lzf")
Shapes = Mapping[str, tuple[int, ...]]


def read_weights(path: Path, shapes: Shapes) -> Iterator[tuple[str, np.ndarray]]:
    """Yield each wanted weight, float32, by "layer/variable".

    Args:
        shapes: of every weight wanted; the variable is "kernel" or "bias".

    Raises:
        UserError: the file is neither, or a weight is missing, of another shape, or not finite.
    """
    data = read_bounded(path, MAX_BYTES)
    name = shown(path.name)
    found = _hdf5(data, name, shapes) if data.startswith(HDF5) else _safetensors(data, name, shapes)
    for key, values in found:
        if not np.isfinite(values).all():
            raise UserError(f"{key} in {name} holds NaN or infinite numbers.", "Choose another file.", "weights")
        yield key, np.asarray(values, np.float32)


def _hdf5(data: bytes, name: str, shapes: Shapes) -> Iterator[tuple[str, np.ndarray]]:
    import h5py

    try:
        file = h5py.File(BytesIO(data), "r")
    except OSError as error:
        raise UserError(f"{name} is damaged: {str(error)[:80]}.", "Fetch it again.", "weights") from None
    with file:
        for key, shape in shapes.items():
            dataset = _dataset(file, key)
            _require_shape(key, name, None if dataset is None else dataset.shape, shape)
            assert dataset is not None
            if dataset.external or dataset.is_virtual or dataset.compression not in FILTERS:
                raise UserError(f"{key} in {name} lies in another file.", "Choose another file.", "weights")
            yield key, dataset[()]


def _dataset(file: Any, key: str) -> Any:
    """The only dataset of the right rank under a layer's group; None where there is none or more than one."""
    import h5py

    layer, variable = key.split("/")
    root = file["model_weights"] if _is_own_group(file, "model_weights") else file
    if not _is_own_group(root, layer):
        return None
    rank = 4 if variable == "kernel" else 1
    found: list[Any] = []

    def look(group: Any, depth: int) -> None:
        for inner in group:
            if not isinstance(group.get(inner, getlink=True), h5py.HardLink):
                continue  # a link may lead into another file
            item = group[inner]
            if isinstance(item, h5py.Group) and depth < 4:
                look(item, depth + 1)
            elif isinstance(item, h5py.Dataset) and item.ndim == rank:
                found.append(item)

    look(root[layer], 0)
    return found[0] if len(found) == 1 else None


def _is_own_group(group: Any, name: str) -> bool:
    import h5py

    if name not in group or not isinstance(group.get(name, getlink=True), h5py.HardLink):
        return False
    return isinstance(group[name], h5py.Group)


def _safetensors(data: bytes, name: str, shapes: Shapes) -> Iterator[tuple[str, np.ndarray]]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        held = load(data)
    except (SafetensorError, ValueError, KeyError) as error:
        sentence = f"{name} is neither an HDF5 nor a safetensors file ({str(error)[:80]})."
        raise UserError(sentence, "Choose the file of the weights.", "weights") from None
    for key, shape in shapes.items():
        values = held.get(key)
        _require_shape(key, name, None if values is None else values.shape, shape)
        assert values is not None
        yield key, values


def _require_shape(key: str, name: str, found: tuple[int, ...] | None, wanted: tuple[int, ...]) -> None:
    if found is None:
        raise UserError(f"{name} holds no weight {key}.", "Choose a file with the weights of this network.", "weights")
    if tuple(found) != wanted:
        sentence = f"{key} in {name} has the shape {_sizes(found)}; expected {_sizes(wanted)}."
        raise UserError(sentence, "Choose a file with the weights of this network.", "weights")


def _sizes(shape: tuple[int, ...]) -> str:
    return "×".join(str(size) for size in shape)
