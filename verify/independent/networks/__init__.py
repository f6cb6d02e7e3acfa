"""Empirical risks of networks, and what is proved of them."""
