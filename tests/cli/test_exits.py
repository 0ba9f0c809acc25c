"""Every error has an exit code somebody chose."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bellwether import errors
from bellwether.cli.exits import EXITS, Exit, exit_code
from bellwether.errors import BellwetherError

_BY_PARENT = {
    "InvalidSchema": Exit.USAGE,
    "InvalidShape": Exit.USAGE,
    "InvalidTime": Exit.USAGE,
    "UnknownAsset": Exit.USAGE,
    "UnsupportedHorizon": Exit.USAGE,
    "UnreadableFile": Exit.USAGE,
    "NotYetKnown": Exit.NOT_FOUND,
    "MissingSlot": Exit.NOT_FOUND,
    "TooFewObservations": Exit.NOT_FOUND,
    "SourceTimeout": Exit.UNREACHABLE,
    "SourceRefused": Exit.UNREACHABLE,
    "RateLimited": Exit.UNREACHABLE,
    "LeaseLost": Exit.FAILED,
    "Conflict": Exit.FAILED,
    "DigestMismatch": Exit.FAILED,
    "FeatureSetMismatch": Exit.FAILED,
    "GoldenMismatch": Exit.FAILED,
}
"""Classes for which the parent's code was looked at and found right."""


def all_errors(kind: type[BellwetherError] = BellwetherError) -> Iterator[type[BellwetherError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from all_errors(child)


@pytest.mark.parametrize("kind", list(all_errors()), ids=lambda kind: kind.__name__)
def test_every_class_is_in_the_table_or_was_given_its_parents_code_on_purpose(
    kind: type[BellwetherError],
) -> None:
    if kind in EXITS:
        assert kind.__name__ not in _BY_PARENT
    else:
        assert exit_code(kind.__new__(kind)) == _BY_PARENT[kind.__name__]


def test_the_list_of_inherited_codes_names_only_classes_there_are() -> None:
    assert set(_BY_PARENT) <= {kind.__name__ for kind in all_errors()}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ConfigurationError(), 2),
        (errors.InvalidTime(), 2),
        (errors.GateRefused("no", evidence={}), 3),
        (errors.NotFound(), 4),
        (errors.StoreUnavailable(), 5),
        (errors.MalformedPayload(), 1),
        (ZeroDivisionError(), 1),
    ],
)
def test_codes_are_those_of_the_contract(error: BaseException, code: int) -> None:
    assert exit_code(error) == code
