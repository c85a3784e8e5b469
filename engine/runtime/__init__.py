"""The only package that imports TensorFlow. Threads and logging are settled first, before anything else imports it."""

from engine.runtime import device as device
