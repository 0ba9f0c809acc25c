"""Alembic's folder: `env` runs the revisions in ``versions``."""
