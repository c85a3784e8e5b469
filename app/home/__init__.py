"""The parts of the Home view: cards, their pictures, the first steps."""
