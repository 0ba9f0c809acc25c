"""A PostgreSQL server of our own, for machines on which nobody installed one.

The binaries come from a wheel (extra ``embedded``); starting, probing, recovering and stopping them
is done here.
"""

from bellwether.store.embedded.server import EmbeddedServer

__all__ = ["EmbeddedServer"]
