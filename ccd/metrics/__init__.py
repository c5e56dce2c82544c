"""What the records tell: facts of one call, their totals, and the formulas over totals.  Pure: no I/O.

``docs/metrics.md`` states every formula for people; the words there and here are the same.
"""
