"""Pictures of explanations drawn without a view."""

import numpy as np
import pytest

from app.explain_picture import SIDE, picture_of
from app.theme import theme
from engine.messages import Explained

RANDOM = np.random.default_rng(0)


def found(explainer, **arrays):
    return Explained(
        explainer=explainer, step=1, arrays={name: np.asarray(a, np.float32) for name, a in arrays.items()}
    )


@pytest.mark.parametrize("mode", ["dark", "light"])
@pytest.mark.parametrize(
    "explained",
    [
        found("gradcam", map=RANDOM.random((6, 6)), input=RANDOM.random((8, 8, 1))),
        found("occlusion", map=np.where(np.eye(6), np.nan, 0.5), input=RANDOM.random((8, 8, 3))),
        found("activations", activation=RANDOM.normal(size=(6, 6, 5))),
        found("activations", activation=RANDOM.normal(size=10)),
        found("kernels", kernel=RANDOM.normal(size=(3, 3, 2, 7)), a=RANDOM.random((6, 6, 7))),
        found("gates", forget=RANDOM.random((12, 4)), cell=RANDOM.normal(size=(12, 4))),
        found("surface", loss=RANDOM.random((9, 9))),
        found("project", points=RANDOM.normal(size=(50, 2)), labels=np.arange(50) % 3),
    ],
    ids=lambda explained: f"{explained.explainer}-{'-'.join(explained.arrays)}",
)
def test_every_explanation_has_a_picture_with_something_on_it(qtbot, explained, mode):
    picture = picture_of(explained, theme(mode))
    assert max(picture.width(), picture.height()) >= SIDE // 2
    colors = {picture.pixel(x, y) for x in range(0, picture.width(), 5) for y in range(0, picture.height(), 5)}
    assert len(colors) > 2


def test_the_strongest_cell_is_the_strongest_colour(qtbot):
    values = np.zeros((4, 4))
    values[1, 2] = 1.0
    dark = theme("dark")
    picture = picture_of(found("gradcam", map=values), dark)
    side = picture.width() // 4
    lightness = np.array(
        [
            [picture.pixelColor(side * c + side // 2, side * r + side // 2).lightnessF() for c in range(4)]
            for r in range(4)
        ]
    )
    assert np.unravel_index(lightness.argmax(), (4, 4)) == (1, 2)


def test_numbers_alone_have_no_picture(qtbot):
    with pytest.raises(ValueError, match="no picture"):
        picture_of(found("gradient_check", other=np.zeros(3)), theme("dark"))
