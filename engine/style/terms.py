"""The terms of the cost: what of the result is compared with the style, the content, or its own neighbours."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["style", "content", "variation"]
VARIATION = "total_variation"
BACKENDS = ("random", "vgg19")
LEVELS = 5  # of the image pyramid
SCALES = tuple(2**level for level in range(LEVELS))
WIDTHS = (64, 128, 256, 512, 512)  # channels of VGG-19's five blocks


@dataclass(frozen=True)
class CostTerm:
    """One summand of the cost.

    Args:
        id: e.g. "style:1:4" or "content:block4_conv2".
        kind: what it compares with.
        title: on screen.
        share: its weight within its kind, where nothing else is said.
        help: one sentence.
    """

    id: str
    kind: Kind
    title: str
    share: float
    help: str


_SMOOTH = CostTerm(
    VARIATION, "variation", "Smoothness", 1.0, "Mean distance of a pixel from its neighbours below and at the right."
)


def _style(name: str, what: str) -> CostTerm:
    sentence = f"‖G − G*‖ / ‖G*‖ over {what}: which features occur together, wherever they are."
    return CostTerm(f"style:{name}", "style", name, 1.0, sentence)


RANDOM_TERMS = (
    *(_style(f"1:{scale}", f"112 random 9×9 filters on the picture at 1/{scale} of its size") for scale in SCALES),
    CostTerm("content:detail", "content", "Detail", 0.1, "Responses of 32 random 5×5 filters to the luminance."),
    CostTerm("content:1:2", "content", "1:2", 0.4, "Blurred luminance at half the size."),
    CostTerm("content:1:4", "content", "1:4", 0.8, "Blurred luminance at a quarter of the size."),
    _SMOOTH,
)
VGG19_TERMS = (
    *(_style(f"block{block}_conv1", f"the {WIDTHS[block - 1]} channels of that layer") for block in range(1, 6)),
    *(
        CostTerm(
            f"content:block{block}_conv2",
            "content",
            f"block{block}_conv2",
            float(block == 4),
            f"Squared distance of the {WIDTHS[block - 1]} channels of that layer, place by place.",
        )
        for block in range(1, 6)
    ),
    _SMOOTH,
)


def terms_of(backend: str) -> tuple[CostTerm, ...]:
    """The terms of a back-end, "random" or "vgg19", in the order in which costs are reported."""
    return VGG19_TERMS if backend == "vgg19" else RANDOM_TERMS
