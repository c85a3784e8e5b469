"""The parts of the view of the loss surface."""
