"""Shapes and values of stacking, concatenating, broadcasting and assigning, against TensorFlow's own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UserError
from engine.explain import tensors
from engine.explain.tensors_variable import START, parse_line, run_lines

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]
FEW = settings(max_examples=60, deadline=None)
shapes = st.lists(st.integers(1, 4), max_size=3).map(tuple)
near = st.lists(st.sampled_from((1, 1, 2, 3)), max_size=3).map(tuple)


@FEW
@given(
    operation=st.sampled_from(tensors.OPERATIONS), parts=st.lists(near, min_size=2, max_size=3), axis=st.integers(-4, 3)
)
def test_joining_is_that_of_tensorflow(operation, parts, axis):
    import tensorflow as tf

    given_parts = [tensors.numbered(shape, tensors.STEP * n) for n, shape in enumerate(parts)]
    join = tf.stack if operation == "stack" else tf.concat
    try:
        theirs = join(given_parts, axis=axis).numpy()
    except (ValueError, tf.errors.InvalidArgumentError):
        with pytest.raises(UserError) as error:
            tensors.join(operation, parts, axis)
        assert error.value.where in ("parts", "axis")
        return
    ours = tensors.join(operation, parts, axis)
    assert ours.shape == theirs.shape
    np.testing.assert_array_equal(ours.values, theirs)
    flat = [part.ravel() for part in given_parts]
    for part, origin, value in zip(ours.part.flat, ours.origin.flat, theirs.flat, strict=True):
        assert flat[part][origin] == value


@FEW
@given(shape=shapes, operation=st.sampled_from(tensors.OPERATIONS), axis=st.integers(-4, 3), other=st.integers(1, 4))
def test_joining_what_mostly_fits(shape, operation, axis, other):
    """Two that differ along one axis only: concat takes them there, and stack nowhere but where they are equal."""
    import tensorflow as tf

    second = list(shape)
    if shape:
        second[axis % len(shape)] = other
    parts = [shape, tuple(second)]
    given_parts = [tensors.numbered(part, tensors.STEP * n) for n, part in enumerate(parts)]
    try:
        theirs = (tf.stack if operation == "stack" else tf.concat)(given_parts, axis=axis).numpy()
    except (ValueError, tf.errors.InvalidArgumentError):
        with pytest.raises(UserError):
            tensors.join(operation, parts, axis)
        return
    np.testing.assert_array_equal(tensors.join(operation, parts, axis).values, theirs)


@FEW
@given(left=near, right=near)
def test_broadcasting_is_that_of_tensorflow(left, right):
    import tensorflow as tf

    a, b = tensors.numbered(left), tensors.numbered(right, 10)
    try:
        theirs = (tf.constant(a) + tf.constant(b)).numpy()
    except tf.errors.InvalidArgumentError:
        with pytest.raises(UserError) as error:
            tensors.broadcast(left, right)
        axis = int(error.value.where.replace("−", "-"))
        assert left[axis] != right[axis] and 1 not in (left[axis], right[axis])
        return
    shape = tensors.broadcast(left, right)
    assert shape == theirs.shape == tuple(tf.broadcast_static_shape(tf.TensorShape(left), tf.TensorShape(right)))
    for index in np.ndindex(*shape):
        assert a[tensors.source_index(left, index)] + b[tensors.source_index(right, index)] == theirs[index]


@FEW
@given(shape=shapes, data=st.data())
def test_places_in_memory_are_those_of_reshape(shape, data):
    import tensorflow as tf

    theirs = tf.reshape(tf.range(int(np.prod(shape))), shape).numpy()
    index = tuple(data.draw(st.integers(0, size - 1)) for size in shape)
    assert tensors.place(shape, index) == theirs[index]


LINES = (
    "v.assign([4, 5, 6])", "v.assign([4, 5])", "v.assign(4)", "v.assign_add([1, 1, 1])", "v.assign_add(1)",
    "v.assign_sub([0.5, −1, 2])", "v[1].assign(9)", "v[-1].assign(9)", "v[3].assign(9)", "v[-4].assign(9)",
    "v[1] = 9", "c[1] = 9", "c[1].assign(9)", "c.assign([4, 5, 6])", "c.assign_add([1, 1, 1])", "c = c + 1",
    "c = v * 2", "v = v + 1", "v = c - 1",
)  # fmt: skip


@FEW
@given(lines=st.lists(st.sampled_from(LINES), min_size=1, max_size=4))
def test_lines_do_and_refuse_what_tensorflow_does(lines):
    import tensorflow as tf

    names = {"c": tf.constant(START), "v": tf.Variable(START)}
    done = run_lines([parse_line(line) for line in lines])
    for line, found in zip(lines, done, strict=True):
        assert found.refusal == _refused(line, names), line
        np.testing.assert_array_equal(found.memory.c, names["c"].numpy())
        np.testing.assert_array_equal(found.memory.v, names["v"].numpy())
        assert found.memory.is_variable == isinstance(names["v"], tf.Variable)


def _refused(line, names):
    """Run a line of LINES as Python; return the class of the error, or nothing."""
    code = line.replace("−", "-")
    for number in ("4, 5, 6", "4, 5", "1, 1, 1", "0.5, -1, 2"):
        code = code.replace(f"[{number}]", f"[{', '.join(str(float(n)) for n in number.split(','))}]")
    try:
        exec(compile(code, "line", "exec"), names)
    except Exception as error:
        return type(error).__name__
    return ""
