"""The only package that imports TensorFlow."""
