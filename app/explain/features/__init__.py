"""The feature maps view: every layer's maps, what they cost, and what happens when the object moves."""
