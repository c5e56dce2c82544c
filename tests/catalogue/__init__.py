"""Call shapes: each a script for real phones on a real Asterisk, and the record it must leave."""

from tests.catalogue.shape import SHAPES, Shape
from tests.catalogue.shapes import (  # noqa: F401  entering their shapes
    answering,
    attended,
    blind,
    holding,
    outgoing,
    passing,
    steps,
    waiting,
)

__all__ = ["SHAPES", "Shape"]
