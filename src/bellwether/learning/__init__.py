"""Models: splits, candidates, tuning, calibration, baselines, verdict, export."""
