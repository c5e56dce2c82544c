"""A real Asterisk, SIP phones and ccd on free ports of the loopback; nothing here is imported by ccd."""
