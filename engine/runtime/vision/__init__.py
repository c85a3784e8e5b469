"""Vision at work: what needs TensorFlow."""
