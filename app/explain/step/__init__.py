"""One optimiser step in stages: the list of stages, the network, the arrays of the stage."""
