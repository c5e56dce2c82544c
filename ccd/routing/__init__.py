"""Where a call goes: named rules, first match wins.  Pure: no I/O, no clock of its own."""
