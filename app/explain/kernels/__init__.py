"""The kernels view: a window slides over a layer's input, and every product is written out."""
