"""Names that become folders: nothing in them may lead elsewhere."""

from __future__ import annotations

import re

from bellwether.errors import InputError, UnknownAsset

ASSET = r"^[A-Z0-9]{2,10}$"
FAMILY = r"^[a-z][a-z0-9_]{0,40}$"


def require_asset(asset: str) -> str:
    """Return ``asset``.

    Raises
    ------
    UnknownAsset
        It is not two to ten capitals and digits.
    """
    if re.fullmatch(ASSET, asset) is None:
        raise UnknownAsset(f"{asset!r} is not the name of an asset.", hint="Assets are written like BTC.")
    return asset


def require_family(family: str) -> str:
    """Return ``family``.

    Raises
    ------
    InputError
        It is not a lower-case name.
    """
    if re.fullmatch(FAMILY, family) is None:
        raise InputError(f"{family!r} is not the name of a family.")
    return family
