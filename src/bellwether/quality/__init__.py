"""Data contracts: what a row must look like, and why one was turned away."""
