"""A picture of the routing as SVG: boxes, ways, counts.

Text is text, whatever an admin called a rule.  It looks by attributes alone, without a style sheet:
a strict Content-Security-Policy would leave one out.
"""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from ccd.routing.picture import Box, Picture, Way

WIDTH, HEIGHT, GAP, ROW = 236, 76, 56, 96
"""Pixels: of a box, between two columns, from row to row."""
MARGIN = 16
_LETTERS, _SMALL = 26, 34
"""Of a title, and of a line below it, that fit into a box; a longer one is cut, and whole in the tooltip."""
_WORD = 10
"""Letters that fit beside a way, with the count, which is never cut."""
_INK, _LINE, _GROUND = "#14202b", "#4d5c6a", "#ffffff"
_FILL = {"rule": "#dcebfd", "plan": "#eae2fb", "queue": "#dff3e4", "hangup": "#fbe0dd", "menu": "#fdf1cf"}
_OTHER = "#eef1f4"
_TIP = (
    '<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto">'
    f'<path d="M0,0 L7,4 L0,8 Z" fill="{_LINE}"/></marker></defs>'
)
_FONT = 'font-family="system-ui, sans-serif" font-size="13"'


def svg(picture: Picture, title: str) -> str:
    """The whole document; ``title`` names it to whoever cannot see it."""
    width = 2 * MARGIN + max(1, picture.columns) * (WIDTH + GAP) - GAP
    height = 2 * MARGIN + max(1, picture.rows) * ROW - (ROW - HEIGHT)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" {_FONT} fill="{_INK}">',
        f"<title>{_text(title)}</title>",
        _TIP,
        f'<rect width="{width}" height="{height}" fill="{_GROUND}"/>',
        *(line for way in picture.ways for line in _way(way)),
        *(line for box in picture.boxes for line in _box(box)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _box(box: Box) -> Iterator[str]:
    (x, y), what = _corner(box), box.label
    yield f"<g><title>{_text('; '.join((what.title, *what.lines)))}</title>"
    fill = _FILL.get(what.kind, _OTHER)
    yield f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="8" fill="{fill}" stroke="{_LINE}"/>'
    room = _LETTERS if box.count is None else _LETTERS - 4
    yield f'<text x="{x + 10}" y="{y + 21}" font-weight="600">{_cut(what.title, room)}</text>'
    if box.count is not None:
        right = f'x="{x + WIDTH - 10}" y="{y + 21}" text-anchor="end"'
        yield f'<text {right} font-weight="600">{box.count}</text>'
    for place, line in enumerate(what.lines[:3]):
        below = y + 39 + 14 * place
        yield f'<text x="{x + 10}" y="{below}" font-size="11.5">{_cut(line, _SMALL)}</text>'
    yield "</g>"


def _way(way: Way) -> Iterator[str]:
    """Straight on in a row; into a row below, down from the box and to the right."""
    (x1, y1), (x2, y2) = _corner(way.start), _corner(way.end)
    into = y2 + HEIGHT // 2
    begin = (
        f"M{x1 + WIDTH},{into}"
        if way.start.row == way.end.row
        else f"M{x1 + WIDTH - 20},{y1 + HEIGHT} V{into}"
    )
    yield f'<path d="{begin} H{x2 - 1}" fill="none" stroke="{_LINE}" marker-end="url(#tip)"/>'
    if way.word:
        count = "" if way.count is None else f": {way.count}"
        said = _cut(way.word, _WORD - len(count)) + count
        yield f'<text x="{x2 - 10}" y="{into - 6}" text-anchor="end" font-size="12">{said}</text>'


def _corner(box: Box) -> tuple[int, int]:
    return MARGIN + box.column * (WIDTH + GAP), MARGIN + box.row * ROW


def _cut(text: str, letters: int) -> str:
    return _text(text if len(text) <= letters else text[: letters - 1] + "…")


def _text(text: str) -> str:
    """Nothing of it is markup; what XML may not hold is a replacement character."""
    return escape("".join(letter if letter.isprintable() else "\ufffd" for letter in text))
