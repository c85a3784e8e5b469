"""The parts of the view of class-activation maps."""
