"""Calls of random shapes while everything around ccd dies: ``make soak``."""
