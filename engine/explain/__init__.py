"""The numbers of an explanation, step by step, in NumPy; held against TensorFlow by tests."""
