"""Edge: what Asterisk itself wrote down of calls, in files: CEL (``ccd.csv``) and ``queue_log``."""
