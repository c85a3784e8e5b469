"""Plan to keras.Optimizer."""

import keras
import tensorflow as tf

from engine.optimizers import OPTIMIZERS
from engine.params import check_values
from engine.project import Plan


def build_optimizer(plan: Plan, model: keras.Model) -> keras.Optimizer:
    """Return the optimiser of a plan, its slots made for the model's trainable variables.

    Raises:
        UserError: an unknown optimiser or a setting out of range.
    """
    record = OPTIMIZERS[plan.optimizer]
    values = check_values(record.params, plan.optimizer_values, record.name)
    optimizer = getattr(keras.optimizers, record.keras)(**values, **record.fixed)
    optimizer.build(model.trainable_variables)
    return optimizer


def learning_rate(optimizer: keras.Optimizer) -> float:
    """The rate the next step uses."""
    return float(tf.convert_to_tensor(optimizer.learning_rate))
