"""Wine: three growers told apart by thirteen chemical measurements."""

from engine.datasets.bundled import as_samples
from engine.datasets.spec import Dataset, Description, Samples
from engine.params import Values

DESCRIPTION = Description(
    "table",
    (13,),
    "class",
    ("class_0", "class_1", "class_2"),
    178,
    (
        "alcohol",
        "malic_acid",
        "ash",
        "alcalinity_of_ash",
        "magnesium",
        "total_phenols",
        "flavanoids",
        "nonflavanoid_phenols",
        "proanthocyanins",
        "color_intensity",
        "hue",
        "od280/od315_of_diluted_wines",
        "proline",
    ),
    target_name="grower",
)


def _load(values: Values, seed: int) -> Samples:
    from sklearn.datasets import load_wine

    return as_samples(load_wine(), DESCRIPTION)


WINE = Dataset(
    id="wine",
    name="Wine",
    summary="178 wines, 13 measurements, 3 growers",
    params=(),
    describe=lambda values: DESCRIPTION,
    load=_load,
    origin=(
        "M. Forina and others, PARVUS, from the UCI Machine Learning Repository; the copy that comes with "
        "scikit-learn (BSD-3-Clause)."
    ),
)
