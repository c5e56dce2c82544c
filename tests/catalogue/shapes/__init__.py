"""The shapes, by what happens in them."""
