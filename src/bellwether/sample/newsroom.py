"""From tones to headlines: who writes what, who copies it, and what is edited later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bellwether.clock import HOUR_US, MINUTE_US, SECOND_US, SLOT_US
from bellwether.sample import wording
from bellwether.sample.names import PUBLISHERS, Publisher
from bellwether.sample.newsflow import COPIES_PER_HEADLINE, first_seen
from bellwether.sample.originals import Originals
from bellwether.sample.records import SampleHeadline, SampleRevision

EDITED_SHARE = 0.02
"""Share of headlines whose publisher changes the title after it was seen."""

_COPIED_AFTER_US = 40 * MINUTE_US


@dataclass(frozen=True)
class Written:
    """A headline and what is true of it."""

    headline: SampleHeadline
    story: int
    tone: float
    is_report: bool


def write_all(rng: np.random.Generator, news: Originals) -> list[Written]:
    """Every headline with its copies, ordered by (first seen, published, story)."""
    shares = np.array([publisher.share for publisher in PUBLISHERS])
    chosen = rng.choice(len(PUBLISHERS), size=len(news), p=shares / shares.sum())
    written = [_original(rng, news, story, PUBLISHERS[choice]) for story, choice in enumerate(chosen)]
    copies = _copies(rng, written)
    return sorted(
        written + copies,
        key=lambda item: (item.headline.first_seen_us, item.headline.published_us, item.story),
    )


def edit_some(
    rng: np.random.Generator, headlines: Sequence[SampleHeadline]
) -> list[tuple[SampleRevision, SampleRevision]]:
    """The wordings before and after of each headline that is edited."""
    edits: list[tuple[SampleRevision, SampleRevision]] = []
    for index in np.flatnonzero(rng.random(len(headlines)) < EDITED_SHARE).tolist():
        headline = headlines[index]
        later_us = headline.first_seen_us + int(rng.integers(1, 6 * HOUR_US // SLOT_US)) * SLOT_US
        edited = wording.edited_title(rng, headline.title)
        before = SampleRevision(headline.news_id, headline.first_seen_us, headline.title, headline.url)
        edits.append((before, replace(before, seen_us=later_us, title=edited)))
    return edits


def _original(rng: np.random.Generator, news: Originals, story: int, publisher: Publisher) -> Written:
    tone, is_report = float(news.tone[story]), bool(news.is_report[story])
    if is_report:
        title = wording.report_title(
            rng, tone, return_=float(news.past_return[story]), price_usd=float(news.price_usd[story])
        )
    else:
        title = wording.story_title(rng, tone)
    headline = SampleHeadline(
        published_us=int(news.published_us[story]),
        first_seen_us=int(news.first_seen_us[story]),
        publisher=publisher.name,
        title=title,
        summary=wording.summary(rng, tone),
        url=_address(publisher, story),
    )
    return Written(headline, story=story, tone=tone, is_report=is_report)


def _copies(rng: np.random.Generator, written: Sequence[Written]) -> list[Written]:
    counts = rng.poisson(COPIES_PER_HEADLINE, len(written))
    copied = [item for item, n in zip(written, counts, strict=True) for _ in range(n)]
    delays_us = MINUTE_US + rng.exponential(_COPIED_AFTER_US, len(copied)).astype(np.int64)
    published_us = np.array([item.headline.published_us for item in copied], dtype=np.int64)
    published_us += delays_us - delays_us % SECOND_US
    seen_us = first_seen(rng, published_us)
    return [
        _copy(rng, item, published_us=int(published), first_seen_us=int(seen), serial=serial)
        for serial, (item, published, seen) in enumerate(zip(copied, published_us, seen_us, strict=True))
    ]


def _copy(
    rng: np.random.Generator, original: Written, *, published_us: int, first_seen_us: int, serial: int
) -> Written:
    others = [publisher for publisher in PUBLISHERS if publisher.name != original.headline.publisher]
    shares = np.array([publisher.copy_share for publisher in others])
    publisher = others[rng.choice(len(others), p=shares / shares.sum())]
    headline = replace(
        original.headline,
        published_us=published_us,
        first_seen_us=first_seen_us,
        publisher=publisher.name,
        title=wording.copied_title(rng, original.headline.title, publisher=publisher.name),
        url=_address(publisher, original.story, copy=serial),
    )
    return replace(original, headline=headline)


def _address(publisher: Publisher, story: int, *, copy: int | None = None) -> str:
    suffix = "" if copy is None else f"-r{copy}"
    return f"https://{publisher.domain}/sample/{story}{suffix}"
