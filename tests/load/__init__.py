"""Measurements against the running product, each beside its yardstick in the same run."""
