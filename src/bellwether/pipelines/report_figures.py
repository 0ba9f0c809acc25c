"""What a report draws and lists beside the replay's document, from the predictions themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bellwether.evidence.breakdown import (
    CalibrationBin,
    CumulativeHitRate,
    FamilyDetails,
    GroupScore,
    by_quarter,
    calibration_bins,
    cumulative_hit_rate,
    family_details,
)
from bellwether.evidence.panel import PredictionPanel
from bellwether.evidence.rivals import Rival, common_part, hardest_baseline
from bellwether.identity import NEWS_FAMILIES

_RESAMPLING_SEED = 0


@dataclass(frozen=True)
class ReportSeries:
    """Per family, in the panel's order.

    Attributes
    ----------
    hit_rates : mapping of family to CumulativeHitRate
    calibration : mapping of family to tuple of CalibrationBin
    details : mapping of family to FamilyDetails
    rivals : mapping of news family to Rival
        The baseline that is hardest to beat on the family's own ticks, where there is one.
    rival_quarters : mapping of (quarter, news family) to GroupScore
        That baseline's score on those ticks, quarter by quarter.
    """

    hit_rates: Mapping[str, CumulativeHitRate]
    calibration: Mapping[str, tuple[CalibrationBin, ...]]
    details: Mapping[str, FamilyDetails]
    rivals: Mapping[str, Rival]
    rival_quarters: Mapping[tuple[str, str], GroupScore]


def report_series(panel: PredictionPanel) -> ReportSeries:
    """The series of every family of the panel."""
    rivals = _rivals(panel)
    return ReportSeries(
        hit_rates={family: cumulative_hit_rate(panel, family) for family in panel.families},
        calibration={family: calibration_bins(panel, family) for family in panel.families},
        details={family: family_details(panel, family) for family in panel.families},
        rivals=rivals,
        rival_quarters={
            (score.group, family): score
            for family, rival in rivals.items()
            for score in by_quarter(
                common_part(panel, family, rival.baseline), [rival.baseline], seed=_RESAMPLING_SEED
            )
        },
    )


def _rivals(panel: PredictionPanel) -> dict[str, Rival]:
    news = [family for family in panel.families if family in NEWS_FAMILIES]
    baselines = [family for family in panel.families if family not in NEWS_FAMILIES]
    found = {family: hardest_baseline(panel, family, baselines) for family in news}
    return {family: rival for family, rival in found.items() if rival is not None}
