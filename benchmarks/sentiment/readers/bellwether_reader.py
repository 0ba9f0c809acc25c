"""Bellwether's own reader, one worker per core."""

from __future__ import annotations

from measuring import arguments, measure

from bellwether.sentiment.finbert import FinbertScorer

if __name__ == "__main__":
    folder, cores = arguments()
    measure(FinbertScorer(folder, cores).score)
