"""The whole routing language in real calls: every condition, every step."""
