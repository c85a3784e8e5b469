"""Kernels: how one value of a feature map comes about, window by window, with every product written out."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.explain.asking import Asking
from app.explain.kernels.cells import cell_rect
from app.explain.kernels.field import FieldReader
from app.explain.kernels.page import KernelPage
from app.explain.kernels.scene import Scene
from app.explain.kernels.settings import LEARNED, OWN, Settings, changed, layer_scene, picture_scene
from app.explain.kernels.writing import Writing
from app.explain.number_opener import NumberOpener
from app.explain.view import View
from app.explanation import Explanation
from app.studio import Studio
from app.theme import Look
from engine.errors import UserError
from engine.explain.opened import Place
from engine.explain.own_kernels import OWN_KERNELS
from engine.messages import Explained, Failed

LONGEST = 96  # px of a picture under kernels of one's own


class KernelsView(View):
    """A convolution or pooling layer, one window after the other."""

    kinds = ("conv2d", "max_pooling2d", "average_pooling2d", "global_average_pooling2d")
    what = "a convolution or pooling layer"
    takes_pictures = True

    def __init__(self, studio: Studio, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(studio, look, parent)
        self._layer = ""
        self._answer: Explained | None = None
        self._base: Scene | None = None
        self._picture: Path | None = None
        self._pixels: np.ndarray | None = None
        self._settings = Settings()
        self._map, self._first, self._channel, self._shows_z, self._is_new = 0, 0, 0, False, True
        self._explanation = Explanation(studio, "kernels", self)
        self._history, self._reader = Asking(studio, "kernel-history", self), Asking(studio, "picture", self)
        self._wanted = -1  # the map to follow once its layer is there
        self._told = 0  # the last step of the history
        self._opener = NumberOpener(studio, look, self)
        self.page = KernelPage(look)
        self.player, self.stage, self.strip = self.page.player, self.page.stage, self.page.strip
        self.panel, self.editor, self.error = self.page.panel, self.page.editor, self.page.error
        self.field = FieldReader(studio, self.panel, self)
        self._writing = Writing(self.player, self.stage)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.page)
        self._connect()

    def set_layer(self, name: str) -> None:
        """Take another layer apart."""
        if name != self._layer:
            self._layer, self._is_new = name, True
            self._map = self._first = self._channel = 0
            self._settings = replace(self._settings, stride=None, padding=None, dilation=None)
            self._ask()

    def set_unit(self, index: int) -> None:
        """Follow one map, once its layer is there."""
        names = self._base.names if self._base is not None else ()
        is_there = self._answer is not None and self._answer.facts["layer"] == self._layer
        if is_there and 0 <= index - self._first < len(names):
            self._follow(index - self._first)
        else:
            self._wanted = self._first = index
            self._ask()

    def set_shown(self, is_shown: bool) -> None:
        """Ask only while somebody looks."""
        self._explanation.set_shown(is_shown)
        self.field.set_shown(is_shown)
        if not is_shown:
            self.player.pause()
            self.editor.hide()
            self._opener.close()

    def set_input(self, picture: Path | None = None, x: np.ndarray | None = None) -> None:
        """Explain an image file; kernels of one's own slide over it in its own ratio."""
        self._picture, self._pixels = picture, None
        self._explanation.set_input(picture=picture, x=x)
        if picture is not None:
            self._reader.ask({"path": str(picture), "longest": LONGEST, "color": "rgb"})

    def regions(self) -> list[QWidget]:
        """The play row, the picture, the maps, the settings."""
        return [self.player, self.stage, self.strip, self.panel]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End move the window from anywhere in the view."""
        if event.modifiers() or not self.player.press(event.key()):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In small windows the strip leaves the kernels away."""
        super().resizeEvent(event)
        self.page.fit()

    def _connect(self) -> None:
        self._explanation.explained.connect(self._take)
        self._explanation.failed.connect(self._fail)
        self._explanation.busy_changed.connect(self.page.show_busy)
        self._history.explained.connect(self._take_history)
        self._reader.explained.connect(self._take_picture)
        self._reader.failed.connect(self._fail)
        self.page.progress.cancelled.connect(self._explanation.stop)
        self.error.retry.connect(self._retry)
        self.player.moved.connect(self._move)
        self.player.playing_changed.connect(self._on_playing)
        self.stage.place_chosen.connect(self._go)
        self.stage.channel_chosen.connect(self._choose_channel)
        self.stage.weight_chosen.connect(self._press_weight)
        self.stage.number_chosen.connect(self._open)
        self._opener.layer_wanted.connect(self.layer_wanted)
        self.editor.typed.connect(self._set_weight)
        self.strip.chosen.connect(self._follow)
        self.page.earlier.clicked.connect(lambda: self._turn_page(-1))
        self.page.later.clicked.connect(lambda: self._turn_page(1))
        self.panel.settings_changed.connect(self._set_settings)
        self.panel.channel_changed.connect(self._choose_channel)
        self.panel.shows_z_changed.connect(self._choose_z)
        self.panel.step_chosen.connect(self.studio.show_step)
        for signal in (self.studio.run_changed, self.studio.training_changed):
            signal.connect(self._ask_history)

    def _ask(self) -> None:
        self._explanation.ask(layer=self._layer, filter=self._first)
        self._ask_history()

    def _ask_history(self, _news: object = None) -> None:
        base = self._base
        if base is not None and base.kind == "convolution" and self.isVisible():
            self._history.ask({"layer": self._layer, "filter": self._first + self._map})

    def _has_new_epoch(self, step: int) -> bool:
        """Whether another epoch has ended since the kernel's history was told."""
        run = self.studio.run
        per_epoch = run.steps_per_epoch if run is not None else 0
        return bool(per_epoch) and step // per_epoch > self._told // per_epoch

    def _take(self, event: Explained) -> None:
        """Show what the engine found."""
        was = self._answer
        self._answer, self._base = event, layer_scene(event.arrays, event.facts)
        self._first = int(event.facts["first"])
        self._map = self._chosen_map(self._base)
        if self._base.kind != "convolution" and self._settings.weights != LEARNED:
            self._settings = replace(self._settings, weights=LEARNED, flips=False)
        self.field.set_input(event)
        is_other = was is None or was.facts["layer"] != event.facts["layer"] or was.facts["first"] != self._first
        self._show()
        if is_other or self._has_new_epoch(event.step):
            self._ask_history()
        self.panel.history.set_now(event.step)
        self.settled.emit(event.step)

    def _chosen_map(self, base: Scene) -> int:
        """The map to follow: the one wanted, else for a new layer the one that answers most, else as before."""
        wanted, self._wanted = self._wanted, -1
        if wanted >= 0:
            return min(max(wanted - self._first, 0), len(base.names) - 1)
        if self._is_new and self.studio.training != "training":
            return int(base.a.max(axis=(0, 1)).argmax())
        return min(self._map, len(base.names) - 1)

    def _show(self) -> None:
        """Work the scene out and show it everywhere."""
        base = self._base
        if base is None:
            return
        try:
            scene = self._scene(base)
        except UserError as error:
            self.page.show_error(error.message, error.hint)
            return
        self.page.show_picture()
        self._channel = scene.channel
        if self._is_new or self.player.count != scene.count:
            self.player.set_count(scene.count, every=scene.out[1])
        if self._is_new and (self.studio.training != "training" or not self.player.position):
            self.player.set_position(int(scene.shown.argmax()))
        self.stage.set_scene(scene)
        self.strip.set_scene(scene)
        self._show_panel(base, scene)
        self._show_place()

    def _scene(self, base: Scene) -> Scene:
        """What is shown now.

        Raises:
            ShapeProblem: the window is larger than the input.
        """
        settings = self._settings
        if self._is_laboratory and self._pixels is not None:
            scene = picture_scene(self._pixels, settings)
        else:
            scene = changed(base.looking(map=self._map), settings)
        channel = min(self._channel, scene.channels - 1)
        return scene.looking(channel=channel, shows_z=self._shows_z)

    @property
    def _is_laboratory(self) -> bool:
        return self._picture is not None and self._settings.weights != LEARNED

    def _show_panel(self, base: Scene, scene: Scene) -> None:
        is_learned = self._settings.weights == LEARNED
        self.panel.show_settings(self._settings)
        is_as_trained = is_learned and self._settings.leaves(base.window) and not self._is_laboratory
        self.panel.show_scene(scene, is_as_trained)
        self.panel.set_history_shown(is_learned and scene.kind == "convolution")
        self.panel.set_shown(self.panel.field_section, is_as_trained)
        count = len(scene.names)
        total = int(self._answer.facts["maps"]) if self._answer is not None and is_learned else count
        word = "feature maps" if scene.kind == "convolution" and is_learned else "maps"
        self.page.title.setText(f"All {count} {word}" if is_learned else f"All {count} kernels")
        part = f"{self._first} to {self._first + count - 1} of {total}; " if is_learned and total > count else ""
        bias = "bias b under each kernel; " if self.strip.shows_kernels and is_learned else ""
        self.page.more.setText(f"{part}{bias}click a map to follow it")
        for button in (self.page.earlier, self.page.later):
            button.setVisible(bool(part))

    def _show_place(self) -> None:
        scene = self.stage.scene
        if scene is None:
            return
        row, column = scene.place(self.player.position)
        self.player.set_place(f"row {row}, column {column}")
        self.stage.set_position(self.player.position)
        self.field.set_unit(self._layer, (row, column), self._first + self._map, ask=not self.player.is_playing)

    def _move(self, _position: int) -> None:
        self._is_new = False
        self._writing.begin()
        self._show_place()

    def _on_playing(self, is_playing: bool) -> None:
        if not is_playing:
            self._writing.finish()
            self._show_place()

    def _go(self, position: int) -> None:
        self.player.pause()
        self.player.go(position)

    def _follow(self, index: int) -> None:
        """Follow another map, or choose another kernel of one's own."""
        if self._settings.weights != LEARNED:
            self._set_settings(replace(self._settings, weights=[*OWN_KERNELS, OWN][index]))
            return
        self._map = index
        self._show()
        self._ask_history()

    def _turn_page(self, by: int) -> None:
        """Go to the earlier or further maps of a layer that has many."""
        if self._answer is None or self._base is None:
            return
        size = len(self._base.names) if self._first == 0 else self._first
        first = self._first + by * max(size, 1) if by < 0 else self._first + len(self._base.names)
        if 0 <= first < int(self._answer.facts["maps"]):
            self._map, self._first = 0, first
            self._ask()

    def _choose_channel(self, channel: int) -> None:
        self._channel = channel
        self._show()

    def _choose_z(self, shows_z: bool) -> None:
        self._shows_z = shows_z
        self._show()

    def _set_settings(self, settings: Settings) -> None:
        was_learned = self._settings.weights == LEARNED
        self._settings = settings
        if was_learned != (settings.weights == LEARNED):
            self._is_new = self._picture is not None
        self._show()

    def _press_weight(self, row: int, column: int) -> None:
        """A weight of one's own is typed over; a learned one opens to where it came from."""
        scene, layout = self.stage.scene, self.stage.layout_now
        if scene is None or layout is None:
            return
        if self._settings.weights == LEARNED:
            at = cell_rect(layout.kernel, scene.window.size, row, column).toRect()
            index = (row, column, scene.channel, self._first + scene.map)
            self._open_place(Place("weight", self._layer, index, "kernel"), at)
            return
        value = float(scene.kernel[row, column, scene.channel, scene.map]) * scene.x.shape[2]
        self.editor.open(layout.kernel, scene.window.size, (row, column), value)

    def _open(self, what: str, at: QRect) -> None:
        """Open the value of the step, or the bias, to its arithmetic."""
        scene = self.stage.scene
        if scene is None:
            return
        index = self._first + scene.map
        if what == "bias":
            self._open_place(Place("weight", self._layer, (index,), "bias"), at)
            return
        row, column = scene.place(self.player.position)
        is_global = self._answer is not None and self._answer.facts["kind"].startswith("global_")
        self._open_place(Place("activation", self._layer, (index,) if is_global else (row, column, index)), at)

    def _open_place(self, place: Place, at: QRect) -> None:
        """Only what the network itself does can be traced further, and only for a sample."""
        base = self._base
        if base is None or self._picture is not None or not self._settings.leaves(base.window):
            return
        self.player.pause()
        target = QRect(self.stage.mapToGlobal(at.topLeft()), at.size())
        self._opener.open(place, target, self.stage)

    def _set_weight(self, row: int, column: int, value: float) -> None:
        flips = self._settings.flips
        place = (2 - row, 2 - column) if flips else (row, column)
        self._set_settings(self._settings.with_weight(*place, value))

    def _take_history(self, event: Explained) -> None:
        channel = min(self._channel, event.arrays["kernels"].shape[-1] - 1)
        title = f"Kernel {event.facts['filter']}"
        kernels = event.arrays["kernels"][..., channel]
        self._told = int(event.facts["steps"][-1])
        self.panel.show_history(kernels, event.facts["steps"], event.facts["epochs"], title)
        if self._answer is not None:
            self.panel.history.set_now(self._answer.step)

    def _take_picture(self, event: Explained) -> None:
        x = event.arrays["x"]
        is_grey = bool((x[..., :1] == x).all())
        self._pixels = x[..., :1] if is_grey else x
        if self._is_laboratory:
            self._is_new = True
            self._show()

    def _retry(self) -> None:
        self._settings = replace(self._settings, stride=None, padding=None, dilation=None)
        self._show()
        self._explanation.refresh()

    def _fail(self, failure: Failed) -> None:
        self.page.show_error(failure.message, failure.hint, failure.details)
