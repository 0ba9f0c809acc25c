"""Prices: candles on a grid and the labels cut from them."""
