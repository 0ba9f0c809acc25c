"""What a replay looks like in a terminal, on the document of a replay that was written down."""

import json
from pathlib import Path

import pytest

from bellwether.cli.replay_view import result_lines
from bellwether.cli.tables import Table

DOCUMENT = Path(__file__).parents[1] / "pipelines" / "golden" / "replay_document.json"


@pytest.fixture
def rows():
    """The rows of the table of figures by what their family is called."""
    lines = result_lines(json.loads(DOCUMENT.read_bytes()), Path("report"))
    (table,) = (line for line in lines if isinstance(line, Table))
    return {row[0]: row[1:] for row in table.rows}


def test_a_family_is_shown_with_its_intervals_and_counts(rows):
    assert rows["VADER 3.3.2"] == [
        "89.5%", "86.2 to 92.8%", "0.6024", "0.5994 to 0.6057", "238", "238",
    ]  # fmt: skip


def test_no_rate_is_shown_of_too_few_predictions(rows):
    assert rows["lite 1.0"] == ["n = 24, too few to judge", "—", "—", "—", "24", "24"]


def test_a_family_without_figures_has_its_status(rows):
    assert rows["finbert_minilm (not FinBERT)"] == ["untrained", "—", "—", "—", "—", "—"]
