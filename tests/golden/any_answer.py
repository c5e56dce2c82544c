"""Texts that mean harm somewhere, and JSON that is nearly what a source should say."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

HARM = (
    "' OR 1=1 --",
    "'; DROP TABLE people; --",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '=HYPERLINK("http://e.example/","x")',
    "../../../etc/passwd",
    "//e.example/x",
    "http://e.example/",
    "x@e.example",
    "%2e%2e%2f",
    "\r\nX-Harm: 1",
    "?a=b&c=d#e",
    "{secret:MIS_PASSWORD}",
    "{0.__class__}",
    "${7*7}",
    "\x00",
    "\u202eabc",
    "\ud800",
    "a" * 5_000,
    "true || true",
)
"""For SQL, HTML, spreadsheets, paths, URLs, headers, templates, CEL, terminals."""
TEXTS = st.sampled_from(HARM) | st.text(max_size=20)
CELLS = (
    st.none()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.binary(max_size=10)
    | TEXTS.filter(lambda text: "\ud800" not in text)
)
"""What SQLite may hold in any column."""
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def spoilt(draw: Callable[[Any], Any], good: Any) -> Any:
    """A good answer with some of its values exchanged for anything."""
    if draw(st.integers(0, 9)) == 0:
        return draw(JSON)
    if isinstance(good, dict):
        return {key: draw(spoilt(value)) for key, value in good.items()}
    if isinstance(good, list):
        return [draw(spoilt(value)) for value in good]
    return good
