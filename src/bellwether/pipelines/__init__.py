"""Workflows: they compose the steps and own no logic of their own."""
