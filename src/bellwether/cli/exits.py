"""Exit codes: one table from errors to what a shell sees.

==== =========================================================================
code meaning
==== =========================================================================
0    done, all checks passed
1    unexpected failure
2    wrong usage or configuration
3    a check said no (gate refused, drift found, stale data, budget over)
4    not found
5    a needed service is unreachable
130  interrupted; partial work is safe to repeat
==== =========================================================================
"""

from __future__ import annotations

from enum import IntEnum
from types import MappingProxyType

from bellwether import errors


class Exit(IntEnum):
    """What a process says about itself when it ends."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3
    NOT_FOUND = 4
    UNREACHABLE = 5
    INTERRUPTED = 130


EXITS: MappingProxyType[type[errors.BellwetherError], Exit] = MappingProxyType(
    {
        errors.BellwetherError: Exit.FAILED,
        # the caller can mend it; every kind of it by changing what was typed or handed over
        errors.InputError: Exit.USAGE,
        errors.ConfigurationError: Exit.USAGE,
        errors.NotFound: Exit.NOT_FOUND,
        # what would answer is not there
        errors.DataError: Exit.NOT_FOUND,
        errors.SourceError: Exit.UNREACHABLE,
        # it answered, so it is reachable; what it said is what is wrong
        errors.MalformedPayload: Exit.FAILED,
        errors.StoreError: Exit.FAILED,
        errors.StoreUnavailable: Exit.UNREACHABLE,
        errors.ArtifactError: Exit.FAILED,
        errors.ScorerUnavailable: Exit.UNREACHABLE,
        errors.GateRefused: Exit.REFUSED,
    }
)
"""A class that is not named here exits as its nearest named parent does."""


def exit_code(error: BaseException) -> Exit:
    """The exit code for ``error``; what is none of ours is an unexpected failure."""
    for kind in type(error).__mro__:
        if kind in EXITS:
            return EXITS[kind]
    return Exit.FAILED
