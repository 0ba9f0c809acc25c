"""Headlines: identity, canonical addresses, duplicates and revisions."""
