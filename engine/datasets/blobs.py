"""Round clouds of points around centres on a circle."""

from engine.datasets.points import COUNT, ORIGIN, as_samples, describe_points, labels_of, noise_param
from engine.datasets.spec import Dataset, Description, Samples
from engine.params import Param, Values

CENTERS = Param("centers", "int", 3, "Clouds", 2, 10, help="How many clouds; each is a class.")


def _describe(values: Values) -> Description:
    return describe_points(values, [f"cloud {number}" for number in range(1, values["centers"] + 1)])


def _load(values: Values, seed: int) -> Samples:
    import numpy as np

    random = np.random.default_rng(seed)
    y = labels_of(values["count"], values["centers"])
    angle = 2 * np.pi * y / values["centers"] + np.pi / 2
    xy = np.stack([np.cos(angle), np.sin(angle)], axis=-1)  # (sample, 2)
    return as_samples(xy + random.normal(0, values["noise"], xy.shape), y, _describe(values))


BLOBS = Dataset(
    id="blobs",
    name="Blobs",
    summary="Round clouds around centres on a circle",
    params=(COUNT, noise_param(0.25), CENTERS),
    describe=_describe,
    load=_load,
    origin=ORIGIN,
)
