"""See: one view of the network's own numbers at a time, for one sample, one layer and one moment of the training."""

import importlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.actions import BY_ID, Actions
from app.canvas.face import probe_of
from app.explain import VIEWS, ViewEntry
from app.explain.view import View
from app.file_dialogs import IMAGES, ask_for_files
from app.film import Film, film_steps
from app.panels.film_dialog import FilmDialog
from app.panels.moment_chip import MomentChip
from app.panels.sample_browser import SampleBrowser
from app.panels.see_bar import SeeBar
from app.panels.see_layers import chosen_layer, fitting_layers
from app.panels.see_sample import SampleChooser
from app.panels.see_tabs import SeeTabs
from app.studio import Studio
from app.theme import Look
from app.widgets.empty_or import EmptyOr
from app.widgets.notice import Notice
from app.widgets.surface import Surface
from engine.datasets.choice import wanted
from engine.messages import DataLoaded, Failed
from engine.project import Project
from engine.shapes import Inference, infer

DIFFERS = "This is the shown run's own network; the one drawn in Build is another by now. Train it to see it here."


class SeeWorkspace(QWidget):
    """The frame of the views: it chooses view, layer, sample and moment, and says why there is nothing to see.

    Args:
        views: in the order of their tabs; each is imported when it is first shown.

    Attributes:
        settled: the view on screen has drawn what belongs to this step.
        settled_step: the step said last; −1 before the first.
    """

    settled = Signal(int)

    def __init__(
        self,
        studio: Studio,
        look: Look,
        actions: Actions,
        parent: QWidget | None = None,
        views: Sequence[ViewEntry] = VIEWS,
    ) -> None:
        super().__init__(parent)
        self._studio, self._look, self._actions = studio, look, actions
        self._entries = {entry.id: entry for entry in views}
        self._views: dict[str, View] = {}
        self._id = next(iter(self._entries), "")
        self._layers: dict[str, str] = {}  # the layer chosen last, by view
        self._picture: Path | None = None
        self._failure: Failed | None = None
        self._inferred: tuple[Project, Inference] | None = None
        self._film: FilmDialog | None = None
        self.settled_step = -1
        self._remedy: Callable[[], object] = lambda: None
        self.ask_for_files: Callable[[QWidget, str, str], list[Path]] = ask_for_files
        self.tabs, self.chip = SeeTabs(views, look), MomentChip(studio, look, actions, names_newest=True)
        self.browser = SampleBrowser(look)
        self.samples = SampleChooser(self.browser, look)
        self.bar = SeeBar(self.tabs, self.chip, self.samples, look)
        self._lay_out()
        self.setMinimumSize(1, 1)  # the views become narrower only once the window has
        self._connect()
        self.synchronize()

    @property
    def view_id(self) -> str:
        """The view on screen."""
        return self._id

    @property
    def current(self) -> View | None:
        """The view on screen, once it was shown."""
        return self._views.get(self._id)

    @property
    def layer(self) -> str:
        """The layer on screen; empty where the view is of the whole network."""
        return self.bar.layer.value

    @property
    def picture(self) -> Path | None:
        """The image file that takes the sample's place in views that can."""
        return self._picture

    def regions(self) -> list[QWidget]:
        """What F6 moves through."""
        view = self.current
        return [self.bar, *(view.regions() if view is not None and not self.content.is_empty else [self.content])]

    def focus_main(self) -> None:
        """Put the keyboard on the view."""
        target = self.content if self.current is None or self.content.is_empty else self.current
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_view(self, id: str) -> None:
        """Show a view."""
        if id not in self._entries:
            return
        before = self.current
        self.settled_step = -1 if id != self._id else self.settled_step
        self._id = id
        if before is not None and before is not self.current:
            before.set_shown(False)
        self.synchronize()

    def open_layer(self, name: str) -> None:
        """Take a layer apart: in the view on screen where it can, else in the first that can."""
        node = next((node for node in self._studio.seen_project.graph.nodes if node.name == name), None)
        kind = node.kind if node is not None else ""
        order = [self._id, *(id for id in self._entries if id != self._id)]
        for id in order:
            if kind in self._view(id).kinds:
                self._layers[id] = name
                self.show_view(id)
                return
        known = f"No view takes {name} apart; it is in the views of the whole network."
        self._studio.noted.emit(known if node is not None else f"The shown run has no layer {name}.", "warn")
        self.synchronize()

    def open_unit(self, layer: str, index: int) -> None:
        """Take a layer apart and follow one of its maps or units."""
        self.open_layer(layer)
        if self.current is not None and self.layer == layer:
            self.current.set_unit(index)

    def choose_layer(self, name: str) -> None:
        """Show another layer in this view."""
        self._layers[self._id] = name
        self.synchronize()

    def load_picture(self, path: Path) -> bool:
        """Explain an image file; False where this view takes none."""
        view = self.current
        if view is None or not view.takes_pictures or self.content.is_empty:
            return False
        self._picture = path
        self._give_input(view)
        self._show_input()
        return True

    def choose_picture(self) -> None:
        """Ask for an image file."""
        for path in self.ask_for_files(self, "Image to explain", IMAGES)[:1]:
            self.load_picture(path)

    def drop_picture(self) -> None:
        """Go back to the sample."""
        self._picture = None
        for view in self._views.values():
            if view.takes_pictures:
                view.set_input()
        self._show_input()

    def film(self) -> None:
        """Take a film of the view over the run."""
        run, view = self._studio.run, self.current
        if run is None or view is None or self.content.is_empty or not run.checkpoints:
            self._studio.noted.emit(
                "A film shows a run checkpoint by checkpoint; there is none yet. Train first.", "warn"
            )
            return
        self.bar.film.setFocus()
        title = self._entries[self._id].title
        self._film = FilmDialog(Film(self, view, self._studio, self), film_steps(run), title, self._look, self)
        self._film.start()

    def synchronize(self, _news: object = None, _more: object = None) -> None:
        """Bring bar and view in step with project, run and data."""
        self.tabs.set_current(self._id)
        self.notice.setVisible(self._studio.seen_differs)
        self.chip.synchronize()
        if not self.isVisible() or not self._entries:
            return
        view = self._view(self._id)
        names = self._offer_layers(view)
        missing = self._missing(view, names)
        if missing is None:
            self.content.show_view()
            self.stack.setCurrentWidget(view)
        else:
            heading, sentence, button, self._remedy = missing
            self.content.show_empty(heading, sentence, button)
        view.set_shown(missing is None)
        self._show_input()

    def showEvent(self, event: QShowEvent) -> None:
        """Let the view ask the engine."""
        super().showEvent(event)
        self.synchronize()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask for nothing while nobody looks."""
        super().hideEvent(event)
        if self.current is not None:
            self.current.set_shown(False)

    def _lay_out(self) -> None:
        self.stack = QStackedWidget()
        self.content = EmptyOr(self.stack, self._look, margin=24)
        self.notice = Notice(DIFFERS, self._look)
        centre = Surface("canvas", self._look)
        inner = QVBoxLayout(centre)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self.notice)
        inner.addWidget(self.content, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(centre, 1)

    def _connect(self) -> None:
        studio = self._studio
        for signal in (studio.document.checked, studio.run_changed, studio.training_changed):
            signal.connect(self.synchronize)
        studio.document.opened.connect(self._forget)
        studio.data_changed.connect(self._take_data)
        studio.data_failed.connect(self._take_failure)
        studio.probe_changed.connect(self._take_probe)
        self.tabs.chosen.connect(self.show_view)
        self.bar.room_changed.connect(self.tabs.fit)
        self.bar.layer.changed.connect(self.choose_layer)
        self.bar.film_wanted.connect(self.film)
        self.content.pressed.connect(lambda: self._remedy())
        self.samples.opened.connect(self._fill_browser)
        self.samples.picture_wanted.connect(self.choose_picture)
        self.samples.sample_wanted.connect(self.drop_picture)
        self.browser.picked.connect(self._pick)
        for id in self._entries:
            if f"see_{id}" in BY_ID:
                self._actions.bind(f"see_{id}", partial(self.show_view, id))

    def _view(self, id: str) -> View:
        """A view, made when it is first shown."""
        if id not in self._views:
            entry = self._entries[id]
            made: View = getattr(importlib.import_module(entry.module), entry.name)(self._studio, self._look)
            made.sample_wanted.connect(self._pick)
            made.layer_wanted.connect(self.open_layer)
            made.unit_wanted.connect(self.open_unit)
            made.noted.connect(self._studio.noted)
            made.settled.connect(self.chip.set_step)
            made.settled.connect(self._note_settled)
            self._views[id] = made
            self.stack.addWidget(made)
            if self._picture is not None:
                self._give_input(made)
        return self._views[id]

    def _note_settled(self, step: int) -> None:
        self.settled_step = step
        self.settled.emit(step)

    def _give_input(self, view: View) -> None:
        if view.takes_pictures:
            view.set_input(picture=self._picture)

    def _offer_layers(self, view: View) -> list[str]:
        project = self._studio.seen_project
        options = fitting_layers(project.graph, self._inference(project), view.kinds) if view.kinds else []
        names = [name for name, _ in options]
        chosen = chosen_layer(names, self._layers.get(self._id, ""), view.prefers_last)
        self.bar.set_layers(options, chosen)
        if chosen:
            view.set_layer(chosen)
        return names

    def _inference(self, project: Project) -> Inference:
        if self._inferred is None or self._inferred[0] is not project:
            self._inferred = project, infer(project.graph)
        return self._inferred[1]

    def _missing(self, view: View, layers: list[str]) -> tuple[str, str, str, Callable[[], object]] | None:
        """Heading, sentence, button and what it does, where there is nothing to see; None where there is."""
        studio, trigger = self._studio, self._actions.trigger
        if not studio.seen_project.graph.nodes:
            sentence = "Open a project or one of the examples; this view then shows what goes on inside its network."
            return "No network yet", sentence, "Show the examples", lambda: trigger("home")
        if not studio.seen_folder and studio.document.inference.problems:
            problem = studio.document.inference.problems[0]
            sentence = f"{problem.message.rstrip('.')}. {problem.hint}".strip()
            return "The network has a problem", sentence, "Show it in Build", lambda: trigger("build")
        if studio.data is None and (what := wanted(studio.seen_project.data)):
            if view.show_without_data():
                return None
            sentence = f"This view follows a sample through the network. The project learns from {what}."
            return "Choose the data first", sentence, "Choose them in Data", lambda: trigger("data")
        if self._failure is not None and studio.data is None:
            sentence = f"{self._failure.message} {self._failure.hint}".strip()
            return "The data could not be loaded", sentence, "Try again", studio.reload_data
        if view.kinds and not layers:
            title, what = self._entries[self._id].title, view.what or "a layer of its kind"
            sentence = f"{title} takes {what} apart, and this network has none. Add one in Build, then train."
            return f"This network lacks {what}", sentence, "Add one in Build", self._add_layer
        if studio.data is None:
            return "The data are loading", "The view appears as soon as its sample is there.", "", lambda: None
        return None

    def _add_layer(self) -> None:
        self._actions.trigger("build")
        self._actions.trigger("add_layer")

    def _show_input(self) -> None:
        view = self.current
        takes = view is not None and view.takes_pictures
        self.samples.set_takes_pictures(takes)
        probe = probe_of(self._studio.data, self._studio.probe)
        self.samples.show_input(probe, self._picture if takes else None)

    def _fill_browser(self) -> None:
        if self._studio.data is not None:
            self.browser.set_data(self._studio.data)
            self.browser.select(self._studio.probe)

    def _pick(self, sample: int) -> None:
        self.samples.close_after_click()
        if self._picture is not None:
            self.drop_picture()
        self._studio.set_probe(sample)

    def _take_probe(self, _index: int) -> None:
        self._show_input()

    def _take_data(self, data: DataLoaded | None) -> None:
        if data is not None:
            self._failure = None
        self.synchronize()

    def _take_failure(self, failure: Failed) -> None:
        self._failure = failure
        self.synchronize()

    def _forget(self) -> None:
        """Another project is open."""
        self._layers, self._failure = {}, None
        if self._picture is not None:
            self.drop_picture()
