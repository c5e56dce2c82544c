"""Measurements.  Not tests: nothing here asserts a time."""
