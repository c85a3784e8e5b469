"""The small parts of the top bar and the transport."""
