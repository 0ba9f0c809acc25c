"""Wordings of the sentence under a title."""

from __future__ import annotations

from bellwether.sample.grammar import Rules

SUMMARIES: Rules = {
    "summary.positive": (
        "{source_of_it}, the news was taken well: {crowd} {good_reaction}.",
        "{source_of_it}, {crowd} {good_reaction}, and {firm} expects more of it in {place}.",
        "{crowd} {good_reaction}. {outlook}",
    ),
    "summary.negative": (
        "{source_of_it}, the news was taken badly: {crowd} {bad_reaction}.",
        "{source_of_it}, {crowd} {bad_reaction}, and {firm} expects more of it in {place}.",
        "{crowd} {bad_reaction}. {outlook}",
    ),
    "summary.neutral": (
        "{source_of_it}, {crowd} {no_reaction}.",
        "{crowd} {no_reaction}. {outlook}",
        "A note by {lender} sums up the state of {product} in {place}.",
    ),
    "source_of_it": (
        "According to a person at {firm}",
        "In a note to clients of {lender}",
        "As seen at {venue}",
        "Seen from {place}",
        "In figures shown to {firm}",
    ),
    "good_reaction": (
        "added to their holdings",
        "moved coins off {venue}",
        "spoke of a healthy market",
        "raised their targets",
        "took the other side of {lender}'s doubts",
    ),
    "bad_reaction": (
        "cut their holdings",
        "moved coins to {venue} for sale",
        "spoke of a market in trouble",
        "lowered their targets",
        "shared {lender}'s doubts",
    ),
    "no_reaction": (
        "kept their holdings unchanged",
        "waited for {quarter} figures",
        "took note and moved on",
        "saw nothing new in it",
    ),
    "outlook": (
        "The next figures come from {miner}.",
        "{lender} keeps its view on {product}.",
        "{watchdog} had no comment.",
        "Trading in {place} went on as usual.",
    ),
}
"""``summary.POLARITY`` is one or two sentences."""
