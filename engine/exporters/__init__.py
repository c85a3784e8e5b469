"""The formats a trained network can be written in, one record per file."""

from engine.exporters.keras_file import KERAS
from engine.exporters.script import SCRIPT
from engine.exporters.spec import Exporter

EXPORTERS: dict[str, Exporter] = {exporter.id: exporter for exporter in (KERAS, SCRIPT)}
