"""ccd: a clinic's telephony daemon beside Asterisk.

Two promises rule every module: no call is ever lost because of ccd, and no fact about a
call is ever lost or invented.  ``docs/architecture.md`` is the map of the house.
"""

__version__ = "0.1.0"
