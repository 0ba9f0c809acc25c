from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bellwether.clock import SystemClock, to_us
from bellwether.features.matrix import FeatureMatrix
from bellwether.learning.families import lineup
from bellwether.pipelines.lookahead_audit import (
    PLANTED,
    History,
    find_in_rows,
    planted_hit_rate,
    stored_history,
    with_planted,
)
from bellwether.pipelines.prepare import PreparedTicks
from bellwether.pipelines.replay_inputs import collect_inputs
from bellwether.pipelines.sample import SampleFiles
from bellwether.pipelines.workspace import begin_run, work_on_run
from bellwether.progress import untracked
from replay_homes import MakeReplays

Collected = tuple[PreparedTicks, History]


@pytest.fixture(scope="module")
def collected(make_replays: MakeReplays, market_files: SampleFiles) -> Collected:
    """The stored features of the hourly market, and what they were built from."""
    place = make_replays()
    request = place.request(market_files)
    with work_on_run(place.settings, request.run_id()) as workspace:
        begin_run(workspace, kind="audit", arguments={}, started_us=to_us(request.start))
        inputs = collect_inputs(
            request, workspace, settings=place.settings, clock=SystemClock(), track=untracked
        )
        with workspace.database.session() as conn:
            return inputs.prepared, stored_history(conn, request.run_id(), inputs.prepared)


ROWS = np.arange(150, 400, 10)


def test_stored_features_are_those_of_what_was_known_and_the_planted_one_is_not(collected: Collected) -> None:
    prepared, history = collected
    found = find_in_rows(prepared, history, ROWS)

    assert {each.name for each in found} == {PLANTED}
    with_outcome = ROWS[np.isfinite(prepared.log_return[ROWS])]
    assert [each.as_of_us for each in found] == prepared.as_of_us[with_outcome].tolist()
    assert all(np.isnan(each.without_future) for each in found)


@pytest.mark.parametrize(
    "name", ["return_1h", "rsi_14", "vader.tone_mean_4h", "shuffled_vader.news_count_1h"]
)
def test_a_column_that_is_one_tick_early_is_named(collected: Collected, name: str) -> None:
    prepared, history = collected
    tampered = early(prepared, name)

    assert name in {each.name for each in find_in_rows(tampered, history, ROWS)}


def early(prepared: PreparedTicks, name: str) -> PreparedTicks:
    """The ticks with one column taken from the tick after."""
    scorer, _, column = name.rpartition(".")
    if not scorer:
        return replace(prepared, base=_shifted(prepared.base, column))
    return replace(prepared, news={**prepared.news, scorer: _shifted(prepared.news[scorer], column)})


def _shifted(matrix: FeatureMatrix, column: str) -> FeatureMatrix:
    values, place = matrix.values.copy(), matrix.names.index(column)
    values[:-1, place] = values[1:, place]
    return replace(matrix, values=values)


def test_a_model_that_is_given_the_answer_uses_it(collected: Collected) -> None:
    prepared, _ = collected
    (vader, *_) = lineup(["vader"])

    found = planted_hit_rate(prepared, vader, seed=0, n_trials=2)

    assert found.lo is not None
    assert found.lo > 0.9
    assert found.n > 200


def test_the_planted_column_is_the_return_that_follows(collected: Collected) -> None:
    prepared, history = collected
    planted = with_planted(prepared.base, history.candles, prepared.horizon)

    assert planted.names[-1] == PLANTED
    np.testing.assert_array_equal(planted.values[:, -1], prepared.log_return.astype(np.float32))
