"""What is known about the built-in data sets before any of them is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass, field

CREDIT_COLUMNS = (
    "checking_status",
    "duration_months",
    "credit_history",
    "purpose",
    "credit_amount",
    "savings",
    "employment_since",
    "installment_rate",
    "personal_status_sex",
    "other_debtors",
    "residence_since",
    "property",
    "age",
    "other_installment_plans",
    "housing",
    "existing_credits",
    "job",
    "liable_people",
    "telephone",
    "foreign_worker",
)

_HEART_COLUMNS = (
    "age",
    "sex",
    "chest_pain_type",
    "resting_bp",
    "serum_chol",
    "fasting_sugar_gt120",
    "resting_ecg",
    "max_heart_rate",
    "exercise_angina",
    "oldpeak",
    "st_slope",
    "major_vessels",
    "thal",
)

_LETTER_COLUMNS = (
    "x.box",
    "y.box",
    "width",
    "high",
    "onpix",
    "x.bar",
    "y.bar",
    "x2bar",
    "y2bar",
    "xybar",
    "x2ybr",
    "xy2br",
    "x.ege",
    "xegvy",
    "y.ege",
    "yegvx",
)


def _numbered(stem: str, count: int) -> tuple[str, ...]:
    return tuple(f"{stem}{number}" for number in range(1, count + 1))


@dataclass(frozen=True)
class Facts:
    """What one built-in data set holds, where it comes from, and its defaults.

    Parameters
    ----------
    n_features, n_classes, n_instances : int
        Its size; a source that disagrees is refused.
    bundled : str, optional
        The function of `sklearn.datasets` that has it.
    file : str, optional
        Its file in the folder named by the environment variable EVOGRAFT_DATA.
    columns : tuple of str
        Names of the features where no bundled source gives them.
    openml_id : int, optional
        Its number on OpenML.
    openml_labels : mapping of str to str
        OpenML's labels where they differ from those of the file.
    pixel_maximum : float, optional
        The largest value a pixel can take; None for a set that is no images.
    n_official_train : int, optional
        Rows of the published training part, which come first; None where none was published.
    test_size : float
        Default share of the test part, 0 to 1.

    Examples
    --------
    >>> FACTS["wine"].summary
    '13 features, 3 classes, 178 instances; split 70/30, scaling minmax11'
    """

    n_features: int
    n_classes: int
    n_instances: int
    bundled: str | None = None
    file: str | None = None
    columns: tuple[str, ...] = ()
    openml_id: int | None = None
    openml_labels: Mapping[str, str] = field(default_factory=dict)
    pixel_maximum: float | None = None
    n_official_train: int | None = None
    test_size: float = 0.3

    @property
    def scaling(self) -> str:
        """The default scaling: `unit` for the two large image sets, else `minmax11`."""
        return "minmax11" if self.n_official_train is None else "unit"

    @property
    def summary(self) -> str:
        """One line of size, default split and default scaling."""
        if self.n_official_train is None:
            split = f"{1 - self.test_size:.0%}/{self.test_size:.0%}".replace("%", "")
        else:
            split = f"official {self.n_official_train}/{self.n_instances - self.n_official_train}"
        return (
            f"{self.n_features} features, {self.n_classes} classes, "
            f"{self.n_instances} instances; split {split}, scaling {self.scaling}"
        )


def _image_set(file: str, openml_id: int) -> Facts:
    return Facts(
        n_features=784,
        n_classes=10,
        n_instances=70000,
        file=file,
        columns=_numbered("pixel", 784),
        openml_id=openml_id,
        pixel_maximum=255.0,
        n_official_train=60000,
        test_size=1 / 7,
    )


FACTS: dict[str, Facts] = {
    "flame": Facts(2, 2, 240, file="flame.csv", columns=("x", "y")),
    "wdbc": Facts(30, 2, 569, bundled="load_breast_cancer"),
    "ionosphere": Facts(
        34,
        2,
        351,
        file="ionosphere.csv",
        columns=_numbered("V", 34),
        openml_id=59,
        openml_labels={"g": "good", "b": "bad"},
    ),
    "sonar": Facts(
        60,
        2,
        208,
        file="sonar.csv",
        columns=_numbered("V", 60),
        openml_id=40,
        openml_labels={"Rock": "R", "Mine": "M"},
    ),
    "credit": Facts(
        20,
        2,
        1000,
        file="german_credit.csv",
        columns=CREDIT_COLUMNS,
        openml_id=31,
        openml_labels={"good": "1", "bad": "2"},
    ),
    "heart": Facts(
        13,
        2,
        270,
        file="heart_statlog.csv",
        columns=_HEART_COLUMNS,
        openml_id=53,
        openml_labels={"absent": "1", "present": "2"},
    ),
    "wine": Facts(13, 3, 178, bundled="load_wine"),
    "digits": Facts(64, 10, 1797, bundled="load_digits", pixel_maximum=16.0, test_size=0.1),
    "letter": Facts(
        16, 26, 20000, file="letter.csv", columns=_LETTER_COLUMNS, openml_id=6, test_size=0.1
    ),
    "mnist": _image_set("mnist.npz", 554),
    "fashion_mnist": _image_set("fashion_mnist.npz", 40996),
}
