"""The promises of ccd, kept on a real Asterisk with real SIP calls."""
