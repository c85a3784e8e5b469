"""Iris: three kinds of flower told apart by four lengths."""

from engine.datasets.bundled import as_samples
from engine.datasets.spec import Dataset, Description, Samples
from engine.params import Values

DESCRIPTION = Description(
    "table",
    (4,),
    "class",
    ("setosa", "versicolor", "virginica"),
    150,
    ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"),
    target_name="kind of iris",
)


def _load(values: Values, seed: int) -> Samples:
    from sklearn.datasets import load_iris

    return as_samples(load_iris(), DESCRIPTION)


IRIS = Dataset(
    id="iris",
    name="Iris",
    summary="150 flowers, 4 lengths, 3 kinds",
    params=(),
    describe=lambda values: DESCRIPTION,
    load=_load,
    origin=(
        "R. A. Fisher, “The use of multiple measurements in taxonomic problems” (1936); the copy that comes with "
        "scikit-learn (BSD-3-Clause), which follows the paper where that of the UCI Machine Learning Repository has "
        "two wrong points."
    ),
)
