"""Neural style transfer, as far as it needs no TensorFlow: terms, dials, filters, costs, colours, optimisers."""
