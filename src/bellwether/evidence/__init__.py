"""Statistics shared by training and monitoring."""
