"""Model versions, their files and the channels that point at them."""
