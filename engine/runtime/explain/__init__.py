"""The explainers: one file each, and one line here."""

from engine.runtime.explain.activations import ACTIVATIONS
from engine.runtime.explain.spec import Explainer

EXPLAINERS: dict[str, Explainer] = {explainer.id: explainer for explainer in (ACTIVATIONS,)}
