"""The engine: plain Python and NumPy, but for `engine.runtime`, the only package that imports TensorFlow."""
