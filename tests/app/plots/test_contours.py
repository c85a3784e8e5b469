"""Contour lines lie where the value is."""

import numpy as np

from app.plots.contours import contour_lines


def test_a_slope_has_one_straight_line():
    values = np.tile(np.arange(5.0), (4, 1))
    (line,) = contour_lines(values, 1.5)
    np.testing.assert_allclose(line[:, 0], 1.5)
    assert sorted(line[:, 1]) == [0, 1, 2, 3]


def test_a_hill_has_a_closed_line_at_its_height():
    y, x = np.mgrid[-6:6:25j, -6:6:25j]
    hill = np.exp(-(x**2 + y**2) / 8)
    (line,) = contour_lines(hill, 0.5)
    np.testing.assert_array_equal(line[0], line[-1])
    radius = np.hypot(line[:, 0] / 2 - 6, line[:, 1] / 2 - 6)
    np.testing.assert_allclose(radius, np.sqrt(8 * np.log(2)), atol=0.03)


def test_two_hills_have_two_lines_and_a_plain_has_none():
    y, x = np.mgrid[0:20, 0:40]
    hills = np.exp(-((x - 10) ** 2 + (y - 10) ** 2) / 10) + np.exp(-((x - 30) ** 2 + (y - 10) ** 2) / 10)
    assert len(contour_lines(hills, 0.5)) == 2
    assert contour_lines(np.zeros((5, 5)), 0.5) == [] and contour_lines(hills, 2.0) == []


def test_a_saddle_is_crossed_by_two_lines_that_share_no_point():
    lines = contour_lines(np.array([[1.0, 0.0], [0.0, 1.0]]), 0.5)
    assert len(lines) == 2 and all(len(line) == 2 for line in lines)
