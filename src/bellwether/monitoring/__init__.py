"""What happened after a prediction: outcomes, performance, drift, retraining."""
