"""The views of See: one file each, and one line here, in the order of their tabs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ViewEntry:
    """A view of See, imported when it is first shown.

    Args:
        id: as in `glassbox shot see --view`, and in films.
        title: of its tab.
        module, name: of its `View` class.
    """

    id: str
    title: str
    module: str
    name: str


VIEWS: tuple[ViewEntry, ...] = (
    ViewEntry("kernels", "Kernels", "app.explain.kernels.view", "KernelsView"),
    ViewEntry("features", "Feature maps", "app.explain.features.view", "FeaturesView"),
    ViewEntry("maps", "Class activation", "app.explain.maps_view", "MapsView"),
    ViewEntry("units", "Units", "app.explain.units_view", "UnitsView"),
    ViewEntry("gates", "Gates", "app.explain.gates_view", "GatesView"),
    ViewEntry("errors", "Mistakes", "app.explain.errors_view", "ErrorsView"),
    ViewEntry("surface", "Loss surface", "app.explain.surface_view", "SurfaceView"),
    ViewEntry("projector", "Projector", "app.explain.projector_view", "ProjectorView"),
    ViewEntry("step", "One step", "app.explain.step.view", "StepView"),
    ViewEntry("check", "Gradient check", "app.explain.gradient_check_view", "GradientCheckView"),
)
