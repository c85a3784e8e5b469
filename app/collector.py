"""Collector: Python's garbage is collected between two events, never in the middle of one.

A widget in a circle of references is destroyed when the circle is found. Where that happens while another widget is
painted, Qt does not survive it; and no frame should wait for it.
"""

import gc

from PySide6.QtCore import QObject, QTimer

PACE = 250  # ms


class Collector(QObject):
    """Takes the collection over from Python, and collects by the same counts.

    What is alive now, mostly modules, is never looked at again, so that a full collection is quick.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()
        timer = QTimer(self, interval=PACE)
        timer.timeout.connect(self.collect)
        timer.start()

    def collect(self) -> None:
        """Collect the oldest generation of which enough has gathered."""
        counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
        due = [generation for generation, (count, most) in enumerate(counts) if count > most]
        if due:
            gc.collect(due[-1])
