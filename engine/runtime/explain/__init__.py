"""The explainers: one file each, and one line here."""

from engine.runtime.explain.activations import ACTIVATIONS
from engine.runtime.explain.cam import CAM
from engine.runtime.explain.epoch_times import EPOCH_TIMES
from engine.runtime.explain.errors import ERRORS
from engine.runtime.explain.excite import EXCITE
from engine.runtime.explain.features import FEATURES
from engine.runtime.explain.gates import RECURRENT_GATES
from engine.runtime.explain.gradcam import GRADCAM, GRADCAM_PLUS_PLUS
from engine.runtime.explain.gradient_check import GRADIENT_CHECK
from engine.runtime.explain.gradient_slice import SLICE
from engine.runtime.explain.integrated_gradients import INTEGRATED_GRADIENTS
from engine.runtime.explain.kernel_history import KERNEL_HISTORY
from engine.runtime.explain.kernels import KERNELS
from engine.runtime.explain.maximise import MAXIMISE
from engine.runtime.explain.numbers import NUMBER, PICTURE_NUMBER
from engine.runtime.explain.occlusion import OCCLUSION
from engine.runtime.explain.picture import PICTURE
from engine.runtime.explain.project import PROJECT
from engine.runtime.explain.receptive_field import RECEPTIVE_FIELD
from engine.runtime.explain.saliency import SALIENCY
from engine.runtime.explain.schedules import SCHEDULES
from engine.runtime.explain.shift import SHIFT
from engine.runtime.explain.spec import Explainer
from engine.runtime.explain.stages import STAGES
from engine.runtime.explain.surface import SURFACE
from engine.runtime.explain.traced import TRACED

EXPLAINERS: dict[str, Explainer] = {
    explainer.id: explainer
    for explainer in (
        ACTIVATIONS,
        KERNELS,
        KERNEL_HISTORY,
        FEATURES,
        RECEPTIVE_FIELD,
        SHIFT,
        PICTURE,
        NUMBER,
        PICTURE_NUMBER,
        GRADIENT_CHECK,
        STAGES,
        SURFACE,
        SLICE,
        SCHEDULES,
        TRACED,
        EPOCH_TIMES,
        PROJECT,
        RECURRENT_GATES,
        CAM,
        GRADCAM,
        GRADCAM_PLUS_PLUS,
        SALIENCY,
        INTEGRATED_GRADIENTS,
        OCCLUSION,
        ERRORS,
        EXCITE,
        MAXIMISE,
    )
}
