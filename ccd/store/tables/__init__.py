"""The tables, by what they hold.  What each column means is said by the types of the core.

Whoever needs all of them (a copy, a comparison with the migrations) takes ``metadata`` from here.
"""

from ccd.store.tables import booking, calls, owed, patients, people, policies, reports
from ccd.store.tables.base import metadata

__all__ = ["booking", "calls", "metadata", "owed", "patients", "people", "policies", "reports"]
