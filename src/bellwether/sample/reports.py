"""Wordings of price reports: headlines that tell what the price has already done.

The facts ``move`` (size of the last move in percent) and ``level`` (price) are the market's own.
"""

from __future__ import annotations

from bellwether.sample.grammar import Rules

REPORTS: Rules = {
    "report.positive": (
        "{asset} {up} {move} to {level} {up_cause}",
        "{asset} {up} past {level} {up_cause}",
        "{asset} {up} {move}, {crowd} {cheer}",
        "{crowd} {cheer} as {asset} {up} to {level}",
        "Why {asset} {up} {move}: {view_up}",
        "{asset} gains {move} in strong trade at {venue} {up_cause}",
        "Price note: {asset} {up} to {level}, {view_up}",
        "{miner} {up} with {asset} at {level} {up_cause}",
    ),
    "report.negative": (
        "{asset} {down} {move} to {level} {down_cause}",
        "{asset} {down} below {level} {down_cause}",
        "{asset} {down} {move}, {crowd} {fret}",
        "{crowd} {fret} as {asset} {down} to {level}",
        "Why {asset} {down} {move}: {view_down}",
        "{asset} loses {move} in weak trade at {venue} {down_cause}",
        "Price note: {asset} {down} to {level}, {view_down}",
        "{miner} {down} with {asset} at {level} {down_cause}",
    ),
    "report.neutral": (
        "{asset} {flat} near {level} {flat_cause}",
        "{asset} {flat} around {level}, {crowd} wait",
        "{crowd} wait as {asset} {flat} at {level}",
        "Price note: {asset} {flat} at {level} {flat_cause}",
        "Quiet trade at {venue} as {asset} {flat} near {level}",
        "{asset} at {level}: what {crowd} look at {flat_cause}",
    ),
    "up": ("climbs", "rises", "advances", "rebounds", "rallies", "jumps", "edges up", "recovers", "leaps"),
    "down": ("slides", "falls", "retreats", "slips", "tumbles", "drops", "sags", "sinks"),
    "flat": (
        "holds steady",
        "trades sideways",
        "is little changed",
        "drifts",
        "hovers",
        "moves in a narrow band",
    ),
    "cheer": (
        "cheer",
        "add to their positions",
        "return to the market",
        "see room for more",
        "grow optimistic",
        "close out shorts at {venue}",
    ),
    "fret": (
        "fret",
        "trim their positions",
        "head for the exit",
        "brace for more",
        "grow anxious",
        "face liquidations at {venue}",
    ),
    "up_cause": (
        "as {crowd} buy the dip",
        "with {fund} in demand",
        "as shorts at {venue} are squeezed",
        "in thin trade at {venue}",
        "after figures from {miner}",
        "while {lender} turns bullish",
        "as orders from {place} pick up",
        "led by buyers at {venue}",
    ),
    "down_cause": (
        "as {crowd} take profit",
        "with {fund} under pressure",
        "as longs at {venue} are liquidated",
        "in thin trade at {venue}",
        "after figures from {miner}",
        "while {lender} turns bearish",
        "as orders from {place} dry up",
        "led by sellers at {venue}",
    ),
    "flat_cause": (
        "before figures from {miner}",
        "ahead of a decision by {watchdog}",
        "with {fund} on hold",
        "as volume at {venue} thins",
        "while {lender} sees no trend",
        "in a quiet session in {place}",
    ),
    "view_up": (
        "the view from {lender}",
        "{lender} points to {fund}",
        "{venue} data show fresh buyers in {place}",
        "{firm} sees a healthy market",
        "three charts from {venue}",
    ),
    "view_down": (
        "the view from {lender}",
        "{lender} points to {fund}",
        "{venue} data show nervous sellers in {place}",
        "{firm} sees a troubled market",
        "three charts from {venue}",
    ),
}
"""``report.POLARITY`` is a title with the facts ``move`` and ``level``."""
