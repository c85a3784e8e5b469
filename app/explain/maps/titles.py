"""What the view of maps is called: the class, the method, the layer and the size of a cell."""

import numpy as np

from app.explain.maps.answers import LABELS, LAYERED, MAPS
from app.text import TIMES, fixed
from engine.messages import Explained
from engine.project import Project


def title_of(explained: Explained) -> str:
    """The question the map answers, e.g. "Why “pagoda”?"."""
    name = str(explained.facts["class_name"])
    return f"Why “{name}”?" if name else f"Why {fixed(float(explained.facts['score']), 3)}?"


def caption_of(explained: Explained, is_own: bool, project: Project) -> str:
    """Method, layer, cells; and that an own picture was resized, where it was.

    Args:
        is_own: the picture is a file of the user's.
    """
    rows, columns = explained.arrays["map"].shape
    high, wide = explained.arrays["input"].shape[:2]
    cell = f"{round(wide / columns, 1):g}{TIMES}{round(high / rows, 1):g} px"
    layer = f" at {explained.facts['layer']}" if explained.explainer in MAPS else ""
    text = f"{LABELS[explained.explainer]}{layer}, {rows}{TIMES}{columns} cells of {cell}"
    shape = next((tuple(node.values.get("shape", ())) for node in project.graph.nodes if node.kind == "input"), ())
    if explained.explainer in LAYERED and not np.any(explained.arrays["map"]):
        return f"{text}; nothing here speaks for this class, every cell is negative: try another layer or Occlusion"
    is_resized = is_own and shape[:2] == (high, wide)
    return f"{text}; the picture is resized to {wide}{TIMES}{high} px" if is_resized else text


def method_caption(explained: Explained) -> tuple[str, str]:
    """A line below a method's small picture, and its colour."""
    facts = explained.facts
    match explained.explainer:
        case "saliency":
            copies = f"{facts['copies']} noisy copies, σ {facts['noise']:g}"
            return (copies if facts["noise"] else "one gradient"), "ink3"
        case "occlusion":
            return "blue: hiding it lowers the logit", "pos"
        case "integrated_gradients":
            return f"{facts['steps']} points from {facts['baseline']}", "ink3"
        case "cam":
            return "signed, adds up to the logit", "ink3"
    return "sequential, 0 to 1", "ink3"
