from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from bellwether.errors import InputError
from bellwether.identity import Horizon, ModelVersion, Source
from bellwether.learning.calibration import Calibration
from bellwether.registry.manifest import FileRecord
from bellwether.registry.packing import Provenance, pack

VERSION = ModelVersion("vader", 1, 0, 0)
PROVENANCE = Provenance(
    source=Source.LIVE,
    created_at=datetime(2022, 4, 1, tzinfo=UTC),
    feature_sets=[("base", "ab")],
    scorer=None,
    data_fingerprint="data",
    config_hash="config",
    code_commit="commit",
)


def test_one_file_for_each_horizon(trained_of):
    models = [trained_of(Horizon.H1), trained_of(Horizon.H24, p_after_rise=0.7)]

    manifest, files = pack(models, version=VERSION, provenance=PROVENANCE)

    assert files == {"model-1h.onnx": models[0].onnx, "model-24h.onnx": models[1].onnx}
    assert manifest.files == {name: FileRecord.of(content) for name, content in files.items()}
    assert {horizon: head.file for horizon, head in manifest.heads.items()} == {
        Horizon.H1: "model-1h.onnx",
        Horizon.H24: "model-24h.onnx",
    }


def test_the_training_is_written_down(trained_of):
    manifest, _ = pack([trained_of()], version=VERSION, provenance=PROVENANCE)

    head = manifest.heads[Horizon.H1]
    assert head.window.last_as_of == datetime(1970, 1, 3, 1, tzinfo=UTC)
    assert head.window.n_ticks == 50
    assert head.parameters["p_any"] == 0.52
    assert head.calibration is None
    assert head.metrics == {}


def test_a_calibration_is_kept(trained_of):
    model = trained_of()
    object.__setattr__(model, "calibration", Calibration(0.5, -0.1))

    manifest, _ = pack([model], version=VERSION, provenance=PROVENANCE)

    kept = manifest.heads[Horizon.H1].calibration
    assert kept is not None
    assert (kept.slope, kept.intercept) == (0.5, -0.1)


def test_golden_inputs_come_back_in_all_bits(trained_of):
    model = trained_of()

    manifest, _ = pack([model], version=VERSION, provenance=PROVENANCE)

    rows = np.array(manifest.heads[Horizon.H1].golden.features, dtype=np.float32)
    assert rows.tobytes() == model.golden.features.tobytes()


def test_no_model_is_no_version():
    with pytest.raises(InputError, match=r"vader@1.0.0 needs one model for each horizon"):
        pack([], version=VERSION, provenance=PROVENANCE)


@pytest.mark.parametrize(
    "other",
    [{"asset": "ETH"}, {"names": ("a", "b")}, {"family": "lite"}, {"horizon": Horizon.H1}],
    ids=["another asset", "other features", "another family", "the same horizon"],
)
def test_models_that_do_not_belong_together_are_refused(trained_of, other):
    models = [trained_of(Horizon.H1), trained_of(**{"horizon": Horizon.H4} | other)]

    with pytest.raises(InputError, match="one asset, family and feature list"):
        pack(models, version=VERSION, provenance=PROVENANCE)


def test_a_family_is_not_published_as_another(trained_of):
    with pytest.raises(InputError, match=r"A model of vader cannot be published as finbert@1.0.0"):
        pack([trained_of()], version=ModelVersion("finbert", 1, 0, 0), provenance=PROVENANCE)
