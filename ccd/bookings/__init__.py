"""Visits booked, moved and cancelled: nothing twice, nothing lost, also when ccd is killed in between.

An order is in the journal before its source is asked, and its outcome as soon as it is known.  Where the
answer was lost, whoever placed the order is told that it is being checked, and the source is asked what it
did (``Booking.booked``), for as long as it takes.
"""
