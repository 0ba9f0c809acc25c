"""Point-in-time features: one definition each, for training, replay and serving."""
