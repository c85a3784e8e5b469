"""The settings of a style transfer."""

from engine.params import Param

SMALLEST, LARGEST = 64, 1024  # px of the longer side
MOST_STYLES = 4
SETTINGS = (
    Param(
        "backend",
        "choice",
        "auto",
        "Features",
        choices=("auto", "vgg19", "random"),
        help="VGG-19 where its weights are on this machine, else random filters, which need none.",
    ),
    Param("weights", "path", "", "VGG-19 weights", help="An .h5 or .safetensors file; empty for the usual places."),
    Param("size", "int", 384, low=SMALLEST, high=LARGEST, unit="px", help="Longer side of the result."),
    Param("steps", "int", 200, low=1, high=5000, log=True, help="Steps of the optimiser."),
    Param(
        "style_scale",
        "float",
        1.0,
        low=0.25,
        high=2.0,
        log=True,
        help="Longer side of the style image over that of the result: larger gives larger strokes.",
    ),
    Param("optimizer", "choice", "adam", choices=("adam", "lbfgs"), help="L-BFGS takes fewer but longer steps."),
    Param("coarse_to_fine", "bool", True, help="Begin with a small picture and enlarge it."),
    Param("seed", "int", 0, low=0, high=2**31 - 1, help="Of the noise to start with."),
    Param("content_weight", "float", 1.0, low=0.0, high=100.0, live=True, help="α, of all content terms."),
    Param("style_weight", "float", 1.0, low=0.0, high=100.0, live=True, help="β, of all style terms."),
    Param("total_variation", "float", 0.12, low=0.0, high=100.0, live=True, help="γ, of the smoothness term."),
    Param("keep_color", "bool", False, live=True, help="Take only the luminance of the style."),
)
LIVE = tuple(param.name for param in SETTINGS if param.live)
