"""Gradient descent on surfaces: optimisers race from one start, or thousands of starts run at once."""
