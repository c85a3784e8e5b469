"""Views for the tests of the frame: they note what it tells them."""

from app.explain import ViewEntry
from app.explain.view import View


class Noting(View):
    """Notes every call."""

    def __init__(self, studio, look, parent=None):
        super().__init__(studio, look, parent)
        self.layers, self.shown, self.pictures = [], [], []

    def set_layer(self, name):
        self.layers.append(name)

    def set_shown(self, is_shown):
        self.shown.append(is_shown)

    def set_input(self, picture=None, x=None):
        self.pictures.append(picture)


class Kernels(Noting):
    kinds = ("conv2d", "max_pooling2d")
    what = "a convolution or pooling layer"


class Maps(Noting):
    kinds = ("conv2d",)
    what = "a convolution"
    prefers_last = True
    takes_pictures = True


class Gates(Noting):
    kinds = ("lstm",)
    what = "a recurrent layer"


class Surface(Noting):
    """Of the whole network."""


ENTRIES = tuple(
    ViewEntry(name.lower(), name, "tests.app.see_views", name) for name in ("Kernels", "Maps", "Gates", "Surface")
)
