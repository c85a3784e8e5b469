"""Costs of volumes against Keras's own count, known numbers, and 1×1 filters against a dense layer."""

import numpy as np
import pytest

from app.lab.volumes_filters import FilterView
from app.lab.volumes_point import PointView
from engine.explain.small_volume import make_filters, make_volume
from engine.explain.volume_cost import Convolution, Route

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]


@pytest.mark.parametrize("sizes", [(28, 192, 5, 32), (4, 1, 1, 1), (13, 3, 3, 10), (7, 512, 7, 20)])
def test_parameters_are_those_of_keras(sizes):
    import keras

    found = Convolution(*sizes)
    side, channels, kernel, filters = sizes
    layer = keras.layers.Conv2D(filters, kernel, padding="same")
    layer.build((None, side, side, channels))
    assert found.parameters == layer.count_params()
    shape = layer.compute_output_shape((None, side, side, channels))
    assert found.multiplications == np.prod(shape[1:]) * kernel * kernel * channels


def test_known_numbers():
    route = Route(Convolution(28, 192, 5, 32), 16)  # Szegedy 2014; Ng, Deep Learning Specialization
    assert route.direct.multiplications == 120_422_400
    assert (route.squeeze.multiplications, route.expand.multiplications) == (2_408_448, 10_035_200)
    assert route.multiplications == 12_443_648
    assert Convolution(100, 3, 3, 10).parameters == Convolution(8, 3, 3, 10).parameters == 280  # Ng


def test_a_filter_is_as_deep_as_its_input():
    import keras

    x = make_volume(3, 5)
    kernels, biases = make_filters(3, 3, 4)
    layer = keras.layers.Conv2D(4, 3, dtype="float64")
    layer.build((None, *x.shape))
    layer.set_weights([kernels, biases])
    view = FilterView(x, kernels, biases, 0)
    np.testing.assert_allclose(view.z, np.asarray(layer(x[None]))[0], atol=1e-9)
    cell = view.cell(16 + 6)
    assert cell.z == pytest.approx(view.z[1, 1, 1]) == pytest.approx(cell.sums.sum() + biases[1])


def test_a_one_by_one_filter_is_a_dense_layer_at_every_place():
    import keras

    x = make_volume(4, 2)
    kernels, biases = make_filters(1, 4, 3)
    view = PointView(x, kernels[0, 0], biases, 0)
    dense = keras.layers.Dense(3, dtype="float64")
    dense.build((None, 4))
    dense.set_weights([kernels[0, 0], biases])
    theirs = np.asarray(dense(x.reshape(-1, 4))).reshape(*x.shape[:2], 3)
    np.testing.assert_allclose(view.z, theirs, atol=1e-9)
