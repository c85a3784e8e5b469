"""The datasets, one record per file."""

from engine.datasets.adding import ADDING
from engine.datasets.blobs import BLOBS
from engine.datasets.brackets import BRACKETS
from engine.datasets.breast_cancer import BREAST_CANCER
from engine.datasets.circles import CIRCLES
from engine.datasets.csv_file import CSV_FILE
from engine.datasets.diabetes import DIABETES
from engine.datasets.digits import DIGITS
from engine.datasets.image_folder import IMAGE_FOLDER
from engine.datasets.iris import IRIS
from engine.datasets.moons import MOONS
from engine.datasets.object_scenes import OBJECT_SCENES
from engine.datasets.photo_regions import PHOTO_REGIONS
from engine.datasets.scenes import SCENES
from engine.datasets.series import SERIES
from engine.datasets.spec import Dataset
from engine.datasets.spiral import SPIRAL
from engine.datasets.wine import WINE
from engine.datasets.xor import XOR

DATASETS: dict[str, Dataset] = {
    dataset.id: dataset
    for dataset in (
        DIGITS,
        PHOTO_REGIONS,
        SCENES,
        OBJECT_SCENES,
        MOONS,
        CIRCLES,
        SPIRAL,
        XOR,
        BLOBS,
        IRIS,
        WINE,
        BREAST_CANCER,
        DIABETES,
        BRACKETS,
        ADDING,
        SERIES,
        IMAGE_FOLDER,
        CSV_FILE,
    )
}
