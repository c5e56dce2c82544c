"""Times as people type them, read on the clinic's wall clock."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import typer

SINCE = "90m, 2h, 3d, 1w, today, yesterday, 03:15, 2026-11-22 or 2026-11-22T03:15"
"""What ``since`` takes, for people."""
DAY = "today, yesterday, 7d (days ago), 2w, 2026-11-22, or 2026-11 for a whole month"
"""How a whole day is written, for people."""
_POINT = "03:15, 2026-11-22 or 2026-11-22T03:15"
_AGO = re.compile(r"([0-9]{1,5})\s*([mhdw])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def point(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """``03:15`` (today), ``2026-11-22`` or ``2026-11-22T03:15`` with or without an offset; empty is now.

    It is what ``--at`` says.  Raises typer.BadParameter.
    """
    return _read(text, zone, now, _POINT, "--at")


def _read(text: str, zone: ZoneInfo, now: datetime, forms: str, option: str) -> datetime:
    """As ``point``; ``forms`` are what to write after ``option`` instead of what is no time."""
    local = now.astimezone(zone)
    if not text:
        return local
    written = f"{local:%Y-%m-%d}T{text.zfill(5)}" if re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", text) else text
    try:
        parsed = datetime.fromisoformat(written)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)).astimezone(zone)
    except (ValueError, OverflowError):
        raise typer.BadParameter(f'"{text}" is no time; write {forms}', param_hint=option) from None


def since(text: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """What ``--since`` says, one of SINCE; empty is None, from the beginning.  Raises typer.BadParameter."""
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    ago = _AGO.fullmatch(text)
    if ago:
        return now - int(ago[1]) * _UNITS[ago[2]]
    if text in {"today", "yesterday"}:
        return midnight - timedelta(days=text == "yesterday")
    return _read(text, zone, now, SINCE, "--since") if text else None
