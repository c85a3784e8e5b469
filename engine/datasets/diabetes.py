"""Diabetes: disease progression after a year, from ten baseline measurements in their natural units."""

from engine.datasets.bundled import as_samples
from engine.datasets.spec import Dataset, Description, Samples
from engine.params import Values

DESCRIPTION = Description(
    "table",
    (10,),
    "number",
    (),
    442,
    (
        "age (years)",
        "sex",
        "body mass index",
        "average blood pressure",
        "total cholesterol",
        "low-density lipoproteins",
        "high-density lipoproteins",
        "total cholesterol / HDL",
        "log of triglycerides (possibly)",
        "blood sugar",
    ),
    target_name="disease progression",
)


def _load(values: Values, seed: int) -> Samples:
    from sklearn.datasets import load_diabetes

    return as_samples(load_diabetes(scaled=False), DESCRIPTION)


DIABETES = Dataset(
    id="diabetes",
    name="Diabetes",
    summary="442 patients, 10 measurements, a number",
    params=(),
    describe=lambda values: DESCRIPTION,
    load=_load,
    origin=(
        "B. Efron, T. Hastie, I. Johnstone and R. Tibshirani, “Least Angle Regression”, Annals of Statistics (2004); "
        "the unscaled copy that comes with scikit-learn (BSD-3-Clause)."
    ),
)
