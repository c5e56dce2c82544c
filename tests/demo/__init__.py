"""``make demo``: a clinic with a real Asterisk, real SIP calls, ccd, and people at their desks."""
