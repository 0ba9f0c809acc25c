from __future__ import annotations

import errno

import pytest

from bellwether.errors import StoreError
from bellwether.registry.durable import replace_file, translated


def test_a_replaced_file_holds_the_new_bytes_and_leaves_no_draft(tmp_path):
    path = tmp_path / "channels.json"

    replace_file(path, b"one")
    replace_file(path, b"two")

    assert path.read_bytes() == b"two"
    assert [child.name for child in tmp_path.iterdir()] == ["channels.json"]


def test_the_operating_systems_errors_become_ours():
    wanted = pytest.raises(StoreError, match="The file cannot be written: No space left on device")

    with wanted as caught, translated("The file cannot be written"):
        raise OSError(errno.ENOSPC, "No space left on device")

    assert isinstance(caught.value.__cause__, OSError)


def test_our_own_errors_pass_through():
    with pytest.raises(StoreError, match="as it was"), translated("never said"):
        raise StoreError("as it was")
