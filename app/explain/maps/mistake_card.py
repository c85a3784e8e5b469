"""One mistake: the sample large, what it is, what it was taken for, and how sure the network was."""

from PySide6.QtCore import QPoint, QRect, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from app.explain.maps.classes_card import share_text
from app.explain.maps.tile import MapTile
from app.theme import Look
from app.widgets.card import Card
from app.widgets.open_number import OpenNumber
from app.widgets.plain_label import PlainLabel
from engine.messages import Explained


class MistakeCard(Card):
    """The chosen mistake.

    Attributes:
        sample_wanted: index of the sample, to be shown in every view.
        opened: sample, class, and the rectangle of its probability on the screen.
    """

    sample_wanted = Signal(int)
    opened = Signal(int, int, QRect)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__("Mistake", look, parent=parent)
        self._sample = -1
        self.picture = MapTile(look, has_title=False, lines=0)
        self.picture.setEnabled(False)
        self.button = QPushButton("Show this sample in every view")
        self.button.setProperty("kind", "outline")
        self.button.clicked.connect(lambda: self.sample_wanted.emit(self._sample))
        rows = QGridLayout()
        rows.setColumnStretch(1, 1)
        rows.setHorizontalSpacing(12)
        rows.setVerticalSpacing(6)
        self._values: dict[str, tuple[PlainLabel, OpenNumber]] = {}
        self._classes: dict[str, int] = {}
        for row, (key, name) in enumerate((("label", "Label"), ("predicted", "Taken for"))):
            parts = PlainLabel("", "title", look, "ink"), OpenNumber("", look)
            parts[1].opened.connect(lambda key=key: self._open(key))
            rows.addWidget(PlainLabel(name, "body", look), row, 0)
            rows.addWidget(parts[0], row, 1)
            rows.addWidget(PlainLabel("p =", "number", look, "ink3"), row, 2)
            rows.addWidget(parts[1], row, 3)
            self._values[key] = parts
        self._values["predicted"][0].set_token("err")
        self.body.addWidget(self.picture)
        self.body.addLayout(rows)
        self.body.addWidget(self.button)

    def show_mistake(self, explained: Explained, index: int, sample: int, picture: QImage, overlay: QImage) -> None:
        """Show a mistake of an answer.

        Args:
            index: of the mistake.
            sample: in the dataset.
            picture: of the sample; null where it is no picture.
            overlay: the map of the predicted class; null for none.
        """
        self._sample = sample
        names, arrays = explained.facts["class_names"], explained.arrays
        self.set_value(f"sample #{sample}")
        self.picture.setVisible(not picture.isNull())
        self.picture.set_images(picture, overlay)
        for key, share in (("label", "label_probabilities"), ("predicted", "probabilities")):
            classes = arrays["labels" if key == "label" else "predicted"]
            self._classes[key] = int(classes[index])
            self._values[key][0].setText(str(names[int(classes[index])]))
            self._values[key][1].set_text(share_text(float(arrays[share][index])))

    @property
    def numbers(self) -> dict[str, OpenNumber]:
        """The probabilities: of the "label" and of the "predicted" class."""
        return {key: number for key, (_, number) in self._values.items()}

    def _open(self, key: str) -> None:
        number = self._values[key][1]
        self.opened.emit(self._sample, self._classes[key], QRect(number.mapToGlobal(QPoint(0, 0)), number.size()))
