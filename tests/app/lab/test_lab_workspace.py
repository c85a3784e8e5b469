"""The Lab's frame: gallery, lesson, question, progress, and files that are wrong."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from tests.engine.lab.test_lessons import GOOD, write


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_gallery_shows_every_lesson_with_a_picture_of_its_own(open_lab, qtbot):
    lab = open_lab()
    cards = lab.gallery.cards
    assert len(cards) == len(lab.shelf.lessons) >= 5
    assert not lab.gallery.problems
    qtbot.waitUntil(lambda: not any(card.needs_picture for card in cards), timeout=15000)
    pictures = []
    for card in cards:
        image = card.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        pictures.append(bytes(image.constBits()))
        colors = {image.pixel(x, y) for x in range(0, card.width(), 3) for y in range(0, 160, 3)}
        assert len(colors) > 8, card.lesson.name
    assert len(set(pictures)) == len(pictures)
    assert not lab.gallery.problems


def test_a_card_opens_its_lesson_and_all_lessons_leads_back(open_lab):
    lab = open_lab()
    click(lab.gallery.cards[2])
    assert lab.lesson is lab.shelf.lessons[2]
    assert lab.page.isVisible() and lab.bar.isVisible()
    click(lab.bar.gallery)
    assert lab.lesson is None and lab.gallery.isVisible() and not lab.bar.isVisible()


def test_enter_answers_as_a_click_does(open_lab, qtbot):
    lab = open_lab()
    lab.open_lesson("neuron")
    question = lab.page.question
    assert lab.page.stage.verdict.text() == "Guess first."
    question.buttons[1].setFocus()
    QTest.keyClick(question.buttons[1], Qt.Key.Key_Return)
    assert not question.is_open and lab.page.stage.is_playing
    assert lab.page.stage.verdict.text() != "Guess first."


def test_a_question_freezes_the_stage_until_it_is_answered(open_lab, qtbot):
    lab = open_lab()
    lab.open_lesson("one-weight")
    page, stage = lab.page, lab.page.stage
    assert stage.is_frozen and page.notice.isVisible() and not page.play_row.isEnabled()
    stage.play()
    assert not stage.is_playing
    stage.grab()
    start = stage.state()["start"]
    place = stage.board.handles["w"].place.toPoint()
    QTest.mousePress(stage.board, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseMove(stage.board, place + place)
    QTest.mouseRelease(stage.board, Qt.MouseButton.LeftButton)
    assert stage.state()["start"] == start
    stage.set_speed(200)
    click(page.question.buttons[2])
    assert not stage.is_frozen and stage.is_playing
    qtbot.waitUntil(lambda: not stage.is_playing)
    assert page.question.verdict.text() == "As you said."
    assert page.question.explained.text() == lab.lesson.explain
    assert not page.notice.isVisible()


def test_a_wrong_answer_is_put_right_and_can_be_asked_again(open_lab, qtbot):
    lab = open_lab()
    lab.open_lesson("one-weight")
    question, stage = lab.page.question, lab.page.stage
    stage.set_speed(200)
    click(question.buttons[0])
    qtbot.waitUntil(lambda: not stage.is_playing)
    assert question.verdict.text() == "It went otherwise." and not question.is_right
    click(question.other)
    assert question.is_open and stage.is_frozen and stage.time == 0


def test_whoever_only_wants_to_explore_may(open_lab):
    lab = open_lab()
    lab.open_lesson("one-weight")
    question, stage = lab.page.question, lab.page.stage
    click(question.other)
    assert not stage.is_frozen and not question.is_open and not stage.is_playing
    assert question.verdict.text() == ""
    stage.play()
    stage.pause()
    assert question.verdict.text() == ""


def test_what_completes_a_lesson_is_kept(open_lab, settings):
    lab = open_lab()
    lab.open_lesson("one-weight")
    lab.page.question.skip()
    lab.page.question.skipped.emit()
    stage = lab.page.stage
    stage.set_rate(0.4)
    assert settings.lessons_done == []
    stage.go(stage.length)
    assert settings.lessons_done == ["one-weight"] and lab.bar.done.isVisible()
    lab.show_gallery()
    done = [card.lesson.name for card in lab.gallery.cards if card.accessibleDescription().endswith(", done")]
    assert done == ["one-weight"]
    assert lab.gallery.progress.text().startswith("1 of ")
    assert lab.gallery.cards[0].accessibleDescription().endswith("next")
    again = open_lab()
    assert again.gallery.progress.text().startswith("1 of ")


def test_next_and_previous_follow_the_numbers(open_lab):
    lab = open_lab()
    lab.open_lesson("neuron")
    assert not lab.bar.back.isEnabled()
    click(lab.bar.next)
    assert lab.lesson.name == "activations"
    click(lab.bar.back)
    assert lab.lesson.name == "neuron"


def test_begin_again_sets_the_first_state(open_lab):
    lab = open_lab()
    lab.open_lesson("neuron")
    lab.page.question.skipped.emit()
    lab.page.stage.set_gate("AND")
    click(lab.bar.reset)
    assert lab.page.stage.state()["gate"] == "XOR" and lab.page.stage.is_frozen


def test_bad_lesson_files_are_listed_with_file_and_line(open_lab, tmp_path, qtbot):
    write(tmp_path, GOOD)
    write(tmp_path, GOOD.replace("stage: neuron", "stage: nothing"), "02-stage.md")
    write(tmp_path, GOOD.replace('"gate": "AND"', '"gates": "AND"'), "03-name.md")
    write(tmp_path, GOOD.replace('"gate": "AND"', '"gate": "MAYBE"'), "04-value.md")
    write(tmp_path, GOOD.replace("done: solved", "done: never-ever"), "05-done.md")
    lab = open_lab(tmp_path)
    qtbot.waitUntil(lambda: not any(card.needs_picture for card in lab.gallery.cards))
    told = "\n".join(problem.accessibleName() for problem in lab.gallery.problems)
    assert "02-stage.md, line 3: There is no stage 'nothing'." in told
    assert "03-name.md, line 4: This stage has no setting 'gates'." in told
    assert "04-value.md, line 4: There is no gate 'MAYBE'." in told
    assert "05-done.md, line 9: The stage neuron has no condition 'never-ever'." in told
    assert not lab.open_lesson("name")
    assert lab.error is not None and lab.error.isVisible() and "line 4" in lab.error.accessibleName()
    assert lab.open_lesson("first") and lab.error is None


def test_a_folder_without_lessons_says_so(open_lab, tmp_path):
    lab = open_lab(tmp_path)
    assert lab.gallery.cards == []
    assert lab.gallery.empty.isVisible()


def test_the_keyboard_plays_and_steps(open_lab):
    lab = open_lab()
    lab.open_lesson("one-weight")
    lab.page.question.skipped.emit()
    row, stage = lab.page.play_row, lab.page.stage
    QTest.keyClick(row, Qt.Key.Key_Right)
    QTest.keyClick(row, Qt.Key.Key_Right)
    assert stage.time == 2
    QTest.keyClick(row, Qt.Key.Key_Left)
    assert stage.time == 1
    QTest.keyClick(row, Qt.Key.Key_End)
    assert stage.time == stage.length
    QTest.keyClick(row, Qt.Key.Key_Home)
    assert stage.time == 0
    QTest.keyClick(row, Qt.Key.Key_Space)
    assert stage.is_playing
    lab.show_gallery()
    assert lab.page is None


@pytest.mark.parametrize("size", [(1440, 792), (1280, 612), (1120, 532)])
def test_every_lesson_fits_its_page(open_lab, size):
    lab = open_lab(size=size)
    for lesson in lab.shelf.lessons:
        lab.open_lesson(lesson.name)
        lab.grab()
        assert lab.page.stage.width() >= size[0] - 2 * 320
        assert lab.page.play_row.width() <= size[0]
        assert lab.width() == size[0]
