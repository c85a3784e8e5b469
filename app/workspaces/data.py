"""Data: what the network learns from. Gallery at the left, samples in the middle, one sample at the right."""

from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.actions import Actions
from app.data_files import choice_from_files
from app.panels.class_balance import ClassBalance
from app.panels.data_header import DataHeader
from app.panels.data_source import DataSource
from app.panels.dataset_gallery import DatasetGallery
from app.panels.sample_browser import SampleBrowser
from app.panels.sample_view import SampleView
from app.panels.split_settings import SplitSettings
from app.studio import Studio
from app.theme import Look
from app.widgets.empty_state import EmptyState
from app.widgets.error_state import ErrorState
from app.widgets.progress_line import ProgressLine
from app.widgets.side_panel import SidePanel
from app.widgets.surface import Surface
from engine.datasets import DATASETS
from engine.datasets.choice import describe, wanted
from engine.datasets.spec import Description
from engine.errors import UserError
from engine.messages import DataLoaded, Failed
from engine.params import Values, defaults
from engine.project import DataChoice, Project

WIDE = 1400
ROOMY = 2000


class DataWorkspace(QWidget):
    """Chooses, splits and looks at the data."""

    def __init__(self, studio: Studio, look: Look, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self._document, self._look = studio, studio.document, look
        self.gallery = DatasetGallery(tuple(DATASETS.values()), look)
        self.header, self.split = DataHeader(look), SplitSettings(look)
        self.browser, self.balance = SampleBrowser(look), ClassBalance(look)
        self.sample, self.source = SampleView(look), DataSource(look)
        self.progress = ProgressLine(look)
        self.progress.set_cancellable(False)
        self.error = ErrorState("", "", "", look)
        self.choose_again = QPushButton("Choose again…")
        self.invitation = EmptyState("", "", "", look)
        self._lay_out()
        self.setMinimumSize(1, 1)  # the panels become narrower only once the window has
        self._connect()
        actions.bind("right_panel", self.toggle_right_panel)
        self.synchronize()
        self._show_data(studio.data)

    def synchronize(self) -> None:
        """Bring everything in step with the document."""
        choice = self._document.project.data
        dataset = DATASETS.get(choice.dataset)
        self.gallery.set_current(choice.dataset)
        if dataset is None:
            self.show_problem(f"There is no dataset {choice.dataset[:40]!r}.", "Choose one from the gallery.")
            return
        self.header.set_dataset(dataset, self._description(choice))
        self.source.set_choice(dataset, {**defaults(dataset.params), **choice.values})
        data = self._studio.data
        self.split.set_choice(choice, data.counts if data else self._expected_counts(choice))

    def toggle_right_panel(self) -> None:
        """Fold or unfold the panel at the right."""
        self.right.setVisible(self.right.isHidden())

    def choose(self, dataset: str) -> None:
        """Use another dataset with its default settings; split and scaling stay."""
        before = self._document.project.data
        if dataset != before.dataset:
            self._edit(f"Choose {DATASETS[dataset].name}", msgspec.structs.replace(before, dataset=dataset, values={}))

    def take_files(self, paths: list[Path]) -> None:
        """Use files as the data."""
        try:
            choice = choice_from_files(paths, self._document.project.data)
        except UserError as error:
            self.show_problem(error.message, error.hint)
            return
        self._edit(f"Use {paths[0].name}", choice)

    def show_problem(self, message: str, hint: str, details: str = "") -> None:
        """Say in place of the samples why there are none."""
        self.error.set_error(message, hint, details)
        self.body.setCurrentWidget(self._error_page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = self.width() >= WIDE
        self.gallery.setFixedWidth(280 if self.width() >= ROOMY else 248 if wide else 208)
        self.right.setFixedWidth(380 if self.width() >= ROOMY else 360 if wide else 300)

    def _lay_out(self) -> None:
        self.body = QStackedWidget()
        self._busy_page, self._error_page = _page(self.progress), _page(self.error, self.choose_again)
        self._invitation_page = _page(self.invitation)
        for page in (self.browser, self._busy_page, self._error_page, self._invitation_page):
            self.body.addWidget(page)
        centre = Surface("canvas", self._look)
        column = QVBoxLayout(centre)
        column.setContentsMargins(24, 14, 24, 0)
        column.setSpacing(14)
        column.addWidget(self.header)
        column.addWidget(self.split)
        column.addWidget(self.body, 1)
        self.right = SidePanel(self._look, "left")
        for section in (self.balance, self.sample, self.source):
            self.right.add(section)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.gallery)
        row.addWidget(centre, 1)
        row.addWidget(self.right)

    def _connect(self) -> None:
        self._document.changed.connect(self._document_changed)
        self._studio.data_changed.connect(self._show_data)
        self._studio.data_failed.connect(self._show_failure)
        self._studio.probe_changed.connect(self._show_probe)
        self.gallery.chosen.connect(self.choose)
        self.gallery.files_chosen.connect(self.take_files)
        self.source.changed.connect(self._set_value)
        self.split.changed.connect(self._set_split)
        self.browser.picked.connect(self._studio.set_probe)
        self.error.retry.connect(self._studio.reload_data)
        self.choose_again.clicked.connect(self._choose_again)
        self.invitation.pressed.connect(self._choose_again)

    def _document_changed(self, before: Project, after: Project) -> None:
        if before.data != after.data:
            self.synchronize()

    def _edit(self, text: str, choice: DataChoice, merge: str = "") -> None:
        self._document.edit(text, self._document.project.replace(data=choice), merge)

    def _set_value(self, name: str, value: Any) -> None:
        choice = self._document.project.data
        values: Values = {**choice.values, name: value}
        self._edit(f"Set {name}", msgspec.structs.replace(choice, values=values), f"data.{name}")

    def _set_split(self, text: str, changes: dict[str, Any], merge: str) -> None:
        self._edit(text, msgspec.structs.replace(self._document.project.data, **changes), merge)

    def _description(self, choice: DataChoice) -> Description | None:
        if self._studio.data is not None:
            return self._studio.data.description
        try:
            return describe(choice)
        except UserError:
            return None  # the loading says why, in the middle of the workspace

    def _expected_counts(self, choice: DataChoice) -> tuple[int, int, int]:
        description = self._description(choice)
        total = description.count if description else 0
        validation, test = int(total * choice.validation + 0.5), int(total * choice.test + 0.5)
        return total - validation - test, validation, test

    def _show_data(self, data: DataLoaded | None) -> None:
        self.synchronize()
        self.header.set_data(data)
        self.gallery.set_data(data)
        if data is None and self._invite():
            return
        if data is None:
            self.progress.set_busy("Loading the data")
            self.body.setCurrentWidget(self._busy_page)
            return
        self._show_facts(True)
        self.balance.set_data(data)
        self.browser.set_data(data)
        self.sample.set_data(data, self._document.project.data.normalisation)
        self.body.setCurrentWidget(self.browser)
        self.browser.select(self._studio.probe, reveal=False)
        self.sample.show_sample(self._studio.probe)

    def _show_failure(self, failure: Failed) -> None:
        if self._invite():
            return
        self._show_facts(False)
        self.show_problem(failure.message, failure.hint, failure.details)

    def _invite(self) -> bool:
        """Say which data the project waits for; False where they were chosen."""
        what = wanted(self._document.project.data)
        if not what:
            return False
        self._show_facts(False)
        sentence = f"This project learns from {what}. Until then its network can be looked at in Build and See."
        self.invitation.set_texts("Choose what it learns from", sentence, "Choose…")
        self.body.setCurrentWidget(self._invitation_page)
        return True

    def _show_facts(self, known: bool) -> None:
        for section in (self.balance, self.sample):
            self.right.set_shown(section, known)

    def _show_probe(self, sample: int) -> None:
        self.browser.select(sample)
        self.sample.show_sample(sample)

    def _choose_again(self) -> None:
        again = {"image_folder": self.gallery.add_folder, "csv": self.gallery.add_table}
        again.get(self._document.project.data.dataset, self.gallery.list.setFocus)()


def _page(*widgets: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 24, 0, 24)
    column.setSpacing(12)
    for widget in widgets:
        left = isinstance(widget, QPushButton)
        column.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignTop)
    column.addStretch(1)
    return page
