"""What a report draws and lists beside the replay's document, from the predictions themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bellwether.evidence.breakdown import (
    CalibrationBin,
    CumulativeHitRate,
    FamilyDetails,
    calibration_bins,
    cumulative_hit_rate,
    family_details,
)
from bellwether.evidence.panel import PredictionPanel


@dataclass(frozen=True)
class ReportSeries:
    """Per family, in the panel's order.

    Attributes
    ----------
    hit_rates : mapping of family to CumulativeHitRate
    calibration : mapping of family to tuple of CalibrationBin
    details : mapping of family to FamilyDetails
    """

    hit_rates: Mapping[str, CumulativeHitRate]
    calibration: Mapping[str, tuple[CalibrationBin, ...]]
    details: Mapping[str, FamilyDetails]


def report_series(panel: PredictionPanel) -> ReportSeries:
    """The series of every family of the panel."""
    return ReportSeries(
        hit_rates={family: cumulative_hit_rate(panel, family) for family in panel.families},
        calibration={family: calibration_bins(panel, family) for family in panel.families},
        details={family: family_details(panel, family) for family in panel.families},
    )
