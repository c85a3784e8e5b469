"""The window: PySide6 and pyqtgraph. It never imports TensorFlow."""
