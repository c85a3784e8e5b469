"""Output sizes, padding and how often pixels are read, against Keras's Conv2D and the tape."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.explain.output_size import Slide
from engine.layers.spec import ShapeProblem

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]
MANY = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), database=None)
SLIDES = st.builds(
    Slide,
    size=st.integers(2, 16),
    kernel=st.integers(1, 7),
    stride=st.integers(1, 5),
    padding=st.sampled_from(("valid", "same")),
    dilation=st.integers(1, 3),
)


@given(slide=SLIDES)
@MANY
def test_keras_reads_the_same_pixels_as_often(slide):
    import keras
    import tensorflow as tf

    def made():
        return keras.layers.Conv2D(
            1, slide.kernel, slide.stride, slide.padding, dilation_rate=slide.dilation, kernel_initializer="ones"
        )

    x = tf.Variable(tf.zeros((1, slide.size, slide.size, 1)))
    try:
        slide.check()
    except ShapeProblem:
        with pytest.raises((ValueError, tf.errors.InvalidArgumentError)):
            made()(x)
        return
    layer = made()
    with tf.GradientTape() as tape:
        y = layer(x)
        total = tf.reduce_sum(y)  # its gradient is how often each pixel is read
        done = slide.out * slide.out * 2 // 3
        part = tf.reduce_sum(tf.reshape(y, (-1,))[:done])
        both = total + 1000.0 * part
    assert y.shape[1:3] == (slide.out, slide.out)
    theirs = tape.gradient(both, x)[0, ..., 0].numpy()
    np.testing.assert_allclose(slide.seen(slide.out**2) + 1000 * slide.seen(done), theirs, rtol=1e-6)


@pytest.mark.parametrize("size", range(1, 12))
def test_both_formulas_agree(size):
    for kernel in range(1, 6):
        for stride in range(1, 5):
            for padding in ("valid", "same"):
                slide = Slide(size, kernel, stride, padding)
                before, after = slide.padded
                assert slide.out == (size + before + after - slide.span) // stride + 1
                assert padding == "valid" or slide.out == -(-size // stride)
                assert before <= after <= before + 1


def test_known_sizes():
    assert Slide(7, 3, 2, "valid").out == 3  # hand
    sizes = [39]
    for kernel, stride in ((3, 1), (5, 2), (5, 2)):  # Ng, Deep Learning Specialization
        sizes.append(Slide(sizes[-1], kernel, stride, "valid").out)
    assert sizes == [39, 37, 17, 7]
    assert Slide(8, 3, 2, "same").padded == (0, 1)  # TensorFlow: the odd zero comes after
