"""CSV files as people really write them."""

import csv
from io import StringIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UserError
from engine.inspect.dialect import TableOptions, number
from engine.inspect.rows import MAX_COLUMNS
from engine.inspect.tables import read_table


def table(text, **options):
    data = text if isinstance(text, bytes) else text.encode()
    return read_table(data, "t.csv", TableOptions(**options))


def refused(text, **options):
    with pytest.raises(UserError) as caught:
        table(text, **options)
    assert caught.value.hint and caught.value.where
    return caught.value


NUMBERS = st.floats(-(2.0**99), 2.0**99, width=32)
GOOD = "height,age,kind\n1.5,20,cat\n1.6,30,dog\n1.7,40,cat\n"


def test_a_good_table():
    samples = table(GOOD)
    assert samples.x.dtype == np.float32 and np.allclose(samples.x, [[1.5, 20], [1.6, 30], [1.7, 40]])
    assert samples.y.dtype == np.int32 and samples.y.tolist() == [0, 1, 0]
    description = samples.description
    assert description.class_names == ("cat", "dog") and description.feature_names == ("height", "age")
    assert description.target_name == "kind" and description.count == 3 and samples.problems == ()


@pytest.mark.parametrize(
    "text, part",
    [
        ("", "is empty (0 bytes)"),
        ("  \n\n", "is empty"),
        ("a,b\n", "a header but no rows of data"),
        ("a,b\n1,2\n", "1 row of data; at least 3"),
        ("a\n1\n2\n3\n", "one column only"),
        ("a,b\n1,2\n1,2,3\n3,4\n9\n", "line 3, has 3 values; the header has 2 (and 1 more row like it)"),
        ('a,b\n1,2\n1,"3\n3,4\n5,6\n', "line 3: a quote is opened there and never closed"),
        ('a,b\n1,2\n1,"' + "3\n" * 200_000, "line 3: a cell has more than 131,072 characters"),
        ('a,b\n1,2\n"1"x,3\n3,4\n', "line 3: a quote stands inside a cell"),
        ("a,b\n1,2\n3,4\n5,\0\n", "byte 15 is NUL"),
        (b"a,b\n1,2\n3,\x81\n5,6\n", "is not text in CP1252"),
        (b"\xff\xfea\0,", "is not text in UTF-16"),
        ("a,y\n1,2\n2,x\n3,2\nx,2\nx,1\n", "column a, line 5, holds “x”; expected a number (2 such cells)"),
        ("a,y\n1_0,b\n2,c\n3,b\n", "holds “1_0”"),
        ('a,b,y\n"1,234",1,b\n2,2,c\n3,4,b\n', "holds “1,234”"),
        ("a;b;y\n1.234,5;2;b\n2;2;c\n3;4;b\n", "holds “1.234,5”"),
        ("a,y\n1,b\n2,b\n3,b\n", "holds only the class b"),
        ("a,y\n1,2.5\n2,2.5\n3,2.5\n", "holds one value only (2.5)"),
        ("a,y\nx,1\ny,2\nz,1\n", "no column of numbers besides the target"),
        ("a,y\n,1\n2,2\ninf,1\nnan,3\n", "1 row to learn from, because 3 have"),
        ("a;b;y\n1,5;2.5;x\n1,5;2.5;y\n1;2;x\n", "a comma (1,5) and with a point (2.5)"),
        ("a,y\n" + "".join(f"{i},c{i}\n" for i in range(1500)), "1,500 different values; expected 2 to 1,000"),
    ],
)
def test_refusals(text, part):
    assert part in refused(text).message


def test_target_by_name():
    assert table(GOOD.replace("kind", "kind "), target="kind").y.tolist() == [0, 1, 0]
    ages = table(GOOD, target="height", leave_out="kind")
    assert ages.description.target == "number" and ages.y.dtype == np.float32
    error = refused(GOOD, target="weight")
    assert error.where == "target" and "height, age, kind" in error.hint
    assert refused(GOOD, leave_out="age, sex").where == "leave_out"


@pytest.mark.parametrize(
    "cells, target, names",
    [
        ("1 2 1 2 1", "class", ("1", "2")),
        ("2.0 1 2 10 1", "class", ("1", "2", "10")),
        ("0.5 1 0.5 1 1", "number", ()),
        ("a b 1 2 b", "class", ("1", "2", "a", "b")),
        ("none a NA b a", "class", ("NA", "a", "b", "none")),
        (" ".join(str(i) for i in range(30)), "number", ()),
        (" ".join(str(i % 20) for i in range(40)), "class", tuple(str(i) for i in range(20))),
    ],
)
def test_class_or_number(cells, target, names):
    rows = "".join(f"{place}.5,{cell}\n" for place, cell in enumerate(cells.split()))
    found = table("a,y\n" + rows).description
    assert (found.target, found.class_names) == (target, names)


def test_class_or_number_by_choice():
    rows = "a,y\n1,1\n2,2\n3,3\n"
    assert table(rows, predict="number").y.tolist() == [1, 2, 3]
    halves = table("a,y\n1,0.5\n2,1.5\n3,0.5\n", predict="class")
    assert halves.description.class_names == ("0.5", "1.5")
    error = refused("a,y\n1,1\n2,two\n3,3\n", predict="number")
    assert "y, line 3, holds “two”" in error.message and error.where == "target"


def test_one_slip_does_not_turn_numbers_into_classes():
    rows = "".join(f"{i},{i * 1.5}\n" for i in range(50)) + "50,abc\n"
    assert "line 52, holds “abc”" in refused("a,y\n" + rows).message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings(encoding):
    samples = table("größe,y\n1,é\n2,è\n3,é\n".encode(encoding))
    assert samples.description.feature_names == ("größe",) and samples.description.class_names == ("è", "é")
    assert samples.problems == ()


def test_windows_text_is_read_and_said():
    samples = table("größe,y\n1,a\n2,b\n3,a\n".encode("cp1252"))
    assert samples.description.feature_names == ("größe",) and "read as Windows-1252" in samples.problems[0]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_line_ends_and_delimiters(newline, delimiter):
    samples = table(GOOD.replace("\n", newline).replace(",", delimiter))
    assert np.allclose(samples.x, [[1.5, 20], [1.6, 30], [1.7, 40]])


def test_decimal_comma_is_found():
    samples = table("a;b;y\n1,5;2;x\n-1,25;3;y\n1e-1;4;x\n")
    assert np.allclose(samples.x, [[1.5, 2], [-1.25, 3], [0.1, 4]])
    assert np.allclose(table("a;b\n1,5;0,25\n2,5;0,5\n3;0,75\n").y, [0.25, 0.5, 0.75])


def test_the_user_may_say_how_it_is_written():
    text = "1,5;2,5;3,5\n1,5;2,5;4,5\n2,5;2,5;5,5\n"
    assert table(text).x.tolist() == [[1.5, 2.5], [1.5, 2.5], [2.5, 2.5]]
    assert "column_4" in refused(text, delimiter="comma").message
    assert table("7,8,9\n1,2,0\n3,4,1\n5,6,0\n", header="yes").description.feature_names == ("7", "8")


def test_missing_header():
    samples = table("5.1,3.5,setosa\n4.9,3.0,setosa\n7.0,3.2,versicolor\n")
    assert len(samples.x) == 3 and samples.description.feature_names == ("column_1", "column_2")
    assert "no header" in samples.problems[0]
    assert len(table("1,2\n3,4\n5,6\n").x) == 3


def test_years_as_titles_are_a_header():
    samples = table("2019,2020,grew\n5,6,1\n7,6,0\n8,9,1\n")
    assert samples.description.feature_names == ("2019", "2020") and len(samples.x) == 3


def test_names_are_repaired_and_said():
    samples = table(f"a,a,,{'x' * 300},<img src=x>,ev\u202eil,\n" + "1,2,3,4,5,6,7\n" * 2 + "1,2,3,4,5,7,8\n")
    names = samples.description.feature_names
    assert names[:3] == ("a", "a_2", "column_3") and len(names[3]) == 60 and names[4] == "<img src=x>"
    assert any("2 is called a_2, 3 is called column_3" in problem for problem in samples.problems)
    assert samples.description.target_name == "ev\\u202eil", "a last column without a title is no target"


def test_rows_with_gaps_are_left_out_and_counted():
    text = "a,b,y\n1,1,x\nNA,2,y\n3,,y\n4,inf,x\n5,1e999,x\n6,6,\n7,7,x\n8,8,y\n1e39,9,y\n"
    samples = table(text)
    assert samples.x.tolist() == [[1, 1], [7, 7], [8, 8]] and samples.y.tolist() == [0, 0, 1]
    (problem,) = samples.problems
    assert "6 rows of 9 left out" in problem and "2 in a, 3 in b, 1 in y" in problem and "infinite" in problem


def test_useless_columns_are_left_out_and_said():
    samples = table("name,a,empty,same,y\nbob,1,,7,x\nann,2,,7,y\nkim,3,NA,7,x\n")
    assert samples.description.feature_names == ("a", "same")
    text = " ".join(samples.problems)
    assert "Columns of text were left out: name." in text and "without values were left out: empty." in text
    assert "no help: same." in text


def test_long_whole_numbers_are_said_to_be_rounded():
    samples = table("account,b,y\n" + "".join(f"{10**29 + i * 10**21},{i}.5,{i % 2}\n" for i in range(9)))
    assert any("rounded to 7 digits: account." in problem for problem in samples.problems)
    assert np.isfinite(samples.x).all()


def test_thirty_thousand_columns_and_not_more():
    wide = ",".join(f"c{i}" for i in range(30_000)) + "\n" + (",".join("1" * 29_999) + ",{}\n") * 3
    assert table(wide.format(0, 1, 0)).x.shape == (3, 29_999)
    names = ",".join(f"c{i}" for i in range(MAX_COLUMNS + 1))
    assert "50,001 columns; at most 50,000" in refused(names + "\n" + ",".join("1" * (MAX_COLUMNS + 1)) + "\n").message


def test_blank_lines_and_quoted_line_ends():
    samples = table('a,"b\nb",y\n\n1,2,x\n\n"3","4","y\nz"\n5,6,x\n,,\n')
    assert samples.x.tolist() == [[1, 2], [3, 4], [5, 6]] and samples.description.class_names == ("x", "y\nz")
    assert samples.description.feature_names == ("a", "b\\nb")


def test_line_numbers_count_lines_of_the_file():
    assert "line 6" in refused('a,"b\nb",y\n\n1,2,x\n\nz,4,y\n5,6,x\n').message


@given(
    rows=st.lists(
        st.tuples(
            st.floats(-(2.0**99), 2.0**99, width=32), st.integers(-999, 999), st.sampled_from(["x", "y, z", 'q"', "ü"])
        ),
        min_size=3,
        max_size=30,
    ).filter(lambda rows: len({row[2] for row in rows}) > 1),
    delimiter=st.sampled_from([",", ";", "\t"]),
)
def test_what_the_csv_module_writes_is_read_back(rows, delimiter):
    text = StringIO()
    csv.writer(text, delimiter=delimiter).writerows([("a", "b", "kind"), *rows])
    chosen = {",": "comma", ";": "semicolon", "\t": "tab"}[delimiter]
    samples = table(text.getvalue(), delimiter=chosen, decimal="point", header="yes")
    assert np.array_equal(samples.x, np.array([row[:2] for row in rows], np.float32))
    assert [samples.description.class_names[label] for label in samples.y] == [row[2] for row in rows]


@given(data=st.binary(max_size=300))
def test_any_bytes_give_a_table_or_a_sentence(data):
    try:
        samples = read_table(data, "t.csv", TableOptions())
        assert np.isfinite(samples.x).all() and np.isfinite(samples.y).all()
    except UserError as error:
        assert error.message.endswith((".", "?"))


@given(text=st.text("0123456789.,;\t\n\"' -abeE\r", max_size=200), whole=st.booleans())
def test_any_text_gives_a_table_or_a_sentence(text, whole):
    try:
        samples = read_table(text.encode(), "t.csv", TableOptions(), whole)
        assert np.isfinite(samples.x).all() and len(samples.x) == len(samples.y) >= 3
    except UserError as error:
        assert error.message and error.hint


@pytest.mark.parametrize(
    "cell, comma, value",
    [("1.5", False, 1.5), (" -2e3 ", False, -2000), ("1,5", True, 1.5), ("1.5", True, None), ("1,5", False, None)],
)
def test_numbers(cell, comma, value):
    assert number(cell, comma) == value
