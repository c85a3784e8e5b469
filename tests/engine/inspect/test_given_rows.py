"""Rows to predict from: columns by name, one row is enough, row numbers kept, and what wrong files get."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UserError
from engine.inspect import __main__ as child
from engine.inspect.dialect import TableOptions
from engine.inspect.given_rows import read_given_rows
from engine.inspect.inspector import Cancelled, Inspection
from engine.inspect.rows_client import read_rows

WANTED = ("height", "age")


def rows(text, wanted=WANTED, **options):
    data = text if isinstance(text, bytes) else text.encode()
    return read_given_rows(data, "t.csv", wanted, TableOptions(**options))


def test_columns_are_found_by_name_in_any_order_and_others_are_ignored():
    found = rows("age,colour,height,kind\n20,red,1.5,cat\n30,blue,1.6,\n")
    assert found.x.dtype == np.float32 and np.allclose(found.x, [[1.5, 20], [1.6, 30]])
    assert found.lines.tolist() == [2, 3] and found.problems == ()


def test_one_row_is_enough_and_the_target_is_not_needed():
    found = rows("height,age\n1.5,20\n", target="kind", leave_out="colour")
    assert found.x.tolist() == [[1.5, 20.0]] and found.lines.tolist() == [2]


def test_without_a_header_the_order_counts_and_is_said():
    found = rows("1.5,20\n1.6,30\n")
    assert np.allclose(found.x, [[1.5, 20], [1.6, 30]]) and found.lines.tolist() == [1, 2]
    assert found.problems == ("t.csv has no header; its columns were taken as height, age.",)
    assert rows("1.5,20\n", ("column_1", "column_2")).problems == ()


def test_columns_without_titles_are_found_by_their_number():
    assert rows("1,2,3\n4,5,6\n", ("column_1", "column_3")).x.tolist() == [[1, 3], [4, 6]]


def test_a_single_feature_needs_no_second_column():
    assert rows("age\n20\n\n30\n", ("age",)).x.tolist() == [[20], [30]]
    assert rows("20\n30\n", ("age",)).lines.tolist() == [1, 2]


def test_the_options_of_the_run_are_obeyed():
    text = "height;age\n1,5;20\n"
    assert rows(text).x.tolist() == [[1.5, 20]]
    assert rows(text, delimiter="semicolon", decimal="comma", header="yes").x.tolist() == [[1.5, 20]]
    with pytest.raises(UserError, match="no row with a number in every feature: column height, line 2, holds “1,5”"):
        rows(text, decimal="point")
    assert rows("1,2\n3,4\n", header="no").x.tolist() == [[1, 2], [3, 4]]
    with pytest.raises(UserError, match="has no column height"):
        rows("1,2\n3,4\n", header="yes")


def test_rows_without_all_numbers_are_left_out_and_named_by_their_line():
    found = rows("height,age\n1.5,20\n1.6,old\n,30\n\n1.7,40\n1.8,inf\n1.9,1e300\n")
    assert np.allclose(found.x, [[1.5, 20], [1.7, 40]]) and found.lines.tolist() == [2, 6]
    assert found.problems == (
        "t.csv: 4 rows of 6 left out (lines 3, 4, 7 and 1 more): column age, line 3, holds “old”; expected a number.",
    )


def test_text_in_a_column_that_is_not_asked_for_is_no_matter():
    assert rows("height,age,note\n1.5,20,x\n1.6,30,y\n").problems == ()


@pytest.mark.parametrize(
    "text, part",
    [
        ("", "is empty (0 bytes)"),
        (" \n\n", "is empty"),
        ("height,age\n", "a header but no rows"),
        ("height,weight\n1,2\n", "has no column age; it has height, weight"),
        ("1,2,3\n", "has no header and 3 columns; the network takes 2"),
        ("height,age\nnan,\n", "no row with a number in every feature: column height, line 2, holds no finite number"),
        ("height,age\n1,2,3\n", "line 2, has 3 values; the header has 2"),
        ('height,age\n1,"2\n', "a quote is opened there and never closed"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is not a text file"),
    ],
)
def test_refusals_say_what_was_found_and_what_to_do(text, part):
    with pytest.raises(UserError) as caught:
        rows(text)
    assert part in caught.value.message and caught.value.hint and caught.value.where == "path"


@given(st.lists(st.tuples(*[st.floats(-(2.0**99), 2.0**99, width=32)] * 2), min_size=1, max_size=20), st.booleans())
def test_what_is_written_is_read(values, has_header):
    lines = [",".join(map(repr, row)) for row in values]
    found = rows("\n".join([*(["age,height"] if has_header else []), *lines]))
    expected = np.array(values, np.float32)
    assert np.array_equal(found.x, expected[:, ::-1] if has_header else expected)


def test_the_child_reads_them_in_blocks(tmp_path, monkeypatch):
    path = tmp_path / "many.csv"
    path.write_text("height,age\n" + "".join(f"{n},{n * 2}\n" for n in range(1000)))
    found = read_rows(str(path), ("age", "height"), TableOptions())
    assert found.x.tolist() == [[n * 2, n] for n in range(1000)]
    assert found.lines.tolist() == list(range(2, 1002))
    monkeypatch.setattr(child, "ROWS_BYTES", 800)
    question = child.ReadRows(path=str(path).encode(), feature_names=WANTED, options=TableOptions())
    first, *blocks = child.answers(question)
    assert first.rows == 1000 and [len(block.lines) for block in blocks] == [100] * 10


def test_a_refusal_crosses_the_border(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("height\n1\n2\n")
    with pytest.raises(UserError, match=r"t\.csv has no column age") as caught:
        read_rows(str(path), WANTED, TableOptions())
    assert "height, age" in caught.value.hint
    with pytest.raises(UserError, match="does not exist"):
        read_rows(str(tmp_path / "gone.csv"), WANTED, TableOptions())


def test_reading_can_be_cancelled(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("height,age\n1,2\n")
    with pytest.raises(Cancelled):
        read_rows(str(path), WANTED, TableOptions(), Inspection(cancelled=lambda: True))
