"""Where the news does move the price, the whole pipeline finds it: the other half of an audit."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bellwether.pipelines.sample import write_sample
from bellwether.sample.market import sample_market
from bellwether.sample.records import SampleMarket
from replay_homes import ReplayHome

EFFECT_BP = 100.0
"""Expected return of the coming hour per unit of mean tone, basis points; the default is 60."""


def test_a_large_effect_of_the_news_is_found(
    replays: ReplayHome, hourly_market: SampleMarket, tmp_path: Path
) -> None:
    market = sample_market(
        seed=0,
        start=hourly_market.start,
        days=40,
        headlines_per_day=120,
        news_effect_bp=EFFECT_BP,
        regime_change_at=None,
        interval="1h",
    )
    request = replays.request(
        write_sample(market, tmp_path / "market"),
        start=market.start + timedelta(days=16),
        end=market.start + timedelta(days=40),
        train_every=timedelta(days=30),
        trials=1,
    )

    data = replays.run(request)

    vader = data["families"]["vader"]
    assert vader["n_eff"] > 500
    assert vader["hit_rate"]["lo"] > 0.6
    gain = {pair["b"]: pair["gain"] for pair in data["comparison"]}
    for baseline in ("majority", "technicals", "momentum", "shuffled_vader"):
        assert gain[baseline]["e_above"] >= 20
        assert gain[baseline]["lo"] > 0
    assert gain["persistence"]["value"] > 0  # tone lasts for hours, so the move it causes persists too
