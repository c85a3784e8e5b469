"""The kernels view: what is drawn is the arithmetic of the layer, and every control reaches it."""

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from app.explain.kernels.cells import cell_rect, short
from app.explain.kernels.crop import MOST, crop_around
from app.explain.kernels.drawing import Step, draw
from app.explain.kernels.equation import broken, convolution_lines, pooling_equation
from app.explain.kernels.grids import write_output
from app.explain.kernels.layout import lay_out
from app.explain.kernels.scene import Scene
from app.explain.kernels.settings import OWN, Settings, changed
from app.explain.kernels.titles import input_title, map_title
from app.explain.kernels.view import KernelsView
from engine.examples import load_example
from engine.explain.convolution import correlate, window_of
from engine.explain.opened import Place
from engine.explain.pooling import pooled
from engine.messages import Explain, Explained, Failed
from tests.app.studio_double import StudioDouble, answer, loaded, trained_run

PROJECT = load_example("digits")
CONV = {"kernel_size": [3, 3], "strides": [1, 1], "padding": "same", "dilation_rate": [1, 1]}
POOL = {"pool_size": [2, 2], "strides": [2, 2], "padding": "valid"}


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def convolution(channels=1, filters=8, size=8, layer="conv2d_1"):
    """An answer of the explainer "kernels" about a convolution with ReLU."""
    x = np.abs(numbers(size, size, channels)).clip(0, 1)
    kernel, bias = numbers(3, 3, channels, filters, seed=1) / 3, numbers(filters, seed=2) / 10
    z = correlate(x, kernel, window_of("conv2d", CONV, x.shape), bias).astype(np.float32)
    facts = {
        "layer": layer, "kind": "conv2d", "values": CONV | {"filters": filters}, "activation": "relu",
        "maps": filters, "first": 0, "source": "input_1", "reads_input": channels == 1, "range": [0.0, 16.0],
    }  # fmt: skip
    arrays = {"raw": numbers(8, 8, 1), "x": x, "kernel": kernel, "bias": bias, "z": z, "a": np.maximum(z, 0)}
    return Explained(explainer="kernels", step=40, arrays=arrays, facts=facts)


def pooling(layer="max_pool_1"):
    x = np.maximum(numbers(8, 8, 16), 0)
    a = pooled(x, window_of("max_pooling2d", POOL, x.shape), "max").astype(np.float32)
    facts = {
        "layer": layer, "kind": "max_pooling2d", "values": POOL, "activation": "linear", "maps": 16, "first": 0,
        "source": "conv2d_1", "reads_input": False, "range": [0.0, 16.0],
    }  # fmt: skip
    return Explained(explainer="kernels", step=40, arrays={"raw": numbers(8, 8, 1), "x": x, "a": a}, facts=facts)


@pytest.fixture(scope="module")
def digits():
    return loaded(PROJECT.data)


@pytest.fixture
def studio(document, digits, tmp_path):
    document.open_project(PROJECT)
    return StudioDouble(document, digits, trained_run(tmp_path, PROJECT, digits))


@pytest.fixture
def view(studio, look, qtbot):
    made = KernelsView(studio, look)
    qtbot.addWidget(made)
    made.resize(1440, 790)
    made.show()
    qtbot.waitExposed(made)
    made.set_shown(True)
    made.set_layer("conv2d_1")
    return made


def asked(studio, explainer):
    return [job for job in studio.asked if isinstance(job.request, Explain) and job.request.explainer == explainer]


def show(view, studio, qtbot, event):
    """Let the engine answer what the view asked."""
    qtbot.waitUntil(lambda: bool(asked(studio, "kernels")))
    answer(asked(studio, "kernels")[-1], event)
    view.grab()


def press(view, qtbot, place):
    qtbot.mouseClick(view.stage, Qt.MouseButton.LeftButton, pos=place.toPoint())


def test_it_begins_at_the_strongest_answer_and_says_where(view, studio, qtbot):
    event = convolution()
    with qtbot.waitSignal(view.settled) as settled:
        show(view, studio, qtbot, event)
    a = event.arrays["a"]
    assert view.stage.scene.map == a.max(axis=(0, 1)).argmax()
    a = a[..., view.stage.scene.map]
    row, column = np.unravel_index(a.argmax(), a.shape)
    assert settled.args == [40] and view.player.count == 64
    assert view.player.position == row * 8 + column
    assert view.player.place.text() == f"row {row}, column {column}"


def test_a_click_on_a_cell_goes_there(view, studio, qtbot):
    show(view, studio, qtbot, convolution())
    layout = view.stage.layout_now
    press(view, qtbot, cell_rect(layout.map, (8, 8), 5, 6).center())
    assert view.player.position == 46
    press(view, qtbot, cell_rect(layout.input, (10, 10), 1, 1).center())
    assert view.player.position == 0
    assert "row 5, column 6" in view.stage.tip_at(cell_rect(layout.map, (8, 8), 5, 6).center().toPoint())
    assert view.stage.tip_at(cell_rect(layout.input, (10, 10), 0, 0).center().toPoint()) == "padding: 0"


def test_keys_move_the_window(view, studio, qtbot):
    show(view, studio, qtbot, convolution())
    view.player.set_position(10)
    qtbot.keyClick(view.stage, Qt.Key.Key_Right)
    assert view.stage.position == 11
    qtbot.keyClick(view.stage, Qt.Key.Key_Home)
    assert view.stage.position == 0


def test_a_click_on_a_map_follows_it_and_asks_for_its_history(view, studio, qtbot):
    show(view, studio, qtbot, convolution())
    view._follow(0)
    qtbot.mouseClick(view.strip, Qt.MouseButton.LeftButton, pos=view.strip.card_rect(6).center().toPoint())
    assert view.stage.scene.map == 6 and "Kernel 6" in view.panel.words.text()
    qtbot.waitUntil(lambda: any(job.request.values["filter"] == 6 for job in asked(studio, "kernel-history")))
    job = asked(studio, "kernel-history")[-1]
    kernels = numbers(3, 3, 3, 1)
    answer(
        job,
        Explained(
            explainer="kernel-history", step=40, arrays={"kernels": kernels, "biases": numbers(3)},
            facts={"steps": [0, 40, 80], "epochs": [0, 1, 2], "layer": "conv2d_1", "filter": 6},
        ),
    )  # fmt: skip
    assert view.panel.history_title.text() == "Kernel 6 in training"
    tile = view.panel.history.tile(1).center().toPoint()
    qtbot.mouseClick(view.panel.history, Qt.MouseButton.LeftButton, pos=tile)
    assert studio.shown_step == 40


def test_other_settings_are_worked_out_here_and_said(view, studio, qtbot):
    event = convolution()
    show(view, studio, qtbot, event)
    assert not view.panel.note.isVisible()
    view.panel.stride.changed.emit("2")
    assert view.stage.scene.out == (4, 4) and view.player.count == 16
    x, kernel, bias = (event.arrays[name] for name in ("x", "kernel", "bias"))
    window = window_of("conv2d", CONV | {"strides": [2, 2]}, x.shape)
    np.testing.assert_allclose(view.stage.scene.z, correlate(x, kernel, window, bias), atol=1e-5)
    assert "Not what the network does" in view.panel.note.text() and view.panel.note.isVisible()
    view.panel.stride.changed.emit("1")
    assert not view.panel.note.isVisible() and view.stage.scene.out == (8, 8)


def test_a_window_that_does_not_fit_is_said_and_taken_back(view, studio, qtbot):
    show(view, studio, qtbot, convolution(size=4))
    view.panel.padding.changed.emit("valid")
    view.panel.dilation.changed.emit("3")
    assert view.error.isVisible() and "larger than its 4×4 input" in view.error.accessibleName()
    view.error.retry.emit()
    assert not view.error.isVisible()


def test_own_kernels_slide_over_the_layers_input(view, studio, qtbot):
    event = convolution()
    show(view, studio, qtbot, event)
    view.panel.kernels.changed.emit("sobel")
    scene = view.stage.scene
    assert scene.names[scene.map] == "Sobel, vertical" and len(scene.names) == 12
    weight = cell_rect(view.stage.layout_now.kernel, (3, 3), 0, 2).center()
    press(view, qtbot, weight)
    assert view.editor.isVisible()
    view.editor.setText("5")
    qtbot.keyClick(view.editor, Qt.Key.Key_Return)
    scene = view.stage.scene
    assert scene.names[scene.map] == "Own" and scene.kernel[0, 2, 0, scene.map] == 5
    assert scene.kernel[1, 0, 0, scene.map] == 2


def test_learned_weights_are_not_typed_over_but_open(view, studio, qtbot):
    show(view, studio, qtbot, convolution())
    view._follow(3)
    press(view, qtbot, cell_rect(view.stage.layout_now.kernel, (3, 3), 0, 2).center())
    assert not view.editor.isVisible()
    qtbot.waitUntil(lambda: bool(asked(studio, "number")))
    place = msgspec.json.decode(asked(studio, "number")[-1].request.values["place"], type=Place)
    assert place == Place("weight", "conv2d_1", (0, 2, 0, 3), "kernel")


@pytest.mark.parametrize("share, place", [(0.1, ("activation", 3)), (0.9, ("weight", 1))])
def test_sum_and_bias_open_to_their_arithmetic(view, studio, qtbot, share, place):
    show(view, studio, qtbot, convolution())
    view._go(0)
    total = view.stage.layout_now.total
    press(view, qtbot, QPointF(total.left() + share * total.width(), total.center().y()))
    qtbot.waitUntil(lambda: bool(asked(studio, "number")))
    found = msgspec.json.decode(asked(studio, "number")[-1].request.values["place"], type=Place)
    assert (found.what, len(found.index)) == place and found.index[-1] == view.stage.scene.map


def test_channels_are_chosen_by_their_sums(view, studio, qtbot):
    show(view, studio, qtbot, convolution(channels=4))
    layout = view.stage.layout_now
    press(view, qtbot, QPointF(layout.sums.left() + 44 * 2 + 10, layout.sums.top() + 12))
    assert view.stage.scene.channel == 2 and view.panel.channel.value == "2"


def test_pooling_needs_no_kernel(view, studio, qtbot):
    view.set_layer("max_pool_1")
    show(view, studio, qtbot, pooling())
    assert not view.panel.weights.isVisible() and view.player.count == 16
    assert "16 of 64 values" in view.panel.words.text()


def test_the_box_of_a_unit_is_shown_at_once_and_its_footprint_asked_for(view, studio, qtbot):
    show(view, studio, qtbot, convolution())
    view._go(0)
    assert "3×3 px of the input, over the edge" in view.panel.field_text.text()
    qtbot.waitUntil(lambda: bool(asked(studio, "receptive-field")))
    request = asked(studio, "receptive-field")[-1].request
    assert request.values == {"layer": "conv2d_1", "row": 0, "column": 0, "unit": view.stage.scene.map}


def test_a_picture_of_ones_own_is_read_whole_for_own_kernels(view, studio, qtbot, tmp_path):
    show(view, studio, qtbot, convolution())
    view.set_input(picture=tmp_path / "own.png")
    qtbot.waitUntil(lambda: bool(asked(studio, "picture")))
    x = np.repeat(np.abs(numbers(30, 40, 1)).clip(0, 1), 3, axis=2)
    answer(asked(studio, "picture")[-1], Explained(explainer="picture", step=0, arrays={"x": x}, facts={}))
    view.panel.kernels.changed.emit("laplacian")
    scene = view.stage.scene
    assert scene.x.shape == (30, 40, 1) and scene.out == (28, 38) and scene.source == "Picture"


def test_a_failure_is_said_in_the_views_place(view, studio, qtbot):
    qtbot.waitUntil(lambda: bool(asked(studio, "kernels")))
    answer(asked(studio, "kernels")[-1], Failed(kind="user", message="There is no layer.", hint="Choose another."))
    assert view.error.isVisible()
    show(view, studio, qtbot, convolution())
    view._explanation.explained.emit(convolution())
    assert not view.error.isVisible()


def test_it_plays_and_writes_the_products_one_by_one(view, studio, qtbot):
    show(view, studio, qtbot, convolution())
    view.player.set_speed(16)
    view.player.set_position(60)
    with qtbot.waitSignal(view.player.playing_changed, check_params_cb=lambda on: not on):
        view.player.play()
    assert view.stage.position == 63


def test_a_step_written_bit_by_bit_looks_as_if_drawn_at_once(view, studio, qtbot):
    show(view, studio, qtbot, convolution())
    pictures = []
    for alpha in (0.0, 0.5, 0.9):
        view.stage.set_alpha(alpha)
        seen = view.stage.grab().toImage()
        pictures.append(seen)
    view.stage.set_alpha(1.0)
    pictures.append(view.stage.grab().toImage())
    assert len({picture.constBits().tobytes() for picture in pictures}) == 4
    view.stage.set_alpha(0.5)
    once = view.stage.grab().toImage()
    assert once == pictures[1]


def scene_of(event, **changes):
    from app.explain.kernels.settings import layer_scene

    return layer_scene(event.arrays, event.facts).looking(**changes)


def painted(scene, position, alpha, theme, size=(1176, 540)):
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(theme.color("canvas"))
    painter = QPainter(image)
    layout = draw(painter, QRectF(0, 0, *size), Step(scene, position), alpha, theme)
    painter.end()
    return image, layout


def test_the_cell_fills_only_when_the_step_is_done(look):
    scene, theme = scene_of(convolution()), look.theme
    position = int(scene.shown.argmax())
    begun, layout = painted(scene, position, 0.0, theme)
    half, _ = painted(scene, position, 0.5, theme)
    done, _ = painted(scene, position, 1.0, theme)
    where = layout.map
    cell = cell_rect(where, scene.out, *scene.place(position)).center().toPoint()
    cell.setX(cell.x() + int(where.width() / 8 / 2) - 5)
    assert begun.pixelColor(cell) == half.pixelColor(cell) == theme.color("canvas")
    assert done.pixelColor(cell) != theme.color("canvas")
    products = layout.products.toRect()
    assert begun.copy(products) != half.copy(products) != done.copy(products)


@pytest.mark.parametrize("mode", ["dark", "light"])
@pytest.mark.parametrize("size", [(1176, 540), (1000, 380), (600, 260)])
def test_nothing_lies_outside_the_picture(look, mode, size):
    look.set_mode(mode)
    for event in (convolution(), convolution(channels=5, size=14), pooling(), convolution(size=150, filters=2)):
        scene = scene_of(event)
        layout = lay_out(QRectF(0, 0, *size), scene, scene.place(scene.count // 2))
        bounds = QRectF(-1, -1, size[0] + 2, size[1] + 2)
        for part in (layout.input, layout.window, layout.kernel, layout.map, layout.equation, layout.total):
            assert part.isNull() or bounds.contains(part), part
        painted(scene, scene.count // 2, 1.0, look.theme, size)
    look.set_mode("dark")


def test_the_equation_is_written_out(look):
    scene = scene_of(convolution())
    cell = scene.convolution_cell((3, 3))
    first, second = convolution_lines(scene, cell)
    text = "".join(token.text for token in first)
    assert text.count("·") == 9 and text.startswith("z = ")
    end = "".join(token.text for token in second)
    assert end.endswith(f"= {max(cell.z, 0):.4f}") and "ReLU" in end
    rows = broken([first, second], 300.0, 3, look.theme)
    assert len(rows) == 3 and rows[1][-1].text == " …"
    best = pooling_equation(scene_of(pooling()).pooling_cell((0, 0)))
    assert "max(" in "".join(token.text for token in best[0])


def test_titles_say_size_channel_and_padding():
    assert input_title(scene_of(convolution())) == ("Input", "8×8, zero padding 1")
    assert input_title(scene_of(convolution(channels=4)))[1] == "8×8, channel 0 of 4, zero padding 1"
    assert map_title(scene_of(convolution())) == ("Feature map 0", "after ReLU, 8×8")
    assert map_title(scene_of(convolution(), shows_z=True))[1] == "z, before ReLU, 8×8"
    assert map_title(scene_of(pooling())) == ("Map 0", "after pooling, 4×4")


def test_small_numbers_stay_readable():
    assert [short(value) for value in (0, 0.375, 1, -0.5, 12.34, 250, 0.001)] == [
        "0", ".38", "1", "−.50", "12.3", "250", ".00",
    ]  # fmt: skip
    assert write_output(0.0) == "0" and write_output(1.139) == "1.14"


def test_of_a_large_picture_the_part_around_the_window_is_drawn():
    part = crop_around((300, 50), (200, 10), (202, 12))
    assert part.is_part and part.height == MOST and part.width == 50
    assert part.top <= 200 and part.top + part.height > 202
    for row in range(0, 298, 7):
        moved = crop_around((300, 300), (row, row), (row + 2, row + 2))
        assert moved.top <= row and row + 2 < moved.top + moved.height and moved.top + moved.height <= 300


def test_a_flipped_kernel_is_convolved(look):
    scene: Scene = scene_of(convolution())
    turned = changed(scene, Settings(flips=True))
    np.testing.assert_array_equal(turned.kernel, scene.kernel[::-1, ::-1])
    own = changed(scene, Settings(weights=OWN))
    np.testing.assert_allclose(own.a[..., own.map], scene.x[..., 0], atol=1e-6)


def test_a_unit_is_followed_once_its_layer_is_there(view, studio, qtbot):
    view.set_unit(5)
    qtbot.waitUntil(lambda: bool(asked(studio, "kernels")))
    assert asked(studio, "kernels")[-1].request.values["filter"] == 5
    show(view, studio, qtbot, convolution())
    assert view.stage.scene.map == 5
    view.set_unit(2)
    assert view.stage.scene.map == 2
