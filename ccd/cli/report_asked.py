"""What somebody types after ``ccd report``; a wrong word is answered with the nearest right one."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

import typer

from ccd.cli.times import DAY
from ccd.metrics.dimensions import Dimension, Part
from ccd.metrics.document import chosen
from ccd.metrics.formulas import METRICS, How, Metric
from ccd.metrics.report import CannotTellError, Question
from ccd.metrics.service_level import ServiceLevel
from ccd.routing.words import did_you_mean

_AGO = re.compile(r"([0-9]{1,4})([dw])")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
FEW = (
    *("offered", "answered", "abandoned", "short_abandoned", "service_level", "speed_of_answer"),
    *(
        "speed_of_answer_p90",
        "handling_time",
        "transfers_per_call",
        "repeat_rate",
        "booked",
        "lost",
        "lost_money",
    ),
)
"""What a terminal has room for."""
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """As typed; empty texts are not given."""

    begin: str = ""
    end: str = ""
    by: str = ""
    where: str = ""
    metrics: tuple[str, ...] = ()
    service_level: str = ""


def question(asked: Asked, today: date) -> Question:
    """What is asked of which days; raises typer.BadParameter."""
    begin = _day(asked.begin or "6d", today, "--from", last=False)
    end = _day(asked.end or "today", today, "--to", last=True)
    by = _word(Dimension, asked.by or Dimension.ALL, "--by")
    try:
        return Question(
            begin=begin, end=max(begin, end) if not asked.end else end, by=by, where=_where(asked.where)
        )
    except CannotTellError as error:
        raise typer.BadParameter(str(error), param_hint=f"--{error.field}") from None


def metrics(asked: Asked, part: Part, *, few: bool) -> Sequence[Metric]:
    """Those that were named, or all; ``few`` leaves out what is not looked at each morning.

    ``part`` is whose rows there will be: a figure that means nothing of them cannot be named.
    """
    wanted = [name for one in asked.metrics for name in one.split(",") if name]
    for name in wanted:
        if name not in {*METRICS, "all"}:
            _unknown(name, (*METRICS, "all"), "--metric")
        if name in METRICS and part not in METRICS[name].parts:
            raise typer.BadParameter(f'"{name}" tells nothing of one {part}', param_hint="--metric")
    if "all" in wanted:
        return chosen(METRICS)
    return chosen(wanted or (FEW if few else METRICS))


def service_level(asked: Asked, how: How) -> How:
    """The settings' formula, or the one that was named."""
    if not asked.service_level:
        return how
    return replace(how, service_level=_word(ServiceLevel, asked.service_level, "--service-level"))


def _where(text: str) -> tuple[Dimension, str] | None:
    if not text:
        return None
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter('write it like "queue=operators"', param_hint="--where")
    return _word(Dimension, name, "--where"), value


def _word(words: type[_Word], text: str, option: str) -> _Word:
    try:
        return words(text)
    except ValueError:
        _unknown(text, words, option)
        raise


def _unknown(text: str, known: Iterable[str], option: str) -> None:
    names = [str(one) for one in known]
    hint = did_you_mean(text, names) or f"; there are: {', '.join(names)}"
    raise typer.BadParameter(f'"{text}" is not known{hint}', param_hint=option)


def _day(text: str, today: date, option: str, *, last: bool) -> date:
    if text in {"today", "yesterday"}:
        return today - timedelta(days=text == "yesterday")
    try:
        if ago := _AGO.fullmatch(text):
            return today - timedelta(days=int(ago[1]) * (7 if ago[2] == "w" else 1))
        if month := _MONTH.fullmatch(text):
            first = date(int(month[1]), int(month[2]), 1)
            return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1) if last else first
        return date.fromisoformat(text)
    except (ValueError, OverflowError):
        raise typer.BadParameter(f'"{text}" is no day; write {DAY}', param_hint=option) from None
