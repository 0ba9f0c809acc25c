from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellwether.news.headlines import HeadlineRow
from bellwether.news.revisions import in_force, new_revisions


def version(text: str, known_us: int, revision: int = 0) -> HeadlineRow:
    return HeadlineRow(
        key=UUID(int=1), revision=revision, asset="BTC", publisher="Wire", url=None, title=text, text=text,
        summary=None, event_us=0, known_us=known_us, is_known_assumed=False,
    )  # fmt: skip


def told(rows) -> list[tuple[int, str, int]]:
    return [(row.revision, row.text, row.known_us) for row in rows]


@pytest.mark.parametrize(
    ("stored", "found", "new"),
    [
        pytest.param([], [("A", 5)], [(0, "A", 5)], id="the first wording is revision 0"),
        pytest.param([], [("A", 5), ("B", 9)], [(0, "A", 5), (1, "B", 9)], id="an edit is the next revision"),
        pytest.param([], [("B", 9), ("A", 5)], [(0, "A", 5), (1, "B", 9)], id="in the order of knowledge"),
        pytest.param([], [("A", 5), ("A", 9)], [(0, "A", 5)], id="the same wording seen again is nothing"),
        pytest.param([], [("A", 5), ("B", 5)], [(0, "B", 5)], id="of one moment the last wording stayed"),
        pytest.param([("A", 5)], [("A", 5)], [], id="an import repeated is nothing"),
        pytest.param([("A", 5)], [("A", 5), ("B", 9)], [(1, "B", 9)], id="only what is new"),
        pytest.param([("A", 5), ("B", 9)], [("A", 12)], [(2, "A", 12)], id="an edit taken back"),
        pytest.param([("B", 5)], [("A", 5), ("B", 9)], [(1, "A", 5), (2, "B", 9)],
                     id="a history overrides a title stored in its last wording"),
        pytest.param([("B", 5), ("A", 5), ("B", 9)], [("B", 5)], [], id="and that title again is nothing"),
        pytest.param([("B", 5), ("A", 5), ("B", 9)], [("A", 5), ("B", 9)], [], id="nor the history again"),
        pytest.param([("A", 5), ("C", 9)], [("B", 7)], [(2, "B", 7)], id="a version from between"),
        pytest.param([("A", 9)], [("A", 5)], [(1, "A", 5)], id="known earlier than stored"),
    ],
)  # fmt: skip
def test_a_version_is_new_when_it_changes_what_was_known(stored, found, new):
    versions = [version(text, known_us, revision) for revision, (text, known_us) in enumerate(stored)]

    rows = new_revisions(versions, [version(text, known_us) for text, known_us in found])

    assert told(rows) == new


@pytest.mark.parametrize(("at_us", "text"), [(4, None), (5, "B"), (8, "B"), (9, "C"), (99, "C")], ids=str)
def test_in_force_is_the_last_wording_known_by_then(at_us, text):
    """A and B were known at 5, B stored after it; C at 9, stored before both."""
    versions = [version("C", 9, 0), version("A", 5, 1), version("B", 5, 2)]

    current = in_force(versions, at_us)

    assert (None if current is None else current.text) == text


_VERSIONS = st.lists(
    st.builds(version, st.sampled_from("AB"), st.integers(0, 6)), max_size=8, unique_by=lambda v: v.known_us
)


def wordings(versions) -> list[str | None]:
    found = [in_force(versions, at_us) for at_us in range(8)]
    return [None if current is None else current.text for current in found]


@given(_VERSIONS)
def test_importing_twice_equals_importing_once(found):
    once = new_revisions([], found)

    assert new_revisions(once, found) == []


_EDITS = st.lists(
    st.builds(version, st.sampled_from("ABCDE"), st.integers(0, 6)),
    max_size=5,
    unique_by=(lambda v: v.known_us, lambda v: v.text),
)


@given(_EDITS.flatmap(lambda edits: st.tuples(st.just(edits), st.permutations(edits), st.integers(0, 5))))
def test_what_was_known_when_does_not_depend_on_the_order_of_files(edits_and_files):
    edits, shuffled, split = edits_and_files

    first = new_revisions([], shuffled[:split])
    second = new_revisions(first, shuffled[split:])

    assert wordings(first + second) == wordings(new_revisions([], edits))


@given(_VERSIONS)
def test_revisions_are_numbered_without_holes(found):
    rows = new_revisions([], found)

    assert [row.revision for row in rows] == list(range(len(rows)))
