"""The layer editor: a scene kept in step with the graph, and the gestures that edit it."""
