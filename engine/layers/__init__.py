"""The kinds of layers, one record per file."""

from engine.layers.spec import LayerSpec

LAYERS: dict[str, LayerSpec] = {spec.id: spec for spec in ()}
