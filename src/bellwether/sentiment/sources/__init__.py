"""Where a reader's weights come from."""
