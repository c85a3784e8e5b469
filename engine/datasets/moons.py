"""Two half circles that reach into each other."""

from engine.datasets.points import COUNT, ORIGIN, as_samples, describe_points, labels_of, noise_param
from engine.datasets.spec import Dataset, Description, Samples
from engine.params import Values


def _describe(values: Values) -> Description:
    return describe_points(values, ("upper", "lower"))


def _load(values: Values, seed: int) -> Samples:
    """The curves are those of scikit-learn's `make_moons`; the places along them are drawn, not spaced evenly."""
    import numpy as np

    random = np.random.default_rng(seed)
    y = labels_of(values["count"], 2)
    angle = random.uniform(0, np.pi, y.size)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=-1)  # (sample, 2)
    xy = np.where(y[:, None] == 0, upper, [1.0, 0.5] - upper)
    return as_samples(xy + random.normal(0, values["noise"], xy.shape), y, _describe(values))


MOONS = Dataset(
    id="moons",
    name="Moons",
    summary="Two half circles that reach into each other",
    params=(COUNT, noise_param(0.15)),
    describe=_describe,
    load=_load,
    origin=ORIGIN,
)
