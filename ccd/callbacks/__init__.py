"""Promises to call a patient back: what they are, whose turn it is, what becomes of them.  Pure."""
