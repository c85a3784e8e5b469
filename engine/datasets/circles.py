"""A ring inside a ring."""

from engine.datasets.points import COUNT, ORIGIN, as_samples, describe_points, labels_of, noise_param
from engine.datasets.spec import Dataset, Description, Samples
from engine.params import Param, Values

FACTOR = Param("factor", "float", 0.5, "Inner radius", 0.1, 0.9, help="Radius of the inner ring; the outer has 1.")


def _describe(values: Values) -> Description:
    return describe_points(values, ("outer", "inner"))


def _load(values: Values, seed: int) -> Samples:
    import numpy as np

    random = np.random.default_rng(seed)
    y = labels_of(values["count"], 2)
    angle = random.uniform(0, 2 * np.pi, y.size)
    radius = np.where(y == 0, 1.0, values["factor"])
    xy = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)  # (sample, 2)
    return as_samples(xy + random.normal(0, values["noise"], xy.shape), y, _describe(values))


CIRCLES = Dataset(
    id="circles",
    name="Circles",
    summary="A ring inside a ring",
    params=(COUNT, noise_param(0.08), FACTOR),
    describe=_describe,
    load=_load,
    origin=ORIGIN,
)
