"""Two spirals wound into each other."""

from engine.datasets.points import COUNT, ORIGIN, as_samples, describe_points, labels_of, noise_param
from engine.datasets.spec import Dataset, Description, Samples
from engine.params import Param, Values

TURNS = Param("turns", "float", 1.5, "Turns", 0.25, 4.0, help="How often each arm winds around the centre.")


def _describe(values: Values) -> Description:
    return describe_points(values, ("first arm", "second arm"))


def _load(values: Values, seed: int) -> Samples:
    """Archimedean arms of radius 0 to 1; the second is the first turned by half a turn."""
    import numpy as np

    random = np.random.default_rng(seed)
    y = labels_of(values["count"], 2)
    radius = random.uniform(0.05, 1, y.size)
    angle = 2 * np.pi * values["turns"] * radius + np.pi * y
    xy = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=-1)  # (sample, 2)
    return as_samples(xy + random.normal(0, values["noise"], xy.shape), y, _describe(values))


SPIRAL = Dataset(
    id="spiral",
    name="Spiral",
    summary="Two spirals wound into each other",
    params=(COUNT, noise_param(0.02), TURNS),
    describe=_describe,
    load=_load,
    origin=ORIGIN,
)
