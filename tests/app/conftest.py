"""Engines that answer at once and what is built on them; a look, and pictures of what is drawn with it."""

import gc
import sys
from itertools import count

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.document import Document
from app.engine_client import EngineClient, Limits
from app.settings import Settings
from app.theme import Look

TESTS, WHOLE = count(), 20  # every so many tests all generations are collected; it takes longer
QUICK = {"ping": 0.05, "stop": 0.2, "close": 2.0}


@pytest.fixture(autouse=True, scope="session")
def nothing_is_collected_in_tests():
    """A widget that is found while another paints ends the process; see `app.collector`."""
    gc.disable()
    gc.freeze()
    yield
    gc.enable()


def pytest_runtest_logstart(nodeid, location):
    """What a test left is gone before the next: found later, it would be restyled with every look until then."""
    gc.collect(1 if next(TESTS) % WHOLE else 2)


@pytest.fixture(autouse=True)
def hands_off(qapp):
    """No test begins with a mouse button that another left pressed."""
    yield
    for button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton):
        if QGuiApplication.mouseButtons() & button:
            widget = QWidget()
            QTest.mouseRelease(widget, button)
            widget.deleteLater()


@pytest.fixture
def make_client(qtbot):
    """Start a client of the fake engine, or of a misbehaving one; no process outlives the test."""
    clients = []

    def make(way="", start=True, **limits):
        module = ["tests.bad_engine", way] if way else ["tests.fake_engine"]
        client = EngineClient([sys.executable, "-m", *module], limits=Limits(**{**QUICK, **limits}))
        clients.append(client)
        if start:
            client.start()
        return client

    before = {child.pid for child in psutil.Process().children(recursive=True)}
    yield make
    for client in clients:
        client.close()
    left = [child for child in psutil.Process().children(recursive=True) if child.pid not in before]
    assert not left, left


@pytest.fixture
def document(qtbot):
    document = Document()
    yield document
    document.close()


@pytest.fixture
def settings(tmp_path, qtbot):
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def look(qtbot):
    return Look("dark")


@pytest.fixture
def pictures(qtbot, look):
    """Return the picture of a widget in each theme; the look ends as it began."""

    def take(widget):
        qtbot.addWidget(widget)
        taken = []
        for mode in ("dark", "light"):
            look.set_mode(mode)
            if hasattr(widget, "flush"):
                widget.flush()
            taken.append(widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32))
        look.set_mode("dark")
        return taken

    return take


@pytest.fixture
def colors_of():
    """Return the set of colours of a picture, as names."""

    def find(image):
        width, height = image.width(), image.height()
        return {image.pixelColor(x, y).name() for x in range(width) for y in range(height)}

    return find
