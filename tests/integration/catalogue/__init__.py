"""The catalogue of call shapes, played."""
