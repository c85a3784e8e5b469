"""Breast cancer: malignant or benign, from thirty measurements of cell nuclei."""

from engine.datasets.bundled import as_samples
from engine.datasets.spec import Dataset, Description, Samples
from engine.params import Values

MEASURES = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)
FEATURES = (
    *(f"mean {measure}" for measure in MEASURES),
    *(f"{measure} error" for measure in MEASURES),
    *(f"worst {measure}" for measure in MEASURES),
)
DESCRIPTION = Description("table", (30,), "class", ("malignant", "benign"), 569, FEATURES, target_name="diagnosis")


def _load(values: Values, seed: int) -> Samples:
    from sklearn.datasets import load_breast_cancer

    return as_samples(load_breast_cancer(), DESCRIPTION)


BREAST_CANCER = Dataset(
    id="breast_cancer",
    name="Breast cancer",
    summary="569 samples, 30 measurements, 2 classes",
    params=(),
    describe=lambda values: DESCRIPTION,
    load=_load,
    origin=(
        "Breast Cancer Wisconsin (Diagnostic) by W. H. Wolberg, W. N. Street and O. L. Mangasarian (1995), from "
        "the UCI Machine Learning Repository; the copy that comes with scikit-learn (BSD-3-Clause)."
    ),
)
