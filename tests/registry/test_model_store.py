from __future__ import annotations

import pytest

from bellwether.identity import Horizon
from bellwether.registry.folder import FolderModelStore
from bellwether.registry.model_store import ModelStore, next_version

SETS = (("base", "ab"), ("news", "cd"))


@pytest.fixture
def store(tmp_path) -> ModelStore:
    return FolderModelStore(tmp_path)


def following(store, *, family="vader", asset="BTC", feature_sets=SETS, horizons=(Horizon.H1,)):
    return str(next_version(store, asset, family, feature_sets=feature_sets, horizons=horizons))


def test_the_first_version_is_1_0_0(store):
    assert following(store) == "vader@1.0.0"


def test_a_training_on_the_same_features_is_a_minor(store, packed_of):
    for version in ("vader@1.9.0", "vader@1.10.0"):
        store.publish(*packed_of(version))

    assert following(store) == "vader@1.11.0"


def test_packaging_alone_is_forgotten_by_the_next_training(store, packed_of):
    store.publish(*packed_of("vader@1.4.2"))

    assert following(store) == "vader@1.5.0"


@pytest.mark.parametrize(
    "change",
    [{"feature_sets": (("base", "ab"), ("news", "ce"))}, {"horizons": (Horizon.H1, Horizon.H24)}],
    ids=["features", "horizons"],
)
def test_other_features_or_horizons_are_a_major(store, packed_of, change):
    store.publish(*packed_of("vader@1.4.0"))

    assert following(store, **change) == "vader@2.0.0"


def test_families_and_assets_count_on_their_own(store, packed_of):
    store.publish(*packed_of("vader@1.4.0"))

    assert following(store, family="lite") == "lite@1.0.0"
    assert following(store, asset="ETH") == "vader@1.0.0"
