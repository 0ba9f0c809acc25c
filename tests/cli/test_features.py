from __future__ import annotations

import json

import pytest

from bellwether.cli.main import run


def test_the_catalogue_prints_as_a_table_with_one_line_per_feature(capsys):
    assert run(["features"]) == 0

    lines = capsys.readouterr().out.splitlines()
    names = [line.split()[0] for line in lines if line.strip()]
    assert names[0] == "feature"
    assert {"return_1h", "rsi_14", "is_weekend", "tone_mean_24h"} <= set(names)
    assert "features on candles of 15m" in lines[-1]


def test_as_json_each_feature_has_name_meaning_unit_window_inputs_and_source(capsys):
    assert run(["features", "--interval", "1h", "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    features = {feature["name"]: feature for feature in answer["data"]}
    assert "return_15m" not in features
    assert features["volatility_24h"] == {
        "name": "volatility_24h",
        "meaning": "Realised volatility of the bars' returns",
        "unit": "log return/√h",
        "window": "24h",
        "inputs": ["close"],
        "source": "Andersen & Bollerslev (1998)",
    }
    assert answer["meta"]["interval"] == "1h"


@pytest.mark.parametrize("interval", ["5m", "hour"])
def test_candles_without_features_are_refused_with_what_there_is(capsys, interval):
    assert run(["features", "--interval", interval]) == 2

    assert "Use 15m, 30m, 1h." in capsys.readouterr().err
