"""Handwritten digits: 1,797 real scans of 8×8 pixels."""

from typing import TYPE_CHECKING

from engine.datasets.spec import Dataset, Description, Samples
from engine.params import Param, Values

if TYPE_CHECKING:
    import numpy as np

NATIVE = 8
SIZE = Param("size", "choice", "8", "Size", choices=("8", "28", "32"), unit="px", help="Side of the square picture.")


def _describe(values: Values) -> Description:
    side = int(values["size"])
    names = tuple(str(digit) for digit in range(10))
    return Description("image", (side, side, 1), "class", names, 1797, target_name="digit", value_range=(0.0, 16.0))


def _load(values: Values, seed: int) -> Samples:
    import numpy as np
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = bunch.images.astype(np.float32)  # (sample, 8, 8), whole numbers 0..16
    side = int(values["size"])
    if side != NATIVE:
        images = np.stack([_resized(image, side) for image in images])
    return Samples(images[..., None], bunch.target.astype(np.int32), _describe(values))


def _resized(image: "np.ndarray", side: int) -> "np.ndarray":
    """Bilinear, because bicubic would overshoot the range 0..16."""
    import numpy as np
    from PIL import Image

    return np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BILINEAR))


DIGITS = Dataset(
    id="digits",
    name="Handwritten digits",
    summary="1,797 images, 10 classes",
    params=(SIZE,),
    describe=_describe,
    load=_load,
    origin=(
        "Test part of “Optical Recognition of Handwritten Digits” by E. Alpaydin and C. Kaynak (1998), from "
        "the UCI Machine Learning Repository; the copy that comes with scikit-learn (BSD-3-Clause)."
    ),
)
