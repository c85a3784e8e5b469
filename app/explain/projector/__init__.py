"""The parts of the projector."""
