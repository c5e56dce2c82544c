"""Hand-written stand-ins for what ccd talks to."""
