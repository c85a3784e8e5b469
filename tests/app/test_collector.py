"""Circles of references are found between events, and not while one is handled."""

import gc
import weakref

import pytest
from PySide6.QtCore import QObject

from app.collector import Collector


class Link:
    """Something that can refer to itself."""


def circle():
    link = Link()
    link.itself = link
    return weakref.ref(link)


@pytest.fixture
def owner(qapp):
    owner = QObject()
    Collector(owner)
    yield owner
    owner.deleteLater()


def test_no_circle_is_found_in_the_middle_of_an_event(owner):
    assert not gc.isenabled()
    gone = circle()
    kept = [[] for _ in range(100_000)]
    assert gone() is not None and len(kept) == 100_000


def test_circles_are_found_between_events(owner, qtbot):
    gone = circle()
    kept = [[] for _ in range(100_000)]
    qtbot.waitUntil(lambda: gone() is None, timeout=20_000)
    assert len(kept) == 100_000
