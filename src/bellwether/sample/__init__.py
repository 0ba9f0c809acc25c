"""A sample market: invented headlines and candles with a known truth, for the demo and the tests."""
