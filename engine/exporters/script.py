"""A stand-alone Python script of plain Keras that rebuilds, trains and evaluates."""

from engine.exporters.spec import Exporter

SCRIPT = Exporter(
    id="script",
    name="Python script",
    suffix=".py",
    summary="Plain Keras that loads the same data, makes the same split, trains from the same seed and evaluates.",
    proof="run in a fresh process with this run's weights, data and logits compared on samples",
    tolerance=1e-4,
)
