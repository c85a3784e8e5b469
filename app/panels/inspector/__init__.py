"""The inspector: the selected layer's settings, formulas, weights and activations."""

from app.panels.inspector.panel import Inspector

__all__ = ["Inspector"]
