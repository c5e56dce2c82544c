"""The golden callers: the same card from every source.  ``callers/`` has them, written by hand."""
