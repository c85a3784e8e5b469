"""Picture: an image file as numbers, in its own ratio, for kernels of one's own to slide over."""

from collections.abc import Generator

from engine.errors import UserError
from engine.inspect.client import read_whole_picture
from engine.params import Param
from engine.runtime.explain.spec import Answer, Explainer, Question
from engine.runtime.jobs import Report, Turn, in_thread

PARAMS = (
    Param("path", "path", "", help="The image file."),
    Param("longest", "int", 128, low=8, high=512, unit="px", help="Its longer side is shrunk to this."),
    Param("color", "choice", "grey", choices=("grey", "rgb"), help="One channel, or three."),
)


def _run(question: Question) -> Generator[Report, Turn, Answer]:
    """Arrays: `x` (height, width, channel), 0 to 1.

    Facts: `size`, the (width, height) it had.
    """
    values = question.values
    if not values["path"]:
        raise UserError("No picture was given.", "Choose PNG, JPEG, BMP, GIF, WebP or TIFF files.", "path")
    x, size = yield from in_thread(lambda: read_whole_picture(values["path"], values["longest"], values["color"]))
    return Answer({"x": x / 255}, {"size": list(size)})


PICTURE = Explainer("picture", "Picture", _run, PARAMS, needs_input=False)
