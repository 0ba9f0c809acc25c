import numpy as np
import pytest

from bellwether.features.matrix import FeatureMatrix
from bellwether.monitoring.drift import DriftReference

WEEK = 168


def matrix(values: np.ndarray, names: tuple[str, ...]) -> FeatureMatrix:
    ticks = np.arange(len(values), dtype=np.int64)
    return FeatureMatrix(as_of_us=ticks, known_by_us=ticks, names=names, values=values.astype(np.float32))


def autocorrelated(rng: np.random.Generator, n: int, columns: int) -> np.ndarray:
    noise = rng.normal(size=(n, columns))
    for row in range(1, n):
        noise[row] += 0.9 * noise[row - 1]
    return noise


def test_a_shifted_feature_is_named_and_the_others_are_not() -> None:
    rng = np.random.default_rng(1)
    values = autocorrelated(rng, 31 * WEEK, 3)
    values[30 * WEEK :, 1] += 6 * values[:, 1].std()
    reference = DriftReference.fit(matrix(values[: 30 * WEEK], ("a", "b", "c")), rows_per_window=WEEK)

    readings = reference.readings(matrix(values[30 * WEEK :], ("a", "b", "c")))

    assert [reading.feature for reading in readings if reading.is_drift] == ["b"]


def test_a_feature_that_goes_missing_has_drifted() -> None:
    rng = np.random.default_rng(2)
    values = autocorrelated(rng, 11 * WEEK, 1)
    values[10 * WEEK :] = np.nan
    reference = DriftReference.fit(matrix(values[: 10 * WEEK], ("a",)), rows_per_window=WEEK)

    (reading,) = reference.readings(matrix(values[10 * WEEK :], ("a",)))

    assert reading.is_drift


def test_without_drift_there_is_at_most_one_alarm_in_thirty_days_over_all_features() -> None:
    rng = np.random.default_rng(3)
    values = autocorrelated(rng, 82 * WEEK, 20)
    names = tuple(f"f{number}" for number in range(20))
    reference = DriftReference.fit(matrix(values[: 30 * WEEK], names), rows_per_window=WEEK)

    looks = [
        reference.readings(matrix(values[week * WEEK : (week + 1) * WEEK], names)) for week in range(30, 82)
    ]

    n_looks_with_alarm = sum(any(reading.is_drift for reading in look) for look in looks)
    assert n_looks_with_alarm <= 52 * 7 / 30


def test_a_constant_feature_never_drifts_by_rounding() -> None:
    values = np.ones((10 * WEEK, 1))
    reference = DriftReference.fit(matrix(values, ("a",)), rows_per_window=WEEK)

    (reading,) = reference.readings(matrix(np.ones((100, 1)), ("a",)))

    assert not reading.is_drift


@pytest.mark.parametrize("n_rows", [0, 10, 2 * WEEK])
def test_a_short_reference_teaches_no_limit(n_rows: int) -> None:
    reference = DriftReference.fit(matrix(np.ones((n_rows, 1)), ("a",)), rows_per_window=WEEK)

    assert reference.readings(matrix(np.ones((WEEK, 1)), ("a",))) == []
