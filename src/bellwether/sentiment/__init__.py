"""Readers of the news: each turns a text into a score between -1 and +1."""
