"""structlog, set up once: JSON on a server, readable on a terminal, people masked.

The masking processor works by key, not by guess: a phone goes under a key that ends in
``number`` or ``phone_number``, a person's name under one that ends in ``name``.
What else a caller sent is shown, and never obeyed by a terminal.
"""

import json
import logging
import re
from collections.abc import Callable, MutableMapping
from io import StringIO
from pathlib import Path
from typing import Any, Literal, TextIO, cast

import structlog

from ccd.logfile import LogFile
from ccd.terminal import visible, visible_json, visible_lines

_LETTER = re.compile(r"[^\W_]")
_PUBLIC_NAMES = frozenset({"logger_name", "user_name", "queue_name", "file_name"})


def mask_number(number: str) -> str:
    """All but the last two letters and digits hidden; of three or fewer all.

    >>> mask_number("8 (916) 123-45-67")
    '• (•••) •••-••-67'
    """
    count = len(_LETTER.findall(number))
    return _LETTER.sub("•", number, count=count - 2 if count > 3 else count)


def mask_name(name: str) -> str:
    """A person's name as initials.

    >>> mask_name("Иванова Мария Петровна")
    'И. М. П.'
    """
    return " ".join(f"{word[0]}." for word in name.split())


Event = MutableMapping[str, Any]


def _mask(_logger: Any, _method: str, event: Event) -> Event:
    for key, value in event.items():
        if not isinstance(value, str) or key in _PUBLIC_NAMES:
            continue
        if key.endswith("number"):
            event[key] = mask_number(value)
        elif key.endswith("name"):
            event[key] = mask_name(value)
        elif key.endswith(("secret", "password")):
            event[key] = "•••"
    return event


class _Forward(logging.Handler):
    """What libraries say through ``logging`` goes the same way as what ccd says."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger()
        log.log(record.levelno, record.getMessage(), library=record.name, exc_info=record.exc_info)


def set_up(
    *,
    level: str = "info",
    style: Literal["auto", "json", "console"] = "auto",
    file: Path | None = None,
) -> LogFile:
    """Configure logging for the whole process; ``auto`` is console on a terminal, JSON elsewhere.

    Returns what is written to.  Tracebacks never show local values: those hold people.
    """
    stream = LogFile(file)
    console = style == "console" or (style == "auto" and stream.isatty())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _mask,
            _tell_lost(stream),
            *(_for_terminal(stream) if console else _for_server()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", stream)),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Forward()], force=True)
    return stream


def _tell_lost(stream: LogFile) -> Callable[[Any, str, Event], Event]:
    """The first line that can be written again says how many before it could not."""
    return lambda _logger, _method, event: {**event, "lines_lost": stream.lost} if stream.lost else event


def _for_terminal(stream: LogFile) -> list[Any]:
    return [_spell_out, structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=_traceback)]


def _spell_out(_logger: Any, _method: str, event: Event) -> Event:
    return {key: visible(value) if isinstance(value, str) else value for key, value in event.items()}


def _traceback(stream: TextIO, error: Any) -> None:
    text = StringIO()
    structlog.dev.plain_traceback(text, error)
    stream.write(visible_lines(text.getvalue()))


_encode = json.JSONEncoder(ensure_ascii=False, default=repr).encode


def _json(event: Event, **_how: Any) -> str:
    """By one encoder: ``json.dumps`` would make a new one for every line."""
    return _encode(event)


def _for_server() -> list[Any]:
    tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return [
        structlog.processors.ExceptionRenderer(tracebacks),
        structlog.processors.JSONRenderer(serializer=_json),
        lambda _logger, _method, line: visible_json(line),
    ]
