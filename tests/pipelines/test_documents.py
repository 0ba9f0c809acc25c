from __future__ import annotations

import pytest

from bellwether.pipelines.documents import with_reasons


def test_only_nulls_get_their_reason() -> None:
    document = with_reasons({"a": None, "b": 0, "c": ""}, {"a": "Not yet.", "b": "Never shown."})

    assert document == {"a": None, "b": 0, "c": "", "reasons": {"a": "Not yet."}}


def test_a_document_without_nulls_has_no_reasons() -> None:
    assert with_reasons({"a": 1}, {"a": "Never shown."}) == {"a": 1}


def test_a_null_that_nobody_explains_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="b"):
        with_reasons({"a": 1, "b": None}, {"a": "Not yet."})
