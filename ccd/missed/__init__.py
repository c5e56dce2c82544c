"""Missed calls become tasks, one for each patient's number.  Pure: no I/O, no clock of its own."""
