from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether.clock import from_us
from bellwether.errors import InputError, UnsupportedHorizon
from bellwether.identity import Horizon, ModelVersion, PredictionId, Source

versions = st.builds(
    ModelVersion,
    family=st.sampled_from(["vader", "finbert", "shuffled_lite", "majority"]),
    major=st.integers(0, 99),
    minor=st.integers(0, 999),
    patch=st.integers(0, 99),
)


@given(
    st.builds(
        PredictionId,
        asset=st.sampled_from(["BTC", "ETH"]),
        horizon=st.sampled_from(Horizon),
        as_of=st.integers(0, 60_000_000).map(lambda minutes: from_us(minutes * 60_000_000)),
        version=versions,
        source=st.sampled_from(Source),
    )
)
def test_a_prediction_id_reads_back_as_it_was_written(prediction: PredictionId) -> None:
    assert PredictionId.parse(str(prediction)) == prediction


def test_a_prediction_id_is_readable() -> None:
    prediction = PredictionId(
        asset="BTC",
        horizon=Horizon.H1,
        as_of=datetime(2025, 7, 5, 14, 15, tzinfo=UTC),
        version=ModelVersion("finbert", 1, 4, 0),
        source=Source.LIVE,
    )

    assert str(prediction) == "btc-1h-20250705T1415Z-finbert-1.4.0-live"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "btc-1h-20250705T1415Z-finbert-1.4.0",
        "btc-1h-20250705T1415Z-finbert-1.4.0-dream",
        "btc-1h-20251305T1415Z-finbert-1.4.0-live",
    ],
)
def test_a_text_that_is_no_prediction_id_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not a prediction id"):
        PredictionId.parse(text)


def test_versions_order_as_numbers() -> None:
    written = ["vader@1.10.0", "vader@1.9.0", "vader@2.0.0", "vader@1.9.1"]

    ordered = sorted(ModelVersion.parse(text) for text in written)

    assert [str(version) for version in ordered] == [
        "vader@1.9.0",
        "vader@1.9.1",
        "vader@1.10.0",
        "vader@2.0.0",
    ]


def test_the_release_tag_ends_with_the_family() -> None:
    assert ModelVersion.parse("finbert@1.4.0").tag == "v1.4.0-finbert"


@pytest.mark.parametrize("text", ["finbert", "finbert@1.4", "@1.4.0", "finbert@1.4.0-rc1"])
def test_a_text_that_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not a model version"):
        ModelVersion.parse(text)


def test_only_three_horizons_are_supported() -> None:
    assert [horizon.us // 3_600_000_000 for horizon in Horizon] == [1, 4, 24]
    with pytest.raises(UnsupportedHorizon, match="'2h' is not supported"):
        Horizon.parse("2h")
