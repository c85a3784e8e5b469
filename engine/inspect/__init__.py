"""The disposable child process that opens foreign files, and the code that asks it. No TensorFlow, no scikit-learn."""
