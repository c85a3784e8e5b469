"""The adding problem: two numbers of a long sequence are marked; their sum is to be told at its end."""

from engine.datasets.spec import Dataset, Description, Samples
from engine.params import Param, Values

COUNT = Param("count", "int", 10_000, "Samples", 100, 100_000, log=True, help="How many sequences.")
LENGTH = Param("length", "int", 30, "Steps", 4, 400, help="How long the two numbers must be remembered.")


def _describe(values: Values) -> Description:
    shape = (values["length"], 2)
    return Description(
        "sequence", shape, "number", (), values["count"], ("value", "marked"), "sum of the two marked", "", (0.0, 1.0)
    )


def _load(values: Values, seed: int) -> Samples:
    """x[sample, time] is a value in 0..1 and 1 where it is marked; one mark lies in each half."""
    import numpy as np

    random = np.random.default_rng(seed)
    count, length = values["count"], values["length"]
    value, half, rows = random.uniform(0, 1, (count, length)), length // 2, np.arange(count)
    first, second = random.integers(0, half, count), random.integers(half, length, count)
    marked = np.zeros((count, length))
    marked[rows, first] = marked[rows, second] = 1
    x = np.stack([value, marked], axis=-1).astype(np.float32)  # (sample, time, 2)
    return Samples(x, (x[..., 0] * x[..., 1]).sum(axis=1), _describe(values))


ADDING = Dataset(
    id="adding",
    name="Adding problem",
    summary="Two marked numbers in a sequence, a number",
    params=(COUNT, LENGTH),
    describe=_describe,
    load=_load,
    origin=(
        "The task of S. Hochreiter and J. Schmidhuber, “Long Short-Term Memory”, Neural Computation (1997); generated "
        "by this program from the seed, free to use."
    ),
)
