"""Keras's own file: layers and weights, normalisation and the output's activation included."""

from engine.exporters.spec import Exporter

KERAS = Exporter(
    id="keras",
    name="Keras model",
    suffix=".keras",
    summary="One file that keras.saving.load_model opens; takes raw inputs, gives probabilities or numbers.",
    proof="loaded in a fresh process, outputs compared on samples",
)
