"""Vision on plain NumPy: boxes, masks, their scores, what is written down about a picture, and files of it.

A box is (x0, y0, x1, y1) in pixels of its picture: x to the right, y down, corners on the edges of pixels, so that the
pixel in row r and column c is (c, r, c + 1, r + 1) and width is x1 − x0.
"""
