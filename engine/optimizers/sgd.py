"""Plain gradient descent (Robbins and Monro 1951); agrees with `keras.optimizers.SGD`."""

from engine.optimizers.spec import Optimizer, learning_rate

SGD = Optimizer("sgd", "SGD", "SGD", (learning_rate(0.01),), "w ← w − η·g", {})
