"""Four squares, opposite ones of the same class: no straight line parts them."""

from engine.datasets.points import COUNT, ORIGIN, as_samples, describe_points, labels_of, noise_param
from engine.datasets.spec import Dataset, Description, Samples
from engine.params import Values

GAP = 0.05  # half the gap between the squares, so that the classes do not touch before noise is added


def _describe(values: Values) -> Description:
    return describe_points(values, ("same signs", "opposite signs"))


def _load(values: Values, seed: int) -> Samples:
    import numpy as np

    random = np.random.default_rng(seed)
    y = labels_of(values["count"], 2)
    size = random.uniform(GAP, 1, (y.size, 2))  # (sample, 2)
    sign = random.choice([-1.0, 1.0], y.size)
    xy = size * np.stack([sign, np.where(y == 0, sign, -sign)], axis=-1)
    return as_samples(xy + random.normal(0, values["noise"], xy.shape), y, _describe(values))


XOR = Dataset(
    id="xor",
    name="Exclusive or",
    summary="Four squares, opposite ones of one class",
    params=(COUNT, noise_param(0.05)),
    describe=_describe,
    load=_load,
    origin=ORIGIN,
)
