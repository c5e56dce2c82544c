"""Telling Asterisk's own lines from those that a caller wrote into his number.

Asterisk does not escape a channel's numbers, its extension, nor an application's data (it does
escape names).  A line break in one of them begins a line of the caller's own making; such lines
always stand between that value and the header which Asterisk writes next (source:
``main/manager_channels.c``; a captured one: ``tests/captures/forged-in-number.ami``).

So a frame in which each such value is followed by its next header, and no header comes twice, is
Asterisk's alone.  Of any other, what stands before the first such value and from the last channel's
ids on is still Asterisk's; what stands between could be either's, and is not believed.
"""

_NEXT = {
    "CallerIDNum": "CallerIDName",
    "ConnectedLineNum": "ConnectedLineName",
    "Exten": "Priority",
    "ApplicationData": "Duration",
}
_MANY = "ChanVariable"
"""The one header that Asterisk repeats (``channelvars`` in ``manager.conf``)."""
_BEHIND_IDS = ("ApplicationData", "DialString", "Forward", _MANY)
"""Text that may be a caller's and stands behind the channel's ids: nothing after it is sure."""


def genuine(lines: list[str]) -> bool:
    """Whether Asterisk alone wrote these lines."""
    names = names_of(lines)
    single = [name for name in names if not name.endswith(_MANY)]
    return len(set(single)) == len(single) and all(
        following == name.removesuffix(text) + after
        for name, following in zip(names, [*names[1:], ""], strict=True)
        for text, after in _NEXT.items()
        if name.endswith(text)
    )


def undoubted(lines: list[str]) -> list[str]:
    """The lines that Asterisk wrote even in a forged frame; the others are emptied."""
    names = names_of(lines)
    texts = [at for at, name in enumerate(names) if name.endswith("CallerIDNum")]
    ids = [at - 1 for at, name in enumerate(names) if name.endswith("Linkedid")]
    first = texts[0] if texts else len(lines)
    last = ids[-1] if ids and not any(name.endswith(_BEHIND_IDS) for name in names) else len(lines)
    return [line if at <= first or at >= last else "" for at, line in enumerate(lines)]


def names_of(lines: list[str]) -> tuple[str, ...]:
    """The lines' headers."""
    return tuple([line.partition(": ")[0] for line in lines])


def label_of(line: str) -> str:
    """What says of a line what it holds: its header; a variable's name too.

    >>> label_of("Cause: 16"), label_of("ChanVariable: NAME=value")
    ('Cause', 'ChanVariable: NAME')
    """
    name = line.partition(": ")[0]
    return line.partition("=")[0] if name.endswith(_MANY) else name
