"""Callers choose some of the words that are shown and logged: a terminal must not obey them."""

import json


def visible(text: str) -> str:
    r"""Text with every character that a terminal would obey (ESC, another writing direction) spelt out.

    >>> visible("\x1b[2JАнна\u202e")
    '\\x1b[2JАнна\\u202e'
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def visible_lines(text: str) -> str:
    r"""The same for text of several lines, which stay lines.

    >>> visible_lines("one\ntwo\x1b")
    'one\ntwo\\x1b'
    """
    return "\n".join(map(visible, text.split("\n")))


def visible_json(line: str) -> str:
    r"""A line of JSON that means the same, and that no terminal obeys.

    >>> visible_json('"\x9bАнна"')
    '"\\u009bАнна"'
    """
    if line.isprintable():
        return line
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in line)
