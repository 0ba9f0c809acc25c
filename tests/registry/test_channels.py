from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether.errors import ArtifactError, Conflict, InvalidTime, UnknownAsset
from bellwether.identity import Horizon, ModelVersion
from bellwether.registry.channels import Channels, ChannelState

T0 = datetime(2022, 4, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def v(minor, family="vader"):
    return ModelVersion(family, 1, minor, 0)


@pytest.fixture
def channels(tmp_path):
    return Channels(tmp_path / "registry")


def move(channels, version, expected, *, channel="champion", at=T0, reason="because", horizon=Horizon.H1):
    return channels.move(
        "BTC", horizon, channel=channel, version=version, expected=expected, at=at, reason=reason
    )


def test_nothing_serves_before_the_first_move(channels, tmp_path):
    assert channels.current("BTC", Horizon.H1) == ChannelState()
    assert list(tmp_path.iterdir()) == []


def test_the_champion_that_leaves_becomes_the_previous_one(channels):
    move(channels, v(0), None)

    after = move(channels, v(1), v(0), at=T0 + HOUR)

    assert after == ChannelState(champion=v(1), previous=v(0))
    assert channels.current("BTC", Horizon.H1) == after


def test_a_challenger_that_wins_challenges_no_more(channels):
    move(channels, v(0), None)
    move(channels, v(1), None, channel="challenger")

    after = move(channels, v(1), v(0), at=T0 + HOUR)

    assert after == ChannelState(champion=v(1), challenger=None, previous=v(0))


def test_another_challenger_stays(channels):
    move(channels, v(0), None)
    move(channels, v(9), None, channel="challenger")

    assert move(channels, v(1), v(0), at=T0 + HOUR).challenger == v(9)


def test_a_challenger_can_be_withdrawn(channels):
    move(channels, v(1), None, channel="challenger")

    assert move(channels, None, v(1), channel="challenger", at=T0 + HOUR) == ChannelState()


def test_horizons_and_assets_are_apart(channels):
    move(channels, v(0), None)

    assert channels.current("BTC", Horizon.H24) == ChannelState()
    assert channels.current("ETH", Horizon.H1) == ChannelState()


def test_a_move_that_expects_something_else_is_refused(channels):
    move(channels, v(1), None)

    with pytest.raises(Conflict, match=r"champion of BTC 1h is vader@1.1.0, not vader@1.0.0 as expected"):
        move(channels, v(2), v(0))

    assert channels.current("BTC", Horizon.H1).champion == v(1)


def test_a_move_to_what_is_there_is_not_written_down(channels):
    move(channels, v(0), None)

    move(channels, v(0), v(0), at=T0 + HOUR, reason="again")

    assert len(channels.history("BTC", Horizon.H1)) == 1


def test_an_interrupted_move_can_be_repeated(channels):
    """The caller died after the move and before it noted that; it makes the same move again."""
    move(channels, v(0), None)
    first = move(channels, v(1), v(0), at=T0 + HOUR)

    again = move(channels, v(1), v(0), at=T0 + HOUR)

    assert again == first
    assert len(channels.history("BTC", Horizon.H1)) == 2


def test_the_history_says_when_what_and_why(channels):
    move(channels, v(0), None, reason="First deployment.")
    move(channels, v(1), v(0), at=T0 + HOUR, reason="Better.")

    history = channels.history("BTC", Horizon.H1)

    assert [(line.at, line.after.champion, line.reason) for line in history] == [
        (T0, v(0), "First deployment."),
        (T0 + HOUR, v(1), "Better."),
    ]


def test_the_past_can_be_asked(channels):
    move(channels, v(0), None)
    move(channels, v(1), v(0), at=T0 + HOUR)

    def champion(moment):
        return channels.live_at("BTC", Horizon.H1, moment).champion

    assert champion(T0 - HOUR) is None
    assert champion(T0) == v(0)
    assert champion(T0 + HOUR - timedelta(microseconds=1)) == v(0)
    assert champion(T0 + HOUR) == v(1)


def test_history_is_not_written_backwards(channels):
    move(channels, v(0), None, at=T0 + HOUR)

    with pytest.raises(InvalidTime, match="2022-04-01T00:00:00Z cannot follow one at 2022-04-01T01:00:00Z"):
        move(channels, v(1), v(0), at=T0)


def test_a_moment_without_a_zone_is_refused(channels):
    with pytest.raises(InvalidTime, match="no time zone"):
        move(channels, v(0), None, at=datetime(2022, 4, 1))  # noqa: DTZ001


def test_an_asset_that_cannot_be_is_refused(channels):
    with pytest.raises(UnknownAsset, match="not the name of an asset"):
        channels.move("b/c", Horizon.H1, channel="champion", version=v(0), expected=None, at=T0, reason="x")


@pytest.mark.parametrize("content", ["", "{", '{"schema_version": 2}', '{"moves": [{}]}'])
def test_a_damaged_file_is_not_taken_for_an_empty_one(channels, tmp_path, content):
    move(channels, v(0), None)
    (tmp_path / "registry" / "channels.json").write_text(content)

    with pytest.raises(ArtifactError, match=r"channels.json is not valid"):
        channels.current("BTC", Horizon.H1)


def test_the_file_is_readable_json(channels, tmp_path):
    move(channels, v(0), None)

    document = json.loads((tmp_path / "registry" / "channels.json").read_text())

    assert document["moves"][0]["after"] == {"champion": "vader@1.0.0", "challenger": None, "previous": None}


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["champion", "challenger"]), st.integers(0, 3)), min_size=1, max_size=12
    )
)
def test_the_past_never_changes(tmp_path_factory, steps):
    channels = Channels(tmp_path_factory.mktemp("registry"))
    seen = []

    for hour, (channel, minor) in enumerate(steps):
        at = T0 + hour * HOUR
        before = channels.current("BTC", Horizon.H1)
        move(channels, v(minor), before.of(channel), channel=channel, at=at)
        seen.append((at, channels.current("BTC", Horizon.H1)))

    assert [(at, channels.live_at("BTC", Horizon.H1, at)) for at, _ in seen] == seen


def test_of_many_who_expect_the_same_one_wins(channels):
    move(channels, v(0), None)

    def attempt(minor):
        try:
            move(channels, v(minor), v(0), at=T0 + HOUR, reason=f"attempt {minor}")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(attempt, range(1, 17)))

    assert won.count(True) == 1
    assert channels.current("BTC", Horizon.H1) == ChannelState(champion=v(won.index(True) + 1), previous=v(0))


_CLIMB = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from bellwether.errors import Conflict
from bellwether.identity import Horizon, ModelVersion
from bellwether.registry.channels import Channels

channels, name, made = Channels(Path(sys.argv[1])), sys.argv[2], 0
at = datetime(2022, 4, 1, tzinfo=UTC)
while made < 10:
    champion = channels.current("BTC", Horizon.H1).champion
    version = ModelVersion("vader", 1, champion.minor + 1 if champion else 0, 0)
    try:
        channels.move(
            "BTC", Horizon.H1, channel="champion", version=version, expected=champion, at=at, reason=name
        )
    except Conflict:
        continue
    made += 1
"""


def test_processes_that_climb_together_skip_no_step(channels, tmp_path):
    climbers = [
        subprocess.Popen([sys.executable, "-c", _CLIMB, tmp_path / "registry", name]) for name in "abc"
    ]
    assert [climber.wait() for climber in climbers] == [0, 0, 0]

    history = channels.history("BTC", Horizon.H1)
    assert [line.after.champion for line in history] == [v(minor) for minor in range(30)]
    assert sorted(line.reason for line in history) == ["a"] * 10 + ["b"] * 10 + ["c"] * 10
