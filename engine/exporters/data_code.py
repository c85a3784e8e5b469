"""The data part of a stand-alone script: loads, splits and scales exactly as the program does, without the program."""

import inspect
from collections.abc import Callable
from textwrap import dedent, indent

from engine.datasets import DATASETS, split
from engine.datasets.choice import describe
from engine.datasets.digits import NATIVE
from engine.errors import UserError
from engine.exporters.foreign_data_code import csv_body, pictures_body
from engine.exporters.picture_code import BY_BLOCKS, PICTURES, blocks_split
from engine.exporters.sequence_code import SEQUENCES
from engine.params import Values, check_values
from engine.project import DataChoice

POINTS = "count, noise = {count!r}, {noise!r}\nrandom = np.random.default_rng({seed!r})\n"
DRAWN = "return (xy + random.normal(0, noise, xy.shape)).astype(np.float32), y.astype(np.int32)"
BODIES = {
    "moons": """
        y = np.arange(count) % 2
        angle = random.uniform(0, np.pi, y.size)
        upper = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
        xy = np.where(y[:, None] == 0, upper, [1.0, 0.5] - upper)
    """,
    "circles": """
        y = np.arange(count) % 2
        angle = random.uniform(0, 2 * np.pi, y.size)
        radius = np.where(y == 0, 1.0, {factor!r})
        xy = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    """,
    "spiral": """
        y = np.arange(count) % 2
        radius = random.uniform(0.05, 1, y.size)
        angle = 2 * np.pi * {turns!r} * radius + np.pi * y
        xy = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=-1)
    """,
    "xor": """
        y = np.arange(count) % 2
        size = random.uniform(0.05, 1, (y.size, 2))
        sign = random.choice([-1.0, 1.0], y.size)
        xy = size * np.stack([sign, np.where(y == 0, sign, -sign)], axis=-1)
    """,
    "blobs": """
        y = np.arange(count) % {centers!r}
        angle = 2 * np.pi * y / {centers!r} + np.pi / 2
        xy = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    """,
}
TABLES = {
    "iris": "load_iris()",
    "wine": "load_wine()",
    "breast_cancer": "load_breast_cancer()",
    "diabetes": "load_diabetes(scaled=False)",
}
DIGITS = """
    bunch = load_digits()
    images = bunch.images.astype(np.float32)  # (sample, 8, 8), 0..16
"""
RESIZED = """
    resized = [Image.fromarray(image).resize(({side}, {side}), Image.Resampling.BILINEAR) for image in images]
    images = np.stack([np.asarray(image) for image in resized])
"""
SPLIT = '''
    def split_codes(y):
        """0 train, 1 validation, 2 test for every sample."""
        stratified = {stratified!r} and np.issubdtype(y.dtype, np.integer)
        groups = [np.flatnonzero(y == label) for label in np.unique(y)] if stratified else [np.arange(y.size)]
        held, validating = _sizes(np.array([group.size for group in groups]), {validation!r}, {test!r})
        random = np.random.default_rng({seed!r})
        codes = np.zeros(y.size, np.int8)
        for group, n_held, n_validation in zip(groups, held, validating):
            order = random.permutation(group)
            codes[order[:n_held]] = 2
            codes[order[:n_validation]] = 1
        return codes
'''
NORMALISED = '''
    def normalised(x, training):
        """The inputs scaled by what the training part alone tells."""
        flat = training.reshape(-1, training.shape[-1]).astype(np.float64)
        {learned}
        still = width <= 1e-7 * np.maximum(np.abs(offset), 1e-30)
        scale = 1 / np.where(still, 1, width)
        return (x - offset.astype(np.float32)) * scale.astype(np.float32)
'''
UNCHANGED = '''
    def normalised(x, training):
        """The inputs as they are."""
        return x
'''


def data_code(choice: DataChoice) -> str:
    """Write the functions `load_data()`, `split_codes(y)` and `normalised(x, training)` as plain Python.

    The code needs NumPy as `np`, scikit-learn, and Pillow where pictures are resized or read.

    Raises:
        UserError: the dataset or a setting is wrong, or its data cannot be loaded by plain Python.
    """
    description = describe(choice)
    values = check_values(DATASETS[choice.dataset].params, choice.values, DATASETS[choice.dataset].name)
    body = _body(choice, values)
    load = 'def load_data():\n    """Inputs float32 (sample, ...) and targets (sample,)."""\n' + indent(body, "    ")
    held = [inspect.getsource(function) for function in (split._sizes, split._apportion)]
    shares = dedent(SPLIT).format(
        stratified=choice.stratified, validation=choice.validation, test=choice.test, seed=choice.seed
    )
    if choice.dataset in BY_BLOCKS:
        shares = blocks_split(shares)
    scaled = _normalised_code(choice.normalisation, description.kind == "image", description.value_range)
    return "\n\n\n".join(part.strip("\n") for part in (load, *held, shares, scaled)) + "\n"


def _body(choice: DataChoice, values: Values) -> str:
    """The inside of `load_data`."""
    if choice.dataset in WRITERS:
        return WRITERS[choice.dataset](values)
    if choice.dataset in PICTURES:
        return PICTURES[choice.dataset](values, choice.seed)
    if choice.dataset in SEQUENCES:
        return SEQUENCES[choice.dataset](values, choice.seed)
    if choice.dataset in TABLES:
        return _table(choice.dataset)
    if choice.dataset in BODIES:
        start = POINTS.format(seed=choice.seed, **values)
        return start + dedent(BODIES[choice.dataset]).strip().format(**values) + "\n" + DRAWN
    raise UserError(
        f"The data {choice.dataset!r} cannot be written as a stand-alone script.", "Export the .keras file instead."
    )


def _table(name: str) -> str:
    call = TABLES[name]
    kind = "np.int32" if DATASETS[name].describe({}).target == "class" else "np.float32"
    return (
        f"from sklearn.datasets import {call.partition('(')[0]}\n\nbunch = {call}\n"
        f"return bunch.data.astype(np.float32), bunch.target.astype({kind})"
    )


def _digits(values: Values) -> str:
    side = int(values["size"])
    imports = "from sklearn.datasets import load_digits\n\n"
    resized = ""
    if side != NATIVE:
        imports = "from PIL import Image\n" + imports
        resized = dedent(RESIZED).format(side=side).strip("\n") + "\n"
    read = dedent(DIGITS).strip("\n") + "\n"
    return f"{imports}{read}{resized}return images[..., None], bunch.target.astype(np.int32)"


def _normalised_code(kind: str, is_image: bool, value_range: tuple[float, float] | None) -> str:
    if kind == "none":
        return dedent(UNCHANGED)
    if kind == "standard":
        learned = "offset, width = flat.mean(axis=0), flat.std(axis=0)"
    elif not is_image:
        learned = "offset, width = flat.min(axis=0), np.ptp(flat, axis=0)"
    elif value_range is not None:
        low, high = value_range
        learned = f"offset, width = np.array([{low!r}]), np.array([{high - low!r}])"
    else:
        learned = "offset, width = np.array([flat.min()]), np.array([np.ptp(flat)])"
    return dedent(NORMALISED).format(learned=learned)


WRITERS: dict[str, Callable[[Values], str]] = {
    "digits": _digits,
    "csv": csv_body,
    "image_folder": pictures_body,
}
