"""dialplan/ on a real Asterisk, with a scripted AGI server in the place of ccd."""
