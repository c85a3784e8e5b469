"""The settings of the chosen dataset (count, noise, size, path) and where its data come from."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.forms import Form
from app.theme import Look
from app.widgets.plain_label import PlainLabel
from engine.datasets.spec import Dataset
from engine.params import Values


class DataSource(QWidget):
    """A form over the dataset's own settings; rebuilt when another dataset is chosen."""

    changed = Signal(str, object)  # name, valid new value

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._dataset: Dataset | None = None
        self.form: Form | None = None
        self._heading = PlainLabel("Source", "title", look, "ink")
        self._origin = PlainLabel("", "caption", look, "ink3")
        self._origin.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 16)
        self._column.setSpacing(8)
        self._column.addWidget(self._heading)
        self._column.addWidget(self._origin)

    def set_choice(self, dataset: Dataset, values: Values) -> None:
        """Show the settings of a dataset."""
        if dataset is not self._dataset:
            self._dataset = dataset
            self._rebuild(dataset)
        if self.form is not None:
            self.form.set_values(values)

    def _rebuild(self, dataset: Dataset) -> None:
        if self.form is not None:
            self._column.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
            self.form = None
        if dataset.params:
            self.form = Form(dataset.params, self._look)
            self.form.changed.connect(self.changed)
            self._column.insertWidget(1, self.form)
        self._origin.setText(dataset.origin)
