"""Whether the cells of a class map add up to what they should: the logit, or what changed since the baseline."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.explain.opened import Factor, Opened, Place, Term, opened

WHAT = {"cam": "map", "gradcam": "map", "integrated_gradients": "attribution"}


def open_check(method: str, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> Opened:
    """Open the sum of all cells of a map.

    Args:
        method: "cam" or "gradcam", whose cells before ReLU and the bias make the logit; or "integrated_gradients",
            whose cells make z(x) − z(baseline).
        arrays, facts: of the explainer's answer.
    """
    is_map = method != "integrated_gradients"
    values = np.asarray(arrays["before" if is_map else "map"], float)
    terms = [_cell(method, facts, index, float(value)) for index, value in np.ndenumerate(values)]
    place = Place("held", str(facts.get("layer", "")), (), "sum of the cells", of=int(facts["class"]))
    if not is_map:
        parts = facts["completeness"]
        also = (("z(x)", Factor(parts["score"])), ("z(baseline)", Factor(parts["baseline_score"])))
        note = f"z(x) − z(baseline) = {parts['difference']:.6g}: equal for infinitely many points of the way."
        name = "sum of the cells"
        return opened(place, parts["sum"], "Σ over cells", terms, also=also, note=note, name=name)
    check = facts["check"]
    note = "The cells before ReLU; below 0 the map shows 0." if method == "gradcam" else ""
    symbols = "z = Σ over cells + b"
    name = f"z[{facts['class']}] from the cells"
    return opened(place, check["sum"], symbols, terms, bias=Factor(check["bias"]), note=note, name=name)


def _cell(method: str, facts: Mapping[str, Any], index: tuple[int, ...], value: float) -> Term:
    layer = str(facts.get("layer", ""))
    variable = method if WHAT[method] == "map" else ""
    opens = value >= 0 or method != "gradcam"  # a cell below 0 is shown as 0, which is another number
    place = Place(WHAT[method], layer, index, variable, int(facts["class"])) if opens else None  # type: ignore[arg-type]
    return Term(value, (Factor(value, place),), f"cell [{', '.join(str(n) for n in index)}]")
