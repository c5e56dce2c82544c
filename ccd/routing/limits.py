"""What bounds a plan: the dialplan asks only so often for one call."""

QUESTIONS = 60
"""After so many the dialplan sends the call to the default queue by itself (``CCD_ASKED``)."""
PLANNED = 50
"""The most questions that a plan may take for sure; the rest is for the slices of waits."""
STEPS = 1000
"""The most steps of one rule, all branches and plans written out."""
